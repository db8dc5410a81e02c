using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>What is done to an order once it exists: release, refunds, shipping (R5, R7, R8, R37).</summary>
public sealed partial class Book
{
    private void ExecuteOnOrder(in Command c, int item, int order, ref Answer a)
    {
        if (order == 0)
        {
            a.Outcome = Outcome.UnknownOrder;
            return;
        }

        if (c.Operation != Operation.RefundDone)
        {
            int team = PresentTeam(order);
            a.Team = team == 0 ? 0 : _teams[team].Id;
        }

        switch (c.Operation)
        {
            case Operation.Release:
                Release(c, item, order, ref a);
                break;
            case Operation.RequestRefund:
                RequestRefund(c, item, order, ref a);
                break;
            case Operation.ApproveRefund:
                ApproveRefund(c, item, order, ref a);
                break;
            case Operation.RejectRefund:
                EndRequest(c, item, order, EventKind.RefundRejected, Outcome.RefundRejected, ref a);
                break;
            case Operation.WithdrawRefund:
                EndRequest(c, item, order, EventKind.RefundWithdrawn, Outcome.RefundWithdrawn, ref a);
                break;
            case Operation.Ship:
                Ship(c, item, order, ref a);
                break;
            case Operation.RefundDone:
                RefundDone(c, item, order, ref a);
                break;
            default:
                throw new ArgumentException($"operation {c.Operation} is not known to the core", nameof(c));
        }
    }

    private void Release(in Command c, int item, int order, ref Answer a)
    {
        switch (_orders[order].State)
        {
            case OrderState.Released:
                Repeat(ref a, Outcome.Released);
                break;
            case OrderState.Held or OrderState.HoldEnded:
                EmitOnOrder(EventKind.HoldReleased, c.Item, item, order, Now);
                Accept(ref a, Outcome.Released);
                break;
            case OrderState.RefundOwed or OrderState.Refunded when WasReleased(order):
                Repeat(ref a, Outcome.Released);
                break;
            default:
                Conflict(_orders[order].CreatedBy == Operation.Hold ? Why.PaidAlready : Why.OtherOperation, ref a);
                break;
        }
    }

    /// <summary>A hold paid for as unknown had been released before: nothing else leads there (R33).</summary>
    private bool WasReleased(int order) =>
        _orders[order].CreatedBy == Operation.Hold && _refunds.Find(_orders[order].FirstRefund, RefundCause.UnknownPayment) != 0;

    private void RequestRefund(in Command c, int item, int order, ref Answer a)
    {
        // A request that expiry overrode stays pending in the record: sent again, it is a repeat.
        if (_orders[order].Request is RequestState.Pending or RequestState.Approved)
        {
            RepeatInTeam(order, OrderFlags.RequestedInSurvivor, Outcome.RefundRequested, ref a);
        }
        else if (MoneyIsHere(item, order, 7, ref a))
        {
            EmitOnOrder(EventKind.RefundRequested, c.Item, item, order, Now);
            Accept(ref a, Outcome.RefundRequested);
        }
    }

    private void ApproveRefund(in Command c, int item, int order, ref Answer a)
    {
        ref OrderRow row = ref _orders[order];
        if (row.Request == RequestState.Approved)
        {
            Repeat(ref a, (row.Flags & OrderFlags.OutOfTeam) != OrderFlags.None ? Outcome.Left : Outcome.AfterSale);
        }
        else if (!MoneyIsHere(item, order, 7, ref a))
        {
        }
        else if (row.Request != RequestState.Pending)
        {
            a.Outcome = Outcome.NotRequested;
            a.Rule = 7;
        }
        else if (row.State == OrderState.Waiting)
        {
            Leave(c, item, order);
            Accept(ref a, Outcome.Left);
        }
        else
        {
            EmitOnOrder(EventKind.AfterSaleGranted, c.Item, item, order, Now);
            EmitOwed(c.Item, item, c.Order, order, RefundCause.AfterSale, 0, MoneyOf(order).Kept, row.Quantity, Now);
            Accept(ref a, Outcome.AfterSale);
        }
    }

    private void Leave(in Command c, int item, int order)
    {
        int team = _orders[order].Team;
        EmitOnOrder(EventKind.MemberLeft, c.Item, item, order, Now);
        EmitOwed(c.Item, item, c.Order, order, RefundCause.Left, 0, MoneyOf(order).Kept, _orders[order].Quantity, Now);
        if (_teams[team].Paid == 0)
        {
            Event e = default;
            e.Kind = EventKind.TeamDissolved;
            e.At = Now;
            e.Item = c.Item;
            e.Team = _teams[team].Id;
            e.Quantity = HoldsWithoutSeats(team);
            Emit(e, item, team, 0);
        }
    }

    private void EndRequest(in Command c, int item, int order, EventKind kind, Outcome outcome, ref Answer a)
    {
        (OrderFlags ever, OrderFlags inSurvivor) = kind == EventKind.RefundRejected
            ? (OrderFlags.EverRejected, OrderFlags.RejectedInSurvivor)
            : (OrderFlags.EverWithdrawn, OrderFlags.WithdrawnInSurvivor);
        ref OrderRow row = ref _orders[order];
        if (row.Request == RequestState.Pending && IsPaidAndHere(row.State))
        {
            EmitOnOrder(kind, c.Item, item, order, Now);
            Accept(ref a, outcome);
        }
        else if ((row.Flags & ever) != OrderFlags.None)
        {
            RepeatInTeam(order, inSurvivor, outcome, ref a);
        }
        else if (MoneyIsHere(item, order, 7, ref a))
        {
            a.Outcome = Outcome.NotRequested;
            a.Rule = 7;
        }
    }

    private void Ship(in Command c, int item, int order, ref Answer a)
    {
        ref OrderRow row = ref _orders[order];
        if ((row.Flags & OrderFlags.Shipped) != OrderFlags.None)
        {
            Repeat(ref a, Outcome.Shipped);
        }
        else if (!MoneyIsHere(item, order, 5, ref a))
        {
        }
        else if (row.Request == RequestState.Pending)
        {
            RefuseOnOrder(ref a, Outcome.RefundPending, 7, item, order);
        }
        else if (row.State == OrderState.Waiting)
        {
            RefuseOnOrder(ref a, Outcome.NotFormed, 5, item, order);
        }
        else
        {
            EmitOnOrder(EventKind.Shipped, c.Item, item, order, Now);
            Accept(ref a, Outcome.Shipped);
        }
    }

    /// <summary>
    /// Acknowledges the entry of the key, or else the oldest one still owed; a repeat where there is such an entry and it is not owed any
    /// more (R37). Without a key, an acknowledgment sent again is one of the next entry: only a key tells them apart.
    /// </summary>
    private void RefundDone(in Command c, int item, int order, ref Answer a)
    {
        RefundRow oldest = default;
        bool known = false;
        var payment = PaymentKey.Of(c.Payment);
        foreach (ref readonly RefundRow row in _refunds.Of(_orders[order].FirstRefund))
        {
            bool meant = c.ByKey
                ? row.Cause == c.Cause
                    && (RefundKey.HasSeveral(row.Cause, row.Payment != 0) ? _payments.Is(row.Payment, payment) : c.Payment.IsNone)
                : (c.Cause == RefundCause.None || row.Cause == c.Cause) && (c.Payment.IsNone || _payments.Is(row.Payment, payment));
            known |= meant;
            if (meant && !row.Done && (oldest.Order == 0 || row.SinceMs < oldest.SinceMs))
            {
                oldest = row;
            }
        }

        if (!known)
        {
            a.Outcome = Outcome.NotOwed;
            a.Rule = 37;
        }
        else if (oldest.Order == 0)
        {
            Repeat(ref a, Outcome.Refunded);
        }
        else
        {
            Event e = default;
            e.Kind = EventKind.RefundDone;
            e.Cause = oldest.Cause;
            e.At = Now;
            e.Item = c.Item;
            e.Order = c.Order;
            e.Payment = _payments.Whole(oldest.Payment);
            Emit(e, item, 0, order);
            Accept(ref a, Outcome.Refunded);
        }
    }

    /// <summary>False, with the refusal, where the order is unpaid or its money is owed back or went back.</summary>
    private bool MoneyIsHere(int item, int order, byte rule, ref Answer a)
    {
        ref OrderRow row = ref _orders[order];
        switch (row.State)
        {
            case OrderState.Held or OrderState.HoldEnded or OrderState.Released:
                a.Outcome = Outcome.NotPaid;
                a.Rule = rule;
                return false;
            case OrderState.RefundOwed:
                RefuseOnOrder(ref a, Outcome.RefundOwed, rule, item, order);
                return false;
            case OrderState.Refunded:
                RefuseOnOrder(ref a, Outcome.Refunded, rule, item, order);
                return false;
            default:
                return true;
        }
    }

    private void RefuseOnOrder(ref Answer a, Outcome outcome, byte rule, int item, int order) =>
        Refuse(ref a, outcome, rule, AskedBy(order), item, PresentTeam(order));

    private void EmitOnOrder(EventKind kind, long itemId, int item, int order, long at)
    {
        ref OrderRow row = ref _orders[order];
        int team = PresentTeam(order);
        Event e = default;
        e.Kind = kind;
        e.At = at;
        e.Item = itemId;
        e.Order = row.Id;
        e.Buyer = row.Buyer;
        e.Team = team == 0 ? 0 : _teams[team].Id;
        Emit(e, item, team, order);
    }

    /// <summary>A repeat names the first answer's team: the order's own one, unless that was merged already then (R35, R40).</summary>
    private void RepeatInTeam(int order, OrderFlags inSurvivor, Outcome first, ref Answer a)
    {
        Repeat(ref a, first);
        ref OrderRow row = ref _orders[order];
        if (row.Team != 0 && (row.Flags & inSurvivor) == OrderFlags.None)
        {
            a.Team = _teams[row.Team].Id;
        }
    }

    private static bool IsPaidAndHere(OrderState state) =>
        state is OrderState.Waiting or OrderState.Formed or OrderState.Shipped or OrderState.Bought;

    private static void Accept(ref Answer a, Outcome outcome)
    {
        a.Outcome = outcome;
        a.Ok = true;
    }
}
