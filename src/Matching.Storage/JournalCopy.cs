using System.Globalization;

namespace Matching.Storage;

/// <summary>What a copy holds.</summary>
/// <param name="EndSequence">Events in it: those before this one.</param>
/// <param name="Snapshots">Snapshots that went with it.</param>
/// <param name="Stopped">Why it ends there, where it was not asked to: what could not be read; null otherwise.</param>
public readonly record struct CopiedJournal(long EndSequence, int Snapshots, string? Stopped);

/// <summary>
/// Copies a data directory up to a position into another one, which then opens like any: a backup, a restore to a position, or what can be
/// saved of a directory that is refused. Reads only, takes no lock, and may run beside the engine: blocks below the end are never written
/// again. The copy ends with a whole block, so no command is torn apart; a start of it begins a new generation there.
/// </summary>
public static class JournalCopy
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Copies.</summary>
    /// <param name="disk">Where both lie.</param>
    /// <param name="from">The data directory.</param>
    /// <param name="to">A directory that is missing or empty.</param>
    /// <param name="cutAt">The copy holds no event from this one on, nor the block it lies in; long.MaxValue for as many as can be
    /// read.</param>
    /// <exception cref="JournalException">There is nothing to copy, or the copy's directory is not empty, or lies in what is
    /// copied.</exception>
    public static CopiedJournal Run(IDisk disk, string from, string to, long cutAt)
    {
        ArgumentNullException.ThrowIfNull(disk);
        string source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(from)) + Path.DirectorySeparatorChar;
        if ((Path.GetFullPath(to) + Path.DirectorySeparatorChar).StartsWith(source, StringComparison.Ordinal))
        {
            throw new JournalException($"{to} lies in {from}, which is to be copied: name a directory outside it");
        }

        try
        {
            return Copy(disk, from, to, cutAt);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"{from} could not be copied to {to}: {e.Message}", e);
        }
    }

    /// <summary>Reads what can be read from an event on.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="directory">The data directory, perhaps a damaged one.</param>
    /// <param name="sequence">The first event, at the start of a block.</param>
    /// <param name="take">Takes every block: its first sequence and its events.</param>
    /// <returns>What stopped it, and how much is known to be missing; null at the log's own end.</returns>
    public static string? ReadBehind(IDisk disk, string directory, long sequence, Action<long, ReadOnlyMemory<byte>> take)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(take);
        IReadOnlyList<Segment> segments = SegmentFiles.FindReadable(disk, directory, out string? stopped);
        long end = sequence;
        for (int i = 0; i < segments.Count; i++)
        {
            Segment? next = i + 1 < segments.Count ? segments[i + 1] : null;
            if (next is not null && next.FirstSequence <= sequence)
            {
                continue;
            }

            using BlockCursor cursor = segments[i].Open(disk);
            while ((next is null || cursor.Position < next.PredecessorEnd) && cursor.TryRead())
            {
                if (cursor.Count > 0 && cursor.FirstSequence >= sequence)
                {
                    take(cursor.FirstSequence, cursor.Events);
                }

                end = Math.Max(end, cursor.Sequence);
            }

            if (next is not null && cursor.Position != next.PredecessorEnd)
            {
                stopped = string.Create(
                    CultureInfo.InvariantCulture,
                        $"{segments[i].Path} cannot be read from byte {cursor.Position} on; events {cursor.Sequence} to "
                        + $"{next.FirstSequence - 1} at least, and what rests on them");
                break;
            }
        }

        return stopped ?? Missing(disk, directory, end);
    }

    // The watermark knows of more than could be read: a last segment that is damaged or cut.
    private static string? Missing(IDisk disk, string directory, long end)
    {
        DurablePoint? mark;
        try
        {
            mark = Watermark.Read(disk, directory);
        }
        catch (JournalException)
        {
            return null;
        }

        return mark is { } point && point.Sequence > end
            ? string.Create(CultureInfo.InvariantCulture, $"events {end} to {point.Sequence - 1} at least")
            : null;
    }

    private static CopiedJournal Copy(IDisk disk, string from, string to, long cutAt)
    {
        // The snapshots first: beside a running engine none of them is newer than the journal read behind them.
        IReadOnlyList<long> snapshots = new SnapshotStore(disk, from).List();
        IReadOnlyList<Segment> segments = SegmentFiles.FindReadable(disk, from, out string? stopped);
        JournalDirectory.MakeEmpty(disk, to);
        long end = segments[0].FirstSequence;
        CopiedEnd last = default;
        for (int i = 0; i < segments.Count && (i == 0 || segments[i].FirstSequence < cutAt); i++)
        {
            Segment? next = i + 1 < segments.Count ? segments[i + 1] : null;
            bool whole = CopySegment(disk, segments[i], next, to, cutAt, out last, out bool cut);
            end = last.Sequence;
            if (!whole)
            {
                stopped = cut ? null : next is null ? stopped : string.Create(
                    CultureInfo.InvariantCulture, $"{segments[i].Path} cannot be read from event {end} on");
                break;
            }
        }

        int copied = 0;
        foreach (long sequence in snapshots.Where(sequence => sequence <= end))
        {
            copied += TryCopySnapshot(disk, from, to, sequence) ? 1 : 0;
        }

        Mark(disk, to, segments[0], last);
        return new CopiedJournal(end, copied, stopped);
    }

    // The copy is the same directory, at an earlier time: its files keep the id. One that ends before the directory had one is of the
    // version it was of then.
    private static void Mark(IDisk disk, string to, Segment first, in CopiedEnd last)
    {
        Guid id = last.Segment.Directory;
        Marker marker = id == Guid.Empty ? Marker.Old : new Marker(FileVersions.Marker, id, first.Number);
        if (marker.HasId)
        {
            Watermark.Create(disk, to);
            using var watermark = Watermark.Open(disk, to, marker.Id);
            watermark.Write(new DurablePoint(last.Segment.Number, last.Position, last.Sequence, Closed: false));
        }

        disk.SyncDirectory(to);
        marker.Replace(disk, to);
    }

    private readonly record struct CopiedEnd(Segment Segment, long Position, long Sequence);

    // False when the copy ends in this segment: where it was to be cut, or where reading ended.
    private static bool CopySegment(IDisk disk, Segment segment, Segment? next, string to, long cutAt, out CopiedEnd copied, out bool cut)
    {
        long position = Page.Bytes;
        long end = segment.FirstSequence;
        cut = false;
        using (BlockCursor cursor = segment.Open(disk))
        {
            while (!cut && (next is null || cursor.Position < next.PredecessorEnd) && cursor.TryRead())
            {
                cut = cursor.Sequence > cutAt;
                (position, end) = cut ? (position, end) : (cursor.Position, cursor.Sequence);
            }
        }

        copied = new CopiedEnd(segment, position, end);
        bool whole = next is not null && position == next.PredecessorEnd && end == next.FirstSequence;
        string folder = segment.Archived ? Path.Combine(to, Archive.Folder) : to;
        if (segment.Archived && !disk.DirectoryExists(folder))
        {
            disk.CreateDirectory(folder);
            disk.SyncDirectory(to);
        }

        if (segment.Archived && !whole)
        {
            throw new JournalException(string.Create(
                CultureInfo.InvariantCulture,
                    $"{segment.Path} lies in the archive and can only be copied as a whole: cut at event {segment.FirstSequence}, or at "
                    + $"{next?.FirstSequence} or later"));
        }

        // The last one of the copy is as long as its header says, the others end where they are valid.
        long bytes = segment.Archived ? long.MaxValue : position;
        bool isLast = !segment.Archived && (!whole || next!.FirstSequence >= cutAt);
        CopyFile(disk, segment.Path, Path.Combine(folder, Path.GetFileName(segment.Path)), bytes, isLast ? segment.Bytes : 0);
        disk.SyncDirectory(folder);
        return whole;
    }

    private static bool TryCopySnapshot(IDisk disk, string from, string to, long sequence)
    {
        string path = new SnapshotStore(disk, from).PathOf(sequence);
        string copy = new SnapshotStore(disk, to).PathOf(sequence);
        try
        {
            CopyFile(disk, path, copy, long.MaxValue, 0);
        }
        catch (FileNotFoundException)
        {
            // A running engine has replaced it meanwhile by one that is newer than the copy.
            return false;
        }

        disk.SyncDirectory(to);
        return true;
    }

    // Bytes up to a position, then zeros up to a length.
    private static void CopyFile(IDisk disk, string from, string to, long bytes, long length)
    {
        using IDiskFile source = disk.OpenRead(from);
        using IDiskFile target = disk.Create(to);
        var writer = new PiecewiseWriter(target, 0);
        byte[] chunk = new byte[ChunkBytes];
        int read;
        while (writer.Position < bytes
            && (read = source.Read(writer.Position, chunk.AsSpan(0, (int)Math.Min(ChunkBytes, bytes - writer.Position)))) > 0)
        {
            writer.Write(chunk.AsSpan(0, read));
        }

        Array.Clear(chunk);
        while (writer.Position < length)
        {
            writer.Write(chunk.AsSpan(0, (int)Math.Min(ChunkBytes, length - writer.Position)));
        }

        writer.Flush();
        target.Sync();
    }
}
