using System.Threading.Channels;

namespace Matching.Recording;

/// <summary>Commands of one batch of one shard, encoded. Goes round between shard, journal loop and recorder.</summary>
internal sealed class RecordBuffer
{
    /// <summary>Bytes of a buffer, the block's head included.</summary>
    public const int Size = 64 << 10;

    public readonly byte[] Bytes = new byte[Size];

    /// <summary>Bytes used; the block's head is filled in by the writer.</summary>
    public int Length;

    /// <summary>Of the block: <see cref="RecordingFormat"/>.</summary>
    public byte Kind;

    public int Count;

    public int Shard;

    /// <summary>Commands that the shard left out since its buffer before.</summary>
    public long Dropped;

    /// <summary>Time of the first command, in ms since 1970; number of the first campaign command; of a mark, its number.</summary>
    public long From;

    /// <summary>Time of the latest.</summary>
    public long LastMs;

    /// <summary>The batch's next buffer.</summary>
    public RecordBuffer? Next;

    public RecordBuffer(RecordBuffers buffers) => OnWritten = durable => buffers.HandOn(this, durable);

    /// <summary>Hands on the batch that begins with this buffer. Made once, so a batch makes no garbage.</summary>
    public Action<bool> OnWritten { get; }
}

/// <summary>The buffers there are: made once, so recording takes a bounded memory. Any thread.</summary>
/// <param name="bytes">Of all of them.</param>
/// <param name="recorder">Where a durable batch's buffers go.</param>
internal sealed class RecordBuffers(int bytes, ChannelWriter<RecordBuffer> recorder)
{
    private readonly Stack<RecordBuffer> _free = new();
    private int _unmade = bytes / RecordBuffer.Size;

    /// <summary>Takes one, the latest given back first: it is still in the cache.</summary>
    /// <returns>Null when all are in use.</returns>
    public RecordBuffer? Rent()
    {
        lock (_free)
        {
            if (_free.TryPop(out RecordBuffer? buffer) || _unmade == 0)
            {
                return buffer;
            }

            _unmade--;
            return new RecordBuffer(this);
        }
    }

    public void Return(RecordBuffer buffer)
    {
        buffer.Next = null;
        lock (_free)
        {
            _free.Push(buffer);
        }
    }

    /// <summary>Hands the buffers of a batch to the recorder's loop, or takes them back when the batch never happened.</summary>
    public void HandOn(RecordBuffer first, bool durable)
    {
        for (RecordBuffer? buffer = first; buffer is not null;)
        {
            RecordBuffer? next = buffer.Next;
            if (!durable || !recorder.TryWrite(buffer))
            {
                Return(buffer);
            }

            buffer = next;
        }
    }
}
