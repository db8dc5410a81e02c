using Matching.Core;

namespace Matching.Engine;

/// <summary>How an engine is looked after inside a host: bound from the section <c>Matching:Hosting</c>.</summary>
public sealed record MatchingHostingOptions
{
    /// <summary>Free bytes on the data directory's disk below which health is degraded. 0 … ; default 1 GiB; 0 never looks.</summary>
    public long LowDiskBytes { get; set; } = 1L << 30;

    /// <summary>How often the counts behind the gauges are read while somebody listens to them. 100 ms … 1 h; default 1 s.</summary>
    public TimeSpan SampleEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Every option out of its range, in a sentence each.</summary>
    internal IEnumerable<string> Faults() => new[]
    {
        OptionRange.Fault(nameof(LowDiskBytes), LowDiskBytes, 0, long.MaxValue),
        OptionRange.Fault(nameof(SampleEvery), SampleEvery, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
    }.OfType<string>();
}
