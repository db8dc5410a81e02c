using Matching.Core;
using Matching.Engine;

namespace Matching.Benchmarks.Peers;

/// <summary>
/// The plain version behind the same asynchronous API, in memory: locks let it decide on the caller's thread and answer at once.
/// </summary>
internal sealed class PlainEngine
{
    [ThreadStatic]
    private static EventBuffer? _events;

    private readonly PlainBook _book = new(new BookOptions());
    private long _orders;

    public ValueTask<Answer> QuickJoinAsync(in QuickJoinRequest request)
    {
        EventBuffer events = _events ??= new EventBuffer();
        if (events.Length > 1 << 15)
        {
            events.Clear();
        }

        var command = new Command
        {
            Operation = Operation.QuickJoin,
            Item = request.Item,
            Order = request.Order,
            Buyer = request.Buyer,
            Amount = request.Amount,
            Quantity = request.Quantity,
        };
        return ValueTask.FromResult(_book.Execute(command, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), events));
    }

    public void Join(int callers, int joins, int items)
    {
        int each = joins / callers;
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => JoinAsync(Interlocked.Add(ref _orders, each) - each, each, items)))
            .GetAwaiter().GetResult();
    }

    public void Check()
    {
        Counts counts = _book.CountAll();
        if (counts.Waiting + counts.Formed != _orders || counts.Formed != 2 * counts.TeamsFormed)
        {
            throw new InvalidOperationException($"{_orders} joins were answered; the plain version counts {counts}");
        }
    }

    private async Task JoinAsync(long order, int joins, int items)
    {
        await Task.Yield();
        ulong seed = ((ulong)order + 1) * 0x9E3779B97F4A7C15;
        for (long last = order + joins; order < last;)
        {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            order++;
            var request =
                new QuickJoinRequest(1 + (long)Math.BigMul(seed, (ulong)items, out _), order, order) { Amount = 1990, Quantity = 1 };
            Answer answer = await QuickJoinAsync(request).ConfigureAwait(false);
            if (!answer.Ok)
            {
                throw new InvalidOperationException($"a join of a new order was answered with {answer.Outcome}");
            }
        }
    }
}
