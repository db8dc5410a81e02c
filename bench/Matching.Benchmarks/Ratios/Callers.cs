using System.Diagnostics;
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
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => JoinAsync(Interlocked.Add(ref _orders, each) - each, each))).GetAwaiter()
            .GetResult();
    }

    /// <summary>
    /// So many teams of two, each opened, joined, and both its orders shipped, one after the other: what leaves memory for the ledger.
    /// </summary>
    public void Sell(int callers, int teams)
    {
        int each = teams / callers;
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => SellAsync(Interlocked.Add(ref _orders, 2 * each) - (2 * each), each)))
            .GetAwaiter().GetResult();
    }

    /// <summary>Callers join one by one until something else is done: how long the slowest of their joins took, in ms.</summary>
    public double LongestMs(int callers, Func<bool> done)
    {
        long[] longest = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => LongestAsync(done))).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(0, longest.Max()).TotalMilliseconds;
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
        Task.WhenAll(Enumerable.Range(0, callers).Select(_ => JoinBatchesAsync(Interlocked.Add(ref _orders, each) - each, each, batch)))
            .GetAwaiter().GetResult();
    }

    /// <summary>Every join must have been answered with a seat, and the engine must count as many orders.</summary>
    public void Check()
    {
        Counts counts = Counted(engine);
        if (counts.Waiting + counts.Formed + counts.Shipped - _before != _orders
            || counts.Formed + counts.Shipped != 2 * counts.TeamsFormed)
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

    private async Task SellAsync(long order, int teams)
    {
        await Task.Yield();
        ulong seed = Seed(order);
        for (int team = 0; team < teams; team++, order += 2)
        {
            (long leader, long last) = (_before + order + 1, _before + order + 2);
            QuickJoinRequest drawn = Next(ref seed, leader);
            Answer opened = await engine.OpenTeamAsync(new OpenTeamRequest(drawn.Item, leader, leader) { Amount = 1990 })
                .ConfigureAwait(false);
            Answer formed = await engine.JoinTeamAsync(new JoinTeamRequest(drawn.Item, opened.Team, last, last) { Amount = 1990 })
                .ConfigureAwait(false);
            Answer first = await engine.ShipAsync(drawn.Item, leader).ConfigureAwait(false);
            Answer second = await engine.ShipAsync(drawn.Item, last).ConfigureAwait(false);
            if ((formed.Outcome, first.Outcome, second.Outcome) != (Outcome.Formed, Outcome.Shipped, Outcome.Shipped))
            {
                throw new InvalidOperationException(
                    $"a team of two was answered with {opened.Outcome}, {formed.Outcome}, {first.Outcome}, {second.Outcome}");
            }
        }
    }

    private async Task<long> LongestAsync(Func<bool> done)
    {
        await Task.Yield();
        long longest = 0;
        ulong seed = Seed(Volatile.Read(ref _orders));
        while (!done())
        {
            QuickJoinRequest request = Next(ref seed, _before + Interlocked.Increment(ref _orders));
            long began = Stopwatch.GetTimestamp();
            Answer answer = await engine.QuickJoinAsync(request).ConfigureAwait(false);
            longest = Math.Max(longest, Stopwatch.GetTimestamp() - began);
            ThrowUnlessSeated(answer);
        }

        return longest;
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
