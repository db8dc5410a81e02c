using System.Diagnostics;
using System.Globalization;
using Matching.Core;
using Matching.Engine;

namespace Matching.Benchmarks;

/// <summary>
/// A year of closed orders in the order ledger: a directory is made once, and opened as often as wanted. Load: pairs of buyers fill teams
/// of two on a hundred thousand items, every order ships, over a year of the engine's time.
/// </summary>
internal static class YearRun
{
    private const int Pairs = 2_048;
    private const long Items = 100_000;
    private const long YearMs = 365L * 86_400_000;
    private const long StartMs = 1_700_000_000_000;
    private const long MostLag = 4_000_000;
    private const int Repeats = 1_000;

    /// <summary>Makes the directory: <c>year make DIR ORDERS</c>, and with <c>year plain</c> one where nothing leaves memory.</summary>
    public static async Task MakeAsync(string directory, long orders, bool ledger)
    {
        MatchingEngine engine = await OpenAsync(directory, orders, ledger).ConfigureAwait(false);
        await using (engine.ConfigureAwait(false))
        {
            long startedAt = Stopwatch.GetTimestamp();
            (long lag, double slowest) = (0, 0);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            var answers = new Answer[2 * Pairs];
            for (long first = 1; first <= orders; first += 2 * Pairs)
            {
                long at = StartMs + (long)((double)first / orders * YearMs);
                long sentAt = Stopwatch.GetTimestamp();
                await DoAsync(engine, Joins(first, at), answers, Outcome.Formed).ConfigureAwait(false);
                await DoAsync(engine, Ships(first, at), answers, Outcome.Shipped).ConfigureAwait(false);
                slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds);
                lag = Math.Max(lag, engine.Health.LedgerLag);
                while (engine.Health.LedgerLag > MostLag)
                {
                    await pause.WaitForNextTickAsync().ConfigureAwait(false);
                }
            }

            double seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{engine.Health.DurableSequence:N0} events in {seconds:F0} s, {engine.Health.DurableSequence / seconds / 1e6:F2} M/s "
                    + $"through joins, journal and ledger; slowest batch pair {slowest:F0} ms, largest lag {lag:N0} events; "
                    + $"{Environment.WorkingSet / 1e9:F2} GB; {(double)JournalBytes(directory) / orders:F0} bytes of journal an order"));
        }
    }

    /// <summary>Opens it and sends orders of its beginning again: <c>year open DIR</c>.</summary>
    public static async Task MeasureAsync(string directory)
    {
        long startedAt = Stopwatch.GetTimestamp();
        MatchingEngine engine = await OpenAsync(directory, 4_000_000, ledger: true).ConfigureAwait(false);
        double opened = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        await using (engine.ConfigureAwait(false))
        {
            Counts counts = await engine.CountAsync().ConfigureAwait(false);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"opened in {opened:F2} s: {counts.Shipped:N0} orders shipped, {counts.TeamsOpen:N0} teams open, "
                    + $"{engine.RecoveredFromSnapshot:N0} events from the snapshot, {engine.Recovered - engine.RecoveredFromSnapshot:N0} "
                    + $"replayed; {Environment.WorkingSet / 1e9:F2} GB"));
            var micros = new double[Repeats];
            for (int i = 0; i < Repeats; i++)
            {
                long order = 1 + ((long)i * 2 * (counts.Shipped / 100 / Repeats));
                startedAt = Stopwatch.GetTimestamp();
                Answer answer = await engine.ExecuteAsync(Join(order, 0)).ConfigureAwait(false);
                micros[i] = Stopwatch.GetElapsedTime(startedAt).TotalMicroseconds;
                if (answer is not { Outcome: Outcome.Opened, Repeated: true })
                {
                    throw new InvalidOperationException($"order {order} was answered {answer.Outcome}, repeated {answer.Repeated}");
                }
            }

            double first = micros[0];
            Array.Sort(micros);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Repeats} orders of the first hundredth sent again, each with its first outcome: the first {first / 1e3:F1} ms, median "
                    + $"{micros[Repeats / 2]:F0} µs, slowest {micros[^1] / 1e3:F1} ms; {engine.Health.LedgerLookups} looks into the "
                    + $"ledger; {Environment.WorkingSet / 1e9:F2} GB"));
        }
    }

    private static Task<MatchingEngine> OpenAsync(string directory, long expected, bool ledger) => MatchingEngine.OpenAsync(new()
    {
        DataDirectory = directory,
        Lists = false,
        ManualClock = true,
        Ledger = ledger,
        LedgerCheckpointEvents = 16_000_000,
        LedgerCheckpointInterval = TimeSpan.FromHours(1),
        ExpectedEvictedOrders = expected,
        Warned = Console.Error.WriteLine,
    });

    // With the segments made ahead: some 0.1 GB too many.
    private static long JournalBytes(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("journal-*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static async Task DoAsync(MatchingEngine engine, Command[] commands, Answer[] answers, Outcome expected)
    {
        await engine.ExecuteBatchAsync(commands, answers).ConfigureAwait(false);
        if (answers[^1].Outcome != expected)
        {
            throw new InvalidOperationException($"order {commands[^1].Order} was answered {answers[^1].Outcome}");
        }
    }

    private static Command[] Joins(long first, long at)
    {
        var commands = new Command[2 * Pairs];
        for (int i = 0; i < commands.Length; i++)
        {
            commands[i] = Join(first + i, at);
        }

        return commands;
    }

    // An odd order opens its item's team, and the next one fills it.
    private static Command Join(long order, long at) => new()
    {
        Operation = Operation.QuickJoin,
        Item = ItemOf(order),
        Buyer = order,
        Order = order,
        Quantity = 1,
        Amount = 1_990,
        At = at,
    };

    private static Command[] Ships(long first, long at)
    {
        var commands = new Command[2 * Pairs];
        for (int i = 0; i < commands.Length; i++)
        {
            commands[i] = new Command { Operation = Operation.Ship, Item = ItemOf(first + i), Order = first + i, At = at };
        }

        return commands;
    }

    private static long ItemOf(long order) => 1 + (long)((ulong)(((order + 1) / 2) * 0x9E3779B97F4A7C1L) % (ulong)Items);
}
