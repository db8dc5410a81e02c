using System.Diagnostics;
using System.Globalization;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Load.Measure;
using Matching.Load.Plan;
using Matching.Load.Targets;

namespace Matching.Load.Scenarios;

/// <summary>
/// <c>expiry-storm</c>: opens many teams within a moment, whose deadlines then come within a moment too, in the middle of a steady
/// load of joins on other items (R36). What the joins feel of it is the result.
/// </summary>
internal static class ExpiryStorm
{
    private const int PerBatch = 4_096;

    public static async Task<RunResult> RunAsync(LoadOptions options)
    {
        int rate = options.Rate ?? 20_000;
        string? directory = Loading.DirectoryOf(options, "expiry-storm");
        TimeSpan life = options.WarmingUp + (options.During / 2);
        MatchingOptions engineOptions = Loading.Engine(options, directory) with
        {
            Book = new BookOptions { TeamLifeMs = Math.Max(1, (long)life.TotalMilliseconds), Rescue = false },
        };
        string about = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Teams:N0} teams whose deadlines come within a moment, {life.TotalSeconds:N1} s after their opening, beside "
                + $"{rate:N0} joins a second on other items");
        RunResult result;
        long lagMs = 0;
        var target = new EngineTarget(await Loading.OpenAsync(engineOptions));
        await using (target)
        {
            Screen.Note("expiry-storm: " + about);
            TimeSpan opening = await OpenAsync(target.Engine, options);
            JoinTraffic traffic = Loading.Traffic(options, target, firstOrder: options.Teams + 1);
            var scenario =
                new Scenario("expiry-storm", options.WarmingUp, [LoadSimulation.Inject(rate, TimeSpan.FromSeconds(1), options.During)]);
            using var around = RunEnvironment.Begin(target, scenario.WarmUp);
            TimeSpan watching = options.WarmingUp + options.During;
            (Timeline timeline, _) = await Loading.FireAsync(
                target, scenario, traffic.Join, beside: async () => lagMs = await WatchLagAsync(target.Engine, watching));
            result = new RunResult("expiry-storm", about) { Timeline = timeline };
            around.TellTo(result);
            Loading.TellEngine(result, options, target.Engine);
            result.Facts.Add(("ms to open the teams", opening.TotalMilliseconds.ToString("N0", CultureInfo.InvariantCulture)));
            result.Facts.Add(("longest ms a deadline waited to be acted on, as seen every 20 ms (R36)",
                lagMs.ToString("N0", CultureInfo.InvariantCulture)));
            result.Checks.Add(InjectScenarios.EveryAnswer(timeline));
            Counts counts = await target.Engine.CountAsync();
            result.Checks.Add(new Check(
                "every team of the storm expired", counts.TeamsExpired >= options.Teams && counts.RefundOwed >= options.Teams,
                string.Create(CultureInfo.InvariantCulture, $"{counts.TeamsExpired:N0} expired, {counts.RefundOwed:N0} refunds owed")));
        }

        await Loading.VerifyAsync(result, options, directory);
        return result;
    }

    private static async Task<TimeSpan> OpenAsync(MatchingEngine engine, LoadOptions options)
    {
        long startedAt = Stopwatch.GetTimestamp();
        var commands = new Command[PerBatch];
        var answers = new Answer[PerBatch];
        for (int done = 0; done < options.Teams; done += PerBatch)
        {
            int count = Math.Min(PerBatch, options.Teams - done);
            for (int i = 0; i < count; i++)
            {
                long number = done + i + 1;
                commands[i] = new Command
                {
                    Operation = Operation.OpenTeam,
                    Item = options.Items + number,
                    Buyer = number,
                    Order = number,
                    Amount = 1990
                };
            }

            await engine.ExecuteBatchAsync(commands.AsMemory(0, count), answers.AsMemory(0, count));
        }

        return Stopwatch.GetElapsedTime(startedAt);
    }

    private static async Task<long> WatchLagAsync(MatchingEngine engine, TimeSpan during)
    {
        long startedAt = Stopwatch.GetTimestamp();
        long longest = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Stopwatch.GetElapsedTime(startedAt) < during && await timer.WaitForNextTickAsync())
        {
            longest = Math.Max(longest, engine.Health.ExpiryLagMs);
        }

        return longest;
    }
}
