using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>The answer to one command. Fields that do not apply are 0.</summary>
public struct Answer
{
    /// <summary>What came of it.</summary>
    public Outcome Outcome;

    /// <summary>True when the command took effect, now or when it was first sent.</summary>
    public bool Ok;

    /// <summary>True when this is the first outcome of a command sent again (R35); nothing changed.</summary>
    public bool Repeated;

    /// <summary>True when a payment was seated in another team than the one it held (R33).</summary>
    public bool Rerouted;

    /// <summary>The number of the rule a refusal rests on; 0 where there is none.</summary>
    public byte Rule;

    /// <summary>Why a campaign or an order that exists refuses it; Effective for every other answer.</summary>
    public Why Why;

    /// <summary>Seats of <see cref="Team"/> neither paid nor held, after the command.</summary>
    public int SeatsLeft;

    /// <summary>The item.</summary>
    public long Item;

    /// <summary>The order.</summary>
    public long Order;

    /// <summary>The team concerned.</summary>
    public long Team;

    /// <summary>Deadline of <see cref="Team"/>, in ms since 1970.</summary>
    public long Deadline;

    /// <summary>Held: the hold ends then, in ms since 1970 (R33).</summary>
    public long Until;

    /// <summary>A refusal's suggestion: the best other open team of the item (R39).</summary>
    public long Suggest;

    /// <summary>The time of the decision, in ms since 1970.</summary>
    public long Now;
}
