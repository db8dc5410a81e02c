using Matching.Core;

namespace Matching.Storage;

/// <summary>
/// Reads a log beside its writer. It looks only at blocks below the published durable sequence, which are never written again, so
/// it needs no agreement with the writer but that number.
/// </summary>
internal sealed class SegmentReader(SegmentLog log, long fromSequence) : IJournalReader
{
    private long _next = fromSequence;
    private BlockCursor? _cursor;
    private bool _disposed;

    /// <summary>Sequence of the next event to read.</summary>
    public long Position => _next;

    /// <summary>Checksum of the last page of the block last read.</summary>
    public uint Checksum => _cursor!.Checksum;

    /// <inheritdoc/>
    public bool TryReadBlock(out long firstSequence, out int count, out ReadOnlyMemory<byte> events)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_next >= log.DurableSequence)
        {
            firstSequence = _next;
            count = 0;
            events = default;
            return false;
        }

        BlockCursor cursor = ReadNext();
        int before = (int)(_next - cursor.FirstSequence);
        firstSequence = _next;
        count = cursor.Count - before;
        events = before == 0 ? cursor.Events : cursor.Events[EventBytes.LengthOf(cursor.Events.Span, before)..];
        _next = cursor.Sequence;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _cursor?.Dispose();
    }

    private BlockCursor ReadNext()
    {
        Segment segment = log.Find(_next);
        while (true)
        {
            try
            {
                BlockCursor cursor = Seek(segment);
                return (cursor.Sequence == _next || cursor.TrySkipTo(_next)) && cursor.TryRead()
                    ? cursor
                    : throw Damage.At(segment.Path, cursor.Position, $"event {_next} cannot be read back");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Archived in the moment between finding and opening it: it is elsewhere now.
                Segment again = log.Find(_next);
                segment = again != segment ? again : throw new JournalException($"{segment.Path} cannot be read: {e.Message}", e);
            }
        }
    }

    private BlockCursor Seek(Segment segment)
    {
        if (_next < segment.FirstSequence)
        {
            throw new EventsGoneException(_next, segment.FirstSequence);
        }

        if (_cursor is null || _cursor.Segment.Number != segment.Number)
        {
            _cursor?.Dispose();
            _cursor = null;
            _cursor = segment.Open(log.Disk);
        }

        return _cursor;
    }
}

/// <summary>
/// The one thing a journal knows of events: how long each is, which it says itself (<see cref="EventCodec.LengthOf"/>).
/// </summary>
internal static class EventBytes
{
    /// <summary>Bytes of the first so many events.</summary>
    public static int LengthOf(ReadOnlySpan<byte> events, int count)
    {
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int length = LengthOf(events[at..]);
            if (length < 2 || length > events.Length - at)
            {
                throw new JournalException($"event {i} of a block has length {length}: these are not events of this version");
            }

            at += length;
        }

        return at;
    }

    private static int LengthOf(ReadOnlySpan<byte> first)
    {
        try
        {
            return EventCodec.LengthOf(first);
        }
        catch (FormatException e)
        {
            throw new JournalException($"an event of a block cannot be passed over: {e.Message}", e);
        }
    }
}
