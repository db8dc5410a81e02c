namespace Matching.Storage;

/// <summary>What a log turned out to hold.</summary>
/// <param name="Segments">Those that were started, oldest first; the first ones may be archived, or gone.</param>
/// <param name="Unstarted">Files made ahead, or whose header a crash cut short: nothing was ever written into them.</param>
/// <param name="End">Where the last segment ends being valid.</param>
/// <param name="NextSequence">Sequence behind the last event of the log.</param>
/// <param name="Checksum">Checksum of the last valid page.</param>
/// <param name="Closed">It ends in a closing block.</param>
/// <param name="Torn">There is a torn block behind the end: a write that a crash cut short, never answered.</param>
/// <param name="Marker">What the directory says of itself.</param>
internal sealed record LogState(
    IReadOnlyList<Segment> Segments,
    IReadOnlyList<string> Unstarted,
    long End,
    long NextSequence,
    uint Checksum,
    bool Closed,
    bool Torn,
    Marker Marker)
{
    /// <summary>The segment that was written last.</summary>
    public Segment Last => Segments[^1];
}

/// <summary>
/// Reads a log to its end, block by block, and decides where that is. Every segment but the last ends where its successor's
/// header says; the last one ends at its closing block or before its torn block (<see cref="Tail"/>). Changes nothing. Who reads gets every
/// block on the way, so that a start reads the log once: from its first event, or from a snapshot's boundary on.
/// </summary>
internal sealed class LogScan : IDisposable
{
    private readonly IDisk _disk;
    private readonly IReadOnlyList<Segment> _segments;
    private readonly IReadOnlyList<string> _unstarted;
    private readonly Marker _marker;
    private int _index;
    private BlockCursor? _cursor;

    private LogScan(IDisk disk, SegmentFiles files, int start)
    {
        _disk = disk;
        _segments = files.Started;
        _unstarted = files.Unstarted;
        _marker = files.Marker;
        _index = start;
    }

    /// <summary>The block last read.</summary>
    public BlockCursor Block => _cursor!;

    /// <summary>What the log holds; once <see cref="TryRead"/> has returned false.</summary>
    public LogState? State { get; private set; }

    /// <summary>An estimate from below of the sequence behind the last event, known before reading.</summary>
    public long AtLeast => _segments[^1].FirstSequence;

    /// <summary>Looks at every segment's header and stands before the block that holds the event before a sequence.</summary>
    /// <param name="disk">Where the log lies.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="sync">
    /// Make each segment durable before reading it: after a kill the system may show bytes that power loss would still take back.
    /// </param>
    /// <param name="fromSequence">Events before it are not needed; 0 for the whole log.</param>
    /// <exception cref="JournalException">There is none, it is damaged, of a newer version, or begins later than that.</exception>
    public static LogScan Begin(IDisk disk, string directory, bool sync, long fromSequence)
    {
        var files = SegmentFiles.Find(disk, directory, sync);
        int start = 0;
        while (start + 1 < files.Started.Count && files.Started[start + 1].FirstSequence < fromSequence)
        {
            start++;
        }

        if (files.Started[0].FirstSequence is var first && first > 0 && first >= fromSequence)
        {
            throw new JournalException(
                $"{directory} begins with {Path.GetFileName(files.Started[0].Path)}, at event {first}: what is before it is missing, and "
                    + "no whole snapshot of a later moment stands in for it. Restore the directory from a copy.");
        }

        return new LogScan(disk, files, start);
    }

    /// <summary>Scans as much of the log as there is, or its last segment alone.</summary>
    public static LogState Run(IDisk disk, string directory, bool sync, bool whole = true)
    {
        var files = SegmentFiles.Find(disk, directory, sync);
        using var scan = new LogScan(disk, files, whole ? 0 : files.Started.Count - 1);
        while (scan.TryRead())
        {
        }

        return scan.State!;
    }

    /// <summary>Reads the next block of events.</summary>
    /// <returns>False at the end of the log, which is then known.</returns>
    /// <exception cref="JournalException">It is damaged; the message says where.</exception>
    public bool TryRead()
    {
        while (State is null)
        {
            Segment segment = _segments[_index];
            _cursor ??= segment.Open(_disk);
            Segment? next = _index + 1 < _segments.Count ? _segments[_index + 1] : null;
            if ((next is null || _cursor.Position < next.PredecessorEnd) && _cursor.TryRead())
            {
                if (_cursor.Count > 0)
                {
                    return true;
                }
            }
            else if (next is null)
            {
                bool torn = Tail.Check(_disk, _cursor);
                State = new LogState(
                    _segments, _unstarted, _cursor.Position, _cursor.Sequence, _cursor.Checksum, _cursor.Closed, torn, _marker);
            }
            else
            {
                CheckJoint(_cursor, next);
                _cursor.Dispose();
                _cursor = null;
                _index++;
            }
        }

        return false;
    }

    public void Dispose() => _cursor?.Dispose();

    private static void CheckJoint(BlockCursor cursor, Segment next)
    {
        if (cursor.Position != next.PredecessorEnd)
        {
            throw Damage.At(
                cursor.Segment.Path, cursor.Position,
                    $"there is no valid block, but {Path.GetFileName(next.Path)} continues from byte {next.PredecessorEnd}");
        }

        if (cursor.Sequence != next.FirstSequence || cursor.Checksum != next.PredecessorChecksum)
        {
            throw Damage.At(
                next.Path,
                0,
                $"it begins at event {next.FirstSequence} and does not continue {Path.GetFileName(cursor.Segment.Path)}, which ends "
                    + $"before event {cursor.Sequence}");
        }
    }
}
