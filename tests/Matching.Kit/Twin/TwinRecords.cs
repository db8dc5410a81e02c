using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>What is frozen when a team opens, or promised by a hold (R34).</summary>
internal sealed record TwinTerms(int Size, long Price, long LifeMs, bool Rescue, CampaignTerms? Offer = null);

/// <summary>A team of the twin.</summary>
internal sealed class TwinTeam
{
    public required long Id { get; init; }

    public required long Item { get; init; }

    public required bool InviteOnly { get; init; }

    /// <summary>What it is entered with; 0 for its id alone (R2).</summary>
    public long Invite { get; init; }

    public required TwinTerms Terms { get; set; }

    public required long OpenedAt { get; init; }

    public int Size => Terms.Size;

    public long Price => Terms.Price;

    public long Deadline => OpenedAt + Terms.LifeMs;

    public TeamState State { get; set; } = TeamState.Open;

    public long ClosedAt { get; set; }

    public TwinTeam? MergedInto { get; set; }

    /// <summary>Paid orders by time of joining.</summary>
    public List<TwinOrder> Members { get; } = [];

    public int EverJoined { get; set; }

    public long FirstLeader { get; init; }

    public bool IsOpen => State == TeamState.Open;
}

/// <summary>An order of the twin, with everything that was ever answered about it.</summary>
internal sealed class TwinOrder
{
    public required long Item { get; init; }

    public required long Id { get; init; }

    public required long Buyer { get; init; }

    public required Operation CreatedBy { get; init; }

    public OrderState State { get; set; }

    public RequestState Request { get; set; }

    /// <summary>The team it sits in, sat in last, or holds a seat of.</summary>
    public TwinTeam? Team { get; set; }

    /// <summary>The team it once held a seat of; stays when the hold becomes a promise.</summary>
    public TwinTeam? HeldTeam { get; set; }

    /// <summary>What seated it, or was its first payment, brought.</summary>
    public long Amount { get; set; }

    /// <summary>Everything that was ever paid for it.</summary>
    public Int128 Paid { get; set; }

    /// <summary>What of it the merchant keeps as long as the order stands (R46).</summary>
    public long Kept { get; set; }

    public int Quantity { get; set; }

    public Source Source { get; init; }

    public long Sharer { get; init; }

    public long? Due { get; init; }

    /// <summary>What was said of the buyer when the order was made (R21).</summary>
    public BuyerFacts Facts { get; init; }

    public bool IsNew => Facts.Standing == BuyerStanding.New;

    /// <summary>The merchant of its item when it was made (R45).</summary>
    public long Merchant { get; init; }

    /// <summary>The campaign it counts for: that of its hold, then that of its seat; null for none.</summary>
    public CampaignTerms? Offer { get; set; }

    /// <summary>Pieces it counts for (R42).</summary>
    public int Pieces => Math.Max(Quantity, 1);

    /// <summary>The terms a hold was given under.</summary>
    public TwinTerms? Terms { get; init; }

    public bool OpenNew { get; init; }

    public long Until { get; init; }

    /// <summary>The answer that created it; a repeat is compared with it and gets it again (R35).</summary>
    public Answer First { get; set; }

    public Answer? Release { get; set; }

    public Answer? Approval { get; set; }

    /// <summary>The latest request, and the first word on one, of each kind.</summary>
    public Answer? Asked { get; set; }

    public Answer? Rejection { get; set; }

    public Answer? Withdrawal { get; set; }

    public Answer? Shipment { get; set; }

    public bool EverBought => First.Outcome == Outcome.Bought;

    public bool EverShipped => Shipment is not null;

    /// <summary>Each payment by <see cref="Operation.Pay"/>, with what was answered.</summary>
    public List<(PaymentId Payment, Answer Answer)> Payments { get; } = [];

    /// <summary>Those that were too little for the hold, which are no payments of it (R46).</summary>
    public List<(PaymentId Payment, Answer Answer)> TooLittle { get; } = [];

    public bool IsHoldLive => State == OrderState.Held;

    /// <summary>A live hold without a team: a promise to open one.</summary>
    public bool IsPromise => IsHoldLive && Team is null;

    /// <summary>As a promise that a dissolved team left: the quota had no room for a whole team (R42).</summary>
    public bool LacksSeats { get; set; }

    public bool IsUnpaid => State is OrderState.Held or OrderState.HoldEnded or OrderState.Released;

    public bool IsClosed => State is OrderState.RefundOwed or OrderState.Refunded;

    /// <summary>A request of an order whose money already goes back is overridden (R7).</summary>
    public bool IsRequestPending => Request == RequestState.Pending && !IsClosed;
}

/// <summary>An entry of the twin's refund ledger (R37).</summary>
internal sealed class TwinRefund
{
    public required TwinOrder Order { get; init; }

    public required RefundCause Cause { get; init; }

    public required PaymentId Payment { get; init; }

    public required long Amount { get; init; }

    public required long Since { get; init; }

    public bool IsDone { get; set; }
}
