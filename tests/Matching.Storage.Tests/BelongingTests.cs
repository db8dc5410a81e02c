using System.Text;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Files that are missing, older than the rest, or of another directory: told and refused, never served (R38).</summary>
public sealed class BelongingTests
{
    private const int Bytes = 8 * Page.Bytes;
    private const string Archived = Simulated.Directory + "/archive/journal-000001.arc";
    private const string WatermarkPath = Simulated.Directory + "/" + Watermark.FileName;
    private const string MarkerPath = Simulated.Directory + "/" + Marker.FileName;

    [Fact]
    public void Every_file_carries_the_id_that_the_marker_names()
    {
        FaultyDisk disk = Made(1, out _);
        string id = Marker.Read(disk, Simulated.Directory).Id.ToString("N");
        Assert.Contains($"id {id}\nfirst 1\n", Encoding.ASCII.GetString(disk.BytesOf(MarkerPath)), StringComparison.Ordinal);
        byte[] bytes = Guid.Parse(id).ToByteArray();
        Assert.All(
            disk.Paths.Where(path => !path.Contains("matching.", StringComparison.Ordinal) && disk.BytesOf(path).Any(b => b != 0)),
            path => Assert.True(disk.BytesOf(path).AsSpan().IndexOf(bytes) >= 0, path));
        Assert.NotEqual(Guid.Parse(id), Marker.Read(Made(2, out _), Simulated.Directory).Id);
    }

    [Fact]
    public void A_missing_watermark_is_refused_with_the_last_segment_or_without_it()
    {
        FaultyDisk disk = Made(1, out _);
        disk.Delete(WatermarkPath);
        AssertRefused(disk, $"{WatermarkPath} is missing");
        disk.Delete(disk.Paths.Last(path => path.EndsWith(".seg", StringComparison.Ordinal)));
        AssertRefused(disk, $"{WatermarkPath} is missing");
        disk.Replace(WatermarkPath, new byte[2 * Page.Bytes]);
        AssertRefused(disk, $"{WatermarkPath} holds no mark");

        // The way out: a copy of what can be read.
        CopiedJournal copied = JournalCopy.Run(disk, Simulated.Directory, "/copy", long.MaxValue);
        Assert.Equal(copied.EndSequence, ReadOnlyJournal.Open("/copy", disk).EndSequence);
    }

    [Fact]
    public void A_watermark_of_before_the_last_start_is_refused()
    {
        FaultyDisk disk = Made(1, out _);
        byte[] older = disk.BytesOf(WatermarkPath);
        Simulated.Open(disk, Bytes).Dispose();
        disk.Replace(WatermarkPath, older);
        AssertRefused(disk, "is older than the journal");
    }

    [Theory]
    [InlineData(WatermarkPath)]
    [InlineData(Archived)]
    [InlineData(Simulated.Directory + "/journal-000003.seg")]
    public void A_file_of_another_directory_is_refused_by_both_ids_though_no_start_needs_what_it_holds(string path)
    {
        FaultyDisk disk = Made(1, out long needed);
        FaultyDisk other = Made(2, out _);
        disk.Replace(path, other.BytesOf(path));
        string ours = $"{Marker.Read(disk, Simulated.Directory).Id:N}", theirs = $"{Marker.Read(other, Simulated.Directory).Id:N}";
        AssertRefused(disk, $"{path} belongs to another data directory: it has the id {theirs}, and this directory has {ours}");
        Assert.Contains(path, Assert.Throws<JournalException>(() => StartFrom(disk, needed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_marker_of_another_directory_is_refused()
    {
        FaultyDisk disk = Made(1, out _);
        disk.Replace(MarkerPath, Made(2, out _).BytesOf(MarkerPath));
        AssertRefused(disk, "belongs to another data directory");
    }

    [Fact]
    public void A_deleted_archive_is_refused_though_no_start_needs_it()
    {
        FaultyDisk disk = Made(1, out long needed);
        foreach (string path in disk.Paths.Where(path => path.EndsWith(".arc", StringComparison.Ordinal)))
        {
            disk.Delete(path);
        }

        AssertRefused(disk, "journal-000001.seg is missing, here and in the folder archive");
        Assert.Throws<JournalException>(() => StartFrom(disk, needed));
    }

    [Fact]
    public void What_the_horizon_deleted_need_not_be_there_and_what_it_left_must()
    {
        FaultyDisk disk = Made(1, out long needed);
        using (SegmentJournal journal = StartFrom(disk, needed))
        {
            Assert.True(new Archiver(journal).Run(needed, 6_000, 5_000).Deleted > 1);
        }

        StartFrom(disk, needed).Dispose();
        disk.Delete(disk.Paths.First(path => path.EndsWith(".arc", StringComparison.Ordinal)));
        JournalException refusal = Assert.Throws<JournalException>(() => StartFrom(disk, needed));
        Assert.Contains("is missing, here and in the folder archive", refusal.Message, StringComparison.Ordinal);
    }

    // Segments of the first version have no id: their ends are named by those behind them.
    [Fact]
    public void A_segment_without_an_id_of_another_history_is_refused_though_no_start_reads_it()
    {
        FaultyDisk disk = Old(1, out long needed);
        FaultyDisk other = Old(1, out _, length: 17);
        StartFrom(disk, needed).Dispose();
        disk.Replace(Simulated.Segment(1), other.BytesOf(Simulated.Segment(1)));
        JournalException refusal = Assert.Throws<JournalException>(() => StartFrom(disk, needed));
        Assert.Contains($"{Simulated.Segment(1)} is damaged at byte", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_without_an_id_behind_one_that_has_it_is_refused()
    {
        FaultyDisk disk = Old(1, out _);
        int last = disk.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal));
        Simulated.Open(disk, Bytes).Dispose();
        Simulated.Open(disk, Bytes).Dispose();
        FaultyDisk before = disk.Copy();
        OldDirectory.Make(before, Simulated.Directory);
        string path = disk.Paths.Last(path => path.EndsWith(".seg", StringComparison.Ordinal));
        disk.Replace(path, before.BytesOf(path));
        AssertRefused(disk, "has no id of a data directory");
        Assert.True(last > 1);
    }

    // Killed, or cut off from power, at each call of the start that gives an old directory its id.
    [Theory]
    [InlineData(DiskFault.Kill)]
    [InlineData(DiskFault.PowerLoss)]
    [InlineData(DiskFault.Error)]
    public void A_directory_without_ids_opens_and_its_next_start_gives_it_one_whatever_fails_on_the_way(DiskFault fault)
    {
        bool reached = true;
        for (int at = 0; reached; at++)
        {
            FaultyDisk disk = Old(at + 1, out _);
            long end = ReadOnlyJournal.Open(Simulated.Directory, disk).EndSequence;
            int failing = disk.Calls + at;
            disk.Fault = (number, _, _) => number == failing ? fault : DiskFault.None;
            reached = Record.Exception(() => Simulated.Open(disk, Bytes).CommitNext(1)) is not null;
            disk.Fault = null;
            disk.Restart();
            for (int start = 0; start < 2; start++)
            {
                using SegmentJournal journal = Simulated.Open(disk, Bytes);
                Assert.InRange(Numbered.ReadAll(journal), end, end + 1);
            }

            var marker = Marker.Read(disk, Simulated.Directory);
            Assert.Equal((2, true, 1), (marker.Version, marker.HasId, marker.FirstSegment));
            Assert.InRange(at, 0, 200);
        }
    }

    [Fact]
    public void A_copy_is_the_same_directory_and_has_a_watermark_of_its_own()
    {
        const string Copy = "/copy";
        FaultyDisk disk = Made(1, out _);
        JournalCopy.Run(disk, Simulated.Directory, Copy, long.MaxValue);
        Assert.Equal(Marker.Read(disk, Simulated.Directory), Marker.Read(disk, Copy));
        string last = ReadOnlyJournal.Open(Copy, disk).EndFile;
        byte[] bytes = disk.BytesOf(last);
        bytes.AsSpan(Page.Bytes).Clear();
        disk.Replace(last, bytes);
        JournalException refusal = Assert.Throws<JournalException>(() => ReadOnlyJournal.Open(Copy, disk));
        Assert.Contains("answered entries are missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_a_directory_without_ids_opens()
    {
        FaultyDisk disk = Old(1, out _);
        long end = JournalCopy.Run(disk, Simulated.Directory, "/copy", long.MaxValue).EndSequence;
        using SegmentJournal copy = SegmentJournal.Open(Simulated.Options(Bytes) with { Directory = "/copy" }, disk);
        Assert.Equal(end, Numbered.ReadAll(copy));
    }

    // The name of a new directory's marker says that nothing was answered; one that was to replace another must not be taken for it.
    [Fact]
    public void A_lost_marker_beside_one_that_was_being_replaced_deletes_nothing()
    {
        FaultyDisk disk = Written(1, 0);
        disk.Fault = (_, call, path) =>
            call == DiskCall.Rename && path.Contains("marker", StringComparison.Ordinal) ? DiskFault.Error : DiskFault.None;
        OldDirectory.Make(disk, Simulated.Directory);
        Assert.Throws<JournalException>(() => Simulated.Open(disk, Bytes));
        Assert.Contains(disk.Paths, path => path.Contains("matching.marker.", StringComparison.Ordinal));
        disk.Delete(MarkerPath);
        Assert.Contains("no matching.marker", Simulated.Refused(disk), StringComparison.Ordinal);
    }

    private static void AssertRefused(FaultyDisk disk, string words)
    {
        Assert.Contains(words, Simulated.Refused(disk), StringComparison.Ordinal);
        foreach (bool whole in (bool[])[true, false])
        {
            JournalException refusal = Assert.Throws<JournalException>(() => ReadOnlyJournal.Open(Simulated.Directory, disk, whole));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }
    }

    // Two lives of several segments each; the first two segments are archived, and a start needs nothing before the last ones.
    private static FaultyDisk Made(int seed, out long needed)
    {
        FaultyDisk disk = Written(seed, 0);
        using SegmentJournal journal = Simulated.Open(disk, Bytes);
        needed = journal.Log.Segments[3].FirstSequence + 1;
        Segment third = journal.Log.Segments[2];
        Assert.Equal(2, new Archiver(journal).Run(third.FirstSequence + 1, 5_000, -1).Archived);
        return disk;
    }

    private static FaultyDisk Old(int seed, out long needed, int length = 0)
    {
        FaultyDisk disk = Written(seed, length);
        OldDirectory.Make(disk, Simulated.Directory);
        needed = ReadOnlyJournal.Open(Simulated.Directory, disk).Parts[2].FirstSequence + 1;
        return disk;
    }

    private static FaultyDisk Written(int seed, int length)
    {
        FaultyDisk disk = new(seed);
        for (int life = 0; life < 2; life++)
        {
            using SegmentJournal journal = Simulated.Open(disk, Bytes);
            for (int i = 0; i < 16; i++)
            {
                journal.CommitNext(3 + i, length);
            }
        }

        return disk;
    }

    private static SegmentJournal StartFrom(FaultyDisk disk, long needed)
    {
        using JournalOpening opening = JournalOpening.Begin(Simulated.Options(Bytes), disk);
        opening.StartAt(needed, boundary: null);
        Assert.True(Numbered.ReadAll(opening, needed) > needed);
        return opening.Finish();
    }
}
