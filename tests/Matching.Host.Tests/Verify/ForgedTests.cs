using Matching.Core;
using Matching.Engine;
using Matching.Host.Tests.Cli;
using Matching.Kit;
using Matching.Storage;

namespace Matching.Host.Tests.Verify;

/// <summary>
/// A value that was changed where every checksum was made anew, so that nothing is damaged: only the events know better, and <c>verify</c>
/// must say so. A record rewritten as it was is the control.
/// </summary>
public sealed class ForgedTests : IAsyncLifetime, IDisposable
{
    private const int Item = 3;
    private const long Buyer = 5_550_123, SoloBuyer = 6_660_123, Amount = 1_234_567, Deadline = 86_400_000;

    private readonly ProgramRun _program = new();

    private string Data => Path.Combine(_program.Folder, "shop");

    public void Dispose() => _program.Dispose();

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>One team formed and shipped, one order bought and shipped: both leave for the ledger. One team stays open.</summary>
    public async Task InitializeAsync()
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(
            new MatchingOptions { DataDirectory = Data, ManualClock = true, SegmentBytes = 1 << 20, Ledger = true, ClosedInMemory = 0 });
        await Do(engine, Operation.OpenTeam, 1, Buyer, Amount);
        await Do(engine, Operation.QuickJoin, 2, 22, 0);
        await Do(engine, Operation.SoloBuy, 3, SoloBuyer, 77);
        for (int order = 1; order <= 3; order++)
        {
            await Do(engine, Operation.Ship, order, 0, 0);
        }

        await Do(engine, Operation.OpenTeam, 4, Buyer, Amount);
        await engine.SnapshotAsync();
        await Do(engine, Operation.OpenTeam, 5, 44, 0);
    }

    [Theory]
    [InlineData("the amount of an order in a team", Amount, Amount + 1)]
    [InlineData("the buyer of an order in a team", Buyer, Buyer + 1)]
    [InlineData("the buyer of an order in none", SoloBuyer, SoloBuyer + 1)]
    [InlineData("the deadline of a team", Deadline, Deadline + 1)]
    [InlineData("nothing", Amount, Amount)]
    public async Task A_record_of_the_ledger_forged_under_a_good_checksum_is_reported(string what, long from, long to)
    {
        (LedgerKey key, long version) = ForgeLedger(InRecord(from), InRecord(to));
        var (code, output, error) = await _program.RunAsync("verify", "--data", Data);
        if (from == to)
        {
            Assert.True(code == 0, what + ": " + output + error);
            return;
        }

        Assert.True(code == 1, what + ": " + output + error);
        Assert.Contains($"event {version}, R38: the order ledger's record of ({key.First}, {key.Second}) differs from the journal's",
            output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the amount of an order", Amount, Amount + 1)]
    [InlineData("the buyer of an order", Buyer, Buyer + 1)]
    [InlineData("the deadline of a team", Deadline, Deadline - 1)]
    [InlineData("nothing", Amount, Amount)]
    public async Task A_snapshot_forged_under_good_checksums_is_reported(string what, long from, long to)
    {
        long sequence = ForgeSnapshot(BitConverter.GetBytes(from), BitConverter.GetBytes(to));
        var (code, output, error) = await _program.RunAsync("verify", "--data", Data);
        Assert.True(code == (from == to ? 0 : 1), what + ": " + output + error);
        if (from != to)
        {
            Assert.Contains(
                $"event {sequence}, R38: the snapshot differs from the events before it in 1 sections", output, StringComparison.Ordinal);
        }
    }

    // All records into a ledger of its own, which then stands in the place of the first; of the first record that holds the bytes, these
    // are replaced.
    private (LedgerKey Key, long Version) ForgeLedger(byte[] from, byte[] to)
    {
        string copy = Path.Combine(_program.Folder, "forged");
        (LedgerKey Key, long Version)? forged = null;
        using (LedgerReading reading = LedgerReading.TryOpen(Data, out string? told)!)
        {
            Assert.Null(told);
            using var ledger = OrderLedger.Create(new LedgerOptions { Directory = copy });
            long version = 0;
            ReadOnlyJournal journal = ReadOnlyJournal.Open(Data);
            using IJournalReader reader = journal.Read(0);
            while (reader.TryReadBlock(out _, out _, out ReadOnlyMemory<byte> block))
            {
                EventLog.ForEach(block.Span, (in e, encoded) =>
                {
                    version++;
                    if (e.Kind == EventKind.Closed)
                    {
                        Family.Spread(RecordEvent.RecordOf(encoded), (first, second, bytes) => Write(new(first, second), bytes.ToArray()));
                    }
                });
            }

            ledger.Checkpoint(reading.Position);

            void Write(LedgerKey key, byte[] record)
            {
                if (forged is null && Replace(record, from, to))
                {
                    forged = (key, version);
                }

                ledger.Write(key, record, version);
            }
        }

        Directory.Delete(OrderLedger.DirectoryIn(Data), recursive: true);
        Directory.Move(copy, OrderLedger.DirectoryIn(Data));
        return forged ?? throw new InvalidOperationException("no record holds these bytes");
    }

    private long ForgeSnapshot(byte[] from, byte[] to)
    {
        var store = new SnapshotStore(LocalDisk.Instance, Data);
        long sequence = store.List()[0];
        using Snapshot snapshot = store.Open(sequence);
        using SnapshotWriter forged = store.Create(sequence, snapshot.Header.Boundary, snapshot.Header.NowMs);
        byte[] buffer = [];
        bool done = false;
        foreach (int section in snapshot.Sections)
        {
            byte[] bytes = snapshot.Read(section, ref buffer).ToArray();
            done = done || Replace(bytes, from, to);
            forged.Write(section, bytes);
        }

        forged.Complete();
        Assert.True(done, "no section holds these bytes");
        return sequence;
    }

    private static bool Replace(byte[] bytes, byte[] from, byte[] to)
    {
        int at = bytes.AsSpan().IndexOf(from);
        if (at >= 0)
        {
            to.CopyTo(bytes, at);
        }

        return at >= 0;
    }

    // Numbers of a record: seven bits a byte, the lowest first.
    private static byte[] InRecord(long number)
    {
        List<byte> bytes = [];
        for (; number > 0x7F; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        return [.. bytes, (byte)number];
    }

    private static async Task Do(MatchingEngine engine, Operation operation, long order, long buyer, long amount) =>
        Assert.True((await engine.ExecuteAsync(
            new Command { Operation = operation, Item = Item, Order = order, Buyer = buyer, Amount = amount, Quantity = 1 })).Ok);
}
