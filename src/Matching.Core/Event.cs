using System.Text.Json.Serialization;

namespace Matching.Core;

/// <summary>What happened. The numbers are journaled: never renumber, only add.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EventKind>))]
public enum EventKind : byte
{
    /// <summary>No event; never journaled.</summary>
    None = 0,

    /// <summary>A team opened; its leader's order took the first seat (R2). Via: OpenTeam, QuickJoin or Pay.</summary>
    TeamOpened = 1,

    /// <summary>An order took a seat in an open team (R4). Via: JoinTeam, QuickJoin or Pay.</summary>
    SeatTaken = 2,

    /// <summary>The last seat was paid, by Order, or a merge filled the team (R40; Order is 0). Its waiting orders are formed.</summary>
    TeamFormed = 3,

    /// <summary>The deadline passed unformed (R6). A RefundOwed follows for each of its orders.</summary>
    TeamExpired = 4,

    /// <summary>The last member left (R7). Live holds in the team become promises to open.</summary>
    TeamDissolved = 5,

    /// <summary>At its deadline the team was absorbed by <see cref="Event.OtherTeam"/>, to which its orders now belong (R40).</summary>
    TeamMerged = 6,

    /// <summary>A seat (Team ≠ 0) or a promise to open is kept for an order until Deadline (R33).</summary>
    HoldPlaced = 7,

    /// <summary>A hold ran out unpaid (R33).</summary>
    HoldEnded = 8,

    /// <summary>A hold was given back by its owner (R33).</summary>
    HoldReleased = 9,

    /// <summary>Bought alone (R9).</summary>
    SoloBought = 10,

    /// <summary>A refund was asked for (R7).</summary>
    RefundRequested = 11,

    /// <summary>The merchant refused it (R7).</summary>
    RefundRejected = 12,

    /// <summary>The buyer took it back (R7).</summary>
    RefundWithdrawn = 13,

    /// <summary>The buyer left his open team (R7): the request is granted, a RefundOwed follows.</summary>
    MemberLeft = 14,

    /// <summary>A refund after forming, or of a solo order, is granted (R8): a RefundOwed follows.</summary>
    AfterSaleGranted = 15,

    /// <summary>Money must go back: one entry of the refund ledger (R37). Payment tells entries of one cause apart.</summary>
    RefundOwed = 16,

    /// <summary>An entry of the refund ledger is acknowledged (R37).</summary>
    RefundDone = 17,

    /// <summary>The order was dispatched (R5).</summary>
    Shipped = 18,

    /// <summary>The manual clock moved to At; concerns every item.</summary>
    TimeAdvanced = 19,

    /// <summary>
    /// A closed team leaves memory with its orders, or an order that sits in no team: named by Team or by Order. Changes nothing that is
    /// told of them; the journal has their whole record.
    /// </summary>
    Closed = 20,

    /// <summary>A closed team or order is in memory again, since an event behind this one changes it.</summary>
    Reopened = 21,
}

/// <summary>
/// One thing that happened: what is journaled, replayed and given to subscribers. One shape for every kind; a kind uses the
/// fields its description names and leaves the others 0. Every event but TimeAdvanced carries Item and At.
/// </summary>
public record struct Event
{
    /// <summary>What happened.</summary>
    public EventKind Kind { get; set; }

    /// <summary>The operation that seated the order.</summary>
    public Operation Via { get; set; }

    /// <summary>RefundOwed, RefundDone: why.</summary>
    public RefundCause Cause { get; set; }

    /// <summary>TeamOpened, SeatTaken, HoldPlaced, SoloBought: where the order came from (R23).</summary>
    public Source Source { get; set; }

    /// <summary>TeamOpened: neither listed nor suggested, entered with its <see cref="Invite"/> (R2).</summary>
    public bool InviteOnly { get; set; }

    /// <summary>
    /// TeamOpened: the code an invite-only team is entered with (R2); 0 for a public one, and for those of before there were codes.
    /// </summary>
    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Invite { get; set; }

    /// <summary>HoldPlaced: a promise that insists on a new team (R33).</summary>
    public bool OpenNew { get; set; }

    /// <summary>SeatTaken, TeamOpened via Pay: seated in another team than the one held (R33).</summary>
    public bool Rerouted { get; set; }

    /// <summary>TeamOpened, SeatTaken, HoldPlaced: the storefront said that the buyer is new (R21, R23).</summary>
    public bool NewBuyer { get; set; }

    /// <summary>TeamOpened, HoldPlaced: the terms' merge switch is off (R40).</summary>
    public bool NoRescue { get; set; }

    /// <summary>An event that makes an order: <see cref="Due"/> was named (R46).</summary>
    public bool DueNamed { get; set; }

    /// <summary>An event that makes an order: the buyer's tier as the storefront said it (R21); 0 for none.</summary>
    public byte Tier { get; set; }

    /// <summary>TeamOpened, HoldPlaced: seats of the team, of the terms promised.</summary>
    public ushort Size { get; set; }

    /// <summary>
    /// Pieces bought (R44). TeamDissolved: of the holds that become promises, how many, the latest ones, find no seats in the quota (R42).
    /// </summary>
    public int Quantity { get; set; }

    /// <summary>When, in ms since 1970. Of an expiry, a merge or a hold's end: the deadline itself (R36).</summary>
    public long At { get; set; }

    /// <summary>The item.</summary>
    [JsonId]
    public long Item { get; set; }

    /// <summary>The order concerned.</summary>
    [JsonId]
    public long Order { get; set; }

    /// <summary>Who bought.</summary>
    [JsonId]
    public long Buyer { get; set; }

    /// <summary>The team concerned.</summary>
    public long Team { get; set; }

    /// <summary>TeamMerged: the team that absorbed it (R40).</summary>
    public long OtherTeam { get; set; }

    /// <summary>TeamOpened: the team's deadline; HoldPlaced: the hold's end. Ms since 1970.</summary>
    public long Deadline { get; set; }

    /// <summary>TeamOpened: the team's price; HoldPlaced: the price held. Fen.</summary>
    public long Price { get; set; }

    /// <summary>Amount paid or owed, in fen (R44).</summary>
    public long Amount { get; set; }

    /// <summary>The payment's own id (R35).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PaymentId Payment { get; set; }

    /// <summary>HoldPlaced: life of a team opened under the terms promised, in ms.</summary>
    public long LifeMs { get; set; }

    /// <summary>TeamOpened, HoldPlaced: the campaign whose terms hold; 0 for default terms (R34).</summary>
    public long Campaign { get; set; }

    /// <summary>TeamOpened, HoldPlaced: the version of its terms.</summary>
    public int TermsVersion { get; set; }

    /// <summary>An event that makes an order: the amount due for it, in fen, where it was named (R46).</summary>
    public long Due { get; set; }

    /// <summary>An event that makes an order: who shared what led to it (R23); 0 for nobody.</summary>
    [JsonId]
    public long Sharer { get; set; }

    /// <summary>An event that makes an order: the merchant it is made with (R45); 0 for none.</summary>
    [JsonId]
    public long Merchant { get; set; }
}
