namespace Matching.Storage;

/// <summary>
/// What must fit between the segments of a directory, told from their headers and little more: none is missing, foreign or of another
/// history.
/// </summary>
internal static class SegmentChecks
{
    /// <summary>Checks all of it.</summary>
    /// <exception cref="JournalException">Something does not fit; the message says what and where.</exception>
    public static void CheckAll(IDisk disk, SegmentFiles files)
    {
        CheckBelonging(files);
        CheckChain(files.Started);
        CheckBehind(disk, files.Started);
        CheckLengths(files.Started);
        CheckEnds(disk, files.Started);
    }

    /// <summary>
    /// Behind the valid end of a segment lie at most the remains of a crash. A block that is whole was written after another start had
    /// read the segment: its engine had lost the directory and did not know, and may have answered.
    /// </summary>
    /// <exception cref="JournalException">There is one.</exception>
    public static void CheckBehind(IDisk disk, Segment segment, Segment next)
    {
        if (segment.Archived || segment.FileBytes <= next.PredecessorEnd)
        {
            return;
        }

        using PageCursor cursor = new(disk, segment);
        cursor.StandAtEnd(next);
        long blocks = 0;
        while (cursor.TryRead())
        {
            blocks++;
        }

        if (blocks > 0)
        {
            throw Damage.At(
                segment.Path,
                next.PredecessorEnd,
                $"{Path.GetFileName(next.Path)} continues from here, and {blocks} whole blocks with "
                + $"{cursor.Sequence - next.FirstSequence} events lie behind. An engine went on writing here after another had opened "
                + "the directory, and what it answered then is not in the journal");
        }
    }

    /// <summary>The same, of all.</summary>
    /// <exception cref="JournalException">There is one.</exception>
    public static void CheckBehind(IDisk disk, IReadOnlyList<Segment> segments)
    {
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            CheckBehind(disk, segments[i], segments[i + 1]);
        }
    }

    /// <summary>The refusal of a file that is not as long as it must be.</summary>
    public static JournalException WrongLength(Segment segment) => Damage.At(
        segment.Path, Math.Min(segment.FileBytes, segment.Bytes), $"the file has {segment.FileBytes} bytes and its header says "
            + $"{segment.Bytes}");

    /// <summary>A file's name has the number that its header says.</summary>
    /// <exception cref="JournalException">Another one.</exception>
    public static void CheckName(Segment segment)
    {
        string name = segment.Archived ? Archive.Name.Of(segment.Number) : Segment.Name.Of(segment.Number);
        if (!string.Equals(name, Path.GetFileName(segment.Path), StringComparison.Ordinal))
        {
            throw Damage.At(segment.Path, 0, $"its header says it is segment {segment.Number}");
        }
    }

    // All are of this directory, and all that must be there are. A segment of the first version has no id: it stands before those that
    // have one.
    private static void CheckBelonging(SegmentFiles files)
    {
        (IReadOnlyList<Segment> started, Marker marker) = (files.Started, files.Marker);
        bool hasId = false;
        foreach (Segment segment in started)
        {
            FileVersions.RefuseForeign(segment.Path, segment.Directory, files.Id);
            hasId |= !segment.Archived && segment.Directory != Guid.Empty;
            if (hasId && segment.Directory == Guid.Empty)
            {
                throw new JournalException(
                    $"{segment.Path} has no id of a data directory, though a segment before it has: it was written elsewhere, by an "
                    + "older program. Nothing was changed; restore the directory from a copy.");
            }
        }

        if (marker.HasId && started[0].Number > marker.FirstSegment)
        {
            string missing = Segment.Name.Of(marker.FirstSegment);
            throw new JournalException(
                $"{missing} is missing, here and in the folder {Archive.Folder}, and all up to {Path.GetFileName(started[0].Path)}: "
                + "the marker says that the journal begins there. Nothing was changed; restore the directory from a copy.");
        }

        if (marker.HasId && started[^1].Directory != marker.Id)
        {
            throw new JournalException(
                $"{started[^1].Path} is the last segment and has no id of a data directory, though the marker has: later segments are "
                + "missing. Nothing was changed; restore the directory from a copy.");
        }
    }

    private static void CheckChain(IReadOnlyList<Segment> segments)
    {
        Segment first = segments[0];
        if (first.Number == 1 && (first.FirstSequence != 0 || first.PredecessorEnd != 0 || first.PredecessorChecksum != 0))
        {
            throw Damage.At(first.Path, 0, $"the first segment begins at event {first.FirstSequence}, as if one were before it");
        }

        for (int i = 1; i < segments.Count; i++)
        {
            if (segments[i].Generation - segments[i - 1].Generation is not (0 or 1))
            {
                throw Damage.At(
                    segments[i].Path, 0, $"generation {segments[i].Generation} follows generation {segments[i - 1].Generation}");
            }

            if (segments[i].FirstSequence < segments[i - 1].FirstSequence)
            {
                throw Damage.At(
                    segments[i].Path, 0, $"it begins at event {segments[i].FirstSequence}, before the one before it at "
                        + $"{segments[i - 1].FirstSequence}");
            }
        }
    }

    // What lay behind the valid end of a segment goes once its successor was begun. A shorter file than the header says is the proof of a
    // successor.
    private static void CheckLengths(IReadOnlyList<Segment> segments)
    {
        for (int i = 0; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            bool isShortened = i + 1 < segments.Count && segment.FileBytes == segments[i + 1].PredecessorEnd;
            if (!segment.Archived && segment.FileBytes != segment.Bytes && !isShortened)
            {
                throw WrongLength(segment);
            }
        }
    }

    // By headers and the page each of them names: the start need not read a segment to know whether its successor was written behind it.
    private static void CheckEnds(IDisk disk, IReadOnlyList<Segment> segments)
    {
        Span<byte> checksum = stackalloc byte[4];
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            (Segment segment, Segment next) = (segments[i], segments[i + 1]);
            uint end = segment.EndChecksum;
            if (!segment.Archived)
            {
                using IDiskFile file = disk.OpenRead(segment.Path);
                bool isRead = file.Read(next.PredecessorEnd - Page.Bytes, checksum) == checksum.Length;
                end = isRead ? BitConverter.ToUInt32(checksum) : ~next.PredecessorChecksum;
            }

            if (end != next.PredecessorChecksum && !(segment.Archived && end == 0))
            {
                throw Damage.At(segment.Path, next.PredecessorEnd - Page.Bytes, $"{Path.GetFileName(next.Path)} does not continue the "
                    + "block that ends with this page");
            }
        }
    }
}
