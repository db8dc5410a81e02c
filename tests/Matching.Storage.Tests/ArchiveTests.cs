using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Segments that no start needs: smaller, elsewhere, and read all the same.</summary>
public sealed class ArchiveTests
{
    private const int Bytes = 8 * Page.Bytes;
    private static readonly string s_archived = $"{Simulated.Directory}/archive/journal-000001.arc";

    [Fact]
    public void Everything_is_read_through_the_archive_by_old_readers_new_ones_and_the_next_start()
    {
        FaultyDisk disk = new(1);
        using (SegmentJournal journal = Write(disk, out long needed))
        {
            using IJournalReader old = journal.Read(0);
            Assert.True(old.TryReadBlock(out _, out int first, out _));
            ArchiveRun run = new Archiver(journal).Run(needed, 5_000, -1);
            Assert.True(run is { Archived: > 2, Deleted: 0 });
            Assert.Equal(run.Archived, journal.Segments.Archived);
            Assert.Equal(journal.DurableSequence, Numbered.ReadAll(old, first));
            for (long from = 0; from < journal.DurableSequence; from += 7)
            {
                Numbered.ReadAll(journal, from);
            }

            Assert.False(disk.FileExists(Simulated.Segment(1)));
            Assert.True(disk.BytesOf(s_archived).Length < Bytes / 2);
            Assert.Equal(0, new Archiver(journal).Run(needed, 6_000, -1).Archived);
        }

        Assert.Equal(0, ReadOnlyJournal.Open(Simulated.Directory, disk).FirstSequence);
        using SegmentJournal again = Simulated.Open(disk, Bytes);
        Assert.Equal(again.DurableSequence, Numbered.ReadAll(again));
    }

    [Fact]
    public void What_is_needed_stays_in_segments()
    {
        FaultyDisk disk = new(1);
        using SegmentJournal journal = Write(disk, out long needed);
        new Archiver(journal).Run(needed, 5_000, -1);
        Assert.True(journal.Log.Segments.First(segment => !segment.Archived).FirstSequence < needed);
        Assert.Equal(0, new Archiver(journal).Run(1, 5_000, -1).Archived);
    }

    [Fact]
    public void What_lies_behind_the_horizon_is_deleted_and_asking_for_it_says_so()
    {
        FaultyDisk disk = new(1);
        long first;
        long needed;
        using (SegmentJournal journal = Write(disk, out needed))
        {
            Assert.Equal(0, new Archiver(journal).Run(needed, 5_000, 4_999).Deleted);
            Assert.True(new Archiver(journal).Run(needed, 6_000, 5_000).Deleted > 2);
            first = journal.FirstSequence;
            Assert.InRange(first, 1, needed - 1);
            Assert.Equal(first, Assert.Throws<EventsGoneException>(() => journal.Read(first - 1)).FirstSequence);
            Assert.Equal(journal.DurableSequence, Numbered.ReadAll(journal, first));
        }

        // A start from the first event is refused, one from a snapshot's is not.
        Assert.Contains("what is before it is missing", Assert.Throws<JournalException>(() => Simulated.Open(disk, Bytes)).Message,
            StringComparison.Ordinal);
        using SegmentJournal again = StartFrom(disk, needed, out long end);
        Assert.Equal(end, again.DurableSequence);
        Assert.Equal(end, Numbered.ReadAll(again, first));
    }

    [Fact]
    public void Every_flipped_bit_of_an_archived_segment_is_refused_and_so_is_one_cut_at_any_length()
    {
        FaultyDisk disk = new(1);
        using (SegmentJournal journal = Write(disk, out long needed))
        {
            new Archiver(journal).Run(needed, 5_000, -1);
        }

        byte[] whole = disk.BytesOf(s_archived);
        Assert.Null(Record.Exception(() => LogScan.Run(disk, Simulated.Directory, sync: false)));
        for (int bit = 0; bit < whole.Length * 8; bit += 3)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            disk.Replace(s_archived, bytes);
            Assert.ThrowsAny<JournalException>(() => LogScan.Run(disk, Simulated.Directory, sync: false));
        }

        for (int length = 0; length < whole.Length; length++)
        {
            disk.Replace(s_archived, whole[..length]);
            Assert.ThrowsAny<JournalException>(() => LogScan.Run(disk, Simulated.Directory, sync: false));
        }
    }

    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.Short)]
    [InlineData(DiskFault.Kill)]
    [InlineData(DiskFault.PowerLoss)]
    public void Whatever_call_fails_while_segments_are_archived_no_event_is_lost(DiskFault fault)
    {
        WhereEachCallFails(fault, (journal, needed) => Record.Exception(() => new Archiver(journal).Run(needed, 5_000, -1)),
            (disk, journal, needed, end) =>
        {
            if (fault == DiskFault.PowerLoss)
            {
                disk.LosePower();
            }
            else
            {
                if (fault is not DiskFault.Kill)
                {
                    Assert.Equal(end, Numbered.ReadAll(journal));
                    new Archiver(journal).Run(needed, 5_000, -1);
                    Assert.Equal(end, Numbered.ReadAll(journal));
                }

                disk.Restart();
            }

            using SegmentJournal again = Simulated.Open(disk, Bytes);
            Assert.Equal(end, again.DurableSequence);
            Assert.Equal(end, Numbered.ReadAll(again));
        });
    }

    // Any call of archiving or deleting fails; both are done again, and the power goes. What a name pointed to may be back, but never
    // before a gap.
    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Kill)]
    public void A_power_cut_after_deletions_leaves_no_gap_whatever_failed_before(DiskFault fault)
    {
        WhereEachCallFails(
            fault,
            (journal, needed) =>
            {
                Record.Exception(() => new Archiver(journal).Run(needed / 2, 5_000, -1));
                Record.Exception(() => new Archiver(journal).Run(needed, 6_000, 5_000));
            },
            (disk, journal, needed, end) =>
            {
                if (fault == DiskFault.Kill)
                {
                    disk.Restart();
                    journal = StartFrom(disk, needed, out _);
                }

                Assert.True(new Archiver(journal).Run(needed, 7_000, 7_000).Deleted > 0);
                disk.LosePower();
                using SegmentJournal again = StartFrom(disk, needed, out long found);
                Assert.Equal(end, found);
            });
    }

    // The negative control: a segment deleted before its archived form is there is an event lost, and is seen.
    [Fact]
    public void A_segment_deleted_without_its_archived_form_is_refused()
    {
        FaultyDisk disk = new(1);
        using (SegmentJournal journal = Write(disk, out long needed))
        {
            new Archiver(journal).Run(needed, 5_000, -1);
        }

        disk.Delete($"{Simulated.Directory}/archive/journal-000002.arc");
        Assert.Throws<JournalException>(() => Simulated.Open(disk, Bytes));
    }

    // Every call of the disk that is made while something is done fails once, on a journal of its own; then what is left is looked at.
    private static void WhereEachCallFails(
        DiskFault fault, Action<SegmentJournal, long> act, Action<FaultyDisk, SegmentJournal, long, long> then)
    {
        int calls = int.MaxValue;
        for (int at = 0; at < calls; at++)
        {
            FaultyDisk disk = new(at + 1);
            SegmentJournal journal = Write(disk, out long needed);
            long end = journal.DurableSequence;
            int start = disk.Calls;
            disk.Fault = (number, _, _) => number == start + at ? fault : DiskFault.None;
            act(journal, needed);
            calls = disk.Calls - start <= at ? 0 : calls;
            disk.Fault = null;
            then(disk, journal, needed, end);
            Assert.InRange(at, 0, 400);
        }
    }

    // As with a snapshot before the event needed; what is before it may be gone.
    private static SegmentJournal StartFrom(FaultyDisk disk, long needed, out long end)
    {
        using JournalOpening opening = JournalOpening.Begin(Simulated.Options(Bytes), disk);
        opening.StartAt(needed, boundary: null);
        end = Numbered.ReadAll(opening, needed);
        return opening.Finish();
    }

    // Several starts and turnovers; what is needed lies in the middle of the last but one segment.
    private static SegmentJournal Write(FaultyDisk disk, out long needed)
    {
        for (int life = 0; life < 2; life++)
        {
            using SegmentJournal journal = Simulated.Open(disk, Bytes);
            for (int i = 0; i < 9; i++)
            {
                journal.CommitNext(3 + i);
            }
        }

        SegmentJournal last = Simulated.Open(disk, Bytes);
        needed = last.DurableSequence - 5;
        last.CommitNext(10);
        return last;
    }
}
