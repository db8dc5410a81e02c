using System.Diagnostics;
using Matching.Core;

namespace Matching.Benchmarks.Ratios;

/// <summary>The wheel, storms, memory, allocation and the longest join while tables grow.</summary>
internal static class StructureRows
{
    private const long Start = 1_700_000_000_000;
    private const long DayMs = 86_400_000;
    private const int ItemsPerSlice = 256;

    public static IEnumerable<Row> Wheel(Length length)
    {
        const int Turns = 1 << 20;
        var traffic = new WheelTraffic();
        traffic.Wheel(Turns);
        long before = GC.GetAllocatedBytesForCurrentThread();
        traffic.Wheel(Turns);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        (double wheel, double queue) = Rounds.Medians(
            length.Rounds, () => 1e9 / Rounds.Rate(Turns, () => traffic.Wheel(Turns)),
                () => 1e9 / Rounds.Rate(Turns, () => traffic.Queue(Turns)));
        yield return new Row(
            $"wheel, schedule + cancel, any of 1 M members (ns; {allocated / (double)Turns:F2} B) / PriorityQueue",
            wheel,
            queue,
            "≤ 25 ns, 0 B",
            wheel <= 25 && allocated < Turns / 100,
            "a random member's links and its neighbours' are three lines out of 16 MB that no cache near the core holds");
        double recent = Rounds.Median(length.Rounds, () => 1e9 / Rounds.Rate(Turns, () => traffic.WheelOfRecent(Turns)));
        yield return new Row("wheel, schedule + cancel, a member scheduled 4,096 turns ago, 1 M pending (ns)", recent, null, "≤ 25 ns",
            recent <= 25, "what one turn asks for had left the caches since the member was scheduled");
    }

    /// <summary>Half a million items with two teams each, all with one deadline: refunds, and a search for a rescue for each.</summary>
    public static IEnumerable<Row> Storm(Length length)
    {
        const int Items = 500_000;
        var book = new Book(new BookOptions());
        for (int order = 1; order <= Items * 2; order++)
        {
            book.Execute(new Command
            {
                Operation = Operation.OpenTeam,
                Item = 1 + (order % Items),
                Order = order,
                Buyer = order,
                Quantity = 1,
                Amount = 1990
            }, Start, out _);
            book.Events.Clear();
        }

        long began = Stopwatch.GetTimestamp();
        long longest = 0;
        int joins = 0;
        bool done;
        do
        {
            long slice = Stopwatch.GetTimestamp();
            done = book.Sweep(Start + DayMs, ItemsPerSlice);
            book.Execute(new Command { Operation = Operation.QuickJoin, Item = Items + 1, Order = ++joins, Buyer = joins, Quantity = 1 },
                Start + DayMs, out _);
            book.Events.Clear();
            longest = Math.Max(longest, Stopwatch.GetTimestamp() - slice);
        }
        while (!done);

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double delayMs = Stopwatch.GetElapsedTime(0, longest).TotalMilliseconds;
        Counts counts = book.CountAll();
        if (counts.TeamsExpired != Items * 2 || counts.RefundOwed != Items * 2 || counts.Waiting + counts.Formed != joins)
        {
            throw new InvalidOperationException($"after the storm the book counts {counts}");
        }

        yield return new Row(
            $"1 M teams expiring at once, refunds and rescue search included (s); longest wait of a join between slices {delayMs:F2} ms",
                seconds, null, "≤ 1 s; ≤ 2 ms", seconds <= 1 && delayMs <= 2,
            "a slice of 256 items waits for the system to clear a large page for its refund entries, and for its turn on a shared machine");
    }

    /// <summary>Joins asked again (R35) travel the same way and grow no state: what is allocated is the path's own.</summary>
    public static IEnumerable<Row> Allocation(Length length)
    {
        const int Joins = 1 << 19;
        using var running = new Running(null);
        var callers = new Callers(running.Engine, 1_000);
        callers.Join(256, Joins);
        callers.Again(256, Joins);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        callers.Again(256, Joins);
        double each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Joins;
        callers.Check();
        yield return new Row("allocated per join through the async API, 256 callers, shard included (B)", each, null, "0 on the shard; ≤ 8",
            each <= 8, "the pools of requests and batches make anew what they have no room to keep");
    }

    /// <summary>
    /// Open teams with one paid order each, fifty an item, as the heap grows: live arrays, with what of them is not filled yet.
    /// </summary>
    public static IEnumerable<Row> Memory(Length length)
    {
        int teams = length == Length.Quick ? 5_000_000 : 50_000_000;
        var book = new Book(new BookOptions());
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int order = 1; order <= teams; order++)
        {
            book.Execute(new Command
            {
                Operation = Operation.OpenTeam,
                Item = 1 + (order % (teams / 50)),
                Order = order,
                Buyer = order,
                Quantity = 1,
                Amount = 1990
            }, Start, out _);
            book.Events.Clear();
        }

        double each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)teams;
        if (book.CountAll().TeamsOpen != teams)
        {
            throw new InvalidOperationException($"{teams} teams were opened; the book counts {book.CountAll()}");
        }

        yield return new Row(
            $"memory of an open team with one paid order, all indexes, {teams / 1_000_000} M open teams (B)", each, null,
                "≤ 200; 50 M on this machine", each <= 200,
            "team 64 + order 64 + its share of order index, seat index (items with over 8 seats), directory and half-filled tables");
    }

    /// <summary>Each join timed while the book grows from nothing to four million orders.</summary>
    public static IEnumerable<Row> Growth(Length length)
    {
        double longest = Rounds.Median(3, LongestMs);
        yield return new Row(
            "longest join while tables grow to 4 M orders (ms)", longest, null, "≤ 2 ms", longest <= 2,
            "1.4 and 1.8 ms were measured on a calm machine, 16.7 ms on a busy one: which wait that was is not known");
    }

    private static double LongestMs()
    {
        // Memory that another round left would have to be cleared first, as no memory of a running engine has.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        const int Joins = 1 << 22;
        var book = new Book(new BookOptions());
        long longest = 0;
        for (int order = 1; order <= Joins; order++)
        {
            long began = Stopwatch.GetTimestamp();
            book.Execute(new Command
            {
                Operation = Operation.QuickJoin,
                Item = 1 + (order * 7919L % 1_000_000),
                Order = order,
                Buyer = order,
                Quantity = 1
            }, Start, out _);
            longest = Math.Max(longest, Stopwatch.GetTimestamp() - began);
            book.Events.Clear();
        }

        return Stopwatch.GetElapsedTime(0, longest).TotalMilliseconds;
    }
}
