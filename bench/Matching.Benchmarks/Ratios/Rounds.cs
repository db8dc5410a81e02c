using System.Diagnostics;

namespace Matching.Benchmarks.Ratios;

/// <summary>Measures two things in turns, so that what disturbs the machine disturbs both, and gives the medians.</summary>
internal static class Rounds
{
    /// <summary>Each round measures one, then the other; in seconds, rates, whatever they return.</summary>
    public static (double Ours, double Reference) Medians(int rounds, Func<double> ours, Func<double> reference)
    {
        var first = new double[rounds];
        var second = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            first[round] = ours();
            second[round] = reference();
        }

        return (Median(first), Median(second));
    }

    /// <summary>The median of so many rounds.</summary>
    public static double Median(int rounds, Func<double> measure)
    {
        var values = new double[rounds];
        foreach (ref double value in values.AsSpan())
        {
            value = measure();
        }

        return Median(values);
    }

    /// <summary>How often a second something was done, when it was done so often in one call.</summary>
    public static double Rate(long count, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
