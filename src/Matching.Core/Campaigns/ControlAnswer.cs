namespace Matching.Core.Campaigns;

/// <summary>The answer to one control command.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Ok">True when the command took effect, now or when it was first sent.</param>
/// <param name="Repeated">True when this is the first outcome of a command sent again (R35); nothing changed.</param>
/// <param name="Rule">The number of the rule a refusal rests on; 0 where there is none.</param>
/// <param name="Reason">A refusal in a sentence that names field and value; empty for an accepted command.</param>
/// <param name="Campaign">The campaign concerned; 0 for none. Of a refused publishing: the item's live or latest campaign.</param>
/// <param name="RetryAt">A refusal that time alone lifts: from then on, in ms since 1970 (R11: the cool-down's end). Else 0.</param>
/// <param name="Now">The time of the decision, in ms since 1970; of a repeat, today's.</param>
public readonly record struct ControlAnswer(
    ControlOutcome Outcome, bool Ok, bool Repeated, byte Rule, string Reason, long Campaign, long RetryAt, long Now);

/// <summary>Why a command is refused.</summary>
/// <param name="Outcome">The refusal's word.</param>
/// <param name="Rule">The rule it rests on; 0 where there is none.</param>
/// <param name="Reason">Names field and value.</param>
/// <param name="Campaign">The campaign that stands in the way; 0 for none.</param>
/// <param name="RetryAt">When time lifts it, in ms since 1970; else 0.</param>
internal sealed record Refusal(ControlOutcome Outcome, byte Rule, string Reason, long Campaign = 0, long RetryAt = 0)
{
    /// <summary>A field is missing or out of its range.</summary>
    public static Refusal Bad(byte rule, string reason) => new(ControlOutcome.BadRequest, rule, reason);
}
