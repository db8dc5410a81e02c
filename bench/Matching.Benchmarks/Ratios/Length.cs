namespace Matching.Benchmarks.Ratios;

/// <summary>How long a run may take.</summary>
/// <param name="Rounds">Rounds a row is the median of.</param>
/// <param name="Seconds">Seconds a row of steady load lasts.</param>
internal sealed record Length(int Rounds, int Seconds)
{
    /// <summary>All rows but the five minutes' one within 5 minutes.</summary>
    public static Length Quick { get; } = new(7, 4);

    /// <summary>Steadier medians.</summary>
    public static Length Full { get; } = new(15, 20);
}
