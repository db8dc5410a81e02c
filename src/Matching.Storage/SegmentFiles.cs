namespace Matching.Storage;

/// <summary>
/// The segments of a directory and of its archive, by their headers. They must follow each other without a gap, from the first one there is:
/// what is older may have been deleted on purpose, and who needs it is told so.
/// </summary>
/// <param name="Started">Those that were started, oldest first.</param>
/// <param name="Unstarted">Files made ahead, or whose header a crash cut short.</param>
/// <param name="Marker">What the directory says must exist.</param>
internal sealed record SegmentFiles(IReadOnlyList<Segment> Started, IReadOnlyList<string> Unstarted, Marker Marker)
{
    /// <summary>The directory's id: as its marker says or, where it has none yet, its last segment.</summary>
    public Guid Id => Marker.HasId ? Marker.Id : Started[^1].Directory;

    /// <summary>Finds them.</summary>
    /// <param name="disk">Where the log lies.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="sync">Make each segment durable, and drop what the system shows of it, before it is looked at.</param>
    /// <exception cref="JournalException">There is none, one in the middle is missing, or a header is damaged or of a newer version.</exception>
    public static SegmentFiles Find(IDisk disk, string directory, bool sync)
    {
        List<Segment> started = [];
        List<string> unstarted = [];
        var marker = Marker.Read(disk, directory);
        (string Path, bool Archived)[] paths = PathsOf(disk, directory);
        foreach ((string path, _) in paths.Where(file => sync && !file.Archived))
        {
            MakeDurable(disk, path);
        }

        foreach ((string path, bool archived) in paths)
        {
            Segment? segment = unstarted.Count > 0 ? null : archived ? Archive.ReadHeader(disk, path) : ReadHeader(disk, path);
            if (segment is null)
            {
                unstarted.Add(path);
            }
            else
            {
                CheckName(segment);
                started.Add(segment);
            }
        }

        if (started.Count == 0)
        {
            throw new JournalException(
                $"{directory} has a marker but no journal: its segments are gone. Restore them from a copy, or name an empty directory.");
        }

        unstarted.ForEach(path => Tail.CheckUnstarted(disk, path));
        SegmentFiles files = new(started, unstarted, marker);
        files.CheckBelonging();
        CheckChain(started);
        CheckBehind(disk, started);
        CheckLengths(started);
        CheckEnds(disk, started);
        return files;
    }

    /// <summary>The started segments up to the first header that cannot be read: for copying what there is.</summary>
    /// <param name="disk">Where the log lies.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="stopped">Why it ends where it does; null at the log's own end.</param>
    /// <exception cref="JournalException">There is none.</exception>
    public static IReadOnlyList<Segment> FindReadable(IDisk disk, string directory, out string? stopped)
    {
        List<Segment> started = [];
        stopped = null;
        try
        {
            foreach ((string path, bool archived) in PathsOf(disk, directory))
            {
                Segment? segment = archived ? Archive.ReadHeader(disk, path) : ReadHeader(disk, path);
                if (segment is null)
                {
                    break;
                }

                CheckName(segment);
                started.Add(segment);
            }

            CheckBehind(disk, started);
        }
        catch (JournalException e)
        {
            stopped = e.Message;
        }

        if (started.Count > 0 && started[^1] is { Archived: false } last && last.FileBytes != last.Bytes)
        {
            stopped ??= WrongLength(last).Message;
        }

        return started.Count > 0 ? started : throw new JournalException(stopped ?? $"{directory} holds no journal: there is nothing to copy");
    }

    // A segment that is there in both forms was being archived: it is whole, and its file is read.
    private static (string Path, bool Archived)[] PathsOf(IDisk disk, string directory)
    {
        SortedDictionary<long, (string Path, bool Archived)> paths = [];
        string archive = Path.Combine(directory, Archive.Folder);
        foreach (string name in disk.DirectoryExists(archive) ? disk.List(archive) : [])
        {
            if (Archive.Name.TryParse(name, out long number))
            {
                paths[number] = (Path.Combine(archive, name), true);
            }
        }

        foreach (string name in disk.List(directory))
        {
            if (Segment.Name.TryParse(name, out long number))
            {
                paths[number] = (Path.Combine(directory, name), false);
            }
        }

        long expected = paths.Keys.FirstOrDefault();
        foreach (long number in paths.Keys)
        {
            if (number != expected++)
            {
                throw new JournalException(
                    $"{Path.Combine(directory, Segment.Name.Of(expected - 1))} is missing, though there are later segments. Restore it from a copy.");
            }
        }

        return [.. paths.Values];
    }

    private static void MakeDurable(IDisk disk, string path)
    {
        using IDiskFile file = disk.OpenRead(path);
        file.Sync();
        file.DropCache();
    }

    // Null for a segment that was never started.
    private static Segment? ReadHeader(IDisk disk, string path)
    {
        using IDiskFile file = disk.OpenRead(path);
        byte[] page = new byte[Page.Bytes];
        int read = file.Read(0, page);
        PageState state = Page.StateOf(page);
        if (state is PageState.Blank or PageState.Torn)
        {
            return null;
        }

        if (state == PageState.Damaged || read < Page.Bytes)
        {
            throw Damage.At(path, 0, "the checksum of the segment's header does not fit");
        }

        return Segment.ReadHeader(path, page) with { FileBytes = file.Length };
    }

    /// <summary>
    /// Behind the valid end of a segment lie at most the remains of a crash. A block that is whole was written after another start had read the segment: its
    /// engine had lost the directory and did not know, and may have answered.
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
                $"{Path.GetFileName(next.Path)} continues from here, and {blocks} whole blocks with {cursor.Sequence - next.FirstSequence} events lie behind. An engine went on writing here after another had opened the directory, and what it answered then is not in the journal");
        }
    }

    // All are of this directory, and all that must be there are. A segment of the first version has no id: it stands before those that have one.
    private void CheckBelonging()
    {
        bool hasId = false;
        foreach (Segment segment in Started)
        {
            FileVersions.RefuseForeign(segment.Path, segment.Directory, Id);
            hasId |= !segment.Archived && segment.Directory != Guid.Empty;
            if (hasId && segment.Directory == Guid.Empty)
            {
                throw new JournalException(
                    $"{segment.Path} has no id of a data directory, though a segment before it has: it was written elsewhere, by an older program. Nothing was changed; restore the directory from a copy.");
            }
        }

        if (Marker.HasId && Started[0].Number > Marker.FirstSegment)
        {
            string missing = Segment.Name.Of(Marker.FirstSegment);
            throw new JournalException(
                $"{missing} is missing, here and in the folder {Archive.Folder}, and all up to {Path.GetFileName(Started[0].Path)}: the marker says that the journal begins there. Nothing was changed; restore the directory from a copy.");
        }

        if (Marker.HasId && Started[^1].Directory != Marker.Id)
        {
            throw new JournalException(
                $"{Started[^1].Path} is the last segment and has no id of a data directory, though the marker has: later segments are missing. Nothing was changed; restore the directory from a copy.");
        }
    }

    // By headers and the page each of them names: the start need not read a segment to know whether its successor was written behind it.
    private static void CheckEnds(IDisk disk, List<Segment> segments)
    {
        Span<byte> checksum = stackalloc byte[4];
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            (Segment segment, Segment next) = (segments[i], segments[i + 1]);
            uint end = segment.EndChecksum;
            if (!segment.Archived)
            {
                using IDiskFile file = disk.OpenRead(segment.Path);
                end = file.Read(next.PredecessorEnd - Page.Bytes, checksum) == checksum.Length ? BitConverter.ToUInt32(checksum) : ~next.PredecessorChecksum;
            }

            if (end != next.PredecessorChecksum && !(segment.Archived && end == 0))
            {
                throw Damage.At(segment.Path, next.PredecessorEnd - Page.Bytes, $"{Path.GetFileName(next.Path)} does not continue the block that ends with this page");
            }
        }
    }

    private static void CheckBehind(IDisk disk, List<Segment> segments)
    {
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            CheckBehind(disk, segments[i], segments[i + 1]);
        }
    }

    // What lay behind the valid end of a segment goes once its successor was begun. A shorter file than the header says is the proof of a successor.
    private static void CheckLengths(List<Segment> segments)
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

    private static JournalException WrongLength(Segment segment) => Damage.At(
        segment.Path, Math.Min(segment.FileBytes, segment.Bytes), $"the file has {segment.FileBytes} bytes and its header says {segment.Bytes}");

    private static void CheckName(Segment segment)
    {
        string name = segment.Archived ? Archive.Name.Of(segment.Number) : Segment.Name.Of(segment.Number);
        if (!string.Equals(name, Path.GetFileName(segment.Path), StringComparison.Ordinal))
        {
            throw Damage.At(segment.Path, 0, $"its header says it is segment {segment.Number}");
        }
    }

    private static void CheckChain(List<Segment> segments)
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
                    segments[i].Path, 0, $"it begins at event {segments[i].FirstSequence}, before the one before it at {segments[i - 1].FirstSequence}");
            }
        }
    }
}
