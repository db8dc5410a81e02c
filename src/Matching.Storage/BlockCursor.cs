namespace Matching.Storage;

/// <summary>Goes through the blocks of one segment, in a segment file or in its archived form. One thread at a time.</summary>
internal abstract class BlockCursor(IDisk disk, Segment segment) : IDisposable
{
    /// <summary>The segment.</summary>
    public Segment Segment { get; } = segment;

    /// <summary>Where in the segment file the next block is, or was, expected.</summary>
    public long Position { get; private set; } = Page.Bytes;

    /// <summary>The sequence its first event must have.</summary>
    public long Sequence { get; private set; } = segment.FirstSequence;

    /// <summary>The checksum of the page before it.</summary>
    public uint Checksum { get; private set; } = segment.Checksum;

    /// <summary>True behind a closing block.</summary>
    public bool Closed { get; private set; }

    /// <summary>First sequence of the block last read.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>Events in the block last read; 0 of a closing block.</summary>
    public int Count { get; private set; }

    /// <summary>Events of the block last read, valid until the next read.</summary>
    public Memory<byte> Events { get; protected set; }

    /// <summary>The file that is read.</summary>
    protected IDiskFile File { get; } = disk.OpenRead(segment.Path);

    /// <summary>Stands behind a block: where one segment ends being valid, as its successor's header says.</summary>
    public void StandAtEnd(Segment next)
    {
        Position = next.PredecessorEnd;
        Sequence = next.FirstSequence;
        Checksum = next.PredecessorChecksum;
    }

    /// <summary>Reads the block at the position and moves behind it; stays where there is none that is exactly right.</summary>
    public abstract bool TryRead();

    /// <summary>Moves to the block that holds an event.</summary>
    public abstract bool TrySkipTo(long sequence);

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    /// <summary>The block at the position was right.</summary>
    protected void MoveBehind(PageKind kind, int count, int pages, uint checksum)
    {
        FirstSequence = Sequence;
        Count = count;
        Position += pages * (long)Page.Bytes;
        Sequence += count;
        Checksum = checksum;
        Closed = kind == PageKind.Closing;
    }
}
