using Matching.Host.Verify;
using Matching.Load.Measure;

namespace Matching.Load;

/// <summary>A promise of a scenario, and whether the run kept it. Never one about a time of this machine.</summary>
internal readonly record struct Check(string Name, bool Holds, string Text);

/// <summary>Points of a plot: one value a step; NaN where nobody looked.</summary>
internal sealed record Series(string Name, IReadOnlyList<double> Values);

/// <summary>A plot of a scenario's own, beside the ones every run has.</summary>
internal sealed record Plot(string Title, string Unit, string Across, IReadOnlyList<Series> Series);

/// <summary>What a run gave.</summary>
internal sealed class RunResult(string scenario, string about)
{
    public string Scenario => scenario;

    /// <summary>What was done, in a sentence.</summary>
    public string About => about;

    /// <summary>What happened when; null for a run without a schedule.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Figures of the scenario's own.</summary>
    public List<(string Name, string Value)> Facts { get; } = [];

    public List<Check> Checks { get; } = [];

    public List<Plot> Plots { get; } = [];

    /// <summary>What the check of the data directory found; null where there was none to check.</summary>
    public Verification? Verification { get; set; }

    /// <summary>False when a check failed or a rule is broken on disk.</summary>
    public bool Holds => Checks.TrueForAll(check => check.Holds) && (Verification?.ViolationCount ?? 0) == 0;

    /// <summary>All counted latencies of the run.</summary>
    public LatencyHistogram Latency()
    {
        var all = new LatencyHistogram();
        foreach (Second second in Timeline?.Seconds ?? [])
        {
            all.Add(second.Latency);
        }

        return all;
    }
}
