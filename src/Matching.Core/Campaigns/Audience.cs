using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>To whom a campaign is open (R21). Journaled: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AudienceKind>))]
public enum AudienceKind : byte
{
    /// <summary>To everyone.</summary>
    All = 0,

    /// <summary>New buyers join; whoever leads may be old (老带新).</summary>
    NewBuyersOnly = 1,

    /// <summary>Old customers alone for a first while, then everyone (老客提前购).</summary>
    OldCustomersFirst = 2,

    /// <summary>Buyers of a tier and above.</summary>
    TierAndAbove = 3,
}

/// <summary>The audience of a campaign.</summary>
/// <param name="Kind">Which rule.</param>
/// <param name="EarlyMs">OldCustomersFirst: how long from the window's start, at least 1 ms; else 0.</param>
/// <param name="MinTier">TierAndAbove: the lowest tier, at least 1; else 0.</param>
public readonly record struct AudienceRule(AudienceKind Kind, long EarlyMs = 0, byte MinTier = 0);

/// <summary>Whether a buyer bought from the merchant before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuyerStanding>))]
public enum BuyerStanding : byte
{
    /// <summary>The storefront didn't say: neither new nor old.</summary>
    Unknown = 0,

    /// <summary>Never bought from the merchant.</summary>
    New = 1,

    /// <summary>Bought before.</summary>
    Old = 2,
}

/// <summary>What the storefront knows of a buyer; it comes with the request, so that a decision needs no look-up.</summary>
/// <param name="Standing">New or old.</param>
/// <param name="Tier">His tier with the merchant; 0 for none or not said.</param>
public readonly record struct BuyerFacts(BuyerStanding Standing, byte Tier);

/// <summary>R21. A buyer of whom nothing is known passes only where everyone does: silence must not open a door.</summary>
public static class Audience
{
    /// <summary>Whether a buyer may take a seat.</summary>
    /// <param name="terms">Those of the team to be joined, or of the campaign where one is opened.</param>
    /// <param name="buyer">What the request says of him.</param>
    /// <param name="leads">He opens the team.</param>
    /// <param name="atMs">The time of the decision.</param>
    public static Verdict Check(CampaignTerms terms, BuyerFacts buyer, bool leads, long atMs)
    {
        ArgumentNullException.ThrowIfNull(terms);
        AudienceRule rule = terms.Audience;
        Why why = rule.Kind switch
        {
            AudienceKind.NewBuyersOnly when !leads && buyer.Standing != BuyerStanding.New => Why.NewBuyersOnly,
            AudienceKind.OldCustomersFirst when atMs - terms.StartMs < rule.EarlyMs && buyer.Standing != BuyerStanding.Old
                => Why.OldCustomersFirst,
            AudienceKind.TierAndAbove when buyer.Tier < rule.MinTier => Why.BelowTier,
            _ => Why.Effective,
        };
        return why == Why.Effective ? Verdict.Allowed : new Verdict(Outcome.NotEligible, 21, why);
    }
}
