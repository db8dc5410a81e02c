using Matching.Core;

namespace Matching.Host.Verify;

/// <summary>Refund requests and the refund ledger: R6, R7, R8, R33, R35, R37, R46.</summary>
internal sealed partial class Auditor
{
    private long _afterSale;

    private void Requested(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || _orders[order].Pending || _orders[order].Phase is < Phase.Waiting or > Phase.Bought)
        {
            Fail("R7", $"a refund is asked for order {e.Order} of item {e.Item}, which may not ask");
            return;
        }

        _orders[order].Pending = true;
    }

    private void RequestEnded(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || !_orders[order].Pending)
        {
            Fail("R7", $"{e.Kind} of order {e.Order} of item {e.Item}, for which no request waits");
            return;
        }

        _orders[order].Pending = false;
    }

    private void Granted(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || !_orders[order].Pending || _orders[order].Phase is not (Phase.Formed or Phase.Shipped or Phase.Bought))
        {
            Fail("R8", $"order {e.Order} of item {e.Item} is granted a refund after sale without being sold and having asked");
            return;
        }

        ref OrderRow row = ref _orders[order];
        if (row.Team != 0 && !row.WasShipped)
        {
            TakeSeats(_teams[row.Team - 1].Campaign, -1);
        }

        row.Pending = false;
        row.Phase = Phase.Granted;
        _afterSale++;
    }

    /// <summary>One entry of the refund ledger: from the one state its cause comes from.</summary>
    private void Owed(in Event e)
    {
        switch (e.Cause)
        {
            case RefundCause.Expired: OwedByExpiry(e); break;
            case RefundCause.Left: Owe(e, Known(e, "R7", Phase.Left, Phase.Left)); break;
            case RefundCause.AfterSale: Owe(e, Known(e, "R8", Phase.Granted, Phase.Granted)); break;
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
        int order = Known(e, "R6", Phase.Waiting, Phase.Waiting);
        if (order < 0)
        {
            return;
        }

        int team = _orders[order].Team - 1;
        if (team < 0 || _teams[team].Standing != Standing.Expired || e.At != _teams[team].DeadlineMs)
        {
            Fail("R6", $"order {e.Order} is owed a refund for expiry at {e.At}; its team did not expire then");
        }

        _orders[order].Pending = false;
        Owe(e, order);
    }

    private void OwedForLatePayment(in Event e)
    {
        int order = Known(e, "R33", Phase.Held, Phase.HoldEnded);
        if (order < 0)
        {
            return;
        }

        if (_orders[order].Phase == Phase.Held)
        {
            GiveBackSeat(order);
        }

        _holds.Remove(order);
        _orders[order].Phase = Phase.RefundOwed;
        OweAllOf(e, order);
    }

    private void OwedForUnknownPayment(in Event e)
    {
        bool unknown = _orders.Find(e.Item, e.Order) < 0;
        int order = unknown ? NewOrder(e) : Known(e, "R33", Phase.Released, Phase.Released);
        if (order >= 0)
        {
            _orders[order].Phase = Phase.RefundOwed;
            OweAllOf(e, order);
        }
    }

    private void OwedForSecondPayment(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || _orders[order].Phase < Phase.Waiting)
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
        if (order >= 0)
        {
            _orders[order].Phase = Phase.RefundOwed;
            OweKept(e, order);
        }
    }
}
