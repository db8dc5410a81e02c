using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Two engines on one directory: kept apart by the lock, and where somebody took the lock away, told (R38).</summary>
public sealed class TwoEnginesTests
{
    private const int Bytes = 16 * Page.Bytes;
    private const string LockPath = Simulated.Directory + "/" + JournalDirectory.LockName;
    private static readonly string[] s_deeds = ["removed", "renamed", "replaced"];

    [Fact]
    public void A_file_system_whose_locks_keep_nobody_out_is_refused()
    {
        FaultyDisk disk = new(1) { LocksAreIdle = true };
        string refusal = Assert.Throws<JournalException>(() => Simulated.Open(disk)).Message;
        Assert.Contains(LockPath, refusal, StringComparison.Ordinal);
        Assert.Contains("keeps no locks", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(disk.Paths, path => path.EndsWith(".seg", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lock_of_the_real_disk_is_exclusive_and_knows_whether_its_name_still_leads_to_it()
    {
        using TemporaryDirectory directory = new();
        string path = Path.Combine(directory.Path, "lock");
        using IDiskLock held = LockFile.TryTake(LocalDisk.Instance, path)!;
        Assert.Null(LockFile.TryTake(LocalDisk.Instance, path));
        Assert.True(held.IsInPlace);
        File.Move(path, path + ".away");
        Assert.False(held.IsInPlace);
        using (IDiskLock other = LockFile.TryTake(LocalDisk.Instance, path)!)
        {
            Assert.True(other.IsInPlace);
            Assert.False(held.IsInPlace);
        }

        File.Move(path + ".away", path, overwrite: true);
        Assert.True(held.IsInPlace);
        File.Delete(path);
        Assert.False(held.IsInPlace);
    }

    [Fact]
    public void A_journal_whose_lock_was_taken_away_confirms_nothing_and_writes_nothing_R38()
    {
        FaultyDisk disk = new(1);
        SegmentJournal first = Simulated.OpenGrowing(disk, Bytes);
        first.CommitNext(5);
        first.Confirm();
        TakeAway(disk, s_deeds[0]);
        Assert.Contains(LockPath, Assert.Throws<JournalException>(first.Confirm).Message, StringComparison.Ordinal);
        Assert.Contains(LockPath, Assert.Throws<JournalException>(first.Commit).Message, StringComparison.Ordinal);
        Assert.Throws<JournalException>(first.Confirm);
    }

    // Each time at another call to the disk: somebody takes the lock file away, a second engine opens the directory and answers, and the
    // first goes on.
    [Fact]
    public void Whenever_the_lock_is_taken_away_nothing_answered_is_lost_unnoticed()
    {
        int refusedFirst = 0, bothAnswered = 0;
        foreach (string deed in s_deeds)
        {
            bool reached = true;
            for (int at = 0; reached; at++)
            {
                FaultyDisk disk = new(1);
                SegmentJournal first = Simulated.OpenGrowing(disk, Bytes);
                first.CommitNext(5);
                SegmentJournal? second = null;
                long read = 0;
                int calls = 0, strikes = at;
                disk.Calling = () =>
                {
                    if (calls++ == strikes)
                    {
                        disk.Calling = null;
                        TakeAway(disk, deed);
                        second = Simulated.OpenGrowing(disk, Bytes);
                        read = second.DurableSequence;
                        second.CommitNext(2, 16);
                    }
                };
                Exception? end = Record.Exception(() =>
                {
                    for (int i = 0; i < 4; i++)
                    {
                        first.CommitNext(7, 32);
                    }
                });
                disk.Calling = null;
                reached = second is not null;
                if (!reached)
                {
                    Assert.Null(end);
                    break;
                }

                Assert.IsType<JournalException>(end);
                Assert.Contains(LockPath, end.Message, StringComparison.Ordinal);
                Assert.True(first.DurableSequence <= read, $"{first.DurableSequence} events were answered, and the second engine read "
                    + $"{read}");
                refusedFirst++;
                Assert.Contains(LockPath, Assert.Throws<JournalException>(first.Commit).Message, StringComparison.Ordinal);
                disk.Restart();
                bothAnswered += EndsWell(disk, second!.DurableSequence) ? 1 : 0;
            }
        }

        Assert.True(refusedFirst > 30 && bothAnswered > 20, $"{refusedFirst} times the first was stopped, {bothAnswered} times all "
            + "was there");
    }

    // An engine that does not look at the lock (an older program) goes on where it was: behind the end that the second found.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Whole_blocks_behind_a_valid_end_are_refused_by_start_and_by_readers_with_file_and_byte(int blocks)
    {
        FaultyDisk disk = Forked(blocks, out byte[] forked, out int end);
        disk.Replace(Simulated.Segment(1), forked);
        AssertTold(Simulated.Refused(disk), end, blocks);
        AssertTold(Assert.Throws<JournalException>(() => ReadOnlyJournal.Open(Simulated.Directory, disk)).Message, end, blocks);
        JournalException refusal = Assert.Throws<JournalException>(() => ReadOnlyJournal.Open(Simulated.Directory, disk, whole: false));
        AssertTold(refusal.Message, end, blocks);
        AssertTold(JournalCopy.Run(disk, Simulated.Directory, "/copy", long.MaxValue).Stopped!, end, blocks);

        // The way out: a copy holds what the directory's journal says.
        Assert.Equal(6, ReadOnlyJournal.Open("/copy", disk).EndSequence);

        // Behind the cut of the file the blocks make it longer again, not as long as it was.
        disk.Replace(Simulated.Segment(1), forked[..(end + (blocks * Page.Bytes))]);
        AssertTold(Simulated.Refused(disk), end, blocks);
    }

    // Written while the second engine starts: before it cuts what it found behind the end.
    [Fact]
    public void A_start_does_not_cut_off_a_whole_block_that_was_written_meanwhile()
    {
        FaultyDisk disk = Forked(2, out byte[] forked, out int end, secondOpens: false);
        bool struck = false;
        disk.Fault = (_, call, path) =>
        {
            if (call == DiskCall.OpenWriteThrough && path.EndsWith(Watermark.FileName, StringComparison.Ordinal) && !struck)
            {
                struck = true;
                disk.Replace(Simulated.Segment(1), forked);
            }

            return DiskFault.None;
        };
        AssertTold(Assert.Throws<JournalException>(() => Simulated.Open(disk, Bytes)).Message, end, 2);
        Assert.True(struck);
        Assert.Equal(forked, disk.BytesOf(Simulated.Segment(1)));
        disk.Fault = null;
        disk.Restart();
        AssertTold(Simulated.Refused(disk), end, 2);
    }

    private static void AssertTold(string refusal, int end, int blocks)
    {
        Assert.Contains($"{Simulated.Segment(1)} is damaged at byte {end}", refusal, StringComparison.Ordinal);
        Assert.Contains($"{blocks} whole blocks with {3 * blocks} events", refusal, StringComparison.Ordinal);
    }

    // Segment 1 as an engine left it that went on after a second one had opened the directory, which has the disk.
    private static FaultyDisk Forked(int blocks, out byte[] forked, out int end, bool secondOpens = true)
    {
        FaultyDisk mine = new(1);
        SegmentJournal journal = Simulated.Open(mine, Bytes);
        journal.CommitNext(5);
        end = 2 * Page.Bytes;
        FaultyDisk theirs = mine.Copy();
        for (int i = 0; i < blocks; i++)
        {
            journal.CommitNext(3);
        }

        forked = mine.BytesOf(Simulated.Segment(1));
        if (secondOpens)
        {
            Simulated.Open(theirs, Bytes).CommitNext(1);
            theirs.Restart();
        }

        return theirs;
    }

    private static void TakeAway(FaultyDisk disk, string deed)
    {
        switch (deed)
        {
            case "removed":
                disk.Delete(LockPath);
                break;
            case "renamed":
                disk.Rename(LockPath, LockPath + ".away");
                break;
            default:
                disk.Create(LockPath).Dispose();
                break;
        }
    }

    // True where everything is there that was answered; false where the directory is refused, and so nothing is lost unnoticed.
    private static bool EndsWell(FaultyDisk disk, long answered)
    {
        try
        {
            using SegmentJournal journal = Simulated.OpenGrowing(disk, Bytes);
            Assert.Equal(answered, journal.DurableSequence);
            Assert.Equal(answered, Numbered.ReadAll(journal));
            return true;
        }
        catch (JournalException)
        {
            return false;
        }
    }
}
