using Matching.Load.Measure;

namespace Matching.Load.Tests;

public sealed class HistogramTests
{
    private static readonly double[] Shares = [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_quantile_is_within_one_percent_of_the_exact_one(int seed)
    {
        Assert.True(IsWithinOnePercent(seed, new LatencyHistogram()));

        // Planted: a quarter of the buckets, up to 1.6 % off.
        Assert.False(IsWithinOnePercent(seed, new LatencyHistogram(bits: 5)));
    }

    private static bool IsWithinOnePercent(int seed, LatencyHistogram histogram)
    {
        var random = new Random(seed);
        long[] times = [.. Enumerable.Range(0, 50_000).Select(_ => (long)Math.Exp(random.NextDouble() * 27))];
        foreach (long time in times)
        {
            histogram.Record(time);
        }

        Array.Sort(times);
        Assert.Equal(times[^1], histogram.Max);
        Assert.Equal(times.Length, histogram.Count);
        return Enumerable.Range(1, 1_000).Select(share => share / 1_000.0).Concat(Shares).All(share =>
        {
            long exact = times[Math.Max(0, (int)Math.Ceiling(share * times.Length) - 1)];
            return histogram.Quantile(share) >= exact * 0.99 && histogram.Quantile(share) <= (exact * 1.01) + 0.5;
        });
    }

    [Fact]
    public void A_time_at_every_edge_of_a_bucket_is_told_within_one_percent()
    {
        for (int power = 0; power < 40; power++)
        {
            foreach (long time in (long[])[(1L << power) - 1, 1L << power, (1L << power) + 1, (3L << power) / 2])
            {
                var histogram = new LatencyHistogram();
                histogram.Record(time);
                Assert.InRange(histogram.Quantile(0.5), Math.Floor(time * 0.99), Math.Ceiling(time * 1.01));
            }
        }
    }

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
        Assert.Equal(50_000, histogram.Max);
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
        Assert.Equal((1L << 40) - 1, histogram.Max);
    }
}
