using Matching.Core;

namespace Matching.Host.Verify;

/// <summary>Refund requests and the refund ledger: R6, R7, R8, R33, R35, R37.</summary>
internal sealed partial class Auditor
{
    private readonly Dictionary<(int Order, long Payment), bool> _secondPayments = [];
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
            case RefundCause.Left: Owe(Known(e, "R7", Phase.Left, Phase.Left), e.Cause); break;
            case RefundCause.AfterSale: Owe(Known(e, "R8", Phase.Granted, Phase.Granted), e.Cause); break;
            case RefundCause.LatePayment: OwedForLatePayment(e); break;
            case RefundCause.UnknownPayment: OwedForUnknownPayment(e); break;
            case RefundCause.SecondPayment: OwedForSecondPayment(e); break;
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
        Owe(order, e.Cause);
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
        Owe(order, e.Cause);
    }

    private void OwedForUnknownPayment(in Event e)
    {
        bool unknown = _orders.Find(e.Item, e.Order) < 0;
        Owe(unknown ? NewOrder(e) : Known(e, "R33", Phase.Released, Phase.Released), e.Cause);
    }

    private void OwedForSecondPayment(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || _orders[order].Phase < Phase.Waiting)
        {
            Fail("R35", $"order {e.Order} of item {e.Item} was paid twice without being paid once");
        }
        else if (!_secondPayments.TryAdd((order, e.Payment), false))
        {
            Fail("R37", $"payment {e.Payment} of order {e.Order} is owed back twice");
        }
    }

    private void Owe(int order, RefundCause cause)
    {
        if (order >= 0)
        {
            _orders[order].Phase = Phase.RefundOwed;
            _orders[order].Owed = cause;
        }
    }

    private void Done(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (e.Cause == RefundCause.SecondPayment)
        {
            if (order < 0 || !_secondPayments.TryGetValue((order, e.Payment), out bool done) || done)
            {
                Fail("R37", $"payment {e.Payment} of order {e.Order} goes back without being owed");
            }

            _secondPayments[(order, e.Payment)] = true;
            return;
        }

        if (order < 0 || _orders[order].Phase != Phase.RefundOwed || _orders[order].Owed != e.Cause)
        {
            Fail("R37", $"order {e.Order} of item {e.Item} is refunded for {e.Cause} without being owed for it");
            return;
        }

        _orders[order].Phase = Phase.Refunded;
    }
}
