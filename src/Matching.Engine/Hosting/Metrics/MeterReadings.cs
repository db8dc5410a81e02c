using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Matching.Engine.Hosting;

/// <summary>
/// Listens to meters of this host, for a <c>/metrics</c> that Prometheus scrapes and for charts. Load: the engine measures twice a
/// write of the journal and is asked for the rest, a web server measures once a request. Chosen: the runtime's own listener and
/// some hundred lines, because the usual exporters for a scrape are pre-releases. Where there is a collector, its SDK listens to the
/// meter <c>Matching</c> instead. Any thread.
/// </summary>
public sealed class MeterReadings : IHostedService, IDisposable
{
    /// <summary>The content type of <see cref="ToPrometheusText"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _factory;
    private readonly HashSet<string> _meters;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Reading> _readings = new(StringComparer.Ordinal);

    /// <summary>Listens from now on.</summary>
    /// <param name="factory">The host's. Meters of other hosts in this process are not listened to.</param>
    /// <param name="meters">Names of meters; the process-wide <c>System.Runtime</c> may be among them.</param>
    public MeterReadings(IMeterFactory factory, IEnumerable<string> meters)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(meters);
        _factory = factory;
        _meters = new HashSet<string>(meters, StringComparer.Ordinal);
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, reading) => Take(reading, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, reading) => Take(reading, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, reading) => Take(reading, value, tags));
        _listener.Start();
    }

    /// <summary>Asks the instruments that wait to be asked. The other methods say what was read last.</summary>
    public void Refresh() => _listener.RecordObservableInstruments();

    /// <summary>All readings as they are now, in the text format that Prometheus scrapes.</summary>
    public string ToPrometheusText()
    {
        Refresh();
        lock (_lock)
        {
            return PrometheusText.Write(_readings.Values);
        }
    }

    /// <summary>The sum of an instrument's values.</summary>
    /// <param name="instrument">Its name, as <c>matching.joins</c>.</param>
    /// <param name="labelled">Only values with one of these labels, as <c>outcome="Formed"</c>; none for all values.</param>
    /// <returns>0 where it has not said anything yet.</returns>
    public double Sum(string instrument, params ReadOnlySpan<string> labelled) => Find(instrument)?.Sum(labelled) ?? 0;

    /// <summary>A histogram's counts, bucket by bucket, all labels together.</summary>
    /// <param name="instrument">Its name, as <c>matching.journal.write.duration</c>.</param>
    /// <returns>Counts, and the buckets' inclusive upper bounds, which are one fewer; empty where it has not said anything yet.</returns>
    public (IReadOnlyList<long> Counts, IReadOnlyList<double> Bounds) Histogram(string instrument) =>
        Find(instrument) is { Kind: ReadingKind.Histogram } reading ? reading.Counts() : ([], []);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>It listens since it was made.</summary>
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>It listens until it is disposed of: the engine's last writes are measured too.</summary>
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Take(object? reading, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((Reading)reading!).Take(value, tags);

    private void Publish(Instrument instrument, MeterListener listener)
    {
        bool ours = ReferenceEquals(instrument.Meter.Scope, _factory) || instrument.Meter.Name is "System.Runtime";
        if (!ours || !_meters.Contains(instrument.Meter.Name))
        {
            return;
        }

        var reading = new Reading(instrument, Reading.KindOf(instrument));
        lock (_lock)
        {
            _readings[instrument.Name] = reading;
        }

        listener.EnableMeasurementEvents(instrument, reading);
    }

    private Reading? Find(string instrument)
    {
        lock (_lock)
        {
            return _readings.GetValueOrDefault(instrument);
        }
    }
}
