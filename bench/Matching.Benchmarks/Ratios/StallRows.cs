using System.Diagnostics;
using Matching.Engine;

namespace Matching.Benchmarks.Ratios;

/// <summary>How long the slowest join waits while the engine does something large beside it, and how long without.</summary>
internal static class StallRows
{
    private const int Waiting = 16;
    private const int Orders = 1 << 21;
    private const int Batch = 2048;
    private const int RoundsEach = 5;

    public static IEnumerable<Row> All(Length length) => Snapshot().Concat(Checkpoint());

    /// <summary>Snapshots of two million orders, one after the other, in turns with as long a time without one.</summary>
    private static IEnumerable<Row> Snapshot()
    {
        using var running = new Running(Running.NewDirectory(), new MatchingOptions { SnapshotBytes = 0 });
        var callers = new Callers(running.Engine, 1_000_000);
        callers.JoinBatches(4, Orders, Batch);
        callers.LongestMs(Waiting, Within(TimeSpan.FromSeconds(1)));
        TimeSpan took = TimeSpan.FromSeconds(1);
        (double with, double without) = Rounds.Medians(
            RoundsEach,
            () =>
            {
                Task<Matching.Engine.State.SnapshotTaken> taken = running.Engine.SnapshotAsync();
                double longest = callers.LongestMs(Waiting, () => taken.IsCompleted);
                took = taken.GetAwaiter().GetResult().Duration;
                return longest;
            },
            () => callers.LongestMs(Waiting, Within(took)));
        callers.Check();
        yield return new Row(
            $"longest durable join while a snapshot of {Orders / 1_000_000} M orders is taken ({took.TotalSeconds:F1} s), {Waiting} "
                + $"callers (ms) / without", with, without, "≤ 2 ms", with <= 2,
            "the snapshot's thread and its writes share two cores and one disk with the joins; the right column has the same disk and "
                + "no snapshot");
    }

    /// <summary>Checkpoints of the order ledger every 200,000 events, beside an engine that has no ledger.</summary>
    private static IEnumerable<Row> Checkpoint()
    {
        using var with =
            new Running(Running.NewDirectory(), new MatchingOptions { Ledger = true, LedgerCheckpointEvents = 200_000, SnapshotBytes = 0 });
        using var without = new Running(Running.NewDirectory(), new MatchingOptions { SnapshotBytes = 0 });
        var seller = new Callers(with.Engine, 1_000_000);
        var other = new Callers(without.Engine, 1_000_000);
        (double ours, double plain) = Rounds.Medians(RoundsEach, () => During(seller), () => During(other));
        seller.Check();
        other.Check();
        if (with.Engine.Health.LedgerPosition == 0)
        {
            throw new InvalidOperationException("the ledger took no checkpoint while it was measured");
        }

        yield return new Row(
            $"longest durable join while orders move to the ledger and it takes checkpoints, {Waiting} callers (ms) / without a ledger",
                ours, plain, "≤ 5 ms", ours <= 5,
            "the projector's thread and its writes share two cores and one disk with the joins");
    }

    // A burst of shipped teams, then joins for the seconds in which the ledger takes it in and checkpoints.
    private static double During(Callers callers)
    {
        callers.Sell(256, 1 << 17);
        return callers.LongestMs(Waiting, Within(TimeSpan.FromSeconds(2)));
    }

    private static Func<bool> Within(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        return () => Stopwatch.GetElapsedTime(start) >= time;
    }
}
