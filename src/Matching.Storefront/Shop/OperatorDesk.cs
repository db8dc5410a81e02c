using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>What operators and the payment system's machine do.</summary>
public sealed class OperatorDesk(MatchingEngine engine, Catalogue catalogue, CommandClock clock)
{
    /// <summary>A payment arrived, for whichever order (R33: money is never silent).</summary>
    public Task<Reply> PaidAsync(long item, long order, long payment, long amountFen, int quantity) =>
        AskAsync(item, () => engine.PayAsync(new PayRequest(item, order) { Payment = payment, Amount = amountFen, Quantity = quantity }));

    /// <summary>A refund went back (R37).</summary>
    public Task<Reply> RefundDoneAsync(long item, long order, RefundCause cause, long payment) =>
        AskAsync(item, () => engine.RefundDoneAsync(item, order, cause, payment));

    private Task<Reply> AskAsync(long item, Func<ValueTask<Answer>> ask) =>
        catalogue.Find(item) is null ? Task.FromResult(new Reply(default, Denial.UnknownItem)) : clock.TimeAsync(ask);
}
