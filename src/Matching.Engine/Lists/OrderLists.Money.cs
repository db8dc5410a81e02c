using Matching.Core;

namespace Matching.Engine.Lists;

/// <content>An order's money: paid = kept + owed + refunded (R46).</content>
internal sealed partial class OrderLists
{
    private void LoadMoney(int slot, in SavedOrder saved)
    {
        OrderView view = saved.View;
        Int128 others = 0;
        foreach ((RefundCause cause, PaymentId payment, long fen) in saved.OtherOwed)
        {
            _others.Add((slot, cause, payment), fen);
            others += fen;
        }

        // Of an order whose money went back, what was its own and what was not is one, where a row has room: nothing more happens to
        // either.
        long own = _rows[slot].Own = view.State switch
        {
            OrderState.RefundOwed => (long)(view.Owed - others),
            OrderState.Refunded => view.Refunded <= long.MaxValue ? (long)view.Refunded : 0,
            _ => view.Kept,
        };
        if (view.Amount != own)
        {
            SideOf(slot).OtherOwed = others;
            SideOf(slot).OtherRefunded = view.Amount - own - others;
        }
    }

    /// <summary>
    /// An entry that leaves the order as it is: of a second payment, of one too little for its hold, of a part of its own.
    /// </summary>
    private void OweOther(in Event e, int slot)
    {
        _others.Add((slot, e.Cause, e.Payment), e.Amount);
        SideOf(slot).OtherOwed += e.Amount;
        if (e.Cause is RefundCause.Overpaid or RefundCause.PriceDifference)
        {
            _rows[slot].Own -= e.Amount;
        }
    }

    private void OtherDone(in Event e, int slot)
    {
        _others.Remove((slot, e.Cause, e.Payment), out long fen);
        ref ListedSide side = ref SideOf(slot);
        side.OtherOwed -= fen;
        side.OtherRefunded += fen;
    }

    private bool IsOther(in Event e, int slot) => e.Kind == EventKind.RefundDone
        ? _others.ContainsKey((slot, e.Cause, e.Payment))
        : e.Cause is RefundCause.SecondPayment or RefundCause.Overpaid or RefundCause.PriceDifference
            || (e.Cause == RefundCause.Underpaid && e.Via == Operation.None);
}
