using Matching.Kit;

namespace Matching.Core.Tests.Properties;

/// <summary>
/// R46 over random programs with payments of any amount, of the book and of the twin, by what the events say and readers see.
/// </summary>
public sealed class MoneyTests
{
    private static int Programs => Math.Max(200, Campaign.Programs / 4);

    [Fact]
    public void For_every_order_paid_is_kept_and_owed_and_refunded() => Campaign.Run(Programs, script =>
        Broken(new BookSubject(script.Terms, script.Books), script) ?? Broken(new Twin(script.Terms), script));

    [Fact]
    public void What_is_kept_is_what_is_due_or_the_cheaper_teams_price_with_the_same_discount() => Campaign.Run(Programs, script =>
    {
        (ISubject book, _) = Played(new BookSubject(script.Terms, script.Books), script);
        return Scripts.Items.SelectMany(item => Bills(book.EventsOf(item)).Values)
            .Select(bill => bill.Due is null || bill.Kept == bill.Wanted
                ? null
                : $"R46: of order {bill.Order}, {bill.Kept} fen are kept, and {bill.Wanted} were due")
            .FirstOrDefault(broken => broken is not null);
    });

    private static string? Broken(ISubject played, Script script)
    {
        (ISubject subject, long now) = Played(played, script);
        foreach (long item in Scripts.Items)
        {
            Dictionary<long, Bill> bills = Bills(subject.EventsOf(item));
            for (long id = 1; id <= Scripts.Orders; id++)
            {
                OrderView order = subject.FindOrder(item, id, now) ?? default;
                Bill bill = bills.GetValueOrDefault(id) ?? new Bill(id);
                if (order.Amount != order.Kept + order.Owed + order.Refunded)
                {
                    return $"R46: of {subject}'s {order}, paid is not kept + owed + refunded";
                }

                if ((order.Amount, order.Kept, order.Owed, order.Refunded) != (bill.Paid, bill.Kept, bill.Owed, bill.Refunded))
                {
                    return $"R46: {subject} says {order}, and what happened is {bill}";
                }
            }
        }

        return null;
    }

    private static (ISubject Subject, long Now) Played(ISubject subject, Script script)
    {
        var stage = new Stage(script, subject);
        foreach (Step step in script.Steps)
        {
            stage.Move(step);
            switch (step.Kind)
            {
                case StepKind.Sweep:
                    subject.Sweep(stage.Now, step.Number);
                    break;
                case StepKind.Restart:
                    subject.Restart(step.NewTerms!, stage.Now);
                    break;
                case StepKind.Control:
                    stage.Control(step, subject);
                    break;
                default:
                    stage.Do(step, subject);
                    break;
            }
        }

        subject.Sweep(stage.Now, int.MaxValue);
        return (subject, stage.Now);
    }

    private static Dictionary<long, Bill> Bills(IReadOnlyList<Event> events)
    {
        Dictionary<long, Bill> bills = [];
        Dictionary<long, long> prices = [];
        foreach (Event e in events.Where(e => e.Order != 0))
        {
            if (e.Kind == EventKind.TeamOpened)
            {
                prices[e.Team] = e.Price;
            }

            bills.TryAdd(e.Order, new Bill(e.Order));
            bills[e.Order].Take(e, prices.GetValueOrDefault(e.Team));
        }

        return bills;
    }

    /// <summary>What an order's events say of its money.</summary>
    private sealed record Bill(long Order)
    {
        private readonly Dictionary<(RefundCause, PaymentId), long> _entries = [];
        private long _heldPrice;
        private int _heldPieces;

        public long? Due { get; private set; }

        public Int128 Paid { get; private set; }

        public long Kept { get; private set; }

        public Int128 Owed => _entries.Values.SumFen(fen => fen);

        public Int128 Refunded { get; private set; }

        /// <summary>What should be kept.</summary>
        public long Wanted { get; private set; }

        public void Take(in Event e, long price)
        {
            Due = e.DueNamed ? e.Due : Due;
            switch (e.Kind)
            {
                case EventKind.HoldPlaced:
                    (_heldPrice, _heldPieces) = (e.Price, e.Quantity);
                    break;
                case EventKind.TeamOpened or EventKind.SeatTaken or EventKind.SoloBought:
                    Paid += e.Amount;
                    Kept = e.Amount;
                    bool moved = e.Via == Operation.Pay && _heldPrice > 0 && price > 0;
                    Wanted = Due is not { } due ? Kept : moved ? Math.Clamp(due - ((_heldPrice - price) * _heldPieces), 0, due) : due;
                    break;
                case EventKind.RefundOwed:
                    Owe(e);
                    break;
                case EventKind.RefundDone:
                    _entries.Remove((e.Cause, e.Payment), out long fen);
                    Refunded += fen;
                    break;
            }
        }

        private void Owe(in Event e)
        {
            _entries.Add((e.Cause, e.Payment), e.Amount);
            if (e.Cause is RefundCause.LatePayment or RefundCause.UnknownPayment or RefundCause.SecondPayment or RefundCause.Underpaid)
            {
                Paid += e.Amount;
                return;
            }

            Kept -= e.Amount;
            Wanted = e.Cause is RefundCause.Overpaid or RefundCause.PriceDifference ? Wanted : 0;
        }
    }
}
