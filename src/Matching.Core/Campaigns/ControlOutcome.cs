using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>
/// What came of a control command. The names are the words of the line protocol; a name shared with <see cref="Outcome"/>
/// has its number too, so that a caller's table of words serves both. Never renumber, only add.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ControlOutcome>))]
public enum ControlOutcome : byte
{
    /// <summary>No outcome yet; never given to a caller.</summary>
    None = 0,

    /// <summary>Refused (R35): this request id was used by this operation with other fields.</summary>
    OrderConflict = Outcome.OrderConflict,

    /// <summary>Refused (R11–R13): this item, or this merchant, may not be in a new campaign now.</summary>
    NotEligible = Outcome.NotEligible,

    /// <summary>Refused (R10, R14, R15, R18, R20): no place is left; one must end or leave first.</summary>
    LimitReached = Outcome.LimitReached,

    /// <summary>The campaign is published; <see cref="ControlAnswer.Campaign"/> is its id (R10).</summary>
    Published = 96,

    /// <summary>Teams that open from now on have the new terms (R34).</summary>
    Changed = 97,

    /// <summary>The campaign has ended (R11, R34).</summary>
    Ended = 98,

    /// <summary>The campaign is gone (R10).</summary>
    Deleted = 99,

    /// <summary>Known from now on: a merchant, sale, big promotion, chat activity or venue.</summary>
    Registered = 100,

    /// <summary>No longer known: a sale, big promotion or venue.</summary>
    Removed = 101,

    /// <summary>The campaign will be listed at the venue while it runs (R20).</summary>
    Applied = 102,

    /// <summary>Left the chat group or venue; the place is free (R18, R20).</summary>
    Withdrawn = 103,

    /// <summary>Refused: a field is missing or out of its range; the reason names it.</summary>
    BadRequest = 112,

    /// <summary>Refused (R10): no campaign has this id.</summary>
    UnknownCampaign = 113,

    /// <summary>Refused (R14): the item has no such sale.</summary>
    UnknownPromotion = 114,

    /// <summary>Refused (R15): no big promotion has this id.</summary>
    UnknownBigDay = 115,

    /// <summary>Refused (R18): the chat group has no such activity.</summary>
    UnknownActivity = 116,

    /// <summary>Refused (R20): no venue has this id, or the campaign has not applied for it.</summary>
    UnknownVenue = 117,

    /// <summary>Refused (R34): the campaign ended before.</summary>
    AlreadyEnded = 118,

    /// <summary>Refused (R18, R20): it is in this chat group, or at this venue, already.</summary>
    AlreadyListed = 119,
}
