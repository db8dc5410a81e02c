using System.Buffers.Binary;

namespace Matching.Storage;

/// <summary>
/// Goes through the blocks of one segment, checking everything: each page's checksum, the chain from page to page, generation,
/// sequence and length. It never moves past a block that is not exactly right; what that means is for its owner to say.
/// One thread at a time.
/// </summary>
internal sealed class PageCursor(IDisk disk, Segment segment) : BlockCursor(disk, segment)
{
    private byte[] _buffer = new byte[Page.Bytes];

    public override bool TryRead()
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
        if (File.Read(Position + Page.Bytes, rest) != rest.Length)
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
        MoveBehind(first.Kind, first.Count, pages, checksum);
        return true;
    }

    // Looks at first pages only, and at the checksum of last ones to keep the chain.
    public override bool TrySkipTo(long sequence)
    {
        Span<byte> last = stackalloc byte[4];
        while (TryReadFirst(out PageHeader first, out int pages))
        {
            if (sequence - first.FirstSequence < first.Count)
            {
                return true;
            }

            if (File.Read(Position + ((pages - 1) * Page.Bytes), last) != last.Length)
            {
                return false;
            }

            MoveBehind(first.Kind, first.Count, pages, BinaryPrimitives.ReadUInt32LittleEndian(last));
        }

        return false;
    }

    private bool TryReadFirst(out PageHeader header, out int pages)
    {
        header = default;
        pages = 0;
        Span<byte> page = _buffer.AsSpan(0, Page.Bytes);
        if (Closed || Position >= Segment.Bytes || File.Read(Position, page) != Page.Bytes || Page.StateOf(page) != PageState.Sound)
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
}
