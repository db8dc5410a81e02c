using System.Text;

namespace Matching.Engine.Hosting;

/// <summary>
/// A histogram's buckets: log-linear, a dozen to a decade for times (10 µs … 10 s) and powers of two for anything else, so
/// that a percentile read off them is at most 20 % off for times.
/// </summary>
internal sealed class Buckets
{
    private static readonly double[] Steps = [1, 1.2, 1.4, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 8];
    private static readonly double[] Seconds =
        [.. Enumerable.Range(-5, 6).SelectMany(e => Steps.Select(step => Math.Round(step * Math.Pow(10, e), 7))), 10];
    private static readonly double[] Powers = [.. Enumerable.Range(0, 17).Select(e => Math.Pow(2, e))];

    private double _sum;

    public Buckets(string? unit)
    {
        Bounds = unit is "s" ? Seconds : Powers;
        Counts = new long[Bounds.Length + 1];
    }

    /// <summary>Inclusive upper bounds.</summary>
    public double[] Bounds { get; }

    /// <summary>One more than bounds: the last is everything above.</summary>
    public long[] Counts { get; }

    public void Add(double value)
    {
        int at = Array.BinarySearch(Bounds, value);
        Counts[at < 0 ? ~at : at]++;
        _sum += value;
    }

    public void Write(StringBuilder to, string name, string labels)
    {
        string comma = labels.Length == 0 ? "" : ",";
        string braces = labels.Length == 0 ? "" : "{" + labels + "}";
        long sum = 0;
        for (int i = 0; i < Counts.Length; i++)
        {
            sum += Counts[i];
            string bound = i < Bounds.Length ? Reading.Text(Bounds[i]) : "+Inf";
            to.Append(name).Append("_bucket{").Append(labels).Append(comma).Append("le=\"").Append(bound).Append("\"} ").Append(sum)
                .Append('\n');
        }

        to.Append(name).Append("_sum").Append(braces).Append(' ').Append(Reading.Text(_sum)).Append('\n');
        to.Append(name).Append("_count").Append(braces).Append(' ').Append(sum).Append('\n');
    }
}
