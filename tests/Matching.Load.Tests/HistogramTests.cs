using Matching.Load.Measure;

namespace Matching.Load.Tests;

public sealed class HistogramTests
{
    private static readonly double[] Shares = [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    [Fact]
    public void Two_histograms_added_are_the_histogram_of_both()
    {
        var random = new Random(5);
        LatencyHistogram a = new(), b = new(), both = new();
        for (int i = 0; i < 10_000; i++)
        {
            long time = random.NextInt64(1L << random.Next(1, 38));
            (i % 3 == 0 ? a : b).Record(time);
            both.Record(time);
        }

        a.Add(b);
        Assert.Equal(both.Count, a.Count);
        Assert.Equal(both.Max, a.Max);
        Assert.All(Shares, share => Assert.Equal(both.Quantile(share), a.Quantile(share)));
        Assert.Equal(both.CountAbove(1_000_000), a.CountAbove(1_000_000));
    }

    [Fact]
    public void Times_recorded_by_several_threads_are_all_there()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 4, worker =>
        {
            for (int i = 1; i <= 50_000; i++)
            {
                histogram.Record(i);
            }
        });
        Assert.Equal(200_000, histogram.Count);
        Assert.InRange(histogram.Max, 49_500, 50_500);
        Assert.InRange(histogram.Quantile(0.5), 24_750, 25_250);
    }

    [Fact]
    public void Nothing_recorded_is_0_and_what_is_out_of_range_counts_at_its_end()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.Quantile(0.99));
        histogram.Record(-5);
        Assert.Equal(0, histogram.Quantile(1));
        histogram.Record(long.MaxValue);
        Assert.InRange(histogram.Max, (long)((1L << 40) * 0.99), 1L << 40);
        Assert.Equal(1, histogram.CountAbove(0));
    }

    [Fact]
    public void The_distribution_is_written_in_ms()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(5_000_000);
        using var hgrm = new StringWriter();
        histogram.WriteTo(hgrm);
        Assert.StartsWith("       Value     Percentile", hgrm.ToString(), StringComparison.Ordinal);
        Assert.Contains("[Max     =         ", hgrm.ToString(), StringComparison.Ordinal);
    }
}
