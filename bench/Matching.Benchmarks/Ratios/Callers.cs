using Matching.Core;
using Matching.Engine;

namespace Matching.Benchmarks.Ratios;

/// <summary>Callers of the engine: each waits for its answer before it asks again. Orders and buyers are new, items drawn evenly.</summary>
internal sealed class Callers(MatchingEngine engine, int items)
{
    private readonly long _before = Counted(engine).Waiting + Counted(engine).Formed;
    private long _orders;

    /// <summary>So many joins by so many callers; returns when all are answered.</summary>
    public void Join(int callers, int joins)
    {
        int each = joins / callers;
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => JoinAsync(Interlocked.Add(ref _orders, each) - each, each))).GetAwaiter().GetResult();
    }

    /// <summary>The same joins as the last ones once more, each a repeat (R35).</summary>
    public void Again(int callers, int joins)
    {
        _orders -= joins / callers * callers;
        Join(callers, joins);
    }

    /// <summary>The same through the batch call: so many batches at a time.</summary>
    public void JoinBatches(int callers, int joins, int batch)
    {
        int each = joins / callers;
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => JoinBatchesAsync(Interlocked.Add(ref _orders, each) - each, each, batch))).GetAwaiter().GetResult();
    }

    /// <summary>Every join must have been answered with a seat, and the engine must count as many orders.</summary>
    public void Check()
    {
        Counts counts = Counted(engine);
        if (counts.Waiting + counts.Formed - _before != _orders || counts.Formed != 2 * counts.TeamsFormed)
        {
            throw new InvalidOperationException($"{_orders} joins were answered; the engine counts {counts}");
        }
    }

    private static Counts Counted(MatchingEngine engine) => engine.CountAsync().AsTask().GetAwaiter().GetResult();

    private async Task JoinAsync(long order, int joins)
    {
        await Task.Yield();
        ulong seed = Seed(order);
        for (long last = order + joins; order < last;)
        {
            order++;
            Answer answer = await engine.QuickJoinAsync(Next(ref seed, _before + order)).ConfigureAwait(false);
            ThrowUnlessSeated(answer);
        }
    }

    private async Task JoinBatchesAsync(long order, int joins, int batch)
    {
        await Task.Yield();
        ulong seed = Seed(order);
        var requests = new QuickJoinRequest[batch];
        var answers = new Answer[batch];
        for (long last = order + joins; order < last;)
        {
            for (int i = 0; i < batch; i++)
            {
                requests[i] = Next(ref seed, _before + ++order);
            }

            await engine.QuickJoinBatchAsync(requests, answers).ConfigureAwait(false);
            foreach (ref readonly Answer answer in answers.AsSpan())
            {
                ThrowUnlessSeated(answer);
            }
        }
    }

    private static ulong Seed(long order) => ((ulong)order + 1) * 0x9E3779B97F4A7C15;

    private QuickJoinRequest Next(ref ulong seed, long order)
    {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return new QuickJoinRequest(1 + (long)Math.BigMul(seed, (ulong)items, out _), order, order) { Amount = 1990, Quantity = 1 };
    }

    private static void ThrowUnlessSeated(in Answer answer)
    {
        if (!answer.Ok)
        {
            throw new InvalidOperationException($"a join of a new order was answered with {answer.Outcome}");
        }
    }
}
