using System.Text;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Which directories are made, opened and refused.</summary>
public sealed class DirectoryTests
{
    private const string Marker = Simulated.Directory + "/" + JournalDirectory.MarkerName;

    [Fact]
    public void A_missing_directory_is_made_with_those_above_it()
    {
        using TemporaryDirectory directory = new();
        JournalOptions options = new() { Directory = Path.Combine(directory.Path, "a", "b"), SegmentBytes = 16 << 10 };
        using (SegmentJournal journal = SegmentJournal.Open(options))
        {
            Assert.True(journal.Created);
            journal.CommitNext(3);
        }

        string marker = File.ReadAllText(Path.Combine(options.Directory, JournalDirectory.MarkerName));
        Assert.Matches("^matching data directory\nversion 2\npartitions 1024\nid [0-9a-f]{32}\nfirst 1\nchecksum [0-9a-f]{8}\n$", marker);
        using SegmentJournal again = SegmentJournal.Open(options with { ExistingOnly = true });
        Assert.False(again.Created);
        Assert.Equal(3, Numbered.ReadAll(again));
    }

    [Fact]
    public void An_existing_journal_may_be_demanded()
    {
        FaultyDisk disk = new(1);
        JournalException refusal =
            Assert.Throws<JournalException>(() => SegmentJournal.Open(Simulated.Options() with { ExistingOnly = true }, disk));
        Assert.Contains(Simulated.Directory, refusal.Message, StringComparison.Ordinal);
        Assert.False(disk.DirectoryExists(Simulated.Directory));
    }

    [Fact]
    public void A_marker_without_a_journal_is_refused()
    {
        FaultyDisk disk = Made();
        foreach (string path in disk.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)))
        {
            disk.Delete(path);
        }

        Assert.Contains("marker but no journal", Simulated.Refused(disk), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_without_a_marker_are_refused()
    {
        FaultyDisk disk = Made();
        disk.Delete(Marker);
        Assert.Contains("no matching.marker", Simulated.Refused(disk), StringComparison.Ordinal);

        FaultyDisk foreign = new(2);
        foreign.CreateDirectory(Simulated.Directory);
        foreign.Replace($"{Simulated.Directory}/letter.txt", [1]);
        Assert.Contains("letter.txt", Simulated.Refused(foreign), StringComparison.Ordinal);
        Assert.Single(foreign.Paths);
    }

    [Fact]
    public void A_file_in_place_of_the_directory_is_refused()
    {
        FaultyDisk disk = new(1);
        disk.Replace(Simulated.Directory, [1]);
        Assert.Contains("is a file", Simulated.Refused(disk), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_newer_version_are_refused_and_say_so()
    {
        FaultyDisk marker = Made();
        byte[] text = Encoding.ASCII.GetBytes("\0\0\0\0matching data directory\nversion 3\npartitions 1024\n");
        Array.Resize(ref text, (text.Length + 7) / 8 * 8);
        marker.Replace(Marker, Encoding.ASCII.GetBytes("matching data directory\nversion 3\npartitions 1024\nchecksum "
            + $"{Page.Checksum(text):x8}\n"));
        Assert.Contains($"{Marker} has format version 3", Simulated.Refused(marker), StringComparison.Ordinal);

        FaultyDisk segment = Made();
        byte[] bytes = segment.BytesOf(Simulated.Segment(1));
        bytes[40] = 3;
        Reseal(bytes, Page.Bytes);
        segment.Replace(Simulated.Segment(1), bytes);
        Assert.Contains($"{Simulated.Segment(1)} has format version 3", Simulated.Refused(segment), StringComparison.Ordinal);

        FaultyDisk watermark = Made();
        string path = $"{Simulated.Directory}/{Watermark.FileName}";
        bytes = watermark.BytesOf(path)[..512];
        int slot = bytes.AsSpan().ContainsAnyExcept((byte)0) ? 0 : Page.Bytes;
        bytes = watermark.BytesOf(path);
        bytes[slot + 16] = 3;
        byte[] changed = bytes[slot..(slot + 512)];
        Reseal(changed, changed.Length);
        changed.CopyTo(bytes, slot);
        watermark.Replace(path, bytes);
        Assert.Contains($"{path} has format version 3", Simulated.Refused(watermark), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_use_is_refused_by_name()
    {
        using TemporaryDirectory directory = new();
        JournalOptions options = new() { Directory = directory.Path, SegmentBytes = 16 << 10 };
        using (SegmentJournal journal = SegmentJournal.Open(options))
        {
            journal.CommitNext(3);
            JournalException refusal = Assert.Throws<JournalException>(() => SegmentJournal.Open(options));
            Assert.Contains($"{directory.Path} is in use", refusal.Message, StringComparison.Ordinal);
            journal.CommitNext(3);
        }

        using SegmentJournal again = SegmentJournal.Open(options);
        Assert.Equal(6, Numbered.ReadAll(again));
    }

    [Fact]
    public void A_refused_directory_leaves_its_lock_free()
    {
        FaultyDisk disk = Made();
        byte[] bytes = disk.BytesOf(Simulated.Segment(1));
        byte[] damaged = [.. bytes];
        damaged[Page.Bytes + 50] ^= 1;
        disk.Replace(Simulated.Segment(1), damaged);
        Simulated.Refused(disk);
        disk.Replace(Simulated.Segment(1), bytes);
        using SegmentJournal journal = Simulated.Open(disk);
        Assert.Equal(3, journal.DurableSequence);
    }

    [Fact]
    public void Looking_needs_no_lock_and_changes_nothing()
    {
        using TemporaryDirectory directory = new();
        using SegmentJournal journal = SegmentJournal.Open(new JournalOptions { Directory = directory.Path, SegmentBytes = 16 << 10 });
        for (int i = 0; i < 20; i++)
        {
            journal.CommitNext(10);
            ReadOnlyJournal look = ReadOnlyJournal.Open(directory.Path);
            Assert.Equal((journal.DurableSequence, false), (look.EndSequence, look.ClosedCleanly));
            Assert.Equal(journal.DurableSequence, Numbered.ReadAll(look));
        }
    }

    [Fact]
    public async Task Looking_beside_a_busy_writer_finds_no_damage()
    {
        using TemporaryDirectory directory = new();
        using SegmentJournal journal = SegmentJournal.Open(new JournalOptions { Directory = directory.Path, SegmentBytes = 64 << 10 });
        Task writer = Task.Run(() =>
        {
            for (int i = 0; i < 300; i++)
            {
                journal.CommitNext(200);
            }
        });
        long seen = 0;
        while (!writer.IsCompleted)
        {
            ReadOnlyJournal look = ReadOnlyJournal.Open(directory.Path);
            Assert.True(look.EndSequence >= seen);
            seen = look.EndSequence;
        }

        await writer;
        Assert.Equal(journal.DurableSequence, Numbered.ReadAll(ReadOnlyJournal.Open(directory.Path)));
    }

    [Fact]
    public void An_interrupted_making_starts_again()
    {
        // Every state a crash can leave before the marker has its name: nothing was answered from there.
        for (int call = 0; ; call++)
        {
            FaultyDisk disk = new(call);
            disk.Fault = (number, _, _) => number == call ? DiskFault.PowerLoss : DiskFault.None;
            bool made = true;
            try
            {
                Simulated.Open(disk).Dispose();
            }
            catch (JournalException)
            {
                made = false;
            }

            if (made)
            {
                Assert.True(call > 10);
                return;
            }

            disk.Fault = null;
            disk.Restart();
            using SegmentJournal journal = Simulated.Open(disk);
            journal.CommitNext(4);
            Assert.Equal(4, Numbered.ReadAll(journal));
        }
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_a_clear_refusal()
    {
        FaultyDisk disk = new(1) { Fault = (_, call, _) => call == DiskCall.Lock ? DiskFault.Error : DiskFault.None };
        JournalException refusal = Assert.Throws<JournalException>(() => Simulated.Open(disk));
        Assert.Contains($"the journal in {Simulated.Directory} cannot be opened", refusal.Message, StringComparison.Ordinal);
    }

    private static FaultyDisk Made()
    {
        FaultyDisk disk = new(1);
        SegmentJournal journal = Simulated.Open(disk);
        journal.CommitNext(3);
        disk.Restart();
        return disk;
    }

    private static void Reseal(byte[] bytes, int length) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes, Page.Checksum(bytes.AsSpan(0, length)));
}
