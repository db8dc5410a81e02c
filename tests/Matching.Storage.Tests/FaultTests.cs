using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Every call to the disk fails once, in every way, in a script of two starts with turnovers (R38).</summary>
public sealed class FaultTests
{
    // A start begins with 4 pages and goes on with 8.
    private const int Longest = 8 * Page.Bytes;

    public static TheoryData<DiskFault, bool> Faults
    {
        get
        {
            TheoryData<DiskFault, bool> faults = [];
            foreach (
                DiskFault fault in (DiskFault[])[DiskFault.Error, DiskFault.Full, DiskFault.Short, DiskFault.PowerLoss, DiskFault.Kill])
            {
                faults.Add(fault, false);
                faults.Add(fault, true);
            }

            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Whatever_call_fails_nothing_committed_is_lost(DiskFault fault, bool powerLossAfter)
    {
        int call = 0;
        for (bool reached = true; reached; call++)
        {
            FaultyDisk disk = new(call);
            Outside outside = new();
            reached = false;
            int failing = call;
            disk.Fault = (number, _, _) => number == failing ? fault : DiskFault.None;
            try
            {
                Script(disk, outside);
                disk.Restart();
            }
            catch (JournalException)
            {
                reached = true;
                disk.Restart();
            }

            reached |= disk.Calls > call;
            disk.Fault = null;
            if (powerLossAfter)
            {
                disk.LosePower();
            }

            // Twice, with power lost between: what the first start accepts must have become durable by it.
            for (int start = 0; start < 2; start++)
            {
                SegmentJournal journal = Simulated.OpenGrowing(disk, Longest);
                outside.Check(journal);
                outside.Append(journal, 3, 50);
                outside.Commit(journal);
                disk.LosePower();
            }
        }

        Assert.True(call > 100, $"{call} calls");
    }

    [Fact]
    public void A_lost_write_is_found_out()
    {
        // A clean stop is the end of the script: its closing block and exact watermark leave no write that could be missed unseen, but
        // the filling with zeros of segments that no block needed it in: they were never used, or end where they were written to.
        int refused = 0;
        int harmless = 0;
        for (int lost = 0; ; lost++)
        {
            FaultyDisk disk = new(lost);
            Outside outside = new();
            int writes = 0;
            int losing = lost;
            HashSet<string> begun = [];
            bool zeros = false;
            disk.Fault = (_, kind, path) =>
            {
                if (kind == DiskCall.OpenWriteThrough)
                {
                    begun.Add(path);
                }

                bool loses = kind == DiskCall.Write && path.EndsWith(".seg", StringComparison.Ordinal) && writes++ == losing;
                zeros |= loses && !begun.Contains(path);
                return loses ? DiskFault.Lost : DiskFault.None;
            };
            try
            {
                Script(disk, outside);
                if (writes <= lost)
                {
                    break;
                }

                disk.Restart();
                disk.Fault = null;
                using SegmentJournal journal = Simulated.Open(disk);
                Assert.True(outside.IsExactly(journal), $"write {lost} was lost, and with it events");
                Assert.True(zeros, $"write {lost} was lost, no zeros, and nobody noticed");
                harmless++;
            }
            catch (JournalException)
            {
                Assert.True(writes > lost, "refused, though no write was lost");
                refused++;
            }
        }

        Assert.True(harmless > 2, $"{harmless} harmless");
        Assert.True(refused > 20, $"{refused} refused");
    }

    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.Short)]
    public void A_write_error_ends_writing_for_good_and_reading_goes_on(DiskFault fault)
    {
        FaultyDisk disk = new(1);
        SegmentJournal journal = Simulated.Open(disk);
        journal.CommitNext(10);
        disk.Fault = (_, call, _) => call == DiskCall.Write ? fault : DiskFault.None;
        journal.AppendNext(3);
        JournalException refusal = Assert.Throws<JournalException>(journal.Commit);
        Assert.Contains($"{Simulated.Segment(1)} at byte {2 * Page.Bytes}", refusal.Message, StringComparison.Ordinal);
        disk.Fault = null;
        Assert.Throws<JournalException>(journal.Commit);
        Assert.Throws<JournalException>(() => journal.AppendNext(1));
        Assert.Equal(10, journal.DurableSequence);
        Assert.Equal(10, Numbered.ReadAll(journal));
        byte[] before = disk.BytesOf(Simulated.Segment(1));
        journal.Dispose();
        Assert.Equal(before, disk.BytesOf(Simulated.Segment(1)));
        using SegmentJournal again = Simulated.Open(disk);
        Assert.InRange(Numbered.ReadAll(again), 10, 13);
    }

    [Fact]
    public void A_block_that_only_the_cache_holds_is_not_taken_for_durable()
    {
        // The write fails and nothing of it reaches the disk, but the system goes on showing it; nothing reports that again.
        for (int seed = 0; seed < 40; seed++)
        {
            FaultyDisk disk = new(seed);
            SegmentJournal journal = Simulated.Open(disk);
            journal.CommitNext(10);
            disk.Fault = (_, call, _) => call == DiskCall.Write ? DiskFault.Error : DiskFault.None;
            journal.AppendNext(90);
            Assert.Throws<JournalException>(journal.Commit);
            journal.Dispose();
            disk.Fault = null;
            SegmentJournal again = Simulated.Open(disk);
            again.CommitNext(1);
            long answered = again.DurableSequence;
            disk.LosePower();
            using SegmentJournal last = Simulated.Open(disk);
            Assert.Equal(answered, Numbered.ReadAll(last));
        }
    }

    [Fact]
    public void A_segment_that_could_not_be_made_ahead_is_made_when_it_is_needed()
    {
        FaultyDisk disk = new(1);
        using SegmentJournal journal = Simulated.Open(disk);
        int failures = 0;
        disk.Fault = (_, call, path) => call == DiskCall.Create && path.EndsWith("2.seg", StringComparison.Ordinal)
            && failures++ == 0 ? DiskFault.Full : DiskFault.None;
        for (int i = 0; i < 8; i++)
        {
            journal.CommitNext(50);
        }

        Assert.Equal(2, failures);
        Assert.Equal(400, Numbered.ReadAll(journal));
    }

    [Fact]
    public void A_disk_too_full_for_the_next_segment_ends_writing_with_a_clear_error()
    {
        FaultyDisk disk = new(1);
        SegmentJournal journal = Simulated.Open(disk);
        disk.Fault = (_, call, _) => call == DiskCall.Create ? DiskFault.Full : DiskFault.None;
        JournalException refusal = Assert.Throws<JournalException>(() =>
        {
            for (int i = 0; i < 8; i++)
            {
                journal.CommitNext(50);
            }
        });
        Assert.Contains("No space left on device", refusal.Message, StringComparison.Ordinal);
        long answered = journal.DurableSequence;
        journal.Dispose();
        disk.Fault = null;
        using SegmentJournal again = Simulated.Open(disk);
        Assert.Equal(answered, Numbered.ReadAll(again));
    }

    [Fact]
    public void An_unreadable_page_is_a_clear_error()
    {
        FaultyDisk disk = new(1);
        SegmentJournal journal = Simulated.Open(disk);
        journal.CommitNext(10);
        disk.Fault = (_, call, _) => call == DiskCall.Read ? DiskFault.Error : DiskFault.None;
        JournalException refusal = Assert.Throws<JournalException>(() => Numbered.ReadAll(journal));
        Assert.Contains($"{Simulated.Segment(1)} cannot be read", refusal.Message, StringComparison.Ordinal);
        disk.Fault = null;
        Assert.Equal(10, Numbered.ReadAll(journal));
        disk.Restart();
        disk.Fault = (_, call, path) => call == DiskCall.Read
            && path.EndsWith("1.seg", StringComparison.Ordinal) ? DiskFault.Error : DiskFault.None;
        Assert.Contains("cannot be opened", Simulated.Refused(disk), StringComparison.Ordinal);
    }

    private static void Script(FaultyDisk disk, Outside outside)
    {
        for (int start = 0; start < 2; start++)
        {
            using SegmentJournal journal = Simulated.OpenGrowing(disk, Longest);
            outside.Check(journal);
            for (int i = 0; i < 6; i++)
            {
                outside.Append(journal, 4 + i, 60);
                outside.Append(journal, 1 + (20 * i), 80);
                outside.Commit(journal);
            }
        }
    }
}
