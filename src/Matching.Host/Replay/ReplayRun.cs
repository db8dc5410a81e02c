using System.Diagnostics;
using System.Globalization;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>One replay: reads the recordings, sends them through an engine of its own, and says what happened.</summary>
internal sealed class ReplayRun
{
    // About what the engine takes snapshots after by itself, 1 GiB.
    private const long EventsWorthASnapshot = 20_000_000;

    private readonly ReplayOptions _options;
    private readonly WordTable _words = new();
    private readonly BadRows _bad;
    private readonly TrafficReader _reader;
    private readonly List<ReplayedFile> _files = [];
    private TimeSpan _reading;
    private TimeSpan _replaying;

    /// <summary>Makes one.</summary>
    public ReplayRun(ReplayOptions options)
    {
        _options = options;
        _bad = new BadRows(options.Traffic.Strict);
        _reader = new TrafficReader(options.Traffic, _words, _bad);
    }

    /// <summary>The requests to send; filled by <see cref="RunAsync"/>, or by the caller before it.</summary>
    public ArrivalList Arrivals => _reader.Arrivals;

    /// <summary>Does it all.</summary>
    /// <exception cref="UsageException">What is asked for cannot be.</exception>
    /// <exception cref="InvalidDataException">A recording cannot be read, or too much of it is bad.</exception>
    public async Task<Summary> RunAsync()
    {
        _options.Check();
        await ReadAsync().ConfigureAwait(false);
        var history = ReplayHistory.Load(_options.Directory);
        ReplayEntry? before = history.Choose(_options, _files);
        int shards = before?.Shards ?? _options.ShardCount;
        MatchingEngine engine = await OpenAsync(shards).ConfigureAwait(false);
        await using (engine.ConfigureAwait(false))
        {
            ReplayEntry entry = before ?? await BeginAsync(engine, history, shards).ConfigureAwait(false);
            Tally tally = await SendAsync(engine, entry, goesOn: before is not null).ConfigureAwait(false);
            history.End();
            Counts counts = await engine.CountAsync().ConfigureAwait(false);
            await WriteLedgerAsync(engine, entry).ConfigureAwait(false);
            ulong hash = await engine.StateHashAsync().ConfigureAwait(false);
            await SnapshotAsync(engine, entry).ConfigureAwait(false);
            return Summarize(tally, counts, hash);
        }
    }

    private async Task ReadAsync()
    {
        if (_options.Files.Count == 0)
        {
            return;
        }

        long startedAt = Stopwatch.GetTimestamp();
        await Screen.StepAsync("reading", meter =>
        {
            meter.SetTotal(_options.Files.Sum(LengthOf));
            long done = 0;
            foreach (string file in _options.Files)
            {
                _files.Add(_reader.Read(file, bytes => meter.Report(done + bytes)));
                done += LengthOf(file);
            }

            return Task.FromResult(true);
        }).ConfigureAwait(false);
        _reader.Arrivals.InOrder();
        _reading = Stopwatch.GetElapsedTime(startedAt);
        _reader.Notes.ForEach(Screen.Note);
        _bad.Judge(_options.Traffic.MaxBadPercent);
        if (_bad.Count > 0)
        {
            Screen.Note(string.Create(CultureInfo.InvariantCulture, $"bad rows, left out: {_bad.Count:N0}; the first:"));
            _bad.First.ToList().ForEach(row => Screen.Note("  " + row));
        }
    }

    // How much a pipe will bring, nobody knows.
    private static long LengthOf(string file) => TrafficSource.IsOnDisk(file) ? new FileInfo(file).Length : 0;

    private async Task<MatchingEngine> OpenAsync(int shards)
    {
        ReplayOptions options = _options with { Shards = shards };
        if (!_options.Append && !_options.Resume)
        {
            return await MatchingEngine.OpenAsync(options.Engine(_reader.Teams, null)).ConfigureAwait(false);
        }

        return await Screen.StepAsync("recovering", meter => MatchingEngine.OpenAsync(
            options.Engine(_reader.Teams, new RecoveryMeter(meter)))).ConfigureAwait(false);
    }

    private async Task<ReplayEntry> BeginAsync(MatchingEngine engine, ReplayHistory history, int shards)
    {
        if (_options.Resume && engine.Recovered > 0)
        {
            throw new UsageException(
                $"--resume: '{_options.Directory}' is in use, and no replay into it is remembered; --append adds to what it holds");
        }

        long offset = _options.Append ? engine.HighestOrder : 0;
        long highest = _reader.Teams.Count > 0 ? _reader.Teams.Seats : _reader.Arrivals.HighestOrder;
        if (highest > BookOptions.MaxId - offset)
        {
            throw new InvalidDataException(
                $"order ids would go beyond {BookOptions.MaxId}: the directory's highest is {offset} and the recording's {highest}");
        }

        // All shards begin at one time: what comes before it is decided at it, by whichever shard.
        if (engine.Now > 0)
        {
            await engine.AdvanceAsync(engine.Now).ConfigureAwait(false);
        }

        var entry = new ReplayEntry(_files, offset, engine.Health.DurableSequence, engine.Now, shards, _options.TeamSize);
        history.Begin(entry);
        if (_reader.Arrivals.Count > 0 && _reader.Arrivals.InOrder()[0].Span[0].AtMs < engine.Now)
        {
            Screen.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"the recording begins before the directory's time, {engine.Now} ms; time never goes back (R43), so what is earlier is "
                    + $"decided at that time"));
        }

        return entry;
    }

    private Task<Tally> SendAsync(MatchingEngine engine, ReplayEntry entry, bool goesOn) => Screen.StepAsync("replaying", async meter =>
    {
        meter.SetTotal(_reader.Teams.Count > 0 ? _reader.Teams.Seats : _reader.Arrivals.Count);
        MatchingOptions options = _options.Engine(_reader.Teams, null);
        long startedAt = Stopwatch.GetTimestamp();
        Tally tally;
        if (_reader.Teams.Count > 0)
        {
            tally = await new TeamSender(engine, _reader.Teams, entry, goesOn, options.Book).SendAsync(meter.Report).ConfigureAwait(false);
        }
        else
        {
            Frontier? frontier = goesOn ? await Frontier.FindAsync(entry, engine, _reader.Arrivals).ConfigureAwait(false) : null;
            tally = await RequestSender.SendAsync(engine, _reader.Arrivals, entry.OrderOffset, frontier, meter.Report)
                .ConfigureAwait(false);
        }

        _replaying = Stopwatch.GetElapsedTime(startedAt);
        return tally;
    });

    private async Task SnapshotAsync(MatchingEngine engine, ReplayEntry entry)
    {
        if (_options.Directory is not null && engine.Health.DurableSequence - entry.FirstEvent >= EventsWorthASnapshot)
        {
            await Screen.StepAsync("taking a snapshot", async _ => await engine.SnapshotAsync().ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    private async Task WriteLedgerAsync(MatchingEngine engine, ReplayEntry entry)
    {
        if (_options.Ledger is null)
        {
            return;
        }

        await Screen.StepAsync("writing the ledger", async meter =>
        {
            var ledger = new Ledger(entry.OrderOffset);
            await LedgerReading.FeedAsync(engine, ledger, entry.FirstEvent, meter).ConfigureAwait(false);
            ledger.Write(_options.Ledger, _words);
            return true;
        }).ConfigureAwait(false);
    }

    private Summary Summarize(Tally tally, in Counts counts, ulong hash)
    {
        var summary = new Summary();
        summary.Add("requests", "requests", tally.Requests);
        summary.Add("badRows", "bad rows", _bad.Count);
        summary.Add("passedRows", "rows that are no requests", _reader.Passed);
        summary.Add("opened", "teams opened", counts.TeamsOpened);
        summary.Add("formed", "teams formed", counts.TeamsFormed);
        summary.Add("expired", "teams expired", counts.TeamsExpired);
        summary.Add("open", "teams still open", counts.TeamsOpen);
        summary.Add("ignored", "already a member (R31)", tally.Ignored);
        summary.Add("readMs", "ms to read and sort", (long)_reading.TotalMilliseconds);
        summary.Add("elapsedMs", "ms from first request to last durable answer", (long)_replaying.TotalMilliseconds);
        summary.Add("joinsPerSecond", "requests a second", (long)(tally.Requests / Math.Max(1e-6, _replaying.TotalSeconds)));
        summary.Add("stateHash", "state hash", hash.ToString("x16", CultureInfo.InvariantCulture));
        summary.Add("data", "kept in", _options.Directory ?? "memory");
        summary.Add("firstBadRows", "first bad rows", _bad.First);
        return summary;
    }
}
