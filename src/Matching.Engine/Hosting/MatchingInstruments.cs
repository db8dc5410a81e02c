using System.Diagnostics.Metrics;
using Matching.Core;
using Microsoft.Extensions.Logging;

namespace Matching.Engine.Hosting;

/// <summary>
/// The instruments of the meter <c>Matching</c>. Hot paths count into plain arrays; what the books hold is read once in
/// <see cref="MatchingHostingOptions.SampleEvery"/>, so that reading metrics asks nothing of a shard.
/// </summary>
internal sealed class MatchingInstruments : IDisposable
{
    public const string MeterName = "Matching";

    private readonly Meter _meter;
    private readonly MatchingEngine _engine;
    private readonly ObservableGauge<long> _teamsOpen;
    private StateSample _sample = StateSample.Empty;

    public MatchingInstruments(MatchingEngine engine, IMeterFactory? factory, ILogger logger)
    {
        _engine = engine;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        Histogram<int> batch =
            _meter.CreateHistogram<int>("matching.batch.size", "{command}", "Commands whose answers rest on one write of the journal");
        Histogram<double> write =
            _meter.CreateHistogram<double>("matching.journal.write.duration", "s", "Time of one synchronous write of the journal");
        engine.JournalWritten = (commands, elapsed) =>
        {
            try
            {
                batch.Record(commands);
                write.Record(elapsed.TotalSeconds);
            }
#pragma warning disable CA1031 // a listener's code runs in here, and whatever it throws must not end the journal
            catch (Exception e)
#pragma warning restore CA1031
            {
                engine.JournalWritten = null;
                MatchingLog.MeasuringEnded(logger, e);
            }
        };

        _meter.CreateObservableCounter(
            "matching.commands", Commands, "{command}", "Commands by operation and outcome; Repeated are those sent again (R35)");
        _meter.CreateObservableCounter("matching.joins", Joins, "{command}", "Opening, joining and paying, by outcome");
        Teams("opened", "Teams ever opened (R2)", counts => counts.TeamsOpened);
        Teams("formed", "Teams ever formed", counts => counts.TeamsFormed);
        Teams("expired", "Teams ever expired (R6)", counts => counts.TeamsExpired);
        Teams("dissolved", "Teams ever dissolved (R7)", counts => counts.TeamsDissolved);
        Teams("merged", "Teams ever merged into another (R40)", counts => counts.TeamsMerged);
        _teamsOpen = _meter.CreateObservableGauge("matching.teams.open", () => Sample.Counts.TeamsOpen, "{team}", "Teams open now");
        _meter.CreateObservableGauge(
            "matching.refunds.owed", () => Sample.Counts.RefundOwed, "{order}", "Orders whose money must go back (R37)");
        _meter.CreateObservableGauge(
            "matching.refunds.oldest.age", () => Sample.OldestRefundAge.TotalSeconds, "s", "Age of the oldest refund owed (R37)");
        _meter.CreateObservableGauge("matching.expiry.lag", () => engine.Health.ExpiryLagMs / 1000.0, "s",
            "How long the oldest deadline not yet acted on has been due (R36)");
        _meter.CreateObservableGauge(
            "matching.requests.in_flight", () => engine.Health.RequestsInFlight, "{request}", "Requests taken in and not yet answered");
        _meter.CreateObservableCounter(
            "matching.journal.position", () => engine.Health.DurableSequence, "{event}", "Events that are durable (R38)");
        _meter.CreateObservableGauge(
            "matching.ledger.lag", () => engine.Health.LedgerLag, "{event}", "Events durable that the order ledger has not passed yet");
        _meter.CreateObservableCounter("matching.ledger.position", () => engine.Health.LedgerPosition, "{event}",
            "Events whose closed orders the order ledger holds for good");
        _meter.CreateObservableCounter(
            "matching.ledger.lookups", () => engine.Health.LedgerLookups, "{lookup}", "Looks into the order ledger");
    }

    /// <summary>The counts last read. Any thread.</summary>
    public StateSample Sample
    {
        get => Volatile.Read(ref _sample);
        set => Volatile.Write(ref _sample, value);
    }

    /// <summary>True while somebody listens.</summary>
    public bool Wanted => _teamsOpen.Enabled;

    public void Dispose()
    {
        _engine.JournalWritten = null;
        _meter.Dispose();
    }

    private void Teams(string what, string description, Func<Counts, long> count) =>
        _meter.CreateObservableCounter("matching.teams." + what, () => count(Sample.Counts), "{team}", description);

    private List<Measurement<long>> Commands()
    {
        List<Measurement<long>> all = [];
        foreach (((Operation operation, string outcome), long count) in _engine.Tally())
        {
            all.Add(new Measurement<long>(count, new("operation", operation.ToString()), new("outcome", outcome)));
        }

        return all;
    }

    private List<Measurement<long>> Joins()
    {
        Dictionary<string, long> byOutcome = [];
        foreach (((Operation operation, string outcome), long count) in _engine.Tally())
        {
            if (operation is Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.Pay)
            {
                byOutcome[outcome] = byOutcome.GetValueOrDefault(outcome) + count;
            }
        }

        return [.. byOutcome.Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("outcome", pair.Key)))];
    }
}

/// <summary>What the books held at one moment.</summary>
/// <param name="Counts">Of all items, deadlines not yet acted on included.</param>
/// <param name="OldestRefundAge">Of the refunds owed (R37); zero for none.</param>
internal sealed record StateSample(Counts Counts, TimeSpan OldestRefundAge)
{
    public static StateSample Empty { get; } = new(default, TimeSpan.Zero);

    public static async Task<StateSample> ReadAsync(MatchingEngine engine, CancellationToken cancellationToken)
    {
        Counts counts = await engine.CountAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RefundView> oldest = await engine.RefundsOwedAsync(1, cancellationToken).ConfigureAwait(false);
        return new StateSample(
            counts, oldest.Count == 0 ? TimeSpan.Zero
                : TimeSpan.FromMilliseconds(Math.Clamp(engine.Now - oldest[0].Since, 0, (long)TimeSpan.MaxValue.TotalMilliseconds)));
    }
}
