using Matching.Core;
using Matching.Kit.Disks;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>Planted faults that are done to the files.</summary>
internal static class PlantedDefects
{
    /// <summary>As if a snapshot that is only begun stood for the oldest segment already.</summary>
    public static void DropOldestSegment(FaultyDisk disk)
    {
        string[] segments = [.. disk.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal))];
        if (segments.Length > 2)
        {
            disk.Remove(segments[0]);
        }
    }

    /// <summary>As if the watermark said no more than that a segment was begun: one that is ignored says nothing else.</summary>
    public static void MarkBefore(FaultyDisk disk, string segment)
    {
        var header = Segment.ReadHeader(segment, disk.BytesOf(segment).AsSpan(0, 4096));
        using var watermark = Watermark.Open(disk, Machine.Directory, header.Directory);
        watermark.Write(new DurablePoint(header.Number, 4096, header.FirstSequence, Closed: false));
    }

    /// <summary>As if a start cut the last segment where it ends being written before it began the next.</summary>
    public static void ShortenBeforeHeader(FaultyDisk disk, string next)
    {
        if (Before(disk, next) is { } path && disk.BytesOf(next)[0] == 0)
        {
            byte[] bytes = disk.BytesOf(path);
            disk.Replace(path, bytes[..PageEnd(bytes.AsSpan().LastIndexOfAnyExcept((byte)0))]);
        }
    }

    /// <summary>As if a start cut a segment a page before the end that its successor names.</summary>
    public static void ShortenTooFar(FaultyDisk disk, string path)
    {
        const int EndAt = 72;
        string next = disk.Paths.First(other => other.EndsWith(".seg", StringComparison.Ordinal) && string.CompareOrdinal(other, path) > 0);
        int end = (int)BitConverter.ToInt64(disk.BytesOf(next), EndAt);
        disk.Replace(path, disk.BytesOf(path)[..(end - PageEnd(0))]);
    }

    /// <summary>As if the newest snapshot had been written with another number where this one stands, under checksums that fit.</summary>
    public static void ChangeNumber(FaultyDisk disk, long number)
    {
        var store = new SnapshotStore(disk, Machine.Directory);
        byte[] buffer = [];
        using Snapshot whole = store.Open(store.List()[0]);
        using SnapshotWriter writer = store.Create(store.List()[0], whole.Header.Boundary, whole.Header.NowMs);
        foreach (int section in whole.Sections)
        {
            byte[] bytes = whole.Read(section, ref buffer).ToArray();
            int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(number));
            bytes[at < 0 ? 0 : at] ^= at < 0 ? (byte)0 : (byte)1;
            writer.Write(section, bytes);
        }

        writer.Complete();
    }

    /// <summary>As if the newest snapshot had been written without one of its partitions.</summary>
    public static void LeaveOutPartition(FaultyDisk disk)
    {
        var store = new SnapshotStore(disk, Machine.Directory);
        if (store.List() is not [var newest, ..])
        {
            return;
        }

        byte[] buffer = [];
        using Snapshot whole = store.Open(newest);
        using SnapshotWriter writer = store.Create(newest, whole.Header.Boundary, whole.Header.NowMs);
        int leftOut = whole.Sections.FirstOrDefault(section => section < BookOptions.Partitions, -1);
        foreach (int section in whole.Sections.Where(section => section != leftOut))
        {
            writer.Write(section, whole.Read(section, ref buffer).Span);
        }

        writer.Complete();
    }

    private static string? Before(FaultyDisk disk, string segment) =>
        disk.Paths.LastOrDefault(path => path.EndsWith(".seg", StringComparison.Ordinal) && string.CompareOrdinal(path, segment) < 0);

    private static int PageEnd(int at) => ((at / 4096) + 1) * 4096;
}
