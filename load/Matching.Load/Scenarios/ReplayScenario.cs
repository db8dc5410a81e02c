using System.Globalization;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Load.Measure;
using Matching.Load.Targets;
using Matching.Recording;

namespace Matching.Load.Scenarios;

/// <summary>
/// <c>replay</c>: an engine's recording as an open load, some times faster than it was, decided at the recorded times (R43).
/// </summary>
internal static class ReplayScenario
{
    public static async Task<RunResult> RunAsync(LoadOptions options)
    {
        string path = options.Recording
            ?? throw new UsageException("replay needs --recording, the folder of a recording (matching run --record, or --record here)");
        if (!RecordingReader.IsRecording(path))
        {
            throw new UsageException(
                $"--recording '{path}' is none: name the folder that matching run --record, or --record here, wrote to, or a file of it");
        }

        RecordingReader reader = RecordingReader.Open(path);
        if (reader.Sittings.Count != 1)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                    $"--recording '{path}' has {reader.Sittings.Count} sittings; name the file in which the one wanted begins"));
        }

        RecordingSession sitting = reader.Sittings[0];
        (long firstMs, long lastMs, long count) = Span(sitting);
        var during = TimeSpan.FromMilliseconds((lastMs - firstMs) / options.Speed);
        string about = string.Create(
            CultureInfo.InvariantCulture,
                $"{count:N0} recorded commands of {(lastMs - firstMs) / 1000.0:N1} s, {options.Speed:N1} times faster");
        string? directory = Loading.DirectoryOf(options, "replay");
        RunResult result;
        var target = new EngineTarget(await Loading.OpenAsync(Loading.Engine(options, directory) with
        {
            ManualClock = true,
            Shards = sitting.Head.Shards,
            Book = sitting.Head.Terms,
        }));
        await using (target)
        {
            Screen.Note("replay: " + about);
            var timeline = new Timeline(during);
            var gun = new OpenLoopSender(target, _ => default, timeline);
            await Loading.SampledAsync(
                target, timeline, ended => gun.FireAsync(Plan(sitting, target.Engine, firstMs, options.Speed), ended));
            result = new RunResult("replay", about) { Timeline = timeline };
            result.Checks.Add(InjectScenarios.EveryAnswer(timeline));
            result.Facts.Add(("commands the recording lacks", sitting.Lacking.ToString("N0", CultureInfo.InvariantCulture)));
            Loading.TellEngine(result, options, target.Engine);
        }

        await Loading.VerifyAsync(result, options, directory);
        return result;
    }

    // A campaign command holds the sending thread until it is answered: what was sent before it lies before it in the shards' inboxes, as
    // it did.
    private static IEnumerable<(double Seconds, Command Command)> Plan(
        RecordingSession sitting, MatchingEngine engine, long firstMs, double speed)
    {
        foreach (RecordedCommand one in sitting.Commands())
        {
            if (one.Campaign is { } campaign)
            {
                engine.ControlAsync(campaign).GetAwaiter().GetResult();
                continue;
            }

            yield return ((one.Command.At - firstMs) / (1000 * speed), one.Command);
        }
    }

    private static (long FirstMs, long LastMs, long Count) Span(RecordingSession sitting)
    {
        long first = long.MaxValue, last = 0, count = 0;
        foreach (RecordedCommand one in sitting.Commands().Where(one => one.Campaign is null))
        {
            first = Math.Min(first, one.Command.At);
            last = Math.Max(last, one.Command.At);
            count++;
        }

        return count > 0 ? (first, last, count) : throw new InvalidDataException("the recording has no commands");
    }
}
