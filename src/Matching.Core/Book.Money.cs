namespace Matching.Core;

/// <summary>
/// What is due, and what of a payment goes back (R46): paid = kept + owed + refunded. Without an amount due nothing is compared.
/// </summary>
public sealed partial class Book
{
    /// <summary>A join or purchase brings less than is due: it seats nobody.</summary>
    private static bool IsTooLittle(in Command c) => c.DueNamed && c.Amount < c.Due;

    /// <summary>A team without a price is not compared, nor is a hold without one (0).</summary>
    private static bool IsDearer(long price, long held) => held != 0 && price > held;

    /// <summary>
    /// All that a join or purchase brought goes back; its order is known by that. A team it named it goes on naming (R35).
    /// </summary>
    private void OweTooLittle(in Command c, int item, int team, in FrozenTerms terms, ref Answer a)
    {
        Event e = default;
        e.Kind = EventKind.RefundOwed;
        e.Via = c.Operation;
        e.Cause = RefundCause.Underpaid;
        e.At = Now;
        e.Item = c.Item;
        e.Order = c.Order;
        Describe(c, item, ref e);
        e.Campaign = terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id;
        e.TermsVersion = terms.Version;
        e.Amount = c.Amount;
        e.Quantity = c.Quantity;
        team = c.Operation == Operation.JoinTeam ? team : 0;
        e.Team = team == 0 ? 0 : _teams[team].Id;
        Emit(e, item, team, 0);
        Accept(ref a, Outcome.RefundOwed);
        a.Team = e.Team;
        a.Owed = c.Amount;
    }

    /// <summary>
    /// An order was paid just now, in a team or alone: what is beyond its amount due goes back, and what its hold's price is above that of
    /// the team it was moved to.
    /// </summary>
    private void OweDifferences(in Command c, int item, int team, int order, ref Answer a)
    {
        item = item != 0 ? item : FindItem(c.Item);
        order = order != 0 ? order : FindOrder(item, c.Order);
        ref OrderRow row = ref _orders[order];
        if (row.Side == 0 || _holds[row.Side].Details.Due is not { } due)
        {
            return;
        }

        Owe(c, item, order, RefundCause.Overpaid, c.Amount - due, ref a);
        long held = row.Hold == 0 ? 0 : _terms[_holds[row.Hold].Terms].Price;
        long price = team == 0 ? 0 : _terms[_teams[team].Terms].Price;
        if (held != 0 && price != 0)
        {
            // Wide: a price has 53 bits and pieces have 31.
            var cheaper = Int128.Min((Int128)(held - price) * PiecesOf(row), due);
            Owe(c, item, order, RefundCause.PriceDifference, (long)cheaper, ref a);
        }
    }

    private void Owe(in Command c, int item, int order, RefundCause cause, long fen, ref Answer a)
    {
        if (fen > 0)
        {
            EmitOwed(c.Item, item, c.Order, order, cause, c.Payment, fen, PiecesOf(_orders[order]), Now);
            a.Owed += fen;
        }
    }

    /// <summary>What of the payment that made or seated an order went or goes back, as it was answered then (R35).</summary>
    private long OwedAtPayment(int order)
    {
        long owed = 0;
        foreach (ref readonly RefundRow refund in _refunds.Of(_orders[order].FirstRefund))
        {
            RefundCause cause = refund.Cause;
            bool then =
                cause is RefundCause.Overpaid or RefundCause.PriceDifference or RefundCause.LatePayment or RefundCause.UnknownPayment
                || (cause == RefundCause.Underpaid && OrderMoney.IsOwn(cause, _orders[order].CreatedBy));
            owed += then ? refund.Amount : 0;
        }

        return owed;
    }

    private OrderMoney MoneyOf(int order) => MoneyOf(_orders[order]);

    private OrderMoney MoneyOf(in OrderRow order)
    {
        var money = new OrderMoney(order.Amount, order.CreatedBy);
        foreach (ref readonly RefundRow refund in _refunds.Of(order.FirstRefund))
        {
            money.Add(refund.Cause, refund.Amount, refund.Done);
        }

        return money;
    }

    /// <summary>
    /// R46: what is kept is what the order's state says: nothing of an order unpaid, or whose money is owed or went back.
    /// </summary>
    private void ValidateMoney(int order)
    {
        ref OrderRow row = ref _orders[order];
        OrderMoney money = MoneyOf(order);
        bool sound = money.Paid == money.Kept + money.Owed + money.Refunded
            && (IsPaidAndHere(row.State) ? money.Kept >= 0 : money.Kept == 0);
        Invariant(
            sound,
            $"R46: order {row.Id} is {row.State}; {money.Paid} fen were paid, {money.Kept} kept, {money.Owed} owed, {money.Refunded} "
            + "went back");
    }
}
