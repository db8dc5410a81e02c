using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Matching.Core;

/// <summary>State of an order: for a paid one, exactly one of the last six (R41).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderState>))]
public enum OrderState : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>A live hold, not paid (R33).</summary>
    Held = 1,

    /// <summary>The hold ran out unpaid (R33).</summary>
    HoldEnded = 2,

    /// <summary>The hold was given back (R33).</summary>
    Released = 3,

    /// <summary>Paid; the team is open.</summary>
    Waiting = 4,

    /// <summary>Paid; the team has formed.</summary>
    Formed = 5,

    /// <summary>Dispatched (R5).</summary>
    Shipped = 6,

    /// <summary>Bought alone, not yet dispatched (R9).</summary>
    Bought = 7,

    /// <summary>The money must go back (R37).</summary>
    RefundOwed = 8,

    /// <summary>The money went back (R37).</summary>
    Refunded = 9,
}

/// <summary>State of a team.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TeamState>))]
public enum TeamState : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>Filling up.</summary>
    Open = 1,

    /// <summary>The last seat is paid.</summary>
    Formed = 2,

    /// <summary>The deadline passed unformed (R6).</summary>
    Expired = 3,

    /// <summary>The last member left (R7).</summary>
    Dissolved = 4,

    /// <summary>Absorbed by another team at its deadline (R40).</summary>
    Merged = 5,
}

/// <summary>Where a refund request stands (R7).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestState>))]
public enum RequestState : byte
{
    /// <summary>Never asked.</summary>
    None = 0,

    /// <summary>Waits for the merchant.</summary>
    Pending = 1,

    /// <summary>Refused by the merchant.</summary>
    Rejected = 2,

    /// <summary>Taken back by the buyer.</summary>
    Withdrawn = 3,

    /// <summary>Granted.</summary>
    Approved = 4,
}

/// <summary>An order as a reader sees it.</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="Buyer">Who bought; 0 for a payment of an unknown order.</param>
/// <param name="Team">The team it sits in, sat in last, or holds a seat of; 0 for none. After a merge, the survivor (R40).</param>
/// <param name="State">Its state.</param>
/// <param name="Request">Its refund request.</param>
/// <param name="WasShipped">True once dispatched, also after an after-sale refund (R8).</param>
/// <param name="Amount">Paid in all, second payments too, in fen (R44, R46).</param>
/// <param name="Quantity">Pieces (R44).</param>
/// <param name="Until">End of its hold, in ms since 1970; 0 where it never was one.</param>
/// <param name="Source">Where it came from (R23).</param>
public readonly record struct OrderView(
    [property: JsonId] long Item, [property: JsonId] long Order, [property: JsonId] long Buyer, long Team, OrderState State,
        RequestState Request, bool WasShipped,
    [property: JsonFen] Int128 Amount, int Quantity, long Until, Source Source)
{
    /// <summary>The merchant it was made with (R45); 0 for none.</summary>
    [JsonId]
    public long Merchant { get; init; }

    /// <summary>Who shared what led to it (R23); 0 for nobody.</summary>
    [JsonId]
    public long Sharer { get; init; }

    /// <summary>The storefront said that the buyer is new (R21, R23).</summary>
    public bool NewBuyer { get; init; }

    /// <summary>The buyer's tier as the storefront said it (R21); 0 for none.</summary>
    public byte Tier { get; init; }

    /// <summary>The amount due, in fen; null where none was named (R46).</summary>
    public long? Due { get; init; }

    /// <summary>What of <see cref="Amount"/> stays with the merchant, in fen: Amount = Kept + Owed + Refunded (R46).</summary>
    public long Kept { get; init; }

    /// <summary>What of <see cref="Amount"/> must go back, in fen (R37).</summary>
    [JsonFen]
    public Int128 Owed { get; init; }

    /// <summary>What of <see cref="Amount"/> went back, in fen (R37).</summary>
    [JsonFen]
    public Int128 Refunded { get; init; }
}

/// <summary>A team as a reader sees it.</summary>
/// <param name="Item">The item.</param>
/// <param name="Team">Its id.</param>
/// <param name="State">Its state.</param>
/// <param name="InviteOnly">Neither listed nor suggested, entered with its <see cref="Invite"/> (R2).</param>
/// <param name="Size">Seats.</param>
/// <param name="SeatsLeft">Seats neither paid nor held.</param>
/// <param name="Price">Group price in fen; 0 where none was named.</param>
/// <param name="OpenedAt">Ms since 1970.</param>
/// <param name="Deadline">Ms since 1970.</param>
/// <param name="ClosedAt">When it formed, expired, dissolved or merged; 0 while open.</param>
/// <param name="MergedInto">The survivor (R40); 0 for none.</param>
/// <param name="Leader">The leading buyer; 0 for none.</param>
/// <param name="Members">Paid buyers by time of joining; after forming, those who formed it.</param>
/// <param name="Campaign">The campaign whose terms it has; 0 for default terms.</param>
public sealed record TeamView(
    [property: JsonId] long Item, long Team, TeamState State, bool InviteOnly, int Size, int SeatsLeft, long Price,
    long OpenedAt, long Deadline, long ClosedAt, long MergedInto, [property: JsonId] long Leader, IReadOnlyList<long> Members,
        long Campaign = 0)
{
    /// <summary>Paid buyers by time of joining; after forming, those who formed it.</summary>
    [JsonConverter(typeof(IdListJsonConverter))]
    public IReadOnlyList<long> Members { get; init; } = new PrintedList<long>(Members);

    /// <summary>The code an invite-only team is entered with (R2): for its members' eyes. 0 for none.</summary>
    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Invite { get; init; }
}

/// <summary>One line of the list of an item's open teams (R4).</summary>
/// <param name="Team">Its id.</param>
/// <param name="Size">Seats.</param>
/// <param name="SeatsLeft">Seats neither paid nor held.</param>
/// <param name="Deadline">Ms since 1970.</param>
/// <param name="Price">Group price in fen; 0 where none was named.</param>
public readonly record struct OpenTeamView(long Team, int Size, int SeatsLeft, long Deadline, long Price);

/// <summary>One entry of the refund ledger that is still owed (R37).</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="Buyer">Who paid; 0 where unknown.</param>
/// <param name="Cause">Why.</param>
/// <param name="Payment">The payment that goes back, where it had an id of its own; else 0.</param>
/// <param name="Amount">Fen.</param>
/// <param name="Since">Owed since, in ms since 1970.</param>
public readonly record struct RefundView(
    [property: JsonId] long Item, [property: JsonId] long Order, [property: JsonId] long Buyer, RefundCause Cause,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] PaymentId Payment, long Amount, long Since)
{
    /// <summary>
    /// Names this entry and no other, for ever: the idempotency key to hand to the payment system, and back when the refund is done.
    /// </summary>
    public string Key => RefundKey.Of(Item, Order, Cause, Payment);
}

/// <summary>Counts of an item, a campaign, a merchant, or of all (R19). Teams ever; orders by present state (R41), and ever.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct Counts
{
    /// <summary>The counts of teams, which stand before those of orders.</summary>
    private const int TeamCounts = 6;

    /// <summary>Teams ever opened = open + formed + expired + dissolved + merged.</summary>
    public long TeamsOpened { get; set; }

    /// <summary>Teams ever formed.</summary>
    public long TeamsFormed { get; set; }

    /// <summary>Teams ever expired.</summary>
    public long TeamsExpired { get; set; }

    /// <summary>Teams ever dissolved (R7).</summary>
    public long TeamsDissolved { get; set; }

    /// <summary>Teams ever merged into another (R40).</summary>
    public long TeamsMerged { get; set; }

    /// <summary>Teams open now.</summary>
    public long TeamsOpen { get; set; }

    /// <summary>Orders waiting for their team.</summary>
    public long Waiting { get; set; }

    /// <summary>Orders formed, not shipped.</summary>
    public long Formed { get; set; }

    /// <summary>Orders shipped.</summary>
    public long Shipped { get; set; }

    /// <summary>Solo orders, not shipped.</summary>
    public long Bought { get; set; }

    /// <summary>Orders whose money must go back.</summary>
    public long RefundOwed { get; set; }

    /// <summary>Orders whose money went back.</summary>
    public long Refunded { get; set; }

    /// <summary>After-sale refunds ever granted: the numerator of the refund rate (R8).</summary>
    public long AfterSale { get; set; }

    /// <summary>Orders ever bought alone (R9).</summary>
    public long OrdersBought { get; set; }

    /// <summary>Orders ever shipped, whatever came after.</summary>
    public long OrdersShipped { get; set; }

    /// <summary>Orders ever formed: an order leaves what was sold by an after-sale refund only, once.</summary>
    public readonly long OrdersFormed => Formed + Shipped + Bought + AfterSale - OrdersBought;

    /// <summary>Orders whose money ever went back: nothing follows that.</summary>
    public readonly long OrdersRefunded => Refunded;

    /// <summary>Counts a team that opened, or was closed in one of four ways.</summary>
    internal void AddTeam(TeamState state)
    {
        TeamsOpen += state == TeamState.Open ? 1 : -1;
        switch (state)
        {
            case TeamState.Open:
                TeamsOpened++;
                break;
            case TeamState.Formed:
                TeamsFormed++;
                break;
            case TeamState.Expired:
                TeamsExpired++;
                break;
            case TeamState.Dissolved:
                TeamsDissolved++;
                break;
            default:
                TeamsMerged++;
                break;
        }
    }

    /// <summary>Takes back what <see cref="AddTeam"/> counted of a team that opened and closed.</summary>
    internal void RemoveTeam(TeamState state)
    {
        Counts one = default;
        one.AddTeam(TeamState.Open);
        one.AddTeam(state);
        TeamsOpened -= one.TeamsOpened;
        TeamsFormed -= one.TeamsFormed;
        TeamsExpired -= one.TeamsExpired;
        TeamsDissolved -= one.TeamsDissolved;
        TeamsMerged -= one.TeamsMerged;
    }

    /// <summary>Counts orders in or out of a paid state.</summary>
    internal void AddOrders(OrderState state, int orders)
    {
        // The counts are longs in a row, those of paid orders in the order of the states: one addition, where a switch would be
        // mispredicted with every other join.
        Unsafe.Add(ref Unsafe.As<Counts, long>(ref this), TeamCounts + (state - OrderState.Waiting)) += orders;
    }

    /// <summary>Counts one order out of a state and into another, where they are paid ones.</summary>
    internal void MoveOrder(OrderState from, OrderState to)
    {
        if (from >= OrderState.Waiting)
        {
            AddOrders(from, -1);
        }

        if (to >= OrderState.Waiting)
        {
            AddOrders(to, 1);
        }
    }

    /// <summary>These orders without those of another.</summary>
    internal readonly Counts LessOrders(in Counts other) => this with
    {
        Waiting = Waiting - other.Waiting,
        Formed = Formed - other.Formed,
        Shipped = Shipped - other.Shipped,
        Bought = Bought - other.Bought,
        RefundOwed = RefundOwed - other.RefundOwed,
        Refunded = Refunded - other.Refunded,
        AfterSale = AfterSale - other.AfterSale,
        OrdersBought = OrdersBought - other.OrdersBought,
        OrdersShipped = OrdersShipped - other.OrdersShipped,
    };

    /// <summary>Adds another's counts to these.</summary>
    public void Add(in Counts other)
    {
        TeamsOpened += other.TeamsOpened;
        TeamsFormed += other.TeamsFormed;
        TeamsExpired += other.TeamsExpired;
        TeamsDissolved += other.TeamsDissolved;
        TeamsMerged += other.TeamsMerged;
        TeamsOpen += other.TeamsOpen;
        Waiting += other.Waiting;
        Formed += other.Formed;
        Shipped += other.Shipped;
        Bought += other.Bought;
        RefundOwed += other.RefundOwed;
        Refunded += other.Refunded;
        AfterSale += other.AfterSale;
        OrdersBought += other.OrdersBought;
        OrdersShipped += other.OrdersShipped;
    }
}
