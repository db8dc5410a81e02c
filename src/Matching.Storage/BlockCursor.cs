using System.Buffers.Binary;

namespace Matching.Storage;

/// <summary>
/// Goes through the blocks of one segment, checking everything: each page's checksum, the chain from page to page, generation,
/// sequence and length. It never moves past a block that is not exactly right; what that means is for its owner to say.
/// One thread at a time.
/// </summary>
internal sealed class BlockCursor : IDisposable
{
    private readonly IDiskFile _file;
    private byte[] _buffer = new byte[16 * Page.Bytes];

    /// <summary>Opens a segment at its first block.</summary>
    public BlockCursor(IDisk disk, Segment segment)
    {
        Segment = segment;
        Position = Page.Bytes;
        Sequence = segment.FirstSequence;
        Checksum = segment.Checksum;
        _file = disk.OpenRead(segment.Path);
    }

    public Segment Segment { get; }

    /// <summary>Where the next block is expected.</summary>
    public long Position { get; private set; }

    /// <summary>The sequence its first event must have.</summary>
    public long Sequence { get; private set; }

    /// <summary>The checksum of the page before it.</summary>
    public uint Checksum { get; private set; }

    /// <summary>True behind a closing block.</summary>
    public bool Closed { get; private set; }

    /// <summary>First sequence of the block last read.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>Events in the block last read; 0 of a closing block.</summary>
    public int Count { get; private set; }

    /// <summary>Events of the block last read, valid until the next read.</summary>
    public Memory<byte> Events { get; private set; }

    /// <summary>Reads the block at the position and moves behind it; stays where there is none.</summary>
    public bool TryRead()
    {
        if (!TryReadFirst(out PageHeader first, out int pages))
        {
            return false;
        }

        int bytes = pages * Page.Bytes;
        if (_buffer.Length < bytes)
        {
            byte[] larger = new byte[Math.Max(bytes, Math.Min(_buffer.Length * 2, Segment.MaxBlockEventBytes))];
            _buffer.AsSpan(0, Page.Bytes).CopyTo(larger);
            _buffer = larger;
        }

        Span<byte> rest = _buffer.AsSpan(Page.Bytes, bytes - Page.Bytes);
        if (_file.Read(Position + Page.Bytes, rest) != rest.Length)
        {
            return false;
        }

        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(_buffer);
        for (int index = 1; index < pages; index++)
        {
            ReadOnlySpan<byte> page = _buffer.AsSpan(index * Page.Bytes, Page.Bytes);
            if (Page.StateOf(page) != PageState.Sound || PageHeader.Read(page) != first with { Index = index, Previous = checksum })
            {
                return false;
            }

            checksum = BinaryPrimitives.ReadUInt32LittleEndian(page);
        }

        Events = Page.Gather(_buffer, first.EventBytes);
        MoveBehind(first, pages, checksum);
        return true;
    }

    /// <summary>Moves to the block that holds an event, looking at first pages only, and at the checksum of last ones to keep the chain.</summary>
    public bool TrySkipTo(long sequence)
    {
        Span<byte> last = stackalloc byte[4];
        while (TryReadFirst(out PageHeader first, out int pages))
        {
            if (sequence - first.FirstSequence < first.Count)
            {
                return true;
            }

            if (_file.Read(Position + ((pages - 1) * Page.Bytes), last) != last.Length)
            {
                return false;
            }

            MoveBehind(first, pages, BinaryPrimitives.ReadUInt32LittleEndian(last));
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private bool TryReadFirst(out PageHeader header, out int pages)
    {
        header = default;
        pages = 0;
        Span<byte> page = _buffer.AsSpan(0, Page.Bytes);
        if (Closed || Position >= Segment.Bytes || _file.Read(Position, page) != Page.Bytes || Page.StateOf(page) != PageState.Sound)
        {
            return false;
        }

        header = PageHeader.Read(page);
        bool events = header.Kind == PageKind.Events;
        pages = events ? Page.PagesFor(header.EventBytes) : 1;
        return (events ? header.Count > 0 && header.EventBytes is > 0 and <= Segment.MaxBlockEventBytes : header.Kind == PageKind.Closing)
            && header.Index == 0
            && header.Generation == Segment.Generation
            && header.FirstSequence == Sequence
            && header.Previous == Checksum
            && Position + (pages * Page.Bytes) <= Segment.Bytes;
    }

    private void MoveBehind(in PageHeader first, int pages, uint checksum)
    {
        FirstSequence = first.FirstSequence;
        Count = first.Count;
        Position += pages * Page.Bytes;
        Sequence += first.Count;
        Checksum = checksum;
        Closed = first.Kind == PageKind.Closing;
    }
}
