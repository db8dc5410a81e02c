using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>
/// Money that came and money that went back, as those say who move it. Of whichever item and order: what is paid and owed does not depend
/// on what is sold now.
/// </summary>
public sealed class PaymentDesk(MatchingEngine engine, BuyerDesk buyers, CommandClock clock, Trail trail)
{
    /// <summary>Refunds owed that may be skipped to reach later ones.</summary>
    public const int MaxSkip = 100_000;

    /// <summary>Refunds owed, oldest first (R37).</summary>
    /// <param name="skip">The oldest to leave out, 0 … <see cref="MaxSkip"/>: those that cannot be paid back just now must not hide the
    /// others.</param>
    /// <param name="take">How many at most.</param>
    public async Task<IReadOnlyList<RefundView>> RefundsOwedAsync(int skip, int take) =>
        [.. (await engine.RefundsOwedAsync(skip + take)).Skip(skip)];

    /// <summary>
    /// A payment arrived, and is never refused because of whose the order is: money is never silent (R33). Its pieces are the hold's (R42).
    /// Who names another one's order learns that the money was taken in, and nothing of the order.
    /// </summary>
    /// <param name="buyer">For whom the money came; 0 where the caller knows orders and no buyers.</param>
    /// <param name="item">The item.</param>
    /// <param name="order">The order.</param>
    /// <param name="payment">The payment's own id; 0 for none (R35).</param>
    /// <param name="amountFen">What was paid.</param>
    public async Task<Reply> PaidAsync(long buyer, long item, long order, PaymentId payment, long amountFen)
    {
        Reply reply = await clock.TimeAsync(() => engine.PayAsync(new PayRequest(item, order) { Payment = payment, Amount = amountFen }));
        return reply.Ok && buyer != 0 && await buyers.IsOfAnotherAsync(buyer, item, order) ? Bare(reply.Answer) : reply;
    }

    /// <summary>
    /// The demo's button in place of a payment provider: pays what is due for a hold of his (R46), also a moment too late (R33). Pressed
    /// again it is a repeat, since its payments have no id; and an order that its join paid is left as it is. So no button makes a second
    /// payment.
    /// </summary>
    public async Task<Reply> PayInDemoAsync(long buyer, long item, long order)
    {
        if (await buyers.FindOrderAsync(buyer, item, order) is not { } held)
        {
            return Reply.UnknownOrder(item, order);
        }

        return held is { Until: not 0, Due: { } dueFen }
            ? await PaidAsync(buyer, item, order, payment: 0, dueFen)
            : new Reply(new Answer { Outcome = Outcome.OrderConflict, Rule = 35, Item = item, Order = order });
    }

    /// <summary>The refund of a listed key went back (R37): said twice it is a repeat, and no other entry is taken for it.</summary>
    public async Task<Reply> RefundDoneAsync(long item, long order, string key)
    {
        Reply reply = await clock.TimeAsync(() => engine.RefundDoneAsync(item, order, key));
        trail.Note("refund-done", item, order, reply.Answer.Outcome.ToString(), key);
        return reply;
    }

    private static Reply Bare(in Answer answer) =>
        new(new Answer
        {
            Ok = true,
            Outcome = answer.Outcome,
            Item = answer.Item,
            Order = answer.Order,
            Repeated = answer.Repeated,
            Now = answer.Now
        });
}
