using Matching.Host.Generate;
using Matching.Host.Tests.Traffic;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Generate;

public sealed class GeneratorTests : IDisposable
{
    private static readonly GeneratorOptions Options = new(5000, 50, 200, 30, 1, 42);

    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public void The_random_numbers_are_those_of_xoshiro256_starstar_from_splitmix64()
    {
        // Computed apart, in Python, from the published algorithms, seed 1.
        var random = new Xoshiro256(1);
        Assert.Equal([0xB3F2AF6D0FC710C5UL, 0x853B559647364CEAUL, 0x92F89756082A4514UL, 0x642E1C7BC266A3A7UL],
            Enumerable.Range(0, 4).Select(_ => random.Next()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        byte[] first = Written("a.csv", Options);
        Assert.Equal(first, Written("b.csv", Options));
        Assert.NotEqual(first, Written("c.csv", Options with { Seed = 43 }));
    }

    [Fact]
    public void A_gzip_name_gives_the_same_traffic_packed()
    {
        string plain = _reading.File("a.csv", Written("a.csv", Options));
        byte[] packed = Written("a.csv.gz", Options);
        Assert.Equal([0x1F, 0x8B], packed[..2]);
        Assert.Equal(_reading.Sent(_reading.Read(plain).Reader), _reading.Sent(_reading.Read(_reading.File("b", packed)).Reader));
    }

    [Fact]
    public void What_is_written_is_read_as_it_was_made()
    {
        string file = _reading.File("a.csv", Written("a.csv", Options));
        var (reader, bad) = _reading.Read(new TrafficOptions { Strict = true }, file);
        Assert.Equal((5000L, 0L, 5000L), (reader.Arrivals.Count, bad.Count, reader.Arrivals.HighestOrder));
        var generator = new Generator(Options);
        foreach (ReadOnlyMemory<Arrival> piece in reader.Arrivals.InOrder())
        {
            foreach (Arrival read in piece.ToArray())
            {
                Assert.True(generator.TryNext(out Arrival made));
                Assert.Equal(made, read);
            }
        }

        Assert.False(generator.TryNext(out _));
    }

    [Fact]
    public void Times_are_spread_over_the_hours_and_never_go_back_and_ids_are_in_range()
    {
        long lastMs = 0;
        Each(Options, arrival =>
        {
            Assert.InRange(arrival.AtMs, Math.Max(lastMs, 1_731_283_200_000), 1_731_283_200_000 + (30 * 3_600_000L) - 1);
            Assert.InRange(arrival.Item, 1, 50);
            Assert.InRange(arrival.Buyer, 1, 200);
            lastMs = arrival.AtMs;
        });
        Assert.True(lastMs > 1_731_283_200_000 + (29 * 3_600_000L));
    }

    [Theory]
    [InlineData(0, 0.02)]
    [InlineData(1, 0.222)]
    [InlineData(2, 0.615)]
    public void The_best_item_gets_the_share_that_the_skew_says(double skew, double share)
    {
        var options = new GeneratorOptions(100_000, 50, 10, 1, skew, 7);
        int best = 0;
        Each(options, arrival => best += arrival.Item == 1 ? 1 : 0);
        Assert.InRange(best / 100_000.0, share * 0.95, share * 1.05);
    }

    [Fact]
    public void No_requests_and_a_single_item_are_fine()
    {
        Assert.False(new Generator(Options with { Requests = 0 }).TryNext(out _));
        Each(Options with { Items = 1, Requests = 10 }, arrival => Assert.Equal(1, arrival.Item));
    }

    private static void Each(GeneratorOptions options, Action<Arrival> check)
    {
        var generator = new Generator(options);
        while (generator.TryNext(out Arrival arrival))
        {
            check(arrival);
        }
    }

    private byte[] Written(string name, GeneratorOptions options)
    {
        string path = _reading.File(name, []);
        RequestWriter.Write(path, new Generator(options), _ => { });
        return File.ReadAllBytes(path);
    }
}
