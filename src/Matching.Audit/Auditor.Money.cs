using Matching.Core;

namespace Matching.Audit;

/// <summary>Money, order by order: paid = kept + owed + refunded, and what is kept is what was due (R46).</summary>
public sealed partial class Auditor
{
    private readonly Dictionary<(int Order, RefundCause Cause, PaymentId Payment), Entry> _entries = [];
    private readonly Dictionary<int, AmountDue> _dues = [];

    /// <summary>A payment seated the order, or bought it: all of it is kept until some of it is owed back.</summary>
    private void Paid(in Event e, int order, long teamPrice)
    {
        ref OrderRow row = ref _orders[order];
        row.Paid += e.Amount;
        row.Kept = e.Amount;
        if (!_dues.TryGetValue(order, out AmountDue due))
        {
            return;
        }

        if (e.Amount < due.Fen)
        {
            Fail("R46", $"order {e.Order} is taken for paid with {e.Amount} fen; {due.Fen} were due");
        }

        decimal cheaper = due.HeldPrice > 0 && teamPrice > 0 ? (decimal)(due.HeldPrice - teamPrice) * due.Pieces : 0;
        _dues[order] = due with { Wanted = due.Fen - (long)Math.Clamp(cheaper, 0, due.Fen) };
    }

    /// <summary>An entry of money that pays for nothing: it came late, unknown, too little or a second time.</summary>
    private void OweAllOf(in Event e, int order)
    {
        _orders[order].Paid += e.Amount;
        AddEntry(e, order);
    }

    /// <summary>An entry of the money that the order was paid with: all that is kept of it.</summary>
    private void OweKept(in Event e, int order)
    {
        ref OrderRow row = ref _orders[order];
        CheckDue(order);
        if (e.Amount != row.Kept)
        {
            Fail("R46", $"order {e.Order} is owed {e.Amount} fen for {e.Cause}, and {row.Kept} are kept of it");
        }

        row.Kept -= e.Amount;
        AddEntry(e, order);
    }

    /// <summary>An entry of a part: paid too much, or for a dearer team.</summary>
    private void OwePart(in Event e)
    {
        int order = Known(e, "R46", OrderState.Waiting, OrderState.Bought);
        if (order < 0)
        {
            return;
        }

        if (!_dues.ContainsKey(order) || e.Amount <= 0)
        {
            Fail("R46", $"order {e.Order} is owed {e.Amount} fen for {e.Cause}, and no amount due was named");
        }

        _orders[order].Kept -= e.Amount;
        AddEntry(e, order);
    }

    private void OweTooLittle(in Event e)
    {
        bool made = e.Via is not (Operation.None or Operation.Pay);
        int order = made ? NewOrder(e) : Known(e, "R46", OrderState.Held, OrderState.HoldEnded);
        if (order < 0)
        {
            return;
        }

        if (!_dues.TryGetValue(order, out AmountDue due) || e.Amount >= due.Fen)
        {
            Fail("R46", $"{e.Amount} fen for order {e.Order} are owed back as too little, and that is not less than was due");
        }

        OweAllOf(e, order);
        _orders[order].State = made ? OrderState.RefundOwed : _orders[order].State;
    }

    private void AddEntry(in Event e, int order)
    {
        if (!_entries.TryAdd((order, e.Cause, e.Payment), new Entry(e.Amount, e.At, IsDone: false)))
        {
            Fail("R37", $"payment {e.Payment} of order {e.Order} is owed back twice for {e.Cause}");
            return;
        }

        _orders[order].OwedEntries++;
    }

    private void Done(in Event e)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order < 0 || !_entries.TryGetValue((order, e.Cause, e.Payment), out Entry entry) || entry.IsDone)
        {
            Fail("R37", $"order {e.Order} of item {e.Item} is refunded for {e.Cause}, payment {e.Payment}, without being owed for it");
            return;
        }

        _entries[(order, e.Cause, e.Payment)] = entry with { IsDone = true };
        _orders[order].OwedEntries--;
        bool own = e.Cause is not (RefundCause.SecondPayment or RefundCause.Overpaid or RefundCause.PriceDifference)
            && (e.Cause != RefundCause.Underpaid || !_orders[order].WasHeld);
        if (own)
        {
            _orders[order].State = OrderState.Refunded;
        }
    }

    private void CheckDue(int order)
    {
        if (_dues.TryGetValue(order, out AmountDue due) && _orders[order].Kept != due.Wanted)
        {
            Fail(
                "R46",
                $"of order {_orders.KeyOf(order).B} of item {_orders.KeyOf(order).A}, {_orders[order].Kept} fen are kept, and "
                + $"{due.Wanted} were due");
        }
    }

    private (Int128 Owed, Int128 Refunded)[] EntriesByOrder()
    {
        var sums = new (Int128 Owed, Int128 Refunded)[_orders.Count];
        foreach (((int order, _, _), Entry entry) in _entries)
        {
            (entry.IsDone ? ref sums[order].Refunded : ref sums[order].Owed) += entry.Fen;
        }

        return sums;
    }

    private void CheckMoney()
    {
        (Int128 Owed, Int128 Refunded)[] entries = EntriesByOrder();
        for (int order = 0; order < entries.Length; order++)
        {
            ref OrderRow row = ref _orders[order];
            Int128 going = entries[order].Owed + entries[order].Refunded;
            if (row.Paid != row.Kept + going || row.Kept < 0)
            {
                Fail(
                    "R46",
                    $"of order {_orders.KeyOf(order).B} of item {_orders.KeyOf(order).A}, {row.Paid} fen were paid, {row.Kept} are kept "
                    + $"and {going} are owed or went back");
            }

            if (row.State is >= OrderState.Waiting and <= OrderState.Bought)
            {
                CheckDue(order);
            }
        }
    }
}

/// <summary>An entry of the refund ledger.</summary>
internal readonly record struct Entry(long Fen, long SinceMs, bool IsDone);

/// <summary>What was due for an order: fen, the price and the pieces of its hold, and what is to be kept once it is paid.</summary>
internal readonly record struct AmountDue(long Fen, long HeldPrice, int Pieces, long Wanted);
