using Matching.Core;

namespace Matching.Audit;

/// <summary>Refund requests and the refund ledger: R6, R7, R8, R33, R35, R37, R46.</summary>
public sealed partial class Auditor
{
    private void Requested(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || _orders[order].IsPending || _orders[order].State is < OrderState.Waiting or > OrderState.Bought)
        {
            Fail("R7", $"a refund is asked for order {e.Order} of item {e.Item}, which may not ask");
            return;
        }

        _orders[order].Request = RequestState.Pending;
    }

    private void RequestEnded(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || !_orders[order].IsPending)
        {
            Fail("R7", $"{e.Kind} of order {e.Order} of item {e.Item}, for which no request waits");
            return;
        }

        _orders[order].Request = e.Kind == EventKind.RefundRejected ? RequestState.Rejected : RequestState.Withdrawn;
    }

    private void Granted(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || !_orders[order].IsPending || _orders[order].State == OrderState.Waiting)
        {
            Fail("R8", $"order {e.Order} of item {e.Item} is granted a refund after sale without being sold and having asked");
            return;
        }

        ref OrderRow row = ref _orders[order];
        if (row.Team != 0 && !row.WasShipped)
        {
            TakeSeats(_teams[row.Team - 1].Campaign, -1);
        }

        (row.State, row.Request, row.Granted) = (OrderState.None, RequestState.Approved, RefundCause.AfterSale);
        row.WasGranted = true;
    }

    /// <summary>One entry of the refund ledger: from the one state its cause comes from.</summary>
    private void Owed(in Event e)
    {
        switch (e.Cause)
        {
            case RefundCause.Expired: OwedByExpiry(e); break;
            case RefundCause.Left: OwedAsGranted(e, "R7"); break;
            case RefundCause.AfterSale: OwedAsGranted(e, "R8"); break;
            case RefundCause.LatePayment: OwedForLatePayment(e); break;
            case RefundCause.UnknownPayment: OwedForUnknownPayment(e); break;
            case RefundCause.SecondPayment: OwedForSecondPayment(e); break;
            case RefundCause.Underpaid: OweTooLittle(e); break;
            case RefundCause.Overpaid or RefundCause.PriceDifference: OwePart(e); break;
            default: Fail("R37", $"the refund of order {e.Order} has no cause"); break;
        }
    }

    private void OwedByExpiry(in Event e)
    {
        int order = Known(e, "R6", OrderState.Waiting, OrderState.Waiting);
        if (order < 0)
        {
            return;
        }

        int team = _orders[order].Team - 1;
        if (team < 0 || _teams[team].State != TeamState.Expired || e.At != _teams[team].DeadlineMs)
        {
            Fail("R6", $"order {e.Order} is owed a refund for expiry at {e.At}; its team did not expire then");
        }

        Owe(e, order);
    }

    private void OwedAsGranted(in Event e, string rule)
    {
        int order = Known(e, rule, OrderState.None, OrderState.None);
        if (order >= 0 && _orders[order].Granted == e.Cause)
        {
            Owe(e, order);
        }
        else if (order >= 0)
        {
            Fail(rule, $"order {e.Order} is owed a refund for {e.Cause}, which was not granted");
        }
    }

    private void OwedForLatePayment(in Event e)
    {
        int order = Known(e, "R33", OrderState.Held, OrderState.HoldEnded);
        if (order < 0)
        {
            return;
        }

        if (_orders[order].State == OrderState.Held)
        {
            GiveBackSeat(order);
        }

        _holds.Remove(order);
        _orders[order].State = OrderState.RefundOwed;
        OweAllOf(e, order);
    }

    private void OwedForUnknownPayment(in Event e)
    {
        bool unknown = _orders.Find(e.Item, e.Order) < 0;
        int order = unknown ? NewOrder(e) : Known(e, "R33", OrderState.Released, OrderState.Released);
        if (order >= 0)
        {
            _orders[order].State = OrderState.RefundOwed;
            OweAllOf(e, order);
        }
    }

    private void OwedForSecondPayment(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || _orders[order].State < OrderState.Waiting)
        {
            Fail("R35", $"order {e.Order} of item {e.Item} was paid twice without being paid once");
        }
        else
        {
            OweAllOf(e, order);
        }
    }

    private void Owe(in Event e, int order)
    {
        _orders[order].State = OrderState.RefundOwed;
        OweKept(e, order);
    }
}
