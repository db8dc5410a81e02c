using System.Globalization;
using Matching.Host.Cli;
using Matching.Load.Measure;
using Matching.Load.Plan;
using Matching.Load.Targets;

namespace Matching.Load.Scenarios;

/// <summary>The open scenarios that only differ in their plan: <c>steady</c> and <c>flash-sale</c>.</summary>
internal static class InjectScenarios
{
    private const int HotPercent = 25;
    private const long MostExpected = 20_000_000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>One rate all the time.</summary>
    public static Task<RunResult> SteadyAsync(LoadOptions options)
    {
        int rate = RateOf(options);
        return RunAsync(
            options,
            new Scenario("steady", options.WarmingUp, [LoadSimulation.Inject(rate, Second, options.During)]),
            hotPercent: 0,
            string.Create(
                CultureInfo.InvariantCulture, $"{rate:N0} joins a second, evenly, on {Items(options)} of Zipf skew {options.Skew}"));
    }

    /// <summary>A ramp to the rate, which is held, and down again; one item takes a quarter.</summary>
    public static Task<RunResult> FlashSaleAsync(LoadOptions options)
    {
        int rate = RateOf(options);
        TimeSpan quarter = options.During / 4;
        return RunAsync(
            options,
            new Scenario("flash-sale", options.WarmingUp,
            [
                LoadSimulation.RampingInject(rate, Second, quarter),
                LoadSimulation.Inject(rate, Second, options.During - (2 * quarter)),
                LoadSimulation.RampingInject(rate / 10, Second, quarter),
            ]),
            HotPercent,
            string.Create(
                CultureInfo.InvariantCulture,
                $"up to {rate:N0} joins a second and down again; one item takes {HotPercent} % of them, the rest spreads over "
                + $"{Items(options)}"));
    }

    /// <summary>The rate asked for, or one that suits the target.</summary>
    public static int RateOf(LoadOptions options) => options.Rate ?? (options.Url is null ? 100_000 : 1_000);

    private static string Items(LoadOptions options) =>
        options.Url is null ? options.Items.ToString("N0", CultureInfo.InvariantCulture) + " items" : "the shop's items";

    private static async Task<RunResult> RunAsync(LoadOptions options, Scenario scenario, int hotPercent, string about)
    {
        options = options with
        {
            ExpectedOrders = options.ExpectedOrders
            ?? Math.Min(MostExpected, (long)RateOf(options) * (options.WarmUp + options.Seconds))
        };
        string? directory = options.Url is null ? Loading.DirectoryOf(options, scenario.Name) : null;
        RunResult result;
        ITarget target = await Loading.TargetAsync(options, directory);
        await using (target)
        {
            JoinTraffic traffic = Loading.Traffic(options, target, hotPercent);
            Screen.Note($"{scenario.Name}: {about}");
            using var around = RunEnvironment.Begin(target, scenario.WarmUp);
            (Timeline timeline, _) = await Loading.FireAsync(target, scenario, traffic.Join);
            result = new RunResult(scenario.Name, about) { Timeline = timeline };
            around.TellTo(result);
            result.Checks.Add(EveryAnswer(timeline));
            if (target is EngineTarget { Engine: var engine })
            {
                Loading.TellEngine(result, options, engine);
            }

            if (options.Wrk && target is ShopTarget)
            {
                await WrkCheck.RunAsync(result, options, target);
            }
        }

        await Loading.VerifyAsync(result, options, directory);
        return result;
    }

    /// <summary>Each request sent got an answer.</summary>
    public static Check EveryAnswer(Timeline timeline)
    {
        long failed = timeline.Seconds.Sum(second => second.Failed);
        return new Check("every request was answered", failed == 0,
            failed == 0 ? "none failed" : $"{failed.ToString("N0", CultureInfo.InvariantCulture)} ended without an answer");
    }
}
