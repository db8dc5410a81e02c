namespace Matching.Storage;

/// <summary>
/// A journal that survives nothing: for tests, and for engines that keep nothing. It holds every event in memory, for its readers.
/// </summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly List<Block> _blocks = [];
    private byte[] _open = new byte[64 * 1024];
    private int _openBytes;
    private int _openCount;
    private long _durableSequence;
    private long _durableBytes;
    private bool _disposed;

    /// <inheritdoc/>
    public long NextSequence => _durableSequence + _openCount;

    /// <inheritdoc/>
    public long DurableSequence => Volatile.Read(ref _durableSequence);

    /// <inheritdoc/>
    public long DurableBytes => Volatile.Read(ref _durableBytes);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> events, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        JournalArguments.CheckAppend(events, count, Segment.MaxBlockEventBytes);
        if (events.Length > Segment.MaxBlockEventBytes - _openBytes)
        {
            Commit();
        }

        if (events.Length > _open.Length - _openBytes)
        {
            Array.Resize(ref _open, Math.Max(_open.Length * 2, _openBytes + events.Length));
        }

        events.CopyTo(_open.AsSpan(_openBytes));
        _openBytes += events.Length;
        _openCount += count;
    }

    /// <inheritdoc/>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_openCount == 0)
        {
            return;
        }

        Block block = new(_durableSequence, _openCount, _open[.._openBytes]);
        lock (_lock)
        {
            _blocks.Add(block);
        }

        Volatile.Write(ref _durableBytes, _durableBytes + _openBytes);
        Volatile.Write(ref _durableSequence, _durableSequence + _openCount);
        _openBytes = 0;
        _openCount = 0;
    }

    /// <summary>Nobody else can write here.</summary>
    public void Confirm() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <inheritdoc/>
    public uint BoundaryAt(long sequence)
    {
        Block block = Find(sequence - 1);
        return block.FirstSequence + block.Count == sequence
            ? Crc.Of(block.Events.AsSpan(0, block.Events.Length & ~7))
            : throw new JournalException($"no block of the journal ends before event {sequence}");
    }

    /// <summary>It keeps everything.</summary>
    public void Retire(long neededFrom, long nowMs, long deleteUpToMs)
    {
    }

    /// <inheritdoc/>
    public IJournalReader Read(long fromSequence)
    {
        JournalArguments.CheckRead(fromSequence, 0, DurableSequence);
        return new Reader(this, fromSequence);
    }

    /// <summary>Takes nothing more; readers go on.</summary>
    public void Dispose() => _disposed = true;

    private Block Find(long sequence)
    {
        lock (_lock)
        {
            int found = _blocks.BinarySearch(new Block(sequence, 0, []), Block.ByFirstSequence);
            return _blocks[found >= 0 ? found : ~found - 1];
        }
    }

    private sealed record Block(long FirstSequence, int Count, byte[] Events)
    {
        public static IComparer<Block> ByFirstSequence { get; } =
            Comparer<Block>.Create((a, b) => a.FirstSequence.CompareTo(b.FirstSequence));
    }

    private sealed class Reader(MemoryJournal journal, long fromSequence) : IJournalReader
    {
        private long _next = fromSequence;
        private bool _disposed;

        public bool TryReadBlock(out long firstSequence, out int count, out ReadOnlyMemory<byte> events)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            firstSequence = _next;
            count = 0;
            events = default;
            if (_next >= journal.DurableSequence)
            {
                return false;
            }

            Block block = journal.Find(_next);
            int before = (int)(_next - block.FirstSequence);
            count = block.Count - before;
            events = block.Events.AsMemory(EventBytes.LengthOf(block.Events, before));
            _next += count;
            return true;
        }

        public void Dispose() => _disposed = true;
    }
}
