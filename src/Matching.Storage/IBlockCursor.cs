namespace Matching.Storage;

/// <summary>Goes through the blocks of one segment, in a segment file or in its archived form. One thread at a time.</summary>
internal interface IBlockCursor : IDisposable
{
    /// <summary>The segment.</summary>
    Segment Segment { get; }

    /// <summary>Where in the segment file the next block is, or was, expected.</summary>
    long Position { get; }

    /// <summary>The sequence its first event must have.</summary>
    long Sequence { get; }

    /// <summary>The checksum of the page before it.</summary>
    uint Checksum { get; }

    /// <summary>True behind a closing block.</summary>
    bool Closed { get; }

    /// <summary>First sequence of the block last read.</summary>
    long FirstSequence { get; }

    /// <summary>Events in the block last read; 0 of a closing block.</summary>
    int Count { get; }

    /// <summary>Events of the block last read, valid until the next read.</summary>
    Memory<byte> Events { get; }

    /// <summary>Reads the block at the position and moves behind it; stays where there is none that is exactly right.</summary>
    bool TryRead();

    /// <summary>Moves to the block that holds an event.</summary>
    bool TrySkipTo(long sequence);
}
