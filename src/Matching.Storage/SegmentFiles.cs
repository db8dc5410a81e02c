namespace Matching.Storage;

/// <summary>
/// The segments of a directory and of its archive, by their headers. They must follow each other without a gap, from the first one there
/// is: what is older may have been deleted on purpose, and who needs it is told so.
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
    /// <exception cref="JournalException">There is none, one in the middle is missing, or a header is damaged or of a newer
    /// version.</exception>
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
                SegmentChecks.CheckName(segment);
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
        SegmentChecks.CheckAll(disk, files);
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

                SegmentChecks.CheckName(segment);
                started.Add(segment);
            }

            SegmentChecks.CheckBehind(disk, started);
        }
        catch (JournalException e)
        {
            stopped = e.Message;
        }

        if (started.Count > 0 && started[^1] is { Archived: false } last && last.FileBytes != last.Bytes)
        {
            stopped ??= SegmentChecks.WrongLength(last).Message;
        }

        return started.Count > 0 ? started
            : throw new JournalException(stopped ?? $"{directory} holds no journal: there is nothing to copy");
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
                    $"{Path.Combine(directory, Segment.Name.Of(expected - 1))} is missing, though there are later segments. Restore it "
                        + "from a copy.");
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
}
