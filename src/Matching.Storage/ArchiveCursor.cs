namespace Matching.Storage;

/// <summary>
/// Goes through the blocks of an archived segment; see <see cref="Archive"/>. It shows positions of the segment it was made from.
/// </summary>
internal sealed class ArchiveCursor(IDisk disk, Segment segment) : BlockCursor(disk, segment)
{
    private long _at = Archive.HeaderBytes;
    private byte[] _buffer = new byte[16 * 1024];

    public override bool TryRead()
    {
        if (!TryReadHead(out ArchivedBlock block))
        {
            return false;
        }

        int bytes = ArchivedBlock.HeadBytes + Crc.Padded(block.EventBytes);
        if (_buffer.Length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(bytes, Math.Min(2 * _buffer.Length, Segment.MaxBlockEventBytes)));
        }

        Span<byte> events = _buffer.AsSpan(ArchivedBlock.HeadBytes..bytes);
        if (File.Read(_at + ArchivedBlock.HeadBytes, events) != events.Length || !ArchivedBlock.IsWhole(_buffer.AsSpan(0, bytes)))
        {
            return false;
        }

        Events = _buffer.AsMemory(ArchivedBlock.HeadBytes, block.EventBytes);
        MoveBehind(block);
        return true;
    }

    // Looks at heads only; the block that is wanted is checked when it is read.
    public override bool TrySkipTo(long sequence)
    {
        while (TryReadHead(out ArchivedBlock block))
        {
            if (sequence - block.FirstSequence < block.Count)
            {
                return true;
            }

            MoveBehind(block);
        }

        return false;
    }

    private bool TryReadHead(out ArchivedBlock block)
    {
        block = default;
        Span<byte> head = _buffer.AsSpan(0, ArchivedBlock.HeadBytes);
        if (Closed || File.Read(_at, head) != head.Length)
        {
            return false;
        }

        block = ArchivedBlock.Read(head);
        return block.FirstSequence == Sequence
            && (block.Kind == PageKind.Events
                ? block.Count > 0 && block.EventBytes is > 0 and <= Segment.MaxBlockEventBytes
                : block is { Kind: PageKind.Closing, Count: 0, EventBytes: 0 });
    }

    private void MoveBehind(in ArchivedBlock block)
    {
        _at += ArchivedBlock.HeadBytes + Crc.Padded(block.EventBytes);
        MoveBehind(block.Kind, block.Count, Math.Max(1, Page.PagesFor(block.EventBytes)), block.Checksum);
    }
}
