namespace Matching.Storage;

/// <summary>
/// A journal being opened: it is locked, and its events go past once, on the way to its end. Load: a start reads everything behind the
/// newest snapshot, gigabytes, so checking and replaying share one pass. Then <see cref="Finish"/> makes it ready for writing. Nothing in
/// the directory changes before that. One thread at a time.
/// </summary>
public sealed class JournalOpening : IJournalReader
{
    private readonly IDisk _disk;
    private readonly JournalOptions _options;
    private readonly JournalDirectory _directory;
    private readonly DurablePoint? _mark;
    private LogScan? _scan;
    private long _from;
    private uint? _boundary;
    private bool _handedOver;

    private JournalOpening(IDisk disk, JournalOptions options, JournalDirectory directory)
    {
        _disk = disk;
        _options = options;
        _directory = directory;
        _mark = directory.IsNew ? null : Watermark.Read(disk, directory.Path);
    }

    /// <summary>True when there is no journal yet: opening makes it.</summary>
    public bool IsNew => _directory.IsNew;

    /// <summary>The id that files of the directory carry.</summary>
    public Guid DirectoryId => _directory.Id;

    /// <summary>The oldest event that can be read. Known before <see cref="StartAt"/>.</summary>
    public long FirstSequence =>
        IsNew ? 0 : Guarded(_options.Directory, () => SegmentFiles.Find(_disk, _directory.Path, sync: false).Started[0].FirstSequence);

    /// <summary>
    /// A number of events that the journal holds at least; an estimate for showing progress. After <see cref="StartAt"/>.
    /// </summary>
    public long AtLeast => Math.Max(_mark?.Sequence ?? 0, _scan?.AtLeast ?? 0);

    /// <summary>Takes the directory's lock and looks at its marks.</summary>
    /// <exception cref="JournalException">The directory is refused; the message says why and where.</exception>
    public static JournalOpening Begin(JournalOptions options, IDisk disk)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(disk);
        options.Check();
        return Guarded(options.Directory, () =>
        {
            JournalDirectory directory = JournalDirectory.Open(disk, options.Directory, options.ExistingOnly);
            try
            {
                return new JournalOpening(disk, options, directory);
            }
            catch
            {
                directory.Dispose();
                throw;
            }
        });
    }

    /// <summary>Checksum of the last page of the block last read; 0 before the first.</summary>
    public uint Boundary => _scan is { State: not null } or null ? 0 : _scan.Block.Checksum;

    /// <summary>Begins reading; may be called again to begin elsewhere.</summary>
    /// <param name="fromSequence">The first event wanted; those before it are in a snapshot.</param>
    /// <param name="boundary">Checksum of the page before it, as the snapshot remembers it; null where there is none.</param>
    /// <exception cref="JournalException">The log does not reach back so far, or its headers are damaged.</exception>
    public void StartAt(long fromSequence, uint? boundary)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSequence);
        _scan?.Dispose();
        _scan = null;
        (_from, _boundary) = (fromSequence, boundary);
        if (!IsNew)
        {
            _scan = Guarded(_options.Directory, () => LogScan.Begin(_disk, _directory.Path, sync: true, fromSequence));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="JournalException">It is damaged, or it is not the one the snapshot was made of; the message says where.</exception>
    public bool TryReadBlock(out long firstSequence, out int count, out ReadOnlyMemory<byte> events)
    {
        (firstSequence, count, events) = (_from, 0, default);
        while (_scan is not null && Guarded(_options.Directory, _scan.TryRead))
        {
            BlockCursor block = _scan.Block;
            CheckBoundary(block);
            if (block.Sequence > _from)
            {
                int before = (int)Math.Max(0, _from - block.FirstSequence);
                firstSequence = block.FirstSequence + before;
                count = block.Count - before;
                events = before == 0 ? block.Events : block.Events[EventBytes.LengthOf(block.Events.Span, before)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads what was not read, makes everything accepted durable, and begins a new generation.</summary>
    /// <exception cref="JournalException">The directory is refused; the message says why and where.</exception>
    public SegmentJournal Finish()
    {
        while (TryReadBlock(out _, out _, out _))
        {
        }

        LogState? state = _scan?.State;
        if (state is not null)
        {
            Recovery.CheckEnd(state, _mark);
            CheckReached(state);
        }

        SegmentJournal journal = Guarded(_options.Directory, () => Recovery.Start(_disk, _directory, _options, state));
        _handedOver = true;
        return journal;
    }

    /// <summary>Lets go of what was not finished.</summary>
    public void Dispose()
    {
        _scan?.Dispose();
        if (!_handedOver)
        {
            _directory.Dispose();
        }
    }

    private void CheckBoundary(BlockCursor block)
    {
        if (_boundary is { } boundary && block.Sequence == _from && block.Checksum != boundary)
        {
            throw Damage.At(block.Segment.Path, block.Position, $"the snapshot of event {_from} was made of another journal than this");
        }
    }

    private void CheckReached(LogState state)
    {
        if (state.NextSequence < _from)
        {
            throw new JournalException(
                $"{state.Last.Path} ends before event {state.NextSequence}, but there is a snapshot of event {_from}: answered entries "
                    + "are missing. Nothing was changed; restore the directory from a copy.");
        }
    }

    private static T Guarded<T>(string directory, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"the journal in {directory} cannot be opened: {e.Message}", e);
        }
    }
}
