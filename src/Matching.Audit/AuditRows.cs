using Matching.Core;

namespace Matching.Audit;

/// <summary>An order. Team and Next are row numbers + 1; 0 for none.</summary>
internal struct OrderRow
{
    public long Buyer;
    public Int128 Paid;
    public long Kept;
    public int Team;
    public int Next;
    public OrderState State;
    public RequestState Request;

    /// <summary>Left, AfterSale: the refund granted, whose entry must follow; the order is in no state meanwhile.</summary>
    public RefundCause Granted;

    /// <summary>A refund after sale was granted for it.</summary>
    public bool WasGranted;

    /// <summary>It was dispatched, whatever came after.</summary>
    public bool WasShipped;

    /// <summary>It was bought alone.</summary>
    public bool WasBought;

    /// <summary>Its refund entries that are owed.</summary>
    public int OwedEntries;

    /// <summary>A hold made it.</summary>
    public bool WasHeld;

    /// <summary>It has left memory: no event may come to it before it is reopened.</summary>
    public bool HasLeft;

    /// <summary>A refund request waits for the merchant.</summary>
    public readonly bool IsPending => Request == RequestState.Pending && State is >= OrderState.Waiting and <= OrderState.Bought;
}

/// <summary>A team. First is the row number + 1 of the latest order, paid or held, that sits in it, or did when it closed.</summary>
internal struct TeamRow
{
    public long Item;
    public long DeadlineMs;
    public long Price;
    public long Campaign;
    public int Version;
    public int First;
    public ushort Size;
    public ushort Paid;
    public ushort Held;
    public TeamState State;
    public bool InviteOnly;
}

/// <summary>An item: the latest times seen, and the row number + 1 of a full team whose forming must come next.</summary>
internal struct ItemRow
{
    public long LastMs;
    public long LastDecisionMs;
    public int MustForm;
}

/// <summary>A hold: its end, and the row number + 1 of the team whose seat it keeps or kept.</summary>
internal readonly record struct HoldTerms(long UntilMs, int Team)
{
    /// <summary>Of a promise to open: the campaign whose quota it takes seats of.</summary>
    public long Campaign { get; init; }

    /// <summary>Seats of the team held or promised.</summary>
    public int Size { get; init; }

    /// <summary>It took them; false where a dissolved team left it none.</summary>
    public bool TakesSeats { get; init; }

    /// <summary>It is its buyer's one seat of the item.</summary>
    public bool CountsAsSeat { get; init; }

    /// <summary>Its pieces; 0 where they are not said.</summary>
    public int Pieces { get; init; }
}

/// <summary>A campaign: what its versions may sell, and what is taken of it.</summary>
internal sealed class CampaignRow
{
    /// <summary>Seats of the quota by version; 0 for none.</summary>
    public Dictionary<int, long> Quotas { get; } = [];

    public long SeatsTaken { get; set; }
}

/// <summary>A rule that the journal breaks.</summary>
/// <param name="Sequence">Position of the event that breaks it; the journal's end for what is missing altogether.</param>
/// <param name="Rule">Which.</param>
/// <param name="Text">How.</param>
public readonly record struct Violation(long Sequence, string Rule, string Text);

/// <summary>An order as the events tell of it.</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="Buyer">Who bought; 0 for a payment of an unknown order.</param>
/// <param name="Team">The team it sits in, sat in last, or holds a seat of; 0 for none. After a merge, the survivor (R40).</param>
/// <param name="State">Its state.</param>
/// <param name="Request">Its refund request.</param>
/// <param name="WasShipped">It was dispatched, whatever came after.</param>
/// <param name="Paid">Fen, in all (R46).</param>
/// <param name="Kept">Fen that stay with the merchant.</param>
/// <param name="Owed">Fen that must go back.</param>
/// <param name="Refunded">Fen that went back.</param>
public readonly record struct AuditedOrder(
    long Item, long Order, long Buyer, long Team, OrderState State, RequestState Request, bool WasShipped, Int128 Paid, long Kept,
    Int128 Owed, Int128 Refunded);

/// <summary>A team as the events tell of it.</summary>
/// <param name="Item">The item.</param>
/// <param name="Team">Its id.</param>
/// <param name="State">Its state.</param>
/// <param name="InviteOnly">Entered with an invite only (R2).</param>
/// <param name="Size">Seats.</param>
/// <param name="SeatsLeft">Seats neither paid nor held; 0 where it is not open.</param>
/// <param name="Price">Fen.</param>
/// <param name="DeadlineMs">Ms since 1970.</param>
/// <param name="Campaign">The campaign whose terms it has; 0 for default terms.</param>
/// <param name="Members">Paid buyers by time of joining; of a closed team, those it had then.</param>
public sealed record AuditedTeam(
    long Item, long Team, TeamState State, bool InviteOnly, int Size, int SeatsLeft, long Price, long DeadlineMs, long Campaign,
    IReadOnlyList<long> Members);
