using System.Text.Json.Serialization;

namespace Matching.Core;

/// <summary>
/// What came of a command. The names are the words of the line protocol. RefundOwed and Refunded are an acceptance in
/// answer to a payment or an acknowledgment and a refusal in answer to everything else: <see cref="Answer.Ok"/> says which.
/// The numbers are journaled: never renumber, only add.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome : byte
{
    /// <summary>No outcome yet; never given to a caller.</summary>
    None = 0,

    /// <summary>A team was opened; the buyer leads it (R2).</summary>
    Opened = 1,

    /// <summary>The buyer took a seat; seats are left (R4).</summary>
    Joined = 2,

    /// <summary>The buyer took the last seat; the team has formed.</summary>
    Formed = 3,

    /// <summary>A seat, or a promise to open, is kept until <see cref="Answer.Until"/> (R33).</summary>
    Held = 4,

    /// <summary>The hold was given back (R33).</summary>
    Released = 5,

    /// <summary>Bought alone (R9).</summary>
    Bought = 6,

    /// <summary>The merchant is asked for a refund (R7).</summary>
    RefundRequested = 7,

    /// <summary>Refund granted before forming: the buyer left his team (R7).</summary>
    Left = 8,

    /// <summary>Refund granted after forming, or of a solo order (R8, R9).</summary>
    AfterSale = 9,

    /// <summary>The merchant refused the refund (R7).</summary>
    RefundRejected = 10,

    /// <summary>The buyer took his request back (R7).</summary>
    RefundWithdrawn = 11,

    /// <summary>The order is dispatched (R5).</summary>
    Shipped = 12,

    /// <summary>A refund is acknowledged as done (R37); as a refusal: the money already went back.</summary>
    Refunded = 13,

    /// <summary>A payment that must go back (R33, R35); as a refusal: the order waits for its refund.</summary>
    RefundOwed = 14,

    /// <summary>Refused (R35): this order of the item exists with other fields or from another operation.</summary>
    OrderConflict = 32,

    /// <summary>Refused: the item has no such team.</summary>
    UnknownTeam = 33,

    /// <summary>Refused: the item has no such order.</summary>
    UnknownOrder = 34,

    /// <summary>Refused (R7, R40): the team was dissolved or merged.</summary>
    Closed = 35,

    /// <summary>Refused (R3): the team has expired.</summary>
    TooLate = 36,

    /// <summary>Refused (R30): the team has formed, or its seats are all paid or held.</summary>
    Full = 37,

    /// <summary>Refused (R31): the buyer sits in an open team of the item.</summary>
    AlreadyMember = 38,

    /// <summary>Refused (R5): the order's team has not formed.</summary>
    NotFormed = 39,

    /// <summary>Refused (R5, R7): the order is not paid.</summary>
    NotPaid = 40,

    /// <summary>Refused (R7): a refund request waits for the merchant's word.</summary>
    RefundPending = 41,

    /// <summary>Refused (R7): no refund was asked for.</summary>
    NotRequested = 42,

    /// <summary>Refused (R37): no such refund is owed.</summary>
    NotOwed = 43,

    /// <summary>Refused (R10): the item has no campaign.</summary>
    NoCampaign = 44,

    /// <summary>Refused (R14, R15, R34): the item's campaign has no effect now.</summary>
    CampaignNotEffective = 45,

    /// <summary>Refused (R21): the campaign is not open to this buyer.</summary>
    NotEligible = 46,

    /// <summary>Refused (R42): the campaign's seats are sold.</summary>
    SoldOut = 47,

    /// <summary>Refused (R10): a limit of the campaign or merchant is reached.</summary>
    LimitReached = 48,

    /// <summary>Refused (R33): a field does not go with what the order is.</summary>
    BadRequest = 49,

    /// <summary>Refused: below the reserve of disk space nothing new is taken in.</summary>
    LowDisk = 64,

    /// <summary>Refused: too many requests in flight; try again.</summary>
    Busy = 65,

    /// <summary>Writing failed (R38): outcome unknown; repeat the same order after the restart.</summary>
    Unavailable = 66,
}
