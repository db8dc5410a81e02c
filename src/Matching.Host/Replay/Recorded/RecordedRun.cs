using System.Diagnostics;
using System.Globalization;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Recording;
using Matching.Storage;

namespace Matching.Host.Replay.Recorded;

/// <summary>
/// Plays a recording back: for each sitting an engine is opened with its terms and shards, its commands are sent in the recorded
/// order, at the recorded pace or faster, and the answers compared.
/// </summary>
internal sealed class RecordedRun(RecordedOptions options)
{
    private readonly Differences _differences = new(options.RecordedTimes);
    private RecordingReader _recording = null!;
    private Counts _counts;
    private ulong _hash;
    private long _latestLagMs;
    private long _campaignCommands;
    private long _gaps;
    private TimeSpan _replaying;

    /// <summary>Differences that nothing known explains.</summary>
    public long Unexplained => _differences.Of(Cause.Unexplained);

    /// <summary>Does it all.</summary>
    /// <exception cref="UsageException">What is asked for cannot be.</exception>
    /// <exception cref="InvalidDataException">The recording is damaged or a newer version's.</exception>
    public async Task<Summary> RunAsync()
    {
        _recording = RecordingReader.Open(options.Recording);
        options.Check(_recording);
        if (options.CopyOf is { } from)
        {
            Copy(from, options.Directory!);
        }

        RecordingSession? before = null;
        foreach (RecordingSession sitting in _recording.Sittings)
        {
            LookForGap(before, sitting);
            await ReplayAsync(sitting, first: before is null).ConfigureAwait(false);
            _differences.Missing |= !sitting.Ended || sitting.Dropped > 0;
            if (sitting.Torn is { } torn)
            {
                Screen.Note(torn);
            }

            before = sitting;
        }

        if (_recording.Stub is { } stub)
        {
            Screen.Note(
                $"{stub} is cut off in its head: the program was killed when it had just begun it, and what it may have held is lost");
        }

        return Summarize();
    }

    // Behind a sitting that was cut off nobody knows how far its engine went on.
    private void LookForGap(RecordingSession? before, RecordingSession sitting)
    {
        if (before is { Ended: true } && before.EndSequence != sitting.Head.Sequence)
        {
            _gaps++;
            _differences.Missing = true;
            Screen.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"a sitting ends at event {before.EndSequence} of its journal and the next begins at event {sitting.Head.Sequence}: the "
                    + $"engine ran without recording in between, or they are two engines'"));
        }
    }

    private async Task ReplayAsync(RecordingSession sitting, bool first)
    {
        MatchingEngine engine = await Screen.StepAsync("opening", meter => MatchingEngine.OpenAsync(
            options.Engine(sitting.Head, new RecoveryMeter(meter)))).ConfigureAwait(false);
        await using (engine.ConfigureAwait(false))
        {
            _differences.OtherShards = options.Shards != 0 && options.Shards != sitting.Head.Shards;
            long before = sitting.Missing;
            _differences.OtherBeginning |= before > 0 || (first && engine.Recovered != sitting.Head.Sequence);
            if (_differences.OtherBeginning)
            {
                Screen.Note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the sitting began at event {sitting.Head.Sequence} of its "
                        + $"journal{(before > 0 ? $", and its first {before} commands are not here" : "")}; this directory has "
                        + $"{engine.Recovered} events, so answers that rest on what was before may differ"));
            }

            long startedAt = Stopwatch.GetTimestamp();
            long lastMs = await Screen.StepAsync("replaying", meter => SendAsync(engine, sitting, meter)).ConfigureAwait(false);
            _replaying += Stopwatch.GetElapsedTime(startedAt);
            if (options.RecordedTimes && lastMs > 0)
            {
                await engine.AdvanceAsync(Math.Max(lastMs, engine.Now)).ConfigureAwait(false);
            }

            _counts = await engine.CountAsync().ConfigureAwait(false);
            _hash = await engine.StateHashAsync().ConfigureAwait(false);
        }
    }

    private async Task<long> SendAsync(MatchingEngine engine, RecordingSession sitting, Meter meter)
    {
        var sent = new Queue<List<RecordedCommand>>();
        var spare = new Stack<List<RecordedCommand>>();
        var lane = new CommandLane(engine, batch =>
        {
            List<RecordedCommand> recorded = sent.Dequeue();
            for (int i = 0; i < batch.Count; i++)
            {
                _differences.Take(recorded[i], batch.Answers[i]);
            }

            recorded.Clear();
            spare.Push(recorded);
        });
        var pace = options.Speed is { } speed ? new Pace(speed) : null;
        List<RecordedCommand> taken = [];
        long lastMs = 0;
        foreach (RecordedCommand command in sitting.Commands())
        {
            if (taken.Count == CommandBatch.Capacity
                || (taken.Count > 0 && (command.Campaign is not null || pace?.IsDue(command.Command.At) == false)))
            {
                taken = await HandAsync(taken).ConfigureAwait(false);
            }

            if (pace is not null)
            {
                await pace.WaitAsync(command.Command.At).ConfigureAwait(false);
            }

            if (command.Campaign is null)
            {
                taken.Add(command);
            }
            else
            {
                await lane.FlushAsync().ConfigureAwait(false);
                await ControlAsync(engine, command).ConfigureAwait(false);
            }

            lastMs = Math.Max(lastMs, command.Command.At);
        }

        await HandAsync(taken).ConfigureAwait(false);
        await lane.FlushAsync().ConfigureAwait(false);
        _latestLagMs = Math.Max(_latestLagMs, pace?.LatestLagMs ?? 0);
        return lastMs;

        async Task<List<RecordedCommand>> HandAsync(List<RecordedCommand> some)
        {
            if (some.Count == 0)
            {
                return some;
            }

            CommandBatch batch = await lane.TakeAsync().ConfigureAwait(false);
            foreach (RecordedCommand one in some)
            {
                batch.Commands[batch.Count] = one.Command;
                batch.Commands[batch.Count++].At = options.RecordedTimes ? one.Command.At : 0;
            }

            sent.Enqueue(some);
            lane.Send(batch);
            meter.Report(_differences.Compared);
            return spare.TryPop(out List<RecordedCommand>? empty) ? empty : [];
        }
    }

    private async Task ControlAsync(MatchingEngine engine, RecordedCommand command)
    {
        _campaignCommands++;
        _differences.TakeCampaign(command, await engine.ControlAsync(
            options.RecordedTimes ? command.Campaign! : command.Campaign! with { At = 0 }).ConfigureAwait(false));
    }

    private Summary Summarize()
    {
        var summary = new Summary();
        summary.Add("sittings", "sittings", _recording.Sittings.Count);
        summary.Add("commands", "commands", _differences.Compared);
        summary.Add("campaignCommands", "of them campaign commands", _campaignCommands);
        summary.Add("dropped", "commands the recording lacks", _recording.Sittings.Sum(sitting => sitting.Lacking));
        summary.Add("gaps", "sittings that begin elsewhere than the one before ended", _gaps);
        summary.Add("torn", "cut off at its end, and may lack more",
            _recording.Sittings.Any(sitting => !sitting.Ended) || _recording.Stub is not null);
        summary.Add("differences", "answers that differ", _differences.Count);
        foreach (Cause cause in Enum.GetValues<Cause>().Where(cause => cause == Cause.Unexplained || _differences.Of(cause) > 0))
        {
            summary.Add(char.ToLowerInvariant(cause.ToString()[0]) + cause.ToString()[1..], "  " + Differences.Words(cause),
                _differences.Of(cause));
        }

        if (!options.RecordedTimes)
        {
            summary.Add("onlyTimes", "alike but for the times", _differences.OnlyTimes);
        }

        summary.Add("first", "the first", _differences.First);
        summary.Add("opened", "teams opened", _counts.TeamsOpened);
        summary.Add("formed", "teams formed", _counts.TeamsFormed);
        summary.Add("expired", "teams expired", _counts.TeamsExpired);
        summary.Add("open", "teams still open", _counts.TeamsOpen);
        summary.Add("replayMs", "ms from first command to last durable answer", (long)_replaying.TotalMilliseconds);
        if (options.Speed is not null)
        {
            summary.Add("latestLagMs", "ms sent later than the pace asks, at most", _latestLagMs);
        }

        summary.Add("stateHash", "state hash", _hash.ToString("x16", CultureInfo.InvariantCulture));
        summary.Add("data", "kept in", options.Directory is null ? "memory" : Path.GetFullPath(options.Directory));
        return summary;
    }

    /// <summary>Copies the files of a stopped engine; locks are not data.</summary>
    private static void Copy(string from, string to)
    {
        using IDisposable held = JournalFolder.Hold(from);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
