using HdrHistogram;

namespace Matching.Load.Measure;

/// <summary>
/// Times in ns in an HdrHistogram of two digits: a quantile is off by less than 1 %. Above 18 min they count as that. 32 KB whatever is
/// recorded. Any thread records; quantiles are for a quiet histogram.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Digits = 2;
    private const long Longest = (1L << 40) - 1;
    private const double NsPerMs = 1e6;

    private readonly LongConcurrentHistogram _times = new(1, Longest, Digits);

    /// <summary>Times recorded.</summary>
    public long Count => _times.TotalCount;

    /// <summary>The longest time recorded; 0 when there is none.</summary>
    public long Max => Quantile(1);

    /// <summary>Records a time, in ns; a negative one counts as 0.</summary>
    public void Record(long ns) => _times.RecordValue(Math.Clamp(ns, 0, Longest));

    /// <summary>The time that a share of the recorded ones does not exceed, in ns; 0 when there is none.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public long Quantile(double share) => Count == 0 ? 0 : _times.GetValueAtPercentile(share * 100);

    /// <summary>Times above a limit in ns, as far as buckets can tell.</summary>
    public long CountAbove(long ns) =>
        _times.RecordedValues().Where(bucket => bucket.ValueIteratedTo > _times.HighestEquivalentValue(Math.Clamp(ns, 0, Longest)))
            .Sum(bucket => bucket.CountAddedInThisIterationStep);

    /// <summary>Adds another's times to these.</summary>
    public void Add(LatencyHistogram other) => _times.Add(other._times);

    /// <summary>The distribution in ms as a .hgrm file has it, which HdrHistogram's plotters read.</summary>
    public void WriteTo(TextWriter hgrm) => _times.OutputPercentileDistribution(hgrm, outputValueUnitScalingRatio: NsPerMs);
}
