using System.Collections.Concurrent;
using System.Globalization;
using Matching.Core;
using Matching.Host.Cli;
using Matching.Load.Measure;
using Matching.Load.Plan;
using Matching.Load.Targets;

namespace Matching.Load.Scenarios;

/// <summary>
/// <c>restart</c>: the program in a child process, <c>matching run</c> or a storefront, is killed (kill -9) twice under load and started
/// again. Every answer given is kept outside; afterwards each is asked for once more and must be the same, told as a repeat (R35, R38).
/// Latencies include the time without a program.
/// </summary>
internal static class Restart
{
    // Fewer than a storefront works on at once by default: what it refuses as Busy would not be its answer.
    private const int AskedTogether = 16;

    public static async Task<RunResult> RunAsync(LoadOptions options)
    {
        int rate = options.Rate ?? (options.Shop is null ? 5_000 : 500);
        string directory = Loading.DirectoryOf(options with { Memory = false }, "restart")!;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(directory))!);
        string about = string.Create(
            CultureInfo.InvariantCulture,
                $"{rate:N0} joins a second to {(options.Shop is null ? "matching run" : "a storefront over HTTP")}, killed with kill -9 "
                + $"and started again after a third and two thirds of the time");
        var kept = new ConcurrentDictionary<long, (Command Command, Answer Answer)>();
        RunResult result;
        IRestartable target = options.Shop is { } shop ? await OwnShop.StartRestartableAsync(shop, directory)
            : await ProgramTarget.OpenAsync(directory);
        await using (target)
        {
            Screen.Note("restart: " + about);
            JoinTraffic traffic = Loading.Traffic(options, target);
            var scenario =
                new Scenario("restart", options.WarmingUp, [LoadSimulation.Inject(rate, TimeSpan.FromSeconds(1), options.During)]);
            (Timeline timeline, _) = await Loading.FireAsync(
                target, scenario, traffic.Join,
                landed: (command, answer) => kept[command.Order] = (command, answer),
                beside: () => KillAsync(target, options));
            result = new RunResult("restart", about) { Timeline = timeline };
            result.Facts.Add(("requests sent again after a kill", target.SentAgain.ToString("N0", CultureInfo.InvariantCulture)));
            result.Facts.Add(("ms from launch to ready", string.Join(", ", target.StartsMs)));
            result.Checks.Add(InjectScenarios.EveryAnswer(timeline));
            result.Checks.Add(await AskAgainAsync(target, kept));
        }

        await Loading.VerifyAsync(result, options with { Url = null }, directory);
        return result;
    }

    private static async Task KillAsync(IRestartable target, LoadOptions options)
    {
        using var timer = new PeriodicTimer(options.WarmingUp + (options.During / 3));
        await timer.WaitForNextTickAsync();
        await target.KillAndStartAsync();
        timer.Period = options.During / 3;
        await timer.WaitForNextTickAsync();
        await target.KillAndStartAsync();
    }

    internal static async Task<Check> AskAgainAsync(ITarget target, ConcurrentDictionary<long, (Command Command, Answer Answer)> kept)
    {
        string? first = null;
        long wrong = 0;
        foreach ((Command Command, Answer Answer)[] some in kept.Values.Chunk(AskedTogether))
        {
            Answer[] again = await Task.WhenAll(some.Select(one => target.SendAsync(one.Command).AsTask()));
            for (int i = 0; i < some.Length; i++)
            {
                Answer before = some[i].Answer;
                if (before.Ok && (!again[i].Repeated || again[i].Outcome != before.Outcome || again[i].Team != before.Team))
                {
                    wrong++;
                    first ??= string.Create(
                        CultureInfo.InvariantCulture,
                        $"order {before.Order} was {before.Outcome} in team {before.Team}, then {again[i].Outcome} in team "
                            + $"{again[i].Team}");
                }
            }
        }

        return new Check(
            "all answers were kept (R38)", wrong == 0,
            string.Create(CultureInfo.InvariantCulture,
                $"{kept.Count:N0} answers asked for again, {wrong:N0} lost or changed{(first is null ? "" : "; the first: " + first)}"));
    }
}
