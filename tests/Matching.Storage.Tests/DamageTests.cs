using System.Globalization;
using System.Text.RegularExpressions;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>
/// Bytes that change behind the journal's back. A small journal of two starts: one clean, one that was killed. What is damaged and was
/// answered must be refused, with the file and the place.
/// </summary>
public sealed partial class DamageTests
{
    // Segment 1: header, a block, the closing block; the fourth page went with the second start. Segment 2: header, a block of two pages,
    // a blank page.
    private const int Bytes = 4 * Page.Bytes;
    private const int Events = 70;
    private static readonly string[] Files =
    [
        Simulated.Segment(1), Simulated.Segment(2), $"{Simulated.Directory}/{Watermark.FileName}",
            $"{Simulated.Directory}/{JournalDirectory.MarkerName}",
    ];

    private readonly FaultyDisk _disk = new(1);

    public DamageTests()
    {
        using (SegmentJournal journal = Simulated.Open(_disk, Bytes))
        {
            journal.CommitNext(10);
        }

        _disk.Delete(Simulated.Segment(2));
        Simulated.Open(_disk, Bytes).CommitNext(Events - 10, 92);
        _disk.Restart();
        _disk.Delete(Simulated.Segment(3));
    }

    [Fact]
    public void Every_flipped_bit_is_refused_with_its_place_or_changes_nothing()
    {
        int refused = 0;
        foreach (string path in Files)
        {
            byte[] whole = _disk.BytesOf(path);
            for (int at = 0; at < whole.Length; at++)
            {
                byte[] bytes = [.. whole];
                bytes[at] ^= (byte)(1 << (at % 8));
                refused += IsRefused(path, bytes) ? 1 : 0;
            }

            _disk.Replace(path, whole);
        }

        // Harmless is the watermark, whose other slot will do.
        Assert.Equal((3 * Page.Bytes) + Bytes + _disk.BytesOf(Files[^1]).Length, refused);
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        foreach (string path in Files)
        {
            byte[] whole = _disk.BytesOf(path);
            for (int length = 0; length < whole.Length; length++)
            {
                // One whole slot of the watermark will do.
                bool hasSlot = length >= 72 && path.EndsWith(Watermark.FileName, StringComparison.Ordinal);
                Assert.True(IsRefused(path, whole[..length]) || hasSlot, $"{path} cut at {length}");
            }

            _disk.Replace(path, whole);
        }
    }

    // The power may go between the header of the successor and the cut, and take the cut back.
    [Fact]
    public void A_segment_left_behind_is_whole_with_all_its_pages_or_cut_at_its_valid_end_and_not_otherwise()
    {
        byte[] cut = _disk.BytesOf(Simulated.Segment(1));
        byte[] whole = [.. cut, .. new byte[Bytes - cut.Length]];
        for (int length = 0; length <= Bytes + 1; length++)
        {
            byte[] bytes = length > Bytes ? [.. whole, 0] : whole[..length];
            Assert.Equal(length != cut.Length && length != Bytes, IsRefused(Simulated.Segment(1), bytes));
        }

        // Behind the end nothing counts: a byte there is harmless, and goes at the next start.
        for (int at = cut.Length; at < Bytes; at++)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= 1;
            Assert.False(IsRefused(Simulated.Segment(1), bytes));
        }

        Simulated.Open(_disk, Bytes).Dispose();
        Assert.Equal(cut, _disk.BytesOf(Simulated.Segment(1)));
    }

    // Without its successor a segment that was cut is known for one that had a successor.
    [Fact]
    public void A_last_segment_that_went_and_that_the_watermark_does_not_name_is_missed_where_the_one_before_was_cut()
    {
        FaultyDisk damaged = _disk.Copy();
        damaged.Delete(Simulated.Segment(2));
        using (var watermark = Watermark.Open(damaged, Simulated.Directory, Marker.Read(damaged, Simulated.Directory).Id))
        {
            watermark.Write(new DurablePoint(1, Page.Bytes, 0, Closed: false));
        }

        Assert.Contains($"{Simulated.Segment(1)} is damaged at byte "
            + $"{3 * Page.Bytes}", Simulated.Refused(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_refuses_every_damaged_page_and_changes_nothing()
    {
        const int Stride = 251;
        foreach (string path in Files[..2])
        {
            for (int at = 0; at < 3 * Page.Bytes; at += Stride)
            {
                FaultyDisk damaged = _disk.Copy();
                byte[] bytes = damaged.BytesOf(path);
                bytes[at] ^= 0x10;
                damaged.Replace(path, bytes);
                string refusal = Simulated.Refused(damaged);
                Assert.Contains($"{path} is damaged", refusal, StringComparison.Ordinal);
                Assert.InRange(at - PlaceOf(refusal), 0, (2 * Page.Bytes) - 1);
            }
        }
    }

    [Fact]
    public void A_missing_segment_is_refused()
    {
        for (int segment = 1; segment <= 2; segment++)
        {
            FaultyDisk damaged = _disk.Copy();
            damaged.Delete(Simulated.Segment(segment));
            Assert.Contains("journal-", Simulated.Refused(damaged), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Segments_that_changed_places_are_refused()
    {
        FaultyDisk damaged = _disk.Copy();
        damaged.Replace(Simulated.Segment(1), _disk.BytesOf(Simulated.Segment(2)));
        damaged.Replace(Simulated.Segment(2), _disk.BytesOf(Simulated.Segment(1)));
        Assert.Contains("its header says it is segment 2", Simulated.Refused(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_that_changed_places_are_refused()
    {
        FaultyDisk damaged = _disk.Copy();
        byte[] bytes = _disk.BytesOf(Simulated.Segment(1));
        byte[] swapped = [.. bytes[..Page.Bytes], .. bytes[(2 * Page.Bytes)..(3 * Page.Bytes)], .. bytes[Page.Bytes..(2 * Page.Bytes)],
            .. bytes[(3 * Page.Bytes)..]];
        damaged.Replace(Simulated.Segment(1), swapped);
        Assert.Contains($"{Simulated.Segment(1)} is damaged at byte "
            + $"{2 * Page.Bytes}", Simulated.Refused(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_or_a_segment_of_another_history_is_refused()
    {
        // Two histories with equal sequences, lengths and generations: only the chain of checksums tells them apart.
        FaultyDisk one = History(64);
        FaultyDisk two = History(65);
        int tried = 0;
        foreach (string path in one.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)))
        {
            byte[] ours = one.BytesOf(path);
            byte[] theirs = two.BytesOf(path);
            for (int at = 0; at < ours.Length; at += Page.Bytes)
            {
                if (!ours.AsSpan(at, Page.Bytes).SequenceEqual(theirs.AsSpan(at, Page.Bytes)))
                {
                    FaultyDisk mixed = one.Copy();
                    byte[] bytes = [.. ours];
                    theirs.AsSpan(at, Page.Bytes).CopyTo(bytes.AsSpan(at));
                    mixed.Replace(path, bytes);
                    Simulated.Refused(mixed);
                    tried++;
                }
            }
        }

        Assert.True(tried >= 5, $"{tried} pages tried");
    }

    [Fact]
    public void A_watermark_without_a_whole_slot_is_refused_and_one_whole_slot_will_do()
    {
        string path = $"{Simulated.Directory}/{Watermark.FileName}";
        FaultyDisk damaged = _disk.Copy();
        byte[] bytes = damaged.BytesOf(path);
        bytes[100] ^= 1;
        damaged.Replace(path, bytes);
        using (SegmentJournal journal = Simulated.Open(damaged.Copy()))
        {
            Assert.Equal(Events, Numbered.ReadAll(journal));
        }

        bytes[Page.Bytes + 100] ^= 1;
        damaged.Replace(path, bytes);
        Assert.Contains($"{path} is damaged at byte", Simulated.Refused(damaged), StringComparison.Ordinal);
    }

    private static FaultyDisk History(int eventLength)
    {
        FaultyDisk disk = new(1);
        SegmentJournal journal = Simulated.Open(disk, 5 * Page.Bytes);
        for (int i = 0; i < 5; i++)
        {
            byte[] events = Numbered.Events(journal.NextSequence, 3, 64);
            events[^1] = (byte)eventLength;
            journal.Append(events, 3);
            journal.Commit();
        }

        disk.Restart();
        return disk;
    }

    // True when it was refused; otherwise everything must still be there, and nothing else. One look, unlike ReadOnlyJournal: exceptions
    // are slow.
    private bool IsRefused(string path, byte[] bytes)
    {
        _disk.Replace(path, bytes);
        try
        {
            JournalDirectory.CheckExisting(_disk, Simulated.Directory);
            DurablePoint? mark = Watermark.Read(_disk, Simulated.Directory);
            LogState state = LogScan.Run(_disk, Simulated.Directory, sync: false);
            Recovery.CheckEnd(state, mark);
            using SegmentReader reader = new(new SegmentLog(_disk, state.Segments, state.NextSequence), 0);
            Assert.Equal(Events, Numbered.ReadAll(reader, 0));
            return false;
        }
        catch (JournalException refusal)
        {
            Assert.Contains(Simulated.Directory, refusal.Message, StringComparison.Ordinal);
            return true;
        }
    }

    private static int PlaceOf(string refusal) =>
        int.Parse(PlacePattern().Match(refusal).Groups["place"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("at byte (?<place>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlacePattern();
}
