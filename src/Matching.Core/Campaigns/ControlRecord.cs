using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>
/// What a command asks and an event tells have the same subjects: ids, and at most one body. A kind uses the members its
/// description names and leaves the others 0 or null. Immutable, compared by value.
/// </summary>
public abstract record ControlRecord
{
    /// <summary>The merchant.</summary>
    [JsonId]
    public long Merchant { get; init; }

    /// <summary>The item.</summary>
    [JsonId]
    public long Item { get; init; }

    /// <summary>The campaign; the book issues the ids: 1, 2, 3 ….</summary>
    public long Campaign { get; init; }

    /// <summary>The chat group; the storefront's id.</summary>
    [JsonId]
    public long Chat { get; init; }

    /// <summary>The venue; the storefront's id.</summary>
    [JsonId]
    public long Venue { get; init; }

    /// <summary>
    /// PublishCampaign, SetItem: the item's category (R12), 1 … 64 characters; compared without regard to case and outer blanks.
    /// </summary>
    public string Category { get; init; } = "";

    /// <summary>SetItem: the merchant who hands the item over to another (R45); 0 where nobody does.</summary>
    [JsonId]
    public long From { get; init; }

    /// <summary>PublishCampaign, ChangeCampaign: the terms. Their ids and version are filled in by the book.</summary>
    public CampaignTerms? Terms { get; init; }

    /// <summary>SetMerchant: what is known of him.</summary>
    public MerchantFacts? Facts { get; init; }

    /// <summary>SetPromotion: the sale; RemovePromotion: only its id counts.</summary>
    public Promotion? Promotion { get; init; }

    /// <summary>SetBigDay: the big promotion; RemoveBigDay: only its id counts.</summary>
    public BigDay? BigDay { get; init; }

    /// <summary>RegisterActivity: the activity; WithdrawFromChat: only its kind and id count.</summary>
    public Activity? Activity { get; init; }

    /// <summary>SetVenue: when the venue runs.</summary>
    public VenuePlan? Plan { get; init; }
}

/// <summary>
/// One request to the control book. The book checks every field itself: these are rare, and a merchant is owed a reason
/// that names the field.
/// </summary>
public sealed record ControlCommand : ControlRecord
{
    /// <summary>What is asked.</summary>
    public ControlOperation Operation { get; init; }

    /// <summary>The caller's id of the request, 1 … 2^63 − 1. (Operation, request) is the key of a command (R35).</summary>
    [JsonId]
    public long Request { get; init; }

    /// <summary>The request's own time, in ms since 1970 (R43: replay, manual clock); 0 for the clock's. Not part of what a
    /// repeat is compared by.</summary>
    public long At { get; init; }
}

/// <summary>One thing that happened: what is journaled and replayed. Every event carries At.</summary>
public sealed record ControlEvent : ControlRecord
{
    /// <summary>What happened.</summary>
    public ControlEventKind Kind { get; init; }

    /// <summary>The operation that asked for it; None for what time alone brought.</summary>
    public ControlOperation Operation { get; init; }

    /// <summary>The id of the request that asked for it; 0 for what time, or another event of the same command, brought.</summary>
    [JsonId]
    public long Request { get; init; }

    /// <summary>What a repeat of that request is compared by (R35); see <see cref="RequestLog.FingerprintOf"/>.</summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>
    /// CampaignPublished, CampaignChanged: the leader's price counts among the lowest (R16). False of events before it did.
    /// </summary>
    public bool LeaderCounts { get; init; }

    /// <summary>When, in ms since 1970. Of a window's end: that end itself (R36).</summary>
    public long At { get; init; }
}

/// <summary>What happened. 64 and above, so that the first byte tells them from the events of items. Never renumber, only add.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ControlEventKind>))]
public enum ControlEventKind : byte
{
    /// <summary>No event; never journaled.</summary>
    None = 0,

    /// <summary>Merchant, Facts (R13).</summary>
    MerchantSet = 64,

    /// <summary>Campaign, Merchant, Item, Category, Terms with every default filled in (R10–R13).</summary>
    CampaignPublished = 65,

    /// <summary>Campaign, Merchant, Item, Terms: all of the new version (R34).</summary>
    CampaignChanged = 66,

    /// <summary>Campaign, Merchant, Item: by request, by deletion, or its window is over. It leaves chat groups and venues.</summary>
    CampaignEnded = 67,

    /// <summary>Campaign, Merchant, Item: forgotten; one that ran has ended before. One that never began leaves no cool-down.</summary>
    CampaignDeleted = 68,

    /// <summary>Item, Promotion (R14).</summary>
    PromotionSet = 69,

    /// <summary>Item, Promotion (R14).</summary>
    PromotionRemoved = 70,

    /// <summary>BigDay (R15).</summary>
    BigDaySet = 71,

    /// <summary>BigDay (R15).</summary>
    BigDayRemoved = 72,

    /// <summary>Chat, Activity; of a campaign also Campaign (R18).</summary>
    ActivityListed = 73,

    /// <summary>Chat, Activity: by request (R18).</summary>
    ActivityWithdrawn = 74,

    /// <summary>Chat, Activity: its own end has come (R18).</summary>
    ActivityEnded = 75,

    /// <summary>Venue, Plan (R20).</summary>
    VenueSet = 76,

    /// <summary>Venue (R20); its applications go with it.</summary>
    VenueRemoved = 77,

    /// <summary>Venue, Campaign (R20).</summary>
    VenueApplied = 78,

    /// <summary>Venue, Campaign (R20).</summary>
    VenueWithdrawn = 79,

    /// <summary>Item, Merchant, Category; of a hand-over also From (R45).</summary>
    ItemSet = 80,
}
