using System.Text.Json.Serialization;

namespace Matching.Core;

/// <summary>What a caller asks of an item. The numbers are journaled: never renumber, only add.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Operation>))]
public enum Operation : byte
{
    /// <summary>No operation; never valid in a command.</summary>
    None = 0,

    /// <summary>Open a team and lead it (R2).</summary>
    OpenTeam = 1,

    /// <summary>Join any stranger's open team of the item, or open one (R4).</summary>
    QuickJoin = 2,

    /// <summary>Join a named team (R4).</summary>
    JoinTeam = 3,

    /// <summary>Keep a seat while the payment runs (R33).</summary>
    Hold = 4,

    /// <summary>Pay for a hold (R33).</summary>
    Pay = 5,

    /// <summary>Give a hold back before it ends (R33).</summary>
    Release = 6,

    /// <summary>Buy alone at the normal price (R9).</summary>
    SoloBuy = 7,

    /// <summary>The buyer asks for his money (R7, R8).</summary>
    RequestRefund = 8,

    /// <summary>The merchant grants the request (R7, R8).</summary>
    ApproveRefund = 9,

    /// <summary>The merchant refuses the request (R7).</summary>
    RejectRefund = 10,

    /// <summary>The buyer takes the request back (R7).</summary>
    WithdrawRefund = 11,

    /// <summary>The merchant dispatches the order (R5).</summary>
    Ship = 12,

    /// <summary>The payment system says the money went back (R37).</summary>
    RefundDone = 13,
}

/// <summary>Where a join came from (R23). The numbers are journaled: never renumber, only add.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Source>))]
public enum Source : byte
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>The item's detail page.</summary>
    DetailPage = 1,

    /// <summary>A chat group's card.</summary>
    ChatGroup = 2,

    /// <summary>A live room.</summary>
    LiveRoom = 3,

    /// <summary>A short video.</summary>
    ShortVideo = 4,

    /// <summary>A share link of the leader.</summary>
    ShareLink = 5,

    /// <summary>A venue (R20).</summary>
    Venue = 6,

    /// <summary>Anything else the caller named.</summary>
    Other = 7,
}

/// <summary>Why money must go back (R37). The numbers are journaled: never renumber, only add.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefundCause>))]
public enum RefundCause : byte
{
    /// <summary>Not said: a RefundDone means an entry of any cause.</summary>
    None = 0,

    /// <summary>The team reached its deadline unformed (R6).</summary>
    Expired = 1,

    /// <summary>The buyer left an open team (R7).</summary>
    Left = 2,

    /// <summary>A refund of a formed, shipped or solo order (R8, R9).</summary>
    AfterSale = 3,

    /// <summary>A payment that could be seated nowhere (R33).</summary>
    LatePayment = 4,

    /// <summary>A payment of an order unknown or released (R33).</summary>
    UnknownPayment = 5,

    /// <summary>A further payment of a paid order (R35).</summary>
    SecondPayment = 6,

    /// <summary>A payment of less than the amount due: it seats nobody, and all of it goes back (R46).</summary>
    Underpaid = 7,

    /// <summary>What a payment brought beyond the amount due (R46).</summary>
    Overpaid = 8,

    /// <summary>What the amount due exceeded the price of the team that a payment was moved to (R33, R46).</summary>
    PriceDifference = 9,
}
