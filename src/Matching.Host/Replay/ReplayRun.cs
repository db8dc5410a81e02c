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
    private readonly ReplayOptions _options;
    private readonly WordTable _words = new();
    private readonly BadRows _bad;
    private readonly TrafficReader _reader;
    private TimeSpan _reading;
    private TimeSpan _replaying;

    /// <summary>Makes one.</summary>
    public ReplayRun(ReplayOptions options)
    {
        _options = options;
        _bad = new BadRows(options.Strict);
        _reader = new TrafficReader(_words, _bad, new UserBehaviorRows(_words, options.Behaviors, options.ByCategory));
    }

    /// <summary>The requests to send; filled by <see cref="RunAsync"/>, or by the caller before it.</summary>
    public ArrivalList Arrivals => _reader.Arrivals;

    /// <summary>Does it all.</summary>
    /// <exception cref="UsageException">What is asked for cannot be.</exception>
    /// <exception cref="InvalidDataException">A recording cannot be read.</exception>
    public async Task<Summary> RunAsync()
    {
        _options.Check();
        await ReadAsync().ConfigureAwait(false);
        MatchingEngine engine = await OpenAsync().ConfigureAwait(false);
        await using (engine.ConfigureAwait(false))
        {
            long offset = OrderOffset(engine);
            Warn(engine);
            Tally tally = await SendAsync(engine, offset).ConfigureAwait(false);
            Counts counts = await engine.CountAsync().ConfigureAwait(false);
            await WriteLedgerAsync(engine, offset).ConfigureAwait(false);
            ulong hash = await engine.StateHashAsync().ConfigureAwait(false);
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
            meter.SetTotal(_options.Files.Sum(file => new FileInfo(file).Length));
            long done = 0;
            foreach (string file in _options.Files)
            {
                _reader.Read(file, bytes => meter.Report(done + bytes));
                done += new FileInfo(file).Length;
            }

            return Task.FromResult(true);
        }).ConfigureAwait(false);
        _reader.Arrivals.InOrder();
        _reading = Stopwatch.GetElapsedTime(startedAt);
        _reader.Notes.ForEach(Screen.Note);
        if (_bad.Count > 0)
        {
            Screen.Note(string.Create(CultureInfo.InvariantCulture, $"bad rows, left out: {_bad.Count:N0}; the first:"));
            _bad.First.ToList().ForEach(row => Screen.Note("  " + row));
        }
    }

    private async Task<MatchingEngine> OpenAsync()
    {
        if (!_options.Append)
        {
            return await MatchingEngine.OpenAsync(_options.Engine(_reader.Teams, null)).ConfigureAwait(false);
        }

        return await Screen.StepAsync("recovering", meter => MatchingEngine.OpenAsync(
            _options.Engine(_reader.Teams, new RecoveryMeter(meter)))).ConfigureAwait(false);
    }

    private long OrderOffset(MatchingEngine engine)
    {
        long offset = _options.Append ? engine.HighestOrder : 0;
        long highest = _reader.Teams.Count > 0 ? _reader.Teams.Seats : _reader.Arrivals.HighestOrder;
        return highest <= BookOptions.MaxId - offset ? offset : throw new InvalidDataException(
            $"order ids would go beyond 2^63 - 1: the directory's highest is {offset} and the recording's {highest}");
    }

    private void Warn(MatchingEngine engine)
    {
        if (_reader.Arrivals.Count > 0 && _reader.Arrivals.InOrder()[0].Span[0].AtMs < engine.Now)
        {
            Screen.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"the recording begins before the directory's time, {engine.Now} ms; time never goes back (R43), so what is earlier is decided at that time"));
        }
    }

    private Task<Tally> SendAsync(MatchingEngine engine, long offset) => Screen.StepAsync("replaying", async meter =>
    {
        meter.SetTotal(_reader.Teams.Count > 0 ? _reader.Teams.Seats : _reader.Arrivals.Count);
        MatchingOptions options = _options.Engine(_reader.Teams, null);
        long startedAt = Stopwatch.GetTimestamp();
        Tally tally = _reader.Teams.Count > 0
            ? await new TeamSender(engine, _reader.Teams, offset, options.Book).SendAsync(meter.Report).ConfigureAwait(false)
            : await RequestSender.SendAsync(engine, _reader.Arrivals, offset, meter.Report).ConfigureAwait(false);
        _replaying = Stopwatch.GetElapsedTime(startedAt);
        return tally;
    });

    private async Task WriteLedgerAsync(MatchingEngine engine, long offset)
    {
        if (_options.Ledger is null)
        {
            return;
        }

        await Screen.StepAsync("writing the ledger", async meter =>
        {
            var ledger = new Ledger(offset);
            await LedgerReading.FeedAsync(engine, ledger, engine.Recovered, meter).ConfigureAwait(false);
            ledger.Write(_options.Ledger, _words);
            return true;
        }).ConfigureAwait(false);
    }

    private Summary Summarize(Tally tally, in Counts counts, ulong hash)
    {
        var summary = new Summary();
        summary.Add("requests", "requests", tally.Requests);
        summary.Add("badRows", "bad rows", _bad.Count);
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
