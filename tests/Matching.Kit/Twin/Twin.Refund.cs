using Matching.Core;

namespace Matching.Kit;

/// <summary>The ship gate and refunds (R5–R8, R37).</summary>
public sealed partial class Twin
{
    private Answer Ship(Command c)
    {
        TwinOrder? order = OrderOf(c);
        if (order?.Shipment is { } first && !Has(Mutant.ShippedTwice))
        {
            return Again(first, c.Item);
        }

        if (RefusalOfUnpaidOrClosed(order, c, rule: 5) is { } refusal)
        {
            return refusal;
        }

        if (order!.IsRequestPending && !Has(Mutant.ShipWhileRefundPending))
        {
            return RefuseAndSuggest(Outcome.RefundPending, 7, AskedBy(order), order.Team?.Id ?? 0);
        }

        if (!MayShip(order))
        {
            return RefuseAndSuggest(Outcome.NotFormed, 5, AskedBy(order), order.Team?.Id ?? 0);
        }

        order.State = OrderState.Shipped;
        order.Shipment = Accept(Outcome.Shipped, order.Team);
        Emit(EventKind.Shipped, _now, order.Team, order);
        return order.Shipment.Value;
    }

    private bool MayShip(TwinOrder order)
    {
        TwinTeam? gate = Has(Mutant.ShipGateOnTheTeamHeld) && order.HeldTeam is not null ? order.HeldTeam : order.Team;
        return gate is null || gate.State == TeamState.Formed;
    }

    private Answer RequestRefund(Command c)
    {
        TwinOrder? order = OrderOf(c);
        bool asked = order?.Request is RequestState.Pending or RequestState.Approved
            || (order?.Request == RequestState.Rejected && Has(Mutant.RejectedForEver));
        if (asked)
        {
            return Again(order!.Asked!.Value, c.Item);
        }

        if (RefusalOfUnpaidOrClosed(order, c, rule: 7) is { } refusal)
        {
            return refusal;
        }

        order!.Asked = SetRequest(order, RequestState.Pending, EventKind.RefundRequested, Outcome.RefundRequested);
        return order.Asked.Value;
    }

    private Answer RejectRefund(Command c)
    {
        TwinOrder? order = OrderOf(c);
        if (RepeatOrRefusalOfUnrequested(order, order?.Rejection, c) is { } answer)
        {
            return answer;
        }

        Answer rejected = SetRequest(order!, RequestState.Rejected, EventKind.RefundRejected, Outcome.RefundRejected);
        order!.Rejection = rejected;
        return rejected;
    }

    private Answer WithdrawRefund(Command c)
    {
        TwinOrder? order = OrderOf(c);
        if (RepeatOrRefusalOfUnrequested(order, order?.Withdrawal, c) is { } answer)
        {
            return answer;
        }

        Answer withdrawn = SetRequest(order!, RequestState.Withdrawn, EventKind.RefundWithdrawn, Outcome.RefundWithdrawn);
        order!.Withdrawal = withdrawn;
        return withdrawn;
    }

    private Answer SetRequest(TwinOrder order, RequestState state, EventKind kind, Outcome outcome)
    {
        order.Request = state;
        Emit(kind, _now, order.Team, order);
        return Accept(outcome, order.Team);
    }

    private Answer ApproveRefund(Command c)
    {
        TwinOrder? order = OrderOf(c);
        if (order?.Approval is { } first)
        {
            return Again(first, c.Item);
        }

        if (RefusalOfUnpaidOrClosed(order, c, rule: 7) is { } refusal)
        {
            return refusal;
        }

        if (!order!.IsRequestPending)
        {
            return Refuse(Outcome.NotRequested, 7, order.Team?.Id ?? 0);
        }

        order.Request = RequestState.Approved;
        Answer answer = order.State == OrderState.Waiting ? Leave(order) : GrantAfterSale(order);
        order.Approval = answer;
        return answer;
    }

    /// <summary>R7: the seat is free again; the next member leads; the last one leaving dissolves the team.</summary>
    private Answer Leave(TwinOrder order)
    {
        TwinTeam team = order.Team!;
        team.Members.Remove(order);
        order.State = OrderState.RefundOwed;
        Emit(EventKind.MemberLeft, _now, team, order);
        Owe(order, RefundCause.Left, _now);
        if (team.Members.Count == 0)
        {
            Dissolve(team);
        }

        return Accept(Outcome.Left, team);
    }

    private void Dissolve(TwinTeam team)
    {
        List<TwinOrder> holds = LiveHolds(team);
        team.State = TeamState.Dissolved;
        team.ClosedAt = _now;
        foreach (TwinOrder hold in holds)
        {
            // The team has given its seats back; each takes a whole team's in its turn, while there is room.
            hold.LacksSeats = IsSoldOut(hold.Terms!) || Has(Mutant.PromisesOfADissolvedTeamTakeNoSeats);
            hold.Team = null;
            hold.State = Has(Mutant.DissolveLosesHolds) ? OrderState.HoldEnded : OrderState.Held;
        }

        Emit(Happened(EventKind.TeamDissolved, _now, team, null) with { Quantity = holds.Count(h => h.LacksSeats) });
    }

    /// <summary>R8: touches nobody else.</summary>
    private Answer GrantAfterSale(TwinOrder order)
    {
        if (Has(Mutant.AfterSaleTouchesTheTeam))
        {
            order.Team?.Members.Remove(order);
        }

        order.State = OrderState.RefundOwed;
        Emit(EventKind.AfterSaleGranted, _now, order.Team, order);
        Owe(order, RefundCause.AfterSale, _now);
        return Accept(Outcome.AfterSale, order.Team);
    }

    private Answer RefundDone(Command c)
    {
        if (OrderOf(c) is not { } order)
        {
            return Refuse(Outcome.UnknownOrder, 0);
        }

        List<TwinRefund> meant = _refunds.FindAll(r => r.Order == order && IsMeant(r, c));
        TwinRefund? oldest = meant.Where(r => !r.IsDone || Has(Mutant.NamelessRefundDoneMeansTheOldestEver)).MinBy(r => r.Since);
        if (meant.Count == 0)
        {
            return Refuse(Outcome.NotOwed, 37);
        }

        if (oldest is null or { IsDone: true })
        {
            return Again(Accept(Outcome.Refunded), c.Item);
        }

        foreach (TwinRefund refund in Has(Mutant.RefundDoneClosesAll) ? meant.FindAll(r => !r.IsDone) : [oldest])
        {
            Acknowledge(refund);
        }

        return Accept(Outcome.Refunded);
    }

    /// <summary>R37: with a key the one entry of that key, else any of the cause and payment named.</summary>
    private bool IsMeant(TwinRefund refund, Command c) => c.ByKey && !Has(Mutant.RefundKeyIgnored)
        ? string.Equals(
            KeyOf(refund.Order, refund.Cause, refund.Payment), KeyOf(refund.Order, c.Cause, c.Payment), StringComparison.Ordinal)
        : (c.Cause == RefundCause.None || refund.Cause == c.Cause) && (c.Payment == 0 || refund.Payment == c.Payment);

    private static string KeyOf(TwinOrder order, RefundCause cause, PaymentId payment) =>
        new RefundView(order.Item, order.Id, 0, cause, payment, 0, 0).Key;

    private void Acknowledge(TwinRefund refund)
    {
        refund.IsDone = true;
        bool leavesTheOrder = refund.Cause is RefundCause.SecondPayment or RefundCause.Overpaid or RefundCause.PriceDifference
            || (refund.Cause == RefundCause.Underpaid && refund.Order.CreatedBy == Operation.Hold);
        if (!leavesTheOrder || Has(Mutant.SecondRefundClosesTheOrder))
        {
            refund.Order.State = OrderState.Refunded;
        }

        Emit(Happened(EventKind.RefundDone, _now, null, refund.Order) with
        {
            Buyer = 0,
            Cause = refund.Cause,
            Payment = refund.Payment,
        });
    }

    /// <summary>What ship and refunds share: unknown, not paid, money already going or gone back.</summary>
    private Answer? RefusalOfUnpaidOrClosed(TwinOrder? order, Command c, int rule)
    {
        if (order is null)
        {
            return Refuse(Outcome.UnknownOrder, 0);
        }

        long team = order.Team?.Id ?? 0;
        return order.State switch
        {
            _ when order.IsUnpaid => Refuse(Outcome.NotPaid, rule, team),
            OrderState.RefundOwed => RefuseAndSuggest(Outcome.RefundOwed, rule, AskedBy(order), team),
            OrderState.Refunded => RefuseAndSuggest(Outcome.Refunded, rule, AskedBy(order), team),
            _ => null,
        };
    }

    /// <summary>Of reject and withdraw, where no request waits: a repeat, or why there is nothing to answer.</summary>
    private Answer? RepeatOrRefusalOfUnrequested(TwinOrder? order, Answer? first, Command c)
    {
        if (order is { IsRequestPending: true })
        {
            return null;
        }

        return first is not null
            ? Again(first.Value, c.Item)
            : RefusalOfUnpaidOrClosed(order, c, rule: 7) ?? Refuse(Outcome.NotRequested, 7, order!.Team?.Id ?? 0);
    }
}
