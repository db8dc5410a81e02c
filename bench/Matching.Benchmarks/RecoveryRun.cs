using System.Diagnostics;
using System.Globalization;
using Matching.Core;
using Matching.Engine;

namespace Matching.Benchmarks;

/// <summary>
/// How long a start takes: a directory with so many open teams in a snapshot and so many events behind it is made once, and opened as often
/// as wanted. Load: teams open on a million items, then buyers fill some of them and open others.
/// </summary>
internal static class RecoveryRun
{
    private const int Batch = 4_096;
    private const long Items = 1_000_000;

    /// <summary>Makes the directory: <c>recovery make DIR TEAMS EVENTS</c>.</summary>
    public static async Task MakeAsync(string directory, long teams, long events)
    {
        MatchingEngine engine = await OpenAsync(directory).ConfigureAwait(false);
        await using (engine.ConfigureAwait(false))
        {
            var random = new Random(1);
            var answers = new Answer[Batch];
            long order = 0;
            while (engine.Health.DurableSequence < teams)
            {
                await engine.ExecuteBatchAsync(Commands(Operation.OpenTeam, random, ref order), answers).ConfigureAwait(false);
            }

            var taken = await engine.SnapshotAsync().ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"snapshot of {taken.Sequence:N0} events: {taken.Bytes / 1e6:N0} MB in {taken.Duration.TotalSeconds:F1} s"));
            while (engine.Health.DurableSequence < taken.Sequence + events)
            {
                await engine.ExecuteBatchAsync(Commands(Operation.QuickJoin, random, ref order), answers).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Opens it: <c>recovery open DIR [SHARDS]</c>; without a number the engine chooses.</summary>
    public static async Task MeasureAsync(string directory, int shards = 0)
    {
        long startedAt = Stopwatch.GetTimestamp();
        MatchingEngine engine = await OpenAsync(directory, shards).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        await using (engine.ConfigureAwait(false))
        {
            Counts counts = await engine.CountAsync().ConfigureAwait(false);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"opened in {seconds:F2} s: {counts.TeamsOpen:N0} teams open, {engine.RecoveredFromSnapshot:N0} events from the snapshot, "
                    + $"{engine.Recovered - engine.RecoveredFromSnapshot:N0} replayed; {Environment.WorkingSet / 1e9:F2} GB"));
        }
    }

    private static Task<MatchingEngine> OpenAsync(string directory, int shards = 0) => MatchingEngine.OpenAsync(new MatchingOptions
    {
        DataDirectory = directory,
        Shards = shards,
        Lists = false,
        SnapshotBytes = 0,
    });

    private static Command[] Commands(Operation operation, Random random, ref long order)
    {
        var commands = new Command[Batch];
        for (int i = 0; i < commands.Length; i++)
        {
            order++;
            commands[i] = new Command
            {
                Operation = operation,
                Item = 1 + random.NextInt64(Items),
                Buyer = order,
                Order = order,
                Quantity = 1,
                Amount = 1_990
            };
        }

        return commands;
    }
}
