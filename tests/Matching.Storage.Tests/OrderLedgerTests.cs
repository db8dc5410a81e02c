namespace Matching.Storage.Tests;

/// <summary>The ledger on a disk: what was lost or damaged is found out, and told.</summary>
public sealed class OrderLedgerTests : LedgerContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-");

    private string LedgerDirectory => Path.Combine(_directory.FullName, "ledger");

    private OrderLedger OnDisk => (OrderLedger)Ledger;

    [Fact]
    public void A_damaged_newest_checkpoint_is_told_and_the_one_before_is_used()
    {
        TwoCheckpoints();
        string newest = Directory.GetFiles(LedgerDirectory, "checkpoint-*").Max(StringComparer.Ordinal)!;
        Flip(newest, 40);
        OpenAgain();
        Assert.Equal(10, Ledger.Position);
        Assert.Contains("is not whole", OnDisk.Warning, StringComparison.Ordinal);
        Assert.Equal((Text(1), 1), Read(1));
        Assert.Null(Read(15));

        // Opening alone changes nothing: the journal may be refused yet.
        Assert.True(File.Exists(newest));
        Write(16, Text(16), 16);
        Ledger.Checkpoint(30);
        Assert.False(File.Exists(newest));
    }

    [Fact]
    public void A_checkpoint_whose_records_did_not_reach_the_disk_does_not_count()
    {
        TwoCheckpoints();
        string log = Directory.GetFiles(LedgerDirectory, "records.log*").Single();
        Ledger.Dispose();
        int at = LastRecordIn(log);
        using (FileStream file = File.Open(log, FileMode.Open))
        {
            // The second checkpoint's records, as a disk leaves them that reported a write and did not do it.
            file.Position = at;
            file.Write(new byte[64]);
        }

        OpenAgain();
        Assert.Equal(10, Ledger.Position);
        Assert.Contains("is not whole", OnDisk.Warning, StringComparison.Ordinal);
    }

    // In a page that opening does not look at.
    [Fact]
    public void A_record_whose_bytes_changed_is_refused_when_it_is_read_with_all_that_is_asked_behind_it()
    {
        for (int i = 1; i <= 2_000; i++)
        {
            Write(i, new string('x', 500) + i, i);
            if (i % 1_000 == 0)
            {
                Ledger.Checkpoint(i);
            }
        }

        string log = Directory.GetFiles(LedgerDirectory, "records.log*").Single();
        Ledger.Dispose();
        Flip(log, FirstRecordIn(log));
        OpenAgain();
        Assert.Equal(2_000, Ledger.Position);
        Assert.Equal(1_000, Read(1_000)!.Value.Version);
        LedgerException refused = Assert.Throws<LedgerDamagedException>(() => Read(1));
        Assert.Contains($"{log} is damaged: the sector at byte 0 ", refused.Message, StringComparison.Ordinal);
        Assert.Throws<LedgerDamagedException>(() => Read(1_000));
    }

    [Fact]
    public void With_no_whole_checkpoint_left_an_empty_ledger_takes_its_place()
    {
        TwoCheckpoints();
        foreach (string path in Directory.GetFiles(LedgerDirectory, "checkpoint-*"))
        {
            Flip(path, 20);
        }

        OpenAgain();
        Assert.Equal(0, Ledger.Position);
        Assert.NotNull(OnDisk.Warning);
        Assert.Null(Read(1));
        Write(1, "anew", 1);
        Ledger.Checkpoint(1);
        OpenAgain();
        Assert.Equal(("anew", 1), Read(1));
    }

    [Fact]
    public void A_checkpoint_of_a_newer_program_is_refused_and_left_alone()
    {
        Write(1, "one", 1);
        Ledger.Checkpoint(1);
        Ledger.Dispose();
        string path = Directory.GetFiles(LedgerDirectory, "checkpoint-*").Single();
        byte[] bytes = File.ReadAllBytes(path);
        bytes[8] = FileVersions.LedgerCheckpoint + 1;
        BitConverter.TryWriteBytes(bytes, LedgerRecord.Checksum(default, bytes.AsSpan(4)));
        File.WriteAllBytes(path, bytes);
        Assert.Throws<LedgerVersionException>(() => OrderLedger.TryOpen(Options, out _));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_checkpoint_of_another_data_directory_is_told_and_left_out()
    {
        LedgerOptions here = Options with { DirectoryId = new Guid(1, 0, 0, new byte[8]) };
        Ledger.Dispose();
        using (OrderLedger made = OrderLedger.Create(here))
        {
            made.Write(new LedgerKey(1, 1), [1], 1);
            made.Checkpoint(1);
        }

        Assert.Null(OrderLedger.TryOpen(here with { DirectoryId = new Guid(2, 0, 0, new byte[8]) }, out string? told));
        Assert.Contains("belongs to another data directory", told, StringComparison.Ordinal);
    }

    // Before version 5 its records were not those of the journal.
    [Fact]
    public void A_checkpoint_of_an_older_program_is_told_and_left_out()
    {
        Write(1, "one", 1);
        Ledger.Checkpoint(1);
        Ledger.Dispose();
        string path = Directory.GetFiles(LedgerDirectory, "checkpoint-*").Single();
        byte[] bytes = File.ReadAllBytes(path)[..120];
        bytes[8] = 3;
        BitConverter.TryWriteBytes(bytes, LedgerRecord.Checksum(default, bytes.AsSpan(4)));
        File.WriteAllBytes(path, bytes);
        Assert.Null(OrderLedger.TryOpen(Options, out string? told));
        Assert.Contains("has format version 3", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_checkpoints_are_kept_and_the_older_one_is_how_far_back_the_journal_must_reach()
    {
        for (int i = 1; i <= 5; i++)
        {
            Write(i, Text(i), i);
            Ledger.Checkpoint(i);
            Assert.Equal(i < 2 ? 0 : i - 1, Ledger.OldestPosition);
        }

        Assert.Equal(2, Directory.GetFiles(LedgerDirectory, "checkpoint-*").Length);
    }

    [Fact]
    public void The_index_grows_with_its_keys_and_readers_go_on()
    {
        for (int i = 1; i <= 30_000; i++)
        {
            Write(i, "r", i);
            if (i % 10_000 == 0)
            {
                Ledger.Checkpoint(i);
                Assert.Equal(("r", i / 2), Read(i / 2));
            }
        }

        OpenAgain();
        Assert.All(Enumerable.Range(1, 30_000), i => Assert.Equal(("r", i), Read(i)));
    }

    [Fact]
    public void An_index_at_its_bound_finds_every_key_and_every_past()
    {
        var small = Options with { MaxIndexBytes = 64 << 10 };
        using OrderLedger ledger = OrderLedger.Create(small with { Directory = LedgerDirectory + "-small" });
        for (int i = 1; i <= 60_000; i++)
        {
            ledger.Write(new LedgerKey(7, 1 + (i % 30_000)), [(byte)i, (byte)(i >> 8)], i);
            if (i % 20_000 == 0)
            {
                ledger.Checkpoint(i);
            }
        }

        for (int i = 30_001; i <= 60_000; i += 11)
        {
            LedgerKey key = new(7, 1 + (i % 30_000));
            Assert.True(ledger.TryRead(key, out byte[] now, out long version));
            Assert.Equal((i, (byte)i), (version, now[0]));
        }

        Assert.False(ledger.TryRead(new LedgerKey(8, 1), out _, out _));
    }

    [Fact]
    public void A_record_written_again_before_the_next_checkpoint_is_covered_by_it()
    {
        Write(1, "a", 1);
        Write(2, "b", 2);
        Write(1, "c", 3);
        Ledger.Checkpoint(4);
        OpenAgain();
        Assert.Equal(("c", 3), Read(1));
    }

    // The store itself would wait for that write for ever.
    [Fact]
    public async Task When_a_write_of_records_fails_the_checkpoint_fails_and_nothing_more_is_taken_and_closing_ends()
    {
        bool fails = false;
        LedgerOptions failing = Options with { Directory = LedgerDirectory + "-failing", WritesFail = () => Volatile.Read(ref fails) };
        OrderLedger ledger = OrderLedger.Create(failing);
        ledger.Write(new LedgerKey(1, 1), [1], 1);
        ledger.Checkpoint(1);
        Volatile.Write(ref fails, true);
        ledger.Write(new LedgerKey(1, 2), [2], 2);
        await Task.Run(() =>
        {
            Assert.Contains("could not be written, error 5", Assert.Throws<LedgerException>(() => ledger.Checkpoint(2)).Message,
                StringComparison.Ordinal);
            Assert.Throws<LedgerException>(() => ledger.Write(new LedgerKey(1, 3), [3], 3));
            Assert.Throws<LedgerException>(() => ledger.Checkpoint(3));
            Assert.True(ledger.TryRead(new LedgerKey(1, 1), out _, out _));
            ledger.Dispose();
        }).WaitAsync(TimeSpan.FromMinutes(1));

        using OrderLedger again = OrderLedger.TryOpen(failing with { WritesFail = null }, out string? told)!;
        Assert.Null(told);
        Assert.Equal(1, again.Position);
        Assert.True(again.TryRead(new LedgerKey(1, 1), out _, out _));
        Assert.False(again.TryRead(new LedgerKey(1, 2), out _, out _));
    }

    private LedgerOptions Options =>
        new() { Directory = LedgerDirectory, MemoryBytes = 1 << 20, IndexBytes = 64 << 10, SegmentBytes = 4 << 20 };

    private protected override ILedger Open() => OpenOrCreate();

    private OrderLedger OpenOrCreate() => OrderLedger.TryOpen(Options, out string? told) ?? OrderLedger.Create(Options, told);

    private protected override ILedger Reopen(ILedger before)
    {
        before.Dispose();
        return OpenOrCreate();
    }

    protected override void Cleanup() => _directory.Delete(recursive: true);

    private void TwoCheckpoints()
    {
        for (int i = 1; i <= 20; i++)
        {
            Write(i, Text(i), i);
            if (i % 10 == 0)
            {
                Ledger.Checkpoint(i);
            }
        }
    }

    // Records here end in as many x as their number: the first with four is number 4, and the last is number 20.
    private static int FirstRecordIn(string path) => File.ReadAllBytes(path).AsSpan().IndexOf("xxxx"u8);

    private static int LastRecordIn(string path) => File.ReadAllBytes(path).AsSpan().LastIndexOf("xxxx"u8) - 8;

    private static void Flip(string path, int position)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[position] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }
}
