namespace Matching.Storage;

/// <summary>What a whole log turned out to hold.</summary>
/// <param name="Segments">Those that were started, oldest first.</param>
/// <param name="Unstarted">Files made ahead, or whose header a crash cut short: nothing was ever written into them.</param>
/// <param name="End">Where the last segment ends being valid.</param>
/// <param name="NextSequence">Events in the log.</param>
/// <param name="Checksum">Checksum of the last valid page.</param>
/// <param name="Closed">It ends in a closing block.</param>
/// <param name="Torn">There is a torn block behind the end: a write that a crash cut short, never answered.</param>
internal sealed record LogState(
    IReadOnlyList<Segment> Segments, IReadOnlyList<string> Unstarted, long End, long NextSequence, uint Checksum, bool Closed, bool Torn)
{
    /// <summary>The segment that was written last.</summary>
    public Segment Last => Segments[^1];
}

/// <summary>
/// Reads a log from its first byte to its end and decides where that is. Every segment but the last ends where its successor's
/// header says; the last one ends at its closing block or before its torn block (<see cref="Tail"/>). Changes nothing.
/// </summary>
internal static class LogScan
{
    /// <summary>Scans the log.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="sync">
    /// Make each segment durable before reading it: after a kill the system may show bytes that power loss would still take back.
    /// </param>
    /// <exception cref="JournalException">There is none, it is damaged, or of a newer version.</exception>
    public static LogState Run(IDisk disk, string directory, bool sync)
    {
        List<string> paths = PathsOf(disk, directory);
        List<Segment> segments = [];
        if (sync)
        {
            paths.ForEach(path => MakeDurable(disk, path));
        }

        foreach (string path in paths)
        {
            if (ReadHeader(disk, path) is not { } segment)
            {
                break;
            }

            segments.Add(segment);
        }

        if (segments.Count == 0)
        {
            throw new JournalException(
                $"{directory} has a marker but no journal: its segments are gone. Restore them from a copy, or name an empty directory.");
        }

        List<string> unstarted = paths[segments.Count..];
        unstarted.ForEach(path => Tail.CheckUnstarted(disk, path));
        CheckChain(segments);
        for (int i = 0; i < segments.Count - 1; i++)
        {
            WalkTo(disk, segments[i], segments[i + 1]);
        }

        return WalkLast(disk, segments, unstarted);
    }

    private static List<string> PathsOf(IDisk disk, string directory)
    {
        List<long> numbers = [];
        foreach (string name in disk.List(directory))
        {
            if (Segment.TryParseName(name, out long number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        for (int i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] != i + 1)
            {
                throw new JournalException(
                    $"{Path.Combine(directory, Segment.NameOf(i + 1))} is missing, though there are later segments. Restore it from a copy.");
            }
        }

        return numbers.ConvertAll(number => Path.Combine(directory, Segment.NameOf(number)));
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

        Segment segment = Segment.ReadHeader(path, page);
        if (!string.Equals(Segment.NameOf(segment.Number), Path.GetFileName(path), StringComparison.Ordinal))
        {
            throw Damage.At(path, 0, $"its header says it is segment {segment.Number}");
        }

        if (file.Length != segment.Bytes)
        {
            throw Damage.At(path, Math.Min(file.Length, segment.Bytes), $"the file has {file.Length} bytes and its header says {segment.Bytes}");
        }

        return segment;
    }

    private static void CheckChain(List<Segment> segments)
    {
        Segment first = segments[0];
        if (first.FirstSequence != 0 || first.PredecessorEnd != 0 || first.PredecessorChecksum != 0)
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
        }
    }

    private static void WalkTo(IDisk disk, Segment segment, Segment next)
    {
        using BlockCursor cursor = new(disk, segment);
        while (cursor.Position < next.PredecessorEnd && cursor.TryRead())
        {
        }

        if (cursor.Position != next.PredecessorEnd)
        {
            throw Damage.At(
                segment.Path, cursor.Position, $"there is no valid block, but {Path.GetFileName(next.Path)} continues from byte {next.PredecessorEnd}");
        }

        if (cursor.Sequence != next.FirstSequence || cursor.Checksum != next.PredecessorChecksum)
        {
            throw Damage.At(
                next.Path,
                0,
                $"it begins at event {next.FirstSequence} and does not continue {Path.GetFileName(segment.Path)}, which ends before event {cursor.Sequence}");
        }
    }

    private static LogState WalkLast(IDisk disk, List<Segment> segments, List<string> unstarted)
    {
        using BlockCursor cursor = new(disk, segments[^1]);
        while (cursor.TryRead())
        {
        }

        bool torn = Tail.Check(disk, cursor);
        return new LogState(segments, unstarted, cursor.Position, cursor.Sequence, cursor.Checksum, cursor.Closed, torn);
    }
}
