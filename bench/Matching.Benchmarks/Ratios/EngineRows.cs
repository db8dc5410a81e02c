using System.Diagnostics;
using Matching.Benchmarks.Limits;
using Matching.Benchmarks.Peers;
using Matching.Engine;

namespace Matching.Benchmarks.Ratios;

/// <summary>
/// The whole engine, in memory and durable. The lists, a read model that follows the journal on a thread of its own, are off:
/// with two cores they would be measured instead.
/// </summary>
internal static class EngineRows
{
    private const int JoinsARound = 1 << 19;
    private const int Batch = 2048;

    // Of the two events, or one and a half, that a join at team size 2 journals.
    private const int EventBytesAJoin = 110;

    // By sampling and counting switches (perf stat) with 256 callers.
    private const string Switches =
        "two cores carry callers, shard and journal loop: a join costs its callers 47 % of the samples, the shard 36 %, the journal "
            + "loop 12 %; "
        + "closed at once, a batch was 7 joins a context switch; the shard now yields while callers send";

    // By sampling 12 s of the row with 256 callers.
    private const string Turns =
        "of the samples callers and replies take 42 %, the shard 32 %, the journal loop 22 % (15 % the system's write), in 4.2 s of "
            + "processor time of 12 s: "
        + "a caller waits for one write and three hand-overs, so what the disk and the host keep counts in full; a shard that yields "
            + "while callers send, "
        + "in turns with one that does not, 303 to 598 k/s beside 95 to 602 k/s";

    // At the default of 1 GiB none would be taken while a row is measured.
    private static readonly MatchingOptions s_withSnapshots = new() { SnapshotBytes = 256L << 20 };

    public static IEnumerable<Row> InMemory(Length length)
    {
        using var running = new Running(null);
        var callers = new Callers(running.Engine, 1_000);
        var plain = new PlainEngine();
        var raw = new RawChannel();
        callers.Join(256, JoinsARound);
        plain.Join(256, JoinsARound, 1_000);
        (double ours, double limit) = Rounds.Medians(
            length.Rounds,
            () => Rounds.Rate(JoinsARound, () => callers.Join(256, JoinsARound)),
            () => Rounds.Rate(JoinsARound, () => raw.RunAsync(256, JoinsARound).GetAwaiter().GetResult()));
        yield return new Row(
            "QuickJoinAsync in memory, 256 callers, 1 k items (joins/s) / raw channel + pooled reply", ours, limit, "≥ 3.5 M/s; ≥ 0.7",
                ours >= 3.5e6 && ours >= 0.7 * limit,
            Switches);
        (ours, double simple) = Rounds.Medians(
            length.Rounds,
            () => Rounds.Rate(JoinsARound, () => callers.Join(256, JoinsARound)),
            () => Rounds.Rate(JoinsARound, () => plain.Join(256, JoinsARound, 1_000)));
        callers.Check();
        plain.Check();
        yield return new Row(
            "QuickJoinAsync in memory, 256 callers, 1 k items (joins/s) / plain version behind the same API", ours, simple, "≥ 2",
                ours >= 2 * simple,
            "the plain version decides on its callers' threads and answers at once: it can't be made durable so. " + Switches);
    }

    public static IEnumerable<Row> InMemoryBatches(Length length)
    {
        using var running = new Running(null);
        var callers = new Callers(running.Engine, 1_000_000);
        callers.JoinBatches(4, 1 << 21, Batch);
        double ours = Rounds.Median(length.Rounds, () => Rounds.Rate(JoinsARound, () => callers.JoinBatches(4, JoinsARound, Batch)));
        callers.Check();
        yield return new Row("batch call in memory, 4 × 2,048, 1 M items (joins/s)", ours, null, "≥ 4 M/s", ours >= 4e6,
            "one shard's kernel is the limit (see its row)");
    }

    public static IEnumerable<Row> Durable(Length length)
    {
        foreach ((int count, double goal) in new[] { (256, 1e6), (1024, 2e6) })
        {
            using var running = new Running(Running.NewDirectory(), s_withSnapshots);
            var callers = new Callers(running.Engine, 1_000);
            callers.Join(count, JoinsARound);
            double ours = Rounds.Median(Turnovers(length), () => Rounds.Rate(JoinsARound, () => callers.Join(count, JoinsARound)));
            callers.Check();
            yield return new Row(
                $"durable, {count:N0} callers, 1 k items, snapshots on, over ten segment turnovers (joins/s)", ours, null,
                    $"≥ {goal / 1e6:F0} M/s", ours >= goal,
                Turns);
        }
    }

    public static IEnumerable<Row> DurableBatches(Length length)
    {
        using var running = new Running(Running.NewDirectory(), s_withSnapshots);
        using var raw = new RawFile(running.Directory!, Batch * EventBytesAJoin);
        var callers = new Callers(running.Engine, 1_000);
        callers.JoinBatches(4, 1 << 21, Batch);
        (double ours, double limit) = Rounds.Medians(
            Turnovers(length),
            () => Rounds.Rate(JoinsARound, () => callers.JoinBatches(4, JoinsARound, Batch)),
            () => Rounds.Rate(JoinsARound, () =>
            {
                for (int joins = 0; joins < JoinsARound; joins += Batch)
                {
                    raw.Write();
                }
            }));
        callers.Check();
        yield return new Row(
            "durable, batch call, 4 × 2,048, 1 k items, snapshots on (joins/s) / raw synchronous writes of the same bytes", ours, limit,
                "≥ 3 M/s; ≥ 0.7 of the slower of that and the kernel", ours >= 3e6 && ours >= 0.7 * limit,
            "the kernel is the slower of the two (see its row), and shares two cores with the writer and the callers");
    }

    /// <summary>One join at a time on an idle engine, beside one synchronous write of a page.</summary>
    public static IEnumerable<Row> Alone(Length length)
    {
        const int Joins = 2_000;
        using var running = new Running(Running.NewDirectory());
        using var unwritten = new Running(null);
        using var raw = new RawFile(running.Directory!, 4096);
        var callers = new Callers(running.Engine, 1_000);
        var inMemory = new Callers(unwritten.Engine, 1_000);
        callers.Join(1, Joins);
        inMemory.Join(1, Joins);
        double handOvers = Rounds.Median(length.Rounds, () => 1e6 / Rounds.Rate(Joins, () => inMemory.Join(1, Joins)));
        (double ours, double write) = Rounds.Medians(
            length.Rounds,
            () => 1e6 / Rounds.Rate(Joins, () => callers.Join(1, Joins)),
            () => 1e6 / Rounds.Rate(Joins, () =>
            {
                for (int i = 0; i < Joins; i++)
                {
                    raw.Write();
                }
            }));
        callers.Check();
        inMemory.Check();
        yield return new Row(
            $"one durable join on an idle engine (µs; the same in memory {handOvers:F0}) / one synchronous write", ours, write,
                "≤ the write + 30 µs", ours <= write + 30,
            "four threads hand the join on, caller, shard, journal, reply: three wake-ups of an idle thread, which is what a join in "
                + "memory costs too");
    }

    /// <summary>
    /// Five minutes of teams that open, form and ship, so that they leave memory for the ledger: two of the four commands a team are joins.
    /// </summary>
    public static IEnumerable<Row> Sustained(Length length)
    {
        if (length == Length.Quick)
        {
            yield break;
        }

        using var running = new Running(Running.NewDirectory(), new MatchingOptions { Ledger = true, MaxLedgerLag = long.MaxValue });
        var callers = new Callers(running.Engine, 1_000_000);
        long start = Stopwatch.GetTimestamp();
        var lags = new List<long>();
        long joins = 0;
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(5))
        {
            callers.Sell(1024, JoinsARound / 4);
            joins += JoinsARound / 2;
            lags.Add(running.Engine.Health.LedgerLag);
        }

        double rate = joins / Stopwatch.GetElapsedTime(start).TotalSeconds;
        callers.Check();
        string lag =
            $"{lags[lags.Count / 2] / 1e6:F1} M events after half of the time, {lags[^1] / 1e6:F1} M at the end, "
            + $"{lags.Max() / 1e6:F1} M at most";
        yield return new Row(
            $"durable, 1,024 callers, 1 M items, the ledger on, every order shipped, for 5 minutes (joins/s; as many ships beside); "
                + $"ledger's lag {lag}; {Environment.WorkingSet / 1e9:F1} GB", rate, null, "≥ 0.5 M/s, the lag flat",
                rate >= 0.5e6 && lags[^1] <= 2 * lags[lags.Count / 2],
            "of the samples the projector, which applies every event once more and writes what closed, takes 41 %, the shard 27 %, "
                + "callers and replies 21 %, the journal loop 5 %; "
            + "and the disk, which both write: in a directory in memory 2.7 times as much was journaled in the same time");
    }

    // A round journals some 55 MB, a segment holds 64.
    private static int Turnovers(Length length) => Math.Max(length.Rounds, 13);
}
