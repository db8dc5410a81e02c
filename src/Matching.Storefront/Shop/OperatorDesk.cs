using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>What operators and the payment system's machine do.</summary>
public sealed class OperatorDesk(MatchingEngine engine, Catalogue catalogue, CommandClock clock)
{
    /// <summary>Refunds owed that may be skipped to reach later ones.</summary>
    public const int MaxSkip = 100_000;

    /// <summary>Refunds owed, oldest first (R37).</summary>
    /// <param name="skip">The oldest to leave out, 0 … <see cref="MaxSkip"/>: those that cannot be paid back just now must not hide the others.</param>
    /// <param name="take">How many at most.</param>
    public async Task<IReadOnlyList<RefundView>> RefundsOwedAsync(int skip, int take) =>
        [.. (await engine.RefundsOwedAsync(skip + take)).Skip(skip)];

    /// <summary>A payment arrived, for whichever order (R33: money is never silent).</summary>
    public Task<Reply> PaidAsync(long item, long order, long payment, long amountFen, int quantity) =>
        AskAsync(item, () => engine.PayAsync(new PayRequest(item, order) { Payment = payment, Amount = amountFen, Quantity = quantity }));

    /// <summary>A refund went back (R37).</summary>
    public Task<Reply> RefundDoneAsync(long item, long order, RefundCause cause, long payment) =>
        AskAsync(item, () => engine.RefundDoneAsync(item, order, cause, payment));

    private Task<Reply> AskAsync(long item, Func<ValueTask<Answer>> ask) =>
        catalogue.Find(item) is null ? Task.FromResult(new Reply(default, Denial.UnknownItem)) : clock.TimeAsync(ask);
}
