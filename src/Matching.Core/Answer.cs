using System.Text.Json.Serialization;
using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>The answer to one command. Fields that do not apply are 0.</summary>
public record struct Answer
{
    /// <summary>What came of it.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>True when the command took effect, now or when it was first sent.</summary>
    public bool Ok { get; set; }

    /// <summary>True when this is the first outcome of a command sent again (R35); nothing changed.</summary>
    public bool Repeated { get; set; }

    /// <summary>True when a payment was seated in another team than the one it held (R33).</summary>
    public bool Rerouted { get; set; }

    /// <summary>The number of the rule a refusal rests on; 0 where there is none.</summary>
    public byte Rule { get; set; }

    /// <summary>Why a campaign or an order that exists refuses it; Effective for every other answer.</summary>
    public Why Why { get; set; }

    /// <summary>Seats of <see cref="Team"/> neither paid nor held, after the command.</summary>
    public int SeatsLeft { get; set; }

    /// <summary>The item.</summary>
    [JsonId]
    public long Item { get; set; }

    /// <summary>The order.</summary>
    [JsonId]
    public long Order { get; set; }

    /// <summary>The team concerned.</summary>
    public long Team { get; set; }

    /// <summary>Deadline of <see cref="Team"/>, in ms since 1970.</summary>
    public long Deadline { get; set; }

    /// <summary>Held: the hold ends then, in ms since 1970 (R33).</summary>
    public long Until { get; set; }

    /// <summary>What of this payment goes back, in fen (R33, R46).</summary>
    public long Owed { get; set; }

    /// <summary>AlreadyMember: the order of the buyer's promise to open, where that and no team stands in the way (R31).</summary>
    [JsonId]
    public long Holding { get; set; }

    /// <summary>
    /// Opened: the code that an invite-only team is entered with (R2). Its leader gets it again with a repeat; 0 for any other answer.
    /// </summary>
    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Invite { get; set; }

    /// <summary>
    /// A refusal's suggestion: the best other open team of the item in which its buyer could take a seat at this moment (R39).
    /// </summary>
    public long Suggest { get; set; }

    /// <summary>The time of the decision, in ms since 1970.</summary>
    public long Now { get; set; }

    /// <summary>Why it was refused, in a sentence for a person; empty for an accepted one.</summary>
    public readonly string Reason => Words.Reason(this);
}
