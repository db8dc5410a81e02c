namespace Matching.Storage;

/// <summary>What an archiving run did.</summary>
/// <param name="Archived">Segments moved to the archive.</param>
/// <param name="Deleted">Archived segments that were deleted: what was in them is gone for good.</param>
public readonly record struct ArchiveRun(int Archived, int Deleted);

/// <summary>
/// Moves segments that no start needs any more to the archive, and deletes what lies behind its horizon. Runs beside the writer and the
/// readers, who find a segment where it is (<see cref="SegmentLog"/>). In an order that lets a crash at any point leave a log without a
/// gap: the archived form is whole and durable before the segment goes, that it went and need not exist (<see cref="Marker"/>) is durable
/// before the archived form goes, and those go from the oldest, each durable before the next.
/// </summary>
public sealed class Archiver(SegmentJournal journal)
{
    /// <summary>Moves and deletes what may go.</summary>
    /// <param name="neededFrom">The event before this one, and all behind it, stay in segments: the older kept snapshot's sequence.</param>
    /// <param name="nowMs">The engine's time at that sequence or later, ms since 1970; written into the archive.</param>
    /// <param name="deleteUpToMs">Archived segments no younger than this are deleted; negative for none.</param>
    /// <exception cref="JournalException">A segment cannot be read back, or the disk fails; what was not moved stays.</exception>
    public ArchiveRun Run(long neededFrom, long nowMs, long deleteUpToMs)
    {
        try
        {
            journal.CheckLock();
            return new ArchiveRun(Move(neededFrom, nowMs), Delete(deleteUpToMs));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"segments could not be moved to the archive of {journal.DirectoryPath}: {e.Message}", e);
        }
    }

    private int Move(long neededFrom, long nowMs)
    {
        int moved = 0;
        IReadOnlyList<Segment> segments = journal.Log.Segments;
        for (int i = 0; i + 1 < segments.Count && segments[i + 1].FirstSequence < neededFrom; i++)
        {
            if (!segments[i].Archived)
            {
                Segment archived = Archive.Write(journal.Log.Disk, journal.DirectoryPath, segments[i], segments[i + 1], nowMs);
                journal.Log.Replace(archived);
                journal.Log.Disk.Delete(segments[i].Path);
                moved++;
            }
        }

        return moved;
    }

    private int Delete(long upToMs)
    {
        Segment[] old = [.. journal.Log.Segments.TakeWhile(segment => segment.Archived && segment.ArchivedAtMs <= upToMs)];
        if (old.Length == 0)
        {
            return 0;
        }

        IDisk disk = journal.Log.Disk;
        string archive = Path.Combine(journal.DirectoryPath, Archive.Folder);

        // Until here the file of an archived segment may be left where removing it failed, or come back after a power cut. Without the
        // archived form it would lie before a gap.
        foreach (string left in UpTo(old[^1].Number, journal.DirectoryPath, Segment.Name))
        {
            disk.Delete(left);
        }

        disk.SyncDirectory(journal.DirectoryPath);
        journal.RetainFromSegment(old[^1].Number + 1);
        Array.ForEach(old, journal.Log.Forget);
        foreach (string path in UpTo(old[^1].Number, archive, Archive.Name))
        {
            disk.Delete(path);
            disk.SyncDirectory(archive);
        }

        return old.Length;
    }

    // What lies there, not what the log knows of: an earlier run may have failed between the two.
    private IEnumerable<string> UpTo(long last, string folder, NumberedName name) => journal.Log.Disk.List(folder)
        .Select(file => (Number: name.TryParse(file, out long number) ? number : long.MaxValue, Path: Path.Combine(folder, file)))
        .Where(file => file.Number <= last)
        .OrderBy(file => file.Number)
        .Select(file => file.Path);
}
