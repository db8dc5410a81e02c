using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Matching.Structures;

namespace Matching.Core;

/// <summary>Orders of an item by paid state; indexed by OrderState − Waiting.</summary>
[InlineArray(6)]
internal struct PaidCounts
{
    private int _first;
}

/// <summary>
/// One item: where its teams and holds are, when something of it is due, its counts (R19). 128 bytes; what a join touches is
/// in the first 64, one cache line.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct ItemRow
{
    public long Id;

    /// <summary>The item's place in the wheel: at or before the first due time of its teams and holds.</summary>
    public WheelLink Wheel;

    /// <summary>Joinable teams (public, open, a seat left) in R32 order: a treap.</summary>
    public int Joinable;

    /// <summary>All open teams by deadline, then id: the first and last of a list.</summary>
    public int FirstDue;
    public int LastDue;

    public int OpenTeams;

    /// <summary>What campaigns and sales say of it, in the book's list; 0 where they say nothing.</summary>
    public int Offer;

    /// <summary>Seats paid or held in open teams, and promises to open: what a buyer may have one of (R31).</summary>
    public int Seats;

    public int TeamsFormed;

    /// <summary>True while its seats are in the seat index.</summary>
    public bool SeatsIndexed;

    /// <summary>True while a command of the item waits for what was evicted: others wait behind it.</summary>
    public bool Waits;

    /// <summary>Its first two, waiting and formed, end the first cache line.</summary>
    public PaidCounts Paid;

    /// <summary>Live holds by end: a treap.</summary>
    public int Holds;

    /// <summary>The first merchant its orders were made with (R45); the others follow by MerchantRow.Next.</summary>
    public int FirstMerchant;

    public int TeamsExpired;
    public int TeamsDissolved;
    public int TeamsMerged;
    public int AfterSale;
    public int OrdersBought;
    public int OrdersShipped;

    public void CountTeam(TeamState state)
    {
        OpenTeams += state == TeamState.Open ? 1 : -1;
        switch (state)
        {
            case TeamState.Formed:
                TeamsFormed++;
                break;
            case TeamState.Expired:
                TeamsExpired++;
                break;
            case TeamState.Dissolved:
                TeamsDissolved++;
                break;
            case TeamState.Merged:
                TeamsMerged++;
                break;
        }
    }
}

/// <summary>
/// One team; 64 bytes, one cache line. The links of an open team are reused once it is closed.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TeamRow
{
    public long Id;
    public long DeadlineMs;

    /// <summary>The leader's buyer id, so that R31 mostly needs no look at the orders.</summary>
    public long Leader;
    public int Item;

    /// <summary>Its frozen terms (R34), in the book's terms table.</summary>
    public int Terms;
    public ushort Size;
    public ushort Paid;
    public ushort Held;
    public TeamState State;
    public TeamFlags Flags;

    /// <summary>First paid order by time of joining; the others follow by OrderRow.NextMember.</summary>
    public int FirstMember;

    /// <summary>First live hold; the others follow by HoldRow.NextInTeam.</summary>
    public int FirstHold;
    public int Left;
    public int Right;
    public int PreviousDue;
    public int NextDue;

    public readonly int SeatsLeft => Size - Paid - Held;

    public readonly bool InviteOnly => (Flags & TeamFlags.InviteOnly) != TeamFlags.None;

    /// <summary>When a closed team formed, expired, dissolved or merged.</summary>
    public long ClosedAtMs
    {
        readonly get => State == TeamState.Open ? 0 : ((long)Left << 32) | (uint)Right;
        set => (Left, Right) = ((int)(value >> 32), (int)value);
    }

    /// <summary>Slot of the team a merged one belongs to.</summary>
    public int MergedInto
    {
        readonly get => State == TeamState.Merged ? PreviousDue : 0;
        set => PreviousDue = value;
    }
}

[Flags]
internal enum TeamFlags : byte
{
    None = 0,
    InviteOnly = 1,

    /// <summary>The team is in its item's treap of joinable teams.</summary>
    Listed = 2,

    /// <summary>What is left of an evicted team that orders still name: id, deadline, item.</summary>
    Stub = 4,
}

[Flags]
internal enum OrderFlags : byte
{
    None = 0,
    Shipped = 1,
    EverRejected = 2,
    EverWithdrawn = 4,

    /// <summary>It names a team without sitting in it: it left (R7), or its join brought too little (R46).</summary>
    OutOfTeam = 8,

    /// <summary>These were answered when the order's team was merged already (R35: a repeat names the first answer's team).</summary>
    RequestedInSurvivor = 16,
    RejectedInSurvivor = 32,
    WithdrawnInSurvivor = 64,

    /// <summary>The storefront said that the buyer is new (R21, R23).</summary>
    NewBuyer = 128,
}

/// <summary>One order; 64 bytes.</summary>
internal struct OrderRow
{
    public long Id;
    public long Buyer;
    public long Amount;
    public int Item;

    /// <summary>The team it sits in, sat in last, or holds a seat of; a merged one leads on to its survivor.</summary>
    public int Team;

    /// <summary>The next member of the team, by time of joining.</summary>
    public int NextMember;

    /// <summary>What most orders lack: its hold and payment, and details it was made with. 0 for none.</summary>
    public int Side;

    /// <summary>Its first refund entry; the others follow by RefundRow.Next.</summary>
    public int FirstRefund;
    public int Quantity;

    /// <summary>The campaign it counts under; 0 for none.</summary>
    public int Campaign;
    public OrderState State;
    public Operation CreatedBy;

    /// <summary>First outcome of the operation that created it (R35).</summary>
    public Outcome First;
    public RequestState Request;
    public OrderFlags Flags;
    public Source Source;

    /// <summary>The merchant it was made with (R45): his place among those of its item, from 1; 0 for none.</summary>
    public byte Merchant;

    /// <summary>The buyer's tier as the storefront said it (R21).</summary>
    public byte Tier;

    // What stands before this is saved as it is: see OrderRecord.

    /// <summary>What only holds and payments know; 0 for an order paid by its join.</summary>
    public readonly int Hold => CreatedBy is Operation.Hold or Operation.Pay ? Side : 0;
}

/// <summary>
/// The side row of an order: the hold and the payment of one that was held first, or was unknown when it was paid; and the details
/// of one that was made with any. 64 bytes; an order that its join paid, with nothing more to say, has none.
/// </summary>
internal struct HoldRow
{
    public long UntilMs;

    /// <summary>The first payment, as <see cref="PaymentTexts"/> keeps it; 0 for none.</summary>
    public long Payment;
    public int Order;
    public int Terms;

    /// <summary>The team first held; 0 for a promise. Order.Team changes, this does not.</summary>
    public int FirstTeam;
    public int NextInTeam;
    public bool OpenNew;
    public bool Rerouted;

    /// <summary>First outcome of the payment (R35); None while unpaid.</summary>
    public Outcome Paid;

    /// <summary>A live promise for which the quota had no room: what a dissolved team may leave (R7, R42).</summary>
    public bool WithoutSeats;

    // What stands before this is saved as it is: see HoldRecord.
    public int Left;
    public int Right;
    public OrderDetails Details;
}

/// <summary>A merchant that orders of an item were made with (R45): nearly always there is one.</summary>
internal struct MerchantRow
{
    public long Id;
    public int Next;
}

/// <summary>One entry of the refund ledger (R37).</summary>
internal struct RefundRow
{
    public long Amount;
    public long SinceMs;

    /// <summary>The payment that goes back, as <see cref="PaymentTexts"/> keeps it: whole until it is done; 0 for none.</summary>
    public long Payment;
    public int Order;
    public int Next;
    public RefundCause Cause;
    public bool Done;
    private readonly ushort _unused;

    // What stands before this is saved as it is: see RefundRecord.
    public int Left;
    public int Right;
}

/// <summary>Terms frozen into teams and holds (R34). Equal terms are one entry.</summary>
internal readonly record struct FrozenTerms(int Size, long Price, long LifeMs, bool Rescue, int Campaign, int Version);
