using Matching.Core;

namespace Matching.Engine.Recordings;

/// <summary>A piece of tape: commands of one batch of one shard, encoded. Goes round between shard, journal loop and recorder.</summary>
internal sealed class TapeChunk
{
    /// <summary>Bytes of a chunk, the block's head included.</summary>
    public const int Size = 64 << 10;

    public readonly byte[] Bytes = new byte[Size];

    /// <summary>Bytes used; the block's head is filled in by the writer.</summary>
    public int Length;

    public int Count;

    public int Shard;

    /// <summary>Commands this shard left out since its chunk before.</summary>
    public long Dropped;

    /// <summary>Time of the first command, in ms since 1970.</summary>
    public long FirstMs;

    /// <summary>Time of the latest.</summary>
    public long LastMs;

    /// <summary>The batch's next chunk.</summary>
    public TapeChunk? Next;
}

/// <summary>The chunks there are: made once, so recording takes a bounded memory. Any thread.</summary>
internal sealed class TapeChunks(int bytes)
{
    private readonly Stack<TapeChunk> _free = new();
    private int _unmade = bytes / TapeChunk.Size;

    /// <summary>Takes one, the latest given back first: it is still in the cache.</summary>
    /// <returns>Null when all are in use.</returns>
    public TapeChunk? Take()
    {
        lock (_free)
        {
            return _free.TryPop(out TapeChunk? chunk) ? chunk : _unmade-- > 0 ? new TapeChunk() : null;
        }
    }

    public void GiveBack(TapeChunk chunk)
    {
        chunk.Next = null;
        lock (_free)
        {
            _free.Push(chunk);
        }
    }
}

/// <summary>
/// The tap at one shard. Load: every command, on the shard's loop; so it encodes into memory taken beforehand, and where there
/// is none left it counts and goes on. Encoding here was chosen over copying command and answer to another loop: 30 bytes
/// leave the shard instead of 180.
/// </summary>
internal sealed class Tape(int shard, TapeChunks chunks)
{
    private TapeChunk? _first;
    private TapeChunk? _last;
    private long _dropped;
    private long _droppedEver;

    /// <summary>Commands left out since the start. Any thread.</summary>
    public long DroppedEver => Volatile.Read(ref _droppedEver);

    /// <summary>Commands left out that no chunk has told of.</summary>
    public long DroppedUntold => _dropped;

    /// <summary>Records a command that was decided.</summary>
    public void Take(in Command command, in Answer answer)
    {
        TapeChunk? chunk = _last;
        if ((chunk is null || TapeChunk.Size - chunk.Length < RecordCodec.MaxBytes) && (chunk = More(answer.Now)) is null)
        {
            _dropped++;
            Volatile.Write(ref _droppedEver, _droppedEver + 1);
            return;
        }

        chunk.Length += RecordCodec.Write(chunk.Bytes.AsSpan(chunk.Length), command, answer, chunk.LastMs);
        chunk.LastMs = answer.Now;
        chunk.Count++;
    }

    /// <summary>Cuts off what was recorded since the last cut: it belongs to the batch at work.</summary>
    public TapeChunk? Cut()
    {
        TapeChunk? first = _first;
        _first = _last = null;
        return first;
    }

    private TapeChunk? More(long nowMs)
    {
        TapeChunk? chunk = chunks.Take();
        if (chunk is not null)
        {
            chunk.Length = RecordingFormat.BlockHeadBytes;
            chunk.Count = 0;
            chunk.Shard = shard;
            chunk.FirstMs = chunk.LastMs = nowMs;
            chunk.Dropped = _dropped;
            _dropped = 0;
            _first ??= chunk;
            if (_last is not null)
            {
                _last.Next = chunk;
            }

            _last = chunk;
        }

        return chunk;
    }
}
