namespace Matching.Storage;

/// <summary>What an archiving run did.</summary>
/// <param name="Archived">Segments moved to the archive.</param>
/// <param name="Deleted">Archived segments that were deleted: what was in them is gone for good.</param>
public readonly record struct ArchiveRun(int Archived, int Deleted);

/// <summary>
/// Moves segments that no start needs any more to the archive, and deletes what lies behind its horizon. Runs beside the writer and the readers,
/// who find a segment where it is (<see cref="SegmentLog"/>). In an order that lets a crash at any point leave a log without a gap: the archived form is
/// whole and durable before the segment goes, and deletions go from the oldest, each durable before the next.
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

        if (moved > 0)
        {
            journal.Log.Disk.SyncDirectory(journal.DirectoryPath);
        }

        return moved;
    }

    private int Delete(long upToMs)
    {
        int deleted = 0;
        foreach (Segment segment in journal.Log.Segments.TakeWhile(segment => segment.Archived && segment.ArchivedAtMs <= upToMs).ToArray())
        {
            journal.Log.Forget(segment);
            journal.Log.Disk.Delete(segment.Path);
            journal.Log.Disk.SyncDirectory(Path.GetDirectoryName(segment.Path)!);
            deleted++;
        }

        return deleted;
    }
}
