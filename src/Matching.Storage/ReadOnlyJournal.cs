namespace Matching.Storage;

/// <summary>
/// A journal that was checked from end to end, to be read and never written: for inspection, also beside a running engine, whose later
/// blocks it does not show. Takes no lock and changes nothing. Any thread; each reader on one.
/// </summary>
public sealed class ReadOnlyJournal
{
    // Beside a running engine the last block may be seen half written, and a file half made. Damage stays where it is.
    private const int Looks = 5;
    private readonly LogState _state;
    private readonly SegmentLog _log;

    private ReadOnlyJournal(IDisk disk, LogState state)
    {
        _state = state;
        _log = new SegmentLog(disk, state.Segments, state.NextSequence);
    }

    /// <summary>The oldest event that can be read; above 0 once the archive's horizon deleted something.</summary>
    public long FirstSequence => _log.FirstSequence;

    /// <summary>Sequence behind the last event: FirstSequence … EndSequence − 1 can be read.</summary>
    public long EndSequence => _state.NextSequence;

    /// <summary>Segment files in use, archived ones included.</summary>
    public int Segments => _state.Segments.Count;

    /// <summary>The same, one by one, oldest first.</summary>
    public IReadOnlyList<JournalPart> Parts => [.. _state.Segments.Select(segment => new JournalPart(
        segment.Number, segment.Path, segment.Archived, segment.Generation, segment.FirstSequence, segment.Bytes, segment.Directory))];

    /// <summary>Starts of the engine so far.</summary>
    public int Generation => _state.Last.Generation;

    /// <summary>True when the engine that wrote last was stopped cleanly. False after a crash, and while one runs.</summary>
    public bool ClosedCleanly => _state.Closed;

    /// <summary>
    /// True when a write that was cut short, or is under way, lies behind the end. It was never answered; the next start cuts it.
    /// </summary>
    public bool TornTail => _state.Torn;

    /// <summary>The file the journal ends in.</summary>
    public string EndFile => _state.Last.Path;

    /// <summary>Where in it, in bytes.</summary>
    public long EndPosition => _state.End;

    /// <summary>A reader from an event on.</summary>
    /// <param name="fromSequence"><see cref="FirstSequence"/> … <see cref="EndSequence"/>.</param>
    public IJournalReader Read(long fromSequence)
    {
        JournalArguments.CheckRead(fromSequence, FirstSequence, EndSequence);
        return new SegmentReader(_log, fromSequence);
    }

    /// <summary>Checks a whole journal and reads it without its lock and without changing anything, also beside a running engine.</summary>
    /// <exception cref="JournalException">There is none, or it is damaged; the message says where.</exception>
    public static ReadOnlyJournal Open(string directory) => Open(directory, LocalDisk.Instance);

    /// <summary>The same on a disk of choice.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="disk">Where it lies.</param>
    /// <param name="whole">Check every block; otherwise headers and the last segment, which is quick however long the journal is.</param>
    /// <exception cref="JournalException">There is none, or it is damaged; the message says where.</exception>
    public static ReadOnlyJournal Open(string directory, IDisk disk, bool whole = true)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(disk);
        string? seen = null;
        for (int look = 1; ; look++)
        {
            try
            {
                JournalDirectory.CheckExisting(disk, directory);
                DurablePoint? mark = Watermark.Read(disk, directory);
                LogState state = LogScan.Run(disk, directory, sync: false, whole);
                Recovery.CheckEnd(state, mark);
                return new ReadOnlyJournal(disk, state);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalException)
            {
                if (look == Looks || string.Equals(seen, e.Message, StringComparison.Ordinal))
                {
                    throw e as JournalException ?? new JournalException($"the journal in {directory} cannot be read: {e.Message}", e);
                }

                seen = e.Message;
            }
        }
    }
}

/// <summary>One segment of a journal.</summary>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Path">Its file.</param>
/// <param name="Archived">It lies in the archive.</param>
/// <param name="Generation">Which start of the engine wrote it.</param>
/// <param name="FirstSequence">Sequence of its first event.</param>
/// <param name="Bytes">Length of the segment, also of an archived one.</param>
/// <param name="Directory">The id of the directory; empty in what the first version wrote, and archived.</param>
public sealed record JournalPart(long Number, string Path, bool Archived, int Generation, long FirstSequence, long Bytes, Guid Directory);
