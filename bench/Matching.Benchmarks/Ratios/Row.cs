namespace Matching.Benchmarks.Ratios;

/// <summary>One line of the table: ours beside what it is measured against, in one run.</summary>
/// <param name="Measure">What, with its unit.</param>
/// <param name="Ours">This engine; null where it was not measured.</param>
/// <param name="Reference">The peer or limit; null where there is none, or it is not installed.</param>
/// <param name="Goal">What is asked of ours, and of the ratio.</param>
/// <param name="Met">Whether the figures reach the goal.</param>
/// <param name="Why">What stands between where the goal is not met; else it is left out.</param>
internal sealed record Row(string Measure, double? Ours, double? Reference, string Goal, bool Met, string Why)
{
    /// <summary>What stands between; empty where nothing does.</summary>
    public string Why { get; } = Met ? "" : Why;

    /// <summary>Ours over the reference.</summary>
    public double? Ratio => Ours / Reference;
}
