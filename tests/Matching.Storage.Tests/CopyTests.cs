using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Copies of a journal: beside its writer, up to a position, and what is left of a damaged one.</summary>
public sealed class CopyTests
{
    private const int Bytes = 8 * Page.Bytes;
    private const string Copy = "/copy";

    [Fact]
    public void A_copy_made_beside_the_writer_opens_and_holds_every_block_whole()
    {
        FaultyDisk disk = new(1);
        using SegmentJournal journal = Write(disk);
        CopiedJournal copied = JournalCopy.Run(disk, Simulated.Directory, Copy, long.MaxValue);
        Assert.Equal((journal.DurableSequence, null), (copied.EndSequence, copied.Stopped));
        journal.CommitNext(5);
        Assert.Equal(copied.EndSequence, ReadCopy(disk));
    }

    [Fact]
    public void A_copy_ends_before_the_position_asked_for_and_goes_on_from_there()
    {
        for (int cut = 1; cut < 80; cut++)
        {
            FaultyDisk disk = new(1);
            using (Write(disk))
            {
                CopiedJournal copied = JournalCopy.Run(disk, Simulated.Directory, Copy, cut);
                Assert.InRange(copied.EndSequence, Math.Max(0, cut - 11), cut);
                Assert.Equal(copied.EndSequence, ReadCopy(disk));
            }
        }
    }

    [Fact]
    public void Of_a_damaged_journal_everything_before_the_damage_is_saved_and_what_is_lost_is_told()
    {
        FaultyDisk disk = new(1);
        long end;
        using (SegmentJournal journal = Write(disk))
        {
            end = journal.DurableSequence;
        }

        string path = Simulated.Segment(2);
        byte[] bytes = disk.BytesOf(path);
        bytes[Page.Bytes + 100] ^= 1;
        disk.Replace(path, bytes);
        Simulated.Refused(disk);
        CopiedJournal copied = JournalCopy.Run(disk, Simulated.Directory, Copy, long.MaxValue);
        Assert.InRange(copied.EndSequence, 1, end - 1);
        Assert.Contains(path, copied.Stopped, StringComparison.Ordinal);
        Assert.Equal(copied.EndSequence, ReadCopy(disk));
        string? stopped = JournalCopy.ReadBehind(
            disk, Simulated.Directory, copied.EndSequence, (_, _) => Assert.Fail("nothing behind the damage is read"));
        Assert.Contains($"events {copied.EndSequence} to", stopped, StringComparison.Ordinal);
        List<long> lost = [];
        JournalCopy.ReadBehind(disk, Simulated.Directory, 0, (sequence, _) => lost.Add(sequence));
        Assert.Equal(0, lost[0]);
    }

    [Fact]
    public void A_copy_that_ends_in_the_archive_goes_on_behind_it()
    {
        FaultyDisk disk = new(1);
        using SegmentJournal journal = Write(disk);
        new Archiver(journal).Run(journal.DurableSequence - 5, 5_000, -1);
        long end = journal.Log.Segments.First(segment => !segment.Archived).FirstSequence;
        Assert.Equal(end, JournalCopy.Run(disk, Simulated.Directory, Copy, end).EndSequence);
        Assert.Equal(end, ReadCopy(disk));
        using SegmentJournal copy = SegmentJournal.Open(Simulated.Options(Bytes) with { Directory = Copy }, disk);
        Assert.Equal(end + 3, Numbered.ReadAll(copy));
    }

    [Fact]
    public void Of_a_last_segment_cut_short_what_is_left_is_saved_and_told()
    {
        FaultyDisk disk = new(1);
        string path;
        using (SegmentJournal journal = Write(disk))
        {
            path = journal.Log.Segments[^1].Path;
        }

        disk.Replace(path, disk.BytesOf(path)[..(3 * Page.Bytes)]);
        CopiedJournal copied = JournalCopy.Run(disk, Simulated.Directory, Copy, long.MaxValue);
        Assert.Contains($"{path} is damaged at byte {3 * Page.Bytes}", copied.Stopped, StringComparison.Ordinal);
        Assert.Equal(copied.EndSequence, ReadCopy(disk));
    }

    [Fact]
    public void A_copy_needs_an_empty_directory()
    {
        FaultyDisk disk = new(1);
        using SegmentJournal journal = Write(disk);
        disk.Replace($"{Copy}/something", [1]);
        disk.CreateDirectory(Copy);
        Assert.Contains("is not empty", Assert.Throws<JournalException>(() => JournalCopy.Run(disk, Simulated.Directory, Copy, 5)).Message,
            StringComparison.Ordinal);
    }

    private static long ReadCopy(FaultyDisk disk)
    {
        using SegmentJournal copy = SegmentJournal.Open(Simulated.Options(Bytes) with { Directory = Copy }, disk);
        long end = Numbered.ReadAll(copy);
        copy.CommitNext(3);
        Assert.Equal(end + 3, Numbered.ReadAll(copy));
        return end;
    }

    private static SegmentJournal Write(FaultyDisk disk)
    {
        for (int life = 0; life < 2; life++)
        {
            using SegmentJournal journal = Simulated.Open(disk, Bytes);
            for (int i = 0; i < 7; i++)
            {
                journal.CommitNext(3 + i);
            }
        }

        SegmentJournal last = Simulated.Open(disk, Bytes);
        last.CommitNext(10);
        return last;
    }
}
