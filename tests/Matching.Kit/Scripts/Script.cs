using System.Globalization;
using System.Text;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>How time moves before a step.</summary>
public enum Move
{
    /// <summary>Not at all.</summary>
    Stay,

    /// <summary>By <see cref="Step.Ms"/>.</summary>
    Some,

    /// <summary>To one ms before the next due time.</summary>
    BeforeDue,

    /// <summary>To the next due time exactly.</summary>
    AtDue,

    /// <summary>To one ms after the next due time.</summary>
    AfterDue,
}

/// <summary>What a step does.</summary>
public enum StepKind
{
    /// <summary>Executes the command at the clock's time.</summary>
    Do,

    /// <summary>Executes the command at the time it carries; the clock says nothing (R43).</summary>
    DoAtOwnTime,

    /// <summary>Executes the command with a clock that lags behind; time must not go back (R43).</summary>
    DoWithLateClock,

    /// <summary>Acts on what is due of at most <see cref="Step.Number"/> items.</summary>
    Sweep,

    /// <summary>Starts again from the journal, under <see cref="Step.NewTerms"/>.</summary>
    Restart,

    /// <summary>Executes <see cref="Step.Control"/>, whose times are counted from the step's own.</summary>
    Control,
}

/// <summary>One step of a script.</summary>
public sealed record Step(
    StepKind Kind, Move Move, long Ms, int Number, Command Command, BookOptions? NewTerms = null, ControlCommand? Control = null)
{
    /// <summary>True for a step that executes its command.</summary>
    public bool IsCommand => Kind is StepKind.Do or StepKind.DoAtOwnTime or StepKind.DoWithLateClock;

    /// <inheritdoc/>
    public override string ToString()
    {
        var words = new StringBuilder();
        words.Append(Move switch
        {
            Move.Stay => "",
            Move.Some => string.Create(CultureInfo.InvariantCulture, $"after {Ms} ms: "),
            Move.BeforeDue => "1 ms before the next due time: ",
            Move.AtDue => "at the next due time: ",
            _ => "1 ms after the next due time: ",
        });
        words.Append(Kind switch
        {
            StepKind.Sweep => string.Create(CultureInfo.InvariantCulture, $"sweep {Number} item(s)"),
            StepKind.Restart => string.Create(CultureInfo.InvariantCulture,
                $"restart, team size {NewTerms!.TeamSize}, life {NewTerms.TeamLifeMs} ms, hold {NewTerms.HoldMs} ms"),
            StepKind.Control => Show.Control(Control!),
            StepKind.DoAtOwnTime => Show.Command(Command) + ", by its own time",
            StepKind.DoWithLateClock => Show.Command(Command) + ", by a clock 7 ms late",
            _ => Show.Command(Command),
        });
        return words.ToString();
    }
}

/// <summary>A program of commands, time steps, sweeps and restarts, with the terms it runs under.</summary>
/// <param name="Steps">In order.</param>
/// <param name="Terms">What the book decides by.</param>
/// <param name="StartMs">Where time starts, in ms since 1970.</param>
/// <param name="Books">Over how many books the items are spread, by partition.</param>
public sealed record Script(IReadOnlyList<Step> Steps, BookOptions Terms, long StartMs, int Books)
{
    /// <summary>Whether merchants do anything in it.</summary>
    public bool HasCampaigns => Steps.Any(step => step.Kind == StepKind.Control);

    /// <inheritdoc/>
    public override string ToString()
    {
        var words = new StringBuilder();
        words.Append(CultureInfo.InvariantCulture, $"{Steps.Count} steps, team size {Terms.TeamSize}, life {Terms.TeamLifeMs} ms, ");
        words.Append(
            CultureInfo.InvariantCulture,
            $"hold {Terms.HoldMs} ms, rescue {(Terms.Rescue ? "on" : "off")}{(Terms.CampaignsRequired ? ", campaigns required" : "")}, "
            + $"from {StartMs}, {Books} book(s)");
        foreach (Step step in Steps)
        {
            words.Append("\n  ").Append(step);
        }

        return words.ToString();
    }
}
