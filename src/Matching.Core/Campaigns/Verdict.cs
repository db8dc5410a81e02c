using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>
/// Why a campaign's rules, or an order that exists already, allow or forbid something: one value for each reason, so that a shard builds no
/// text.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<Why>))]
public enum Why : byte
{
    /// <summary>Nothing forbids it.</summary>
    Effective = 0,

    /// <summary>Nothing forbids it: a big promotion warms up, and campaigns run at any price (R15).</summary>
    WarmUp = 1,

    /// <summary>The item has no campaign (R10).</summary>
    NoCampaign = 2,

    /// <summary>The campaign's window has not begun (R34).</summary>
    NotStarted = 3,

    /// <summary>The campaign has ended (R34).</summary>
    Ended = 4,

    /// <summary>The item is in a flash sale (R14).</summary>
    FlashSale = 5,

    /// <summary>The item is in a mass sale (R14).</summary>
    MassSale = 6,

    /// <summary>It is the day of a big promotion (R15).</summary>
    BigDay = 7,

    /// <summary>Only new buyers may join (R21).</summary>
    NewBuyersOnly = 8,

    /// <summary>Old customers come first (R21).</summary>
    OldCustomersFirst = 9,

    /// <summary>The buyer's tier is too low (R21).</summary>
    BelowTier = 10,

    /// <summary>More pieces than one order may have (R42).</summary>
    PerOrderLimit = 11,

    /// <summary>More pieces than one buyer may have (R42).</summary>
    PerBuyerLimit = 12,

    /// <summary>The quota has no room for a whole team (R42).</summary>
    SoldOut = 13,

    /// <summary>The request names a price or a size that the campaign doesn't offer (R34).</summary>
    OtherTerms = 14,

    /// <summary>The order exists already, from another operation (R35).</summary>
    OtherOperation = 15,

    /// <summary>The order exists already, of another buyer (R35).</summary>
    OtherBuyer = 16,

    /// <summary>The order exists already, for another team (R35).</summary>
    OtherTeam = 17,

    /// <summary>The hold to be released was paid for (R33).</summary>
    PaidAlready = 18,

    /// <summary>The payment names another number of pieces than its hold (R33).</summary>
    OtherPieces = 19,
}

/// <summary>What a campaign rule says to one attempt.</summary>
/// <param name="Outcome">The refusal; None where it is allowed.</param>
/// <param name="Rule">The rule's number; 0 where nothing rules.</param>
/// <param name="Why">The reason.</param>
/// <param name="HoldsUntilMs">From <see cref="Effectiveness"/>: the same for every instant before this one; long.MaxValue for
/// ever. Else 0.</param>
public readonly record struct Verdict(Outcome Outcome, byte Rule, Why Why, long HoldsUntilMs = 0)
{
    /// <summary>Nothing forbids it.</summary>
    public static Verdict Allowed => default;

    /// <summary>True when nothing forbids it.</summary>
    public bool Ok => Outcome == Outcome.None;

    /// <summary>The reason in a sentence for a person.</summary>
    public string Reason => Why switch
    {
        Why.WarmUp => "a big promotion warms up; campaigns run, at any price (R15)",
        Why.NoCampaign => "the item has no campaign (R10)",
        Why.NotStarted => "the item's campaign has not begun (R34)",
        Why.Ended => "the item's campaign has ended; open teams can still be joined (R34)",
        Why.FlashSale => "the item is in a flash sale; its campaign has no effect until that is over (R14)",
        Why.MassSale => "the item is in a mass sale; its campaign has no effect until that is over (R14)",
        Why.BigDay => "it is the day of a big promotion; no campaign of this kind of merchant has effect (R15)",
        Why.NewBuyersOnly => "only new buyers may join; the buyer is not said to be new (R21)",
        Why.OldCustomersFirst => "old customers come first; the buyer is not said to be one (R21)",
        Why.BelowTier => "the campaign is for a higher tier than the buyer is said to have (R21)",
        Why.PerOrderLimit => "more pieces than the campaign allows in one order (R42)",
        Why.PerBuyerLimit => "with his other orders, more pieces than the campaign allows one buyer (R42)",
        Why.SoldOut => "the campaign's quota has no room for one team more (R42)",
        Why.OtherOperation => "this order of the item exists already, from another operation (R35)",
        Why.OtherBuyer => "this order of the item exists already, of another buyer (R35)",
        Why.OtherTeam => "this order of the item exists already, for another team (R35)",
        Why.PaidAlready => "a payment for the hold has come: it cannot be released any more, a refund can be requested (R33)",
        Why.OtherPieces => "the hold is of another number of pieces, and a payment cannot change them (R33)",
        Why.OtherTerms => "no open team has the price named, and the campaign opens none at that price or size (R34)",
        _ => "",
    };
}
