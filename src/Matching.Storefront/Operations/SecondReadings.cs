using Matching.Engine.Hosting;
using Matching.Storefront.Shop;

namespace Matching.Storefront.Operations;

/// <summary>What the charts show of one second.</summary>
/// <param name="At">Ms since 1970, wall clock.</param>
/// <param name="Joins">Orders seated in that second.</param>
/// <param name="Formed">Teams formed in it.</param>
/// <param name="OpenTeams">Teams open at its end.</param>
/// <param name="P50Ms">Half of the second's commands were answered within this, in ms.</param>
/// <param name="P95Ms">95 % of them.</param>
/// <param name="P99Ms">99 % of them.</param>
/// <param name="ExpiryLagMs">How long the oldest deadline not acted on was due (R36).</param>
/// <param name="RefundsOwed">Entries of the refund ledger still owed (R37).</param>
public readonly record struct SecondReading(
    long At, double Joins, double Formed, double OpenTeams, double P50Ms, double P95Ms, double P99Ms, double ExpiryLagMs,
        double RefundsOwed);

/// <summary>What the operator's charts show: a reading a second, the last five minutes.</summary>
internal sealed class SecondReadings(MeterReadings meters, OrderIndex index, TimeProvider time) : BackgroundService
{
    private const int SecondsKept = 300;

    private static readonly string[] Seated = ["outcome=\"Joined\"", "outcome=\"Formed\"", "outcome=\"Opened\""];

    private readonly Lock _lock = new();
    private readonly Queue<SecondReading> _seconds = new(SecondsKept);

    // Sums up to the second before; the loop's own.
    private IReadOnlyList<long> _durations = [];
    private double _joins;
    private double _formed;

    /// <summary>Oldest first. Any thread.</summary>
    public IReadOnlyList<SecondReading> All()
    {
        lock (_lock)
        {
            return [.. _seconds];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            Read();
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Keep(Read());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the charts end here.
        }
    }

    private void Keep(SecondReading second)
    {
        lock (_lock)
        {
            if (_seconds.Count == SecondsKept)
            {
                _seconds.Dequeue();
            }

            _seconds.Enqueue(second);
        }
    }

    /// <summary>What happened since the reading before, and how things stand.</summary>
    private SecondReading Read()
    {
        meters.Refresh();
        double joins = meters.Sum("matching.joins", Seated);
        double formed = meters.Sum("matching.teams.formed");
        (IReadOnlyList<long> counts, IReadOnlyList<double> bounds) = meters.Histogram(CommandClock.DurationName);
        IReadOnlyList<long> fresh = _durations.Count == counts.Count ? [.. counts.Zip(_durations, (now, before) => now - before)] : counts;
        double Ms(double share) => Percentile(fresh, bounds, share) * 1000;
        var second = new SecondReading(
            time.GetUtcNow().ToUnixTimeMilliseconds(), joins - _joins, formed - _formed, meters.Sum("matching.teams.open"),
            Ms(0.5), Ms(0.95), Ms(0.99), meters.Sum("matching.expiry.lag") * 1000, index.RefundsOwed);
        _durations = counts;
        _joins = joins;
        _formed = formed;
        return second;
    }

    /// <summary>The value below which a share of the measurements lies, by interpolation inside its bucket.</summary>
    /// <returns>0 when nothing was measured.</returns>
    private static double Percentile(IReadOnlyList<long> counts, IReadOnlyList<double> bounds, double share)
    {
        long total = counts.Sum();
        double wanted = total * share;
        long before = 0;
        for (int i = 0; i < bounds.Count; i++)
        {
            if (counts[i] > 0 && before + counts[i] >= wanted)
            {
                double low = i == 0 ? 0 : bounds[i - 1];
                return low + ((bounds[i] - low) * (wanted - before) / counts[i]);
            }

            before += counts[i];
        }

        return total == 0 ? 0 : bounds[^1];
    }
}
