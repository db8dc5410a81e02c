using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Segments, generations, large blocks, clean stops: nothing fails here.</summary>
public sealed class SegmentJournalTests
{
    [Fact]
    public void A_journal_goes_on_over_segments_and_starts()
    {
        FaultyDisk disk = new(1);
        long written = 0;
        for (int start = 0; start < 5; start++)
        {
            using SegmentJournal journal = Simulated.Open(disk);
            Assert.Equal(start == 0, journal.Created);
            Assert.Equal(written, journal.NextSequence);
            Assert.Equal(written, Numbered.ReadAll(journal));
            for (int i = 0; i < 9; i++)
            {
                journal.CommitNext(5 + i);
            }

            written = journal.DurableSequence;
            for (long from = 0; from <= written; from += 11)
            {
                Assert.Equal(written, Numbered.ReadAll(journal, from));
            }
        }

        ReadOnlyJournal end = ReadOnlyJournal.Open(Simulated.Directory, disk);
        Assert.Equal((written, 5, true, false), (end.EndSequence, end.Generation, end.ClosedCleanly, end.TornTail));
        Assert.True(end.Segments > 10);
    }

    [Fact]
    public void Every_block_boundary_is_a_good_end()
    {
        FaultyDisk disk = new(2);
        using SegmentJournal journal = Simulated.Open(disk);
        for (int i = 0; i < 30; i++)
        {
            journal.CommitNext(1 + (i * 13 % 120));
            using SegmentJournal again = Simulated.Open(disk.Copy());
            Assert.Equal(journal.DurableSequence, again.DurableSequence);
            Assert.Equal(journal.DurableSequence, Numbered.ReadAll(again));
        }
    }

    [Fact]
    public void Starts_without_a_word_between_them_leave_segments_without_events()
    {
        FaultyDisk disk = new(3);
        Simulated.Open(disk).Dispose();
        using (SegmentJournal journal = Simulated.Open(disk))
        {
            journal.CommitNext(3);
        }

        Simulated.Open(disk).Dispose();
        disk.Restart();
        using SegmentJournal last = Simulated.Open(disk);
        Assert.Equal(3, Numbered.ReadAll(last));
        last.CommitNext(2);
        Assert.Equal(5, Numbered.ReadAll(last));
        Assert.Equal(5, Numbered.ReadAll(last, 3));
    }

    [Fact]
    public void What_was_not_committed_is_dropped_by_a_clean_stop()
    {
        FaultyDisk disk = new(4);
        using (SegmentJournal journal = Simulated.Open(disk))
        {
            journal.CommitNext(3);
            journal.AppendNext(2);
        }

        using SegmentJournal again = Simulated.Open(disk);
        Assert.Equal(3, again.NextSequence);
    }

    [Fact]
    public void One_append_lies_in_one_block_and_commits_split_only_between_appends()
    {
        FaultyDisk disk = new(5);
        using SegmentJournal journal = Simulated.Open(disk);
        int perAppend = journal.MaxAppendBytes / 64 / 3 * 2;
        for (int i = 0; i < 5; i++)
        {
            journal.AppendNext(perAppend, 64);
        }

        journal.Commit();
        using IJournalReader reader = journal.Read(0);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(reader.TryReadBlock(out long first, out int count, out _));
            Assert.Equal((i * perAppend, perAppend), (first, count));
        }

        Assert.False(reader.TryReadBlock(out _, out _, out _));
    }

    [Fact]
    public void An_append_larger_than_a_block_is_refused_and_changes_nothing()
    {
        using SegmentJournal journal = Simulated.Open(new FaultyDisk(6));
        byte[] tooMuch = new byte[journal.MaxAppendBytes + 1];
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => journal.Append(tooMuch, 1));
        Assert.Contains($"{journal.MaxAppendBytes}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, journal.NextSequence);
        journal.Append(tooMuch.AsSpan(1), 1);
        journal.Commit();
        Assert.Equal(1, journal.DurableSequence);
    }

    [Fact]
    public void A_block_of_eight_mebibytes_is_written_and_read_back()
    {
        using TemporaryDirectory directory = new();
        JournalOptions options = new() { Directory = directory.Path, SegmentBytes = 16 << 20 };
        int count = (8 << 20) / 64;
        using (SegmentJournal journal = SegmentJournal.Open(options))
        {
            Assert.Equal(8 << 20, journal.MaxAppendBytes);
            journal.CommitNext(100);
            journal.CommitNext(count, 64);
            journal.CommitNext(count, 64);
        }

        using SegmentJournal again = SegmentJournal.Open(options);
        Assert.Equal(100 + (2 * count), Numbered.ReadAll(again));
    }

    [Fact]
    public void Segments_keep_the_length_they_were_made_with()
    {
        FaultyDisk disk = new(7);
        using (SegmentJournal journal = Simulated.Open(disk))
        {
            journal.CommitNext(100);
        }

        using (SegmentJournal journal = Simulated.Open(disk, 8 * Page.Bytes))
        {
            journal.CommitNext(300);
        }

        using SegmentJournal again = Simulated.Open(disk, 4 * Page.Bytes);
        Assert.Equal(400, Numbered.ReadAll(again));
        Assert.Equal(6 * Page.Bytes, again.Log.Segments[0].Bytes);
        Assert.Equal(8 * Page.Bytes, again.Log.Segments.First(segment => segment.Generation == 2).Bytes);
        Assert.Equal(4 * Page.Bytes, disk.LengthOf(again.Log.Segments[^1].Path));
    }

    [Fact]
    public void A_start_begins_with_a_short_segment_and_each_further_one_is_twice_as_long()
    {
        FaultyDisk disk = new(10);
        List<string> made = [];
        disk.Fault = (_, call, path) =>
        {
            if (call == DiskCall.Create && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                made.Add(path);
            }

            return DiskFault.None;
        };
        for (int start = 0; start < 2; start++)
        {
            using SegmentJournal journal = Simulated.OpenGrowing(disk, 24 * Page.Bytes);
            for (int i = 0; i < 60; i++)
            {
                journal.CommitNext(1);
            }

            Segment[] segments = [.. journal.Log.Segments.Where(segment => segment.Generation == start + 1)];
            Assert.Equal([4, 8, 16, 24, 24], segments.Select(segment => segment.Bytes / Page.Bytes));
            Assert.Equal((start + 1) * 60, Numbered.ReadAll(journal));

            // The next was ready at each turnover: none was made again then.
            Assert.Equal(made.Distinct(StringComparer.Ordinal).Count(), made.Count);
            made.Clear();
        }
    }

    [Fact]
    public void A_block_too_long_for_the_next_segment_gets_one_that_is_long_enough()
    {
        FaultyDisk disk = new(11);
        using SegmentJournal journal = Simulated.OpenGrowing(disk, 256 * Page.Bytes);
        journal.CommitNext(1);
        journal.CommitNext(1);
        journal.CommitNext(40 * Page.PayloadBytes / 64, 64);
        Assert.Equal([4, 64], journal.Log.Segments.Select(segment => segment.Bytes / Page.Bytes));
        journal.CommitNext(254 * Page.PayloadBytes / 64, 64);
        Assert.Equal([4, 64, 256], journal.Log.Segments.Select(segment => segment.Bytes / Page.Bytes));
        Assert.Equal(journal.DurableSequence, Numbered.ReadAll(journal));
        Assert.Equal(journal.DurableSequence, ReadOnlyJournal.Open(Simulated.Directory, disk).EndSequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12 * 1024)]
    [InlineData((64 << 10) + 1)]
    [InlineData((1L << 30) + 4096)]
    public void A_segment_length_that_cannot_be_is_refused(long segmentBytes)
    {
        JournalException refusal = Assert.Throws<JournalException>(() => Simulated.Open(new FaultyDisk(8), segmentBytes));
        Assert.Contains($"SegmentBytes is {segmentBytes}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_allocates_nothing()
    {
        using TemporaryDirectory directory = new();
        using SegmentJournal journal = SegmentJournal.Open(new JournalOptions { Directory = directory.Path, SegmentBytes = 4 << 20 });
        byte[] events = Numbered.Events(0, 64, 64);

        // What the runtime sets up once, on this thread, while the code is new, is not the commit's: so the least of three rounds.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => AllocatedBy(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                journal.Append(events, 64);
                journal.Commit();
            }
        })));

        static long AllocatedBy(Action act)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            act();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Every_page_that_is_written_has_no_blank_sector_whatever_the_events_are()
    {
        FaultyDisk disk = new(9);
        using SegmentJournal journal = Simulated.Open(disk);
        journal.Append(new byte[9000], 1);
        journal.Commit();
        byte[] file = disk.BytesOf(Simulated.Segment(1));
        for (int at = 0; at < 4 * Page.Bytes; at += Page.SectorBytes)
        {
            Assert.True(file.AsSpan(at, Page.SectorBytes).ContainsAnyExcept((byte)0));
        }

        Assert.False(file.AsSpan(4 * Page.Bytes).ContainsAnyExcept((byte)0));
    }
}
