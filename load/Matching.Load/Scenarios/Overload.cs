using System.Globalization;
using Matching.Host.Cli;
using Matching.Load.Measure;
using Matching.Load.Plan;
using Matching.Load.Targets;

namespace Matching.Load.Scenarios;

/// <summary>
/// <c>overload</c>: measures the capacity with a closed load, then sends twice that, openly. What is too much must be told Busy at once.
/// </summary>
internal static class Overload
{
    // So many in flight that they take some 10 ms at the capacity of a small machine.
    private const int InFlight = 4_096;
    private const int Copies = 1_024;

    /// <summary>
    /// Requests kept in flight for a shop's capacity. Below what it works on at once unless told otherwise (Storefront:RequestsInFlight),
    /// or the capacity would be one of refusals; and so few that twice the capacity can be sent from the same machine.
    /// </summary>
    public static int ShopCopies => 6 * Environment.ProcessorCount;

    public static async Task<RunResult> RunAsync(LoadOptions options)
    {
        options = options with { MaxInFlight = options.MaxInFlight ?? InFlight };
        string? directory = options.Url is null ? Loading.DirectoryOf(options, "overload") : null;
        RunResult result;
        ITarget target = await Loading.TargetAsync(options, directory);
        await using (target)
        {
            TimeSpan measuring = options.During / 4;
            int copies = target is ShopTarget ? ShopCopies : Math.Min(Copies, options.MaxInFlight.Value / 2);
            (double capacity, long sent) = await CapacityAsync(options, target, copies, measuring, options.WarmingUp);
            int rate = (int)Math.Min(int.MaxValue, 2 * capacity);
            string about = string.Create(
                CultureInfo.InvariantCulture,
                $"twice the capacity, {capacity:N0} answers a second with {copies:N0} requests kept in flight: {rate:N0} joins a second, "
                    + $"at most {options.MaxInFlight:N0} in flight");
            Screen.Note("overload: " + about);
            JoinTraffic traffic = Loading.Traffic(options, target, firstOrder: sent + 1);
            using var around = RunEnvironment.Begin(target, options.WarmingUp);

            // Warmed up once more: its first second is that of hundreds of new connections, and of refusing for the first time.
            (Timeline timeline, _) = await Loading.FireAsync(
                target, new Scenario("overload", options.WarmingUp, [LoadSimulation.Inject(rate, TimeSpan.FromSeconds(1), options.During)]),
                    traffic.Join);
            result = new RunResult("overload", about) { Timeline = timeline };
            around.TellTo(result);
            result.Facts.Add(("capacity, answers a second", capacity.ToString("N0", CultureInfo.InvariantCulture)));
            result.Checks.Add(InjectScenarios.EveryAnswer(timeline));
            if (target is EngineTarget { Engine: var engine })
            {
                Loading.TellEngine(result, options, engine);
                long left = engine.Health.RequestsInFlight;
                result.Checks.Add(
                    new Check("nothing is left in flight", left == 0, string.Create(CultureInfo.InvariantCulture, $"{left} requests")));
            }

            if (options.Wrk && target is ShopTarget)
            {
                await WrkCheck.RunAsync(result, options, target);
            }
        }

        await Loading.VerifyAsync(result, options, directory);
        return result;
    }

    /// <summary>Answers a second when so many requests are kept in flight, and how many were sent.</summary>
    public static async Task<(double PerSecond, long Sent)> CapacityAsync(
        LoadOptions options, ITarget target, int copies, TimeSpan during, TimeSpan warmUp)
    {
        JoinTraffic traffic = Loading.Traffic(options, target);
        Screen.Note("measuring the capacity");
        (Timeline timeline, long sent) = await Loading.FireAsync(
            target, new Scenario("capacity", warmUp, [LoadSimulation.KeepConstant(copies, during)]), traffic.Join);
        return (timeline.Seconds.Sum(second => second.Accepted + second.Refused) / during.TotalSeconds, sent);
    }
}
