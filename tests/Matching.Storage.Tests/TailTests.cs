using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>What may be cut from the end of a log, and what may not.</summary>
public sealed class TailTests
{
    private const int Bytes = 16 * Page.Bytes;
    private readonly FaultyDisk _disk = new(1);

    // Blocks of 1, 3 and 2 pages at pages 1, 2 and 5 of segment 1; not closed.
    public TailTests()
    {
        SegmentJournal journal = Simulated.Open(_disk, Bytes);
        journal.CommitNext(10, 64);
        journal.CommitNext(150, 64);
        journal.CommitNext(100, 64);
        _disk.Restart();
    }

    // Any set of blank sectors of the last block but none, which is a whole block.
    public static Arbitrary<int> BlankSectors() => Arb.From(Gen.Choose(1, (1 << 16) - 1));

    [Property(Arbitrary = [typeof(TailTests)])]
    public void A_block_with_sectors_never_written_is_cut(int blanks)
    {
        FaultyDisk torn = WithBlankSectors(5 * Page.Bytes, sector => (blanks & (1 << sector)) != 0, 16);
        bool any = blanks != (1 << 16) - 1;
        ReadOnlyJournal look = ReadOnlyJournal.Open(Simulated.Directory, torn);
        using SegmentJournal journal = Simulated.Open(torn, Bytes);
        journal.CommitNext(5);
        Assert.Equal((any, 160L, 165L), (look.TornTail, look.EndSequence, Numbered.ReadAll(journal)));
    }

    [Fact]
    public void A_block_never_written_before_a_later_one_is_refused()
    {
        string refusal = Simulated.Refused(WithBlankSectors(2 * Page.Bytes, _ => true, 3 * 8));
        Assert.Contains($"{Simulated.Segment(1)} is damaged at byte {2 * Page.Bytes}", refusal, StringComparison.Ordinal);
        Assert.Contains($"at byte {5 * Page.Bytes}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sector_missing_from_a_block_before_the_last_is_refused()
    {
        for (int sector = 0; sector < 3 * 8; sector++)
        {
            int missing = sector;
            Simulated.Refused(WithBlankSectors(2 * Page.Bytes, s => s == missing, 3 * 8));
        }
    }

    [Fact]
    public void A_torn_page_where_the_block_has_ended_is_refused()
    {
        byte[] bytes = _disk.BytesOf(Simulated.Segment(1));
        bytes.AsSpan(6 * Page.Bytes, Page.SectorBytes).Clear();
        bytes.AsSpan(5 * Page.Bytes, Page.SectorBytes).CopyTo(bytes.AsSpan(7 * Page.Bytes));
        FaultyDisk damaged = _disk.Copy();
        damaged.Replace(Simulated.Segment(1), bytes);
        Assert.Contains($"at byte {7 * Page.Bytes}", Simulated.Refused(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_block_that_does_not_continue_the_log_is_refused()
    {
        byte[] bytes = _disk.BytesOf(Simulated.Segment(1));
        Span<byte> page = bytes.AsSpan(7 * Page.Bytes, Page.Bytes);
        Page.PutStamps(page);
        Page.Seal(page, new PageHeader(Previous: 1, 1, PageKind.Events, 0, 260, 1, 10));
        FaultyDisk damaged = _disk.Copy();
        damaged.Replace(Simulated.Segment(1), bytes);
        Simulated.Refused(damaged);
    }

    [Fact]
    public void A_log_that_ends_before_its_closing_block_is_refused()
    {
        Simulated.Open(_disk, Bytes).Dispose();
        using (SegmentJournal journal = Simulated.Open(_disk, Bytes))
        {
            journal.CommitNext(10);
            journal.CommitNext(10);
        }

        byte[] whole = _disk.BytesOf(Simulated.Segment(3));
        for (int page = 1; page <= 3; page++)
        {
            // One page lost, and everything from it on.
            byte[] hole = [.. whole];
            hole.AsSpan(page * Page.Bytes, Page.Bytes).Clear();
            byte[] end = [.. whole];
            end.AsSpan(page * Page.Bytes).Clear();
            foreach (byte[] bytes in (byte[][])[hole, end])
            {
                FaultyDisk damaged = _disk.Copy();
                damaged.Replace(Simulated.Segment(3), bytes);
                Assert.Contains(Simulated.Segment(3), Simulated.Refused(damaged), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_log_that_ends_before_its_watermark_is_refused()
    {
        FaultyDisk disk = new(2);
        const int SegmentBytes = 8 << 20;
        SegmentJournal journal = SegmentJournal.Open(Simulated.Options(SegmentBytes) with { FirstSegmentBytes = SegmentBytes }, disk);
        while (journal.DurableSequence < 6 * 10_000)
        {
            journal.CommitNext(10_000, 90);
        }

        disk.Restart();
        DurablePoint mark = Watermark.Read(disk, Simulated.Directory)!.Value;
        Assert.InRange(mark.Sequence, 1, journal.DurableSequence - 1);
        byte[] bytes = disk.BytesOf(Simulated.Segment(1));
        bytes.AsSpan((int)mark.End).Clear();
        disk.Replace(Simulated.Segment(1), bytes);
        using (SegmentJournal upToMark = Simulated.Open(disk.Copy(), SegmentBytes))
        {
            Assert.Equal(mark.Sequence, Numbered.ReadAll(upToMark));
        }

        bytes.AsSpan((int)mark.End - Page.SectorBytes).Clear();
        disk.Replace(Simulated.Segment(1), bytes);
        string refusal = Simulated.Refused(disk);
        Assert.Contains("answered entries are missing", refusal, StringComparison.Ordinal);
        Assert.Contains($"byte {mark.End}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_remains_of_a_crash_stay_cut_whatever_becomes_of_them()
    {
        // What lies behind the valid end of an older segment was never answered: a later start has said so.
        FaultyDisk torn = WithBlankSectors(5 * Page.Bytes, sector => sector is 0 or 3, 16);
        using (SegmentJournal journal = Simulated.Open(torn, Bytes))
        {
            journal.CommitNext(5);
        }

        byte[] whole = _disk.BytesOf(Simulated.Segment(1));
        for (int sector = 0; sector < 16; sector++)
        {
            byte[] remains = [.. whole];
            remains.AsSpan((5 * Page.Bytes) + (sector * Page.SectorBytes), Page.SectorBytes).Clear();
            torn.Replace(Simulated.Segment(1), remains);
            using SegmentJournal again = Simulated.Open(torn, Bytes);
            Assert.Equal(165, Numbered.ReadAll(again));
        }

        // But for the whole block: a crash does not leave it there, another engine does.
        torn.Replace(Simulated.Segment(1), whole);
        Assert.Contains($"{Simulated.Segment(1)} is damaged at byte {5 * Page.Bytes}", Simulated.Refused(torn), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_cut_short_is_made_again()
    {
        FaultyDisk next = _disk.Copy();
        Simulated.Open(next, Bytes);
        byte[] header = next.BytesOf(Simulated.Segment(2));
        for (int sectors = 1; sectors < 1 << 8; sectors += 6)
        {
            byte[] bytes = new byte[Bytes];
            for (int sector = 0; sector < 8; sector++)
            {
                int at = sector * Page.SectorBytes;
                header.AsSpan(at, (sectors & (1 << sector)) != 0 ? Page.SectorBytes : 0).CopyTo(bytes.AsSpan(at));
            }

            FaultyDisk disk = _disk.Copy();
            disk.Replace(Simulated.Segment(2), bytes);
            using SegmentJournal journal = Simulated.Open(disk, Bytes);
            journal.CommitNext(1);
            Assert.Equal(261, Numbered.ReadAll(journal));
        }
    }

    [Fact]
    public void A_segment_that_was_written_but_lost_its_header_is_refused()
    {
        SegmentJournal journal = Simulated.Open(_disk, Bytes);
        journal.CommitNext(1);
        _disk.Restart();
        byte[] bytes = _disk.BytesOf(Simulated.Segment(2));
        bytes.AsSpan(0, Page.Bytes).Clear();
        _disk.Replace(Simulated.Segment(2), bytes);
        Assert.Contains("has no header, but was written", Simulated.Refused(_disk), StringComparison.Ordinal);
    }

    private FaultyDisk WithBlankSectors(int from, Func<int, bool> blank, int sectors)
    {
        byte[] bytes = _disk.BytesOf(Simulated.Segment(1));
        foreach (int sector in Enumerable.Range(0, sectors).Where(blank))
        {
            bytes.AsSpan(from + (sector * Page.SectorBytes), Page.SectorBytes).Clear();
        }

        FaultyDisk copy = _disk.Copy();
        copy.Replace(Simulated.Segment(1), bytes);
        return copy;
    }
}
