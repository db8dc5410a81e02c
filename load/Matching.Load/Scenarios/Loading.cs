using System.Diagnostics;
using System.Globalization;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Verify;
using Matching.Load.Measure;
using Matching.Load.Plan;
using Matching.Load.Targets;
using Matching.Recording;

namespace Matching.Load.Scenarios;

/// <summary>What scenarios have in common: a directory of their own, a target, a sampler beside the load, the check afterwards.</summary>
internal static class Loading
{
    /// <summary>The fact that stands where no directory was verified.</summary>
    public const string DirectoryFact = "data directory";

    /// <summary>The directory of a run: the one named, which must be empty, or one of its own under ./load-data, emptied.</summary>
    /// <exception cref="UsageException">The one named is in use.</exception>
    public static string? DirectoryOf(LoadOptions options, string scenario)
    {
        if (options.Memory)
        {
            return null;
        }

        if (options.Data is { } named)
        {
            DataDirectory.CheckUnused(named, $"name an empty directory, or none for ./load-data/{scenario}");
            return named;
        }

        string own = Path.Combine("load-data", scenario);
        if (Directory.Exists(own))
        {
            Directory.Delete(own, recursive: true);
        }

        return own;
    }

    /// <summary>The engine of a run.</summary>
    public static MatchingOptions Engine(LoadOptions options, string? directory) => new()
    {
        DataDirectory = directory,
        InMemory = directory is null,
        Shards = options.Shards,
        MaxRequestsInFlight = options.MaxInFlight ?? new MatchingOptions().MaxRequestsInFlight,
        ExpectedOrders = options.ExpectedOrders ?? 0,
        Lists = false,
        Recording = options.Record is { } folder ? new RecordingOptions { Directory = folder } : null,
    };

    /// <summary>The shop named by --url, or the engine in this process.</summary>
    /// <exception cref="UsageException">The engine refuses its options.</exception>
    public static async Task<ITarget> TargetAsync(LoadOptions options, string? directory) => options.Url is { } url
        ? await ShopTarget.OpenAsync(url, options.Key, options.OperatorKey, options.ShopItems)
        : new EngineTarget(await OpenAsync(Engine(options, directory)));

    /// <summary>Opens the engine of a run.</summary>
    /// <exception cref="UsageException">It refuses its options.</exception>
    public static async Task<MatchingEngine> OpenAsync(MatchingOptions options)
    {
        try
        {
            return await MatchingEngine.OpenAsync(options);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The joins of a run.</summary>
    public static JoinTraffic Traffic(LoadOptions options, ITarget target, int hotPercent = 0, long firstOrder = 1) => new(
        options.Seed, options.Items, options.Skew, hotPercent,
        target is ShopTarget ? firstOrder + FreshOrder() : firstOrder, (target as ShopTarget)?.Items ?? (target as RestartedShop)?.Items);

    /// <summary>Fires a scenario at a target, looking at it once a second.</summary>
    /// <param name="target">What is loaded.</param>
    /// <param name="scenario">The load.</param>
    /// <param name="commands">Its requests, by number.</param>
    /// <param name="landed">Told every answer; null for nobody.</param>
    /// <param name="beside">Runs beside the load, from its start; null for nothing.</param>
    public static async Task<(Timeline Timeline, long Sent)> FireAsync(
        ITarget target, Scenario scenario, Func<long, Command> commands, Action<Command, Answer>? landed = null, Func<Task>? beside = null)
    {
        var timeline = new Timeline(scenario.During);
        var gun = new OpenLoopSender(target, commands, timeline) { Landed = landed };
        await SampledAsync(target, timeline, async ended =>
        {
            Task other = beside is null ? Task.CompletedTask : Task.Run(beside, CancellationToken.None);
            Task firing = gun.FireAsync(scenario, ended);

            // Should one of the two have failed, the other may never end.
            await await Task.WhenAny(firing, other);
            await Task.WhenAll(firing, other);
        });
        return (timeline, gun.Sent);
    }

    /// <summary>Looks at the target once a second while something is done.</summary>
    /// <param name="target">What is looked at.</param>
    /// <param name="timeline">Where it is put down.</param>
    /// <param name="fire">What is done; its token ends when it has, or has failed.</param>
    public static async Task SampledAsync(ITarget target, Timeline timeline, Func<CancellationToken, Task> fire)
    {
        using var ended = new CancellationTokenSource();
        Task sampling = SampleAsync(target, timeline, ended.Token);
        try
        {
            await fire(ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
        }

        await sampling;
    }

    private static async Task SampleAsync(ITarget target, Timeline timeline, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                long open = await target.CountOpenTeamsAsync();
                timeline.Saw(Stopwatch.GetTimestamp(), open);
            }
        }
        catch (OperationCanceledException)
        {
            // The load has ended.
        }
    }

    /// <summary>Checks the directory a run leaves behind, or the shop's where it was named.</summary>
    public static async Task VerifyAsync(RunResult result, LoadOptions options, string? directory)
    {
        string? kept = options.Url is null ? directory : options.Data;
        if (kept is null)
        {
            result.Facts.Add((DirectoryFact, options.Url is null ? "none: everything was in memory" : "not named (--data): not verified"));
            return;
        }

        result.Verification = await VerifyRun.RunAsync(kept);
    }

    /// <summary>Adds what was asked of the engine beside the load: memory at its start, a recording.</summary>
    public static void TellEngine(RunResult result, LoadOptions options, MatchingEngine engine)
    {
        if (options.ExpectedOrders is > 0 and var orders)
        {
            result.Facts.Add(("orders that memory was taken for at the start", orders.ToString("N0", CultureInfo.InvariantCulture)));
        }

        if (engine.Recording is { } recording)
        {
            result.Facts.Add(("recorded commands, dropped",
                string.Create(CultureInfo.InvariantCulture, $"{recording.Commands:N0}, {recording.Dropped:N0}")));
            result.Facts.Add(("recorded bytes", recording.Bytes.ToString("N0", CultureInfo.InvariantCulture)));
        }
    }

    // Orders of an earlier run against the same shop must not come again: seconds of this clock, with room for a million requests each.
    private static long FreshOrder() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() % 8_000_000_000 * 1_000_000;
}
