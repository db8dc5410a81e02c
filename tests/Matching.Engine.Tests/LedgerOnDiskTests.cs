using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Tests;

/// <summary>
/// Whatever happens to the files under the order ledger while no engine runs: every closed order is answered as before, or the engine says
/// what is wrong, and the next start makes the ledger anew (R35, R38).
/// </summary>
public sealed class LedgerOnDiskTests : IDisposable
{
    private const int Orders = 600;
    private const int Items = 9;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-");

    private string Data => Path.Combine(_directory.FullName, "data");

    private string LedgerDirectory => OrderLedger.DirectoryIn(Data);

    public void Dispose() => _directory.Delete(recursive: true);

    // Reproduced: a flipped bit in a key, and a few zeroed buckets of the index, made a closed order unknown, and it was bought again.
    [Theory]
    [InlineData("records.log", 300, 4_000)]
    [InlineData("records.log", 70_000, 300)]
    [InlineData("ht.dat", 0, 8_000_000)]
    public async Task Zeroed_bytes_of_the_store_are_told_and_every_closed_order_is_known(string name, int from, int count)
    {
        await PlayAsync(Data, 0);
        foreach (string path in Files(name))
        {
            byte[] bytes = await File.ReadAllBytesAsync(path);
            bytes.AsSpan(Math.Min(from, bytes.Length / 2), Math.Min(count, bytes.Length / 2)).Clear();
            await File.WriteAllBytesAsync(path, bytes);
        }

        Assert.Contains(LedgerDirectory, await RepeatUntilToldAsync(), StringComparison.Ordinal);
        Assert.Null(await RepeatAsync());
    }

    [Theory]
    [InlineData("records.log")]
    [InlineData("ht.dat")]
    [InlineData("info.dat")]
    [InlineData("checkpoint-")]
    public async Task A_directory_in_place_of_a_file_is_told_and_the_ledger_is_made_anew(string name)
    {
        await PlayAsync(Data, 0);
        foreach (string path in Files(name))
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        }

        Assert.Contains(LedgerDirectory, await RepeatUntilToldAsync(), StringComparison.Ordinal);
        Assert.Null(await RepeatAsync());
    }

    [Fact]
    public async Task A_file_in_place_of_the_ledger_is_refused_with_its_path()
    {
        await PlayAsync(Data, 0);
        Directory.Delete(LedgerDirectory, recursive: true);
        await File.WriteAllTextAsync(LedgerDirectory, "");
        LedgerException refused = await Assert.ThrowsAsync<LedgerException>(() => MatchingEngine.OpenAsync(Options(Data)));
        Assert.Contains(LedgerDirectory, refused.Message, StringComparison.Ordinal);
    }

    // Both directories have the same id, and the same first half.
    [Fact]
    public async Task The_ledger_of_a_fork_is_told_and_made_anew()
    {
        await PlayAsync(Data, 0);
        string fork = Path.Combine(_directory.FullName, "fork");
        Copy(Data, fork);
        await PlayAsync(fork, 1_000_000);
        await PlayAsync(Data, 2_000_000);
        await PlayAsync(Data, 3_000_000);
        Directory.Delete(LedgerDirectory, recursive: true);
        Copy(OrderLedger.DirectoryIn(fork), LedgerDirectory);

        await using MatchingEngine engine = await MatchingEngine.OpenAsync(Options(Data));
        Assert.Contains("made of another journal", engine.LedgerWarning, StringComparison.Ordinal);
        Assert.Contains("made anew", engine.LedgerWarning, StringComparison.Ordinal);
        foreach (long first in (long[])[0, 2_000_000, 3_000_000])
        {
            await CheckAsync(engine, first);
        }

        Assert.False((await engine.QuickJoinAsync(new QuickJoinRequest(ItemOf(1), 11, 1_000_001))).Repeated);
    }

    /// <returns>What was told: at a start, or by an engine that met the damage while it served.</returns>
    private async Task<string> RepeatUntilToldAsync()
    {
        string? told = await RepeatAsync();
        Assert.NotNull(told);
        return told;
    }

    private async Task<string?> RepeatAsync()
    {
        MatchingEngine engine = await MatchingEngine.OpenAsync(Options(Data));
        await using (engine)
        {
            try
            {
                await CheckAsync(engine, 0);
                return engine.LedgerWarning;
            }
            catch (MatchingUnavailableException) when (engine.Health.Failure is LedgerException)
            {
                // The next start makes it anew.
            }
        }

        await using MatchingEngine next = await MatchingEngine.OpenAsync(Options(Data));
        await CheckAsync(next, 0);
        Assert.NotNull(next.LedgerWarning);
        return engine.Health.Failure!.Message;
    }

    private static async Task CheckAsync(MatchingEngine engine, long first)
    {
        for (long order = first + 1; order <= first + Orders; order++)
        {
            Answer repeat = await engine.QuickJoinAsync(new QuickJoinRequest(ItemOf(order), BuyerOf(order), order));
            if (repeat.Outcome == Outcome.Unavailable)
            {
                throw new MatchingUnavailableException();
            }

            Assert.True(repeat.Repeated, $"order {order} was taken for a new one: {engine.LedgerWarning}");
            Assert.Equal(OrderState.Shipped, (await engine.FindOrderAsync(ItemOf(order), order))!.Value.State);
        }
    }

    private static async Task PlayAsync(string data, long first)
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(Options(data));
        Assert.True(first == 0 || engine.LedgerWarning is null, engine.LedgerWarning);

        // A team of each item at a time: they share their writes.
        foreach (long[] teams in Enumerable.Range(0, Orders / 2).Select(team => first + 1 + (2 * team)).Chunk(Items))
        {
            await Task.WhenAll(teams.Select(order => FormAndShipAsync(engine, order)));
        }
    }

    private static async Task FormAndShipAsync(MatchingEngine engine, long order)
    {
        await engine.QuickJoinAsync(new QuickJoinRequest(ItemOf(order), BuyerOf(order), order));
        await engine.QuickJoinAsync(new QuickJoinRequest(ItemOf(order), BuyerOf(order + 1), order + 1));
        await engine.ShipAsync(ItemOf(order), order);
        await engine.ShipAsync(ItemOf(order), order + 1);
    }

    private static long ItemOf(long order) => 1 + ((order - 1) / 2 % Items);

    private static long BuyerOf(long order) => 11 + ((order - 1) % 2);

    private static MatchingOptions Options(string data) => new()
    {
        DataDirectory = data,
        Shards = 2,
        Ledger = true,
        ClosedInMemory = 0,
        LedgerCheckpointEvents = 2_000,
        LedgerMemoryBytes = 1 << 20,
        ManualClock = true,
        Lists = false,
    };

    private string[] Files(string name)
    {
        string[] files = Directory.GetFiles(LedgerDirectory, name + "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }
}
