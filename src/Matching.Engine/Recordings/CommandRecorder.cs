using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Engine.Recordings;

/// <summary>A piece of tape: commands of one batch of one shard, encoded. Goes round between shard, journal loop and recorder.</summary>
internal sealed class RecordBuffer
{
    /// <summary>Bytes of a chunk, the block's head included.</summary>
    public const int Size = 64 << 10;

    public readonly byte[] Bytes = new byte[Size];

    /// <summary>Bytes used; the block's head is filled in by the writer.</summary>
    public int Length;

    /// <summary>Of the block: <see cref="RecordingFormat"/>.</summary>
    public byte Kind;

    public int Count;

    public int Shard;

    /// <summary>Commands this tape left out since its chunk before.</summary>
    public long Dropped;

    /// <summary>Time of the first command, in ms since 1970; number of the first campaign command; of a mark, its number.</summary>
    public long From;

    /// <summary>Time of the latest.</summary>
    public long LastMs;

    /// <summary>The batch's next chunk.</summary>
    public RecordBuffer? Next;
}

/// <summary>The chunks there are: made once, so recording takes a bounded memory. Any thread.</summary>
internal sealed class TapeChunks(int bytes)
{
    private readonly Stack<RecordBuffer> _free = new();
    private int _unmade = bytes / RecordBuffer.Size;

    /// <summary>Takes one, the latest given back first: it is still in the cache.</summary>
    /// <returns>Null when all are in use.</returns>
    public RecordBuffer? Take()
    {
        lock (_free)
        {
            return _free.TryPop(out RecordBuffer? chunk) ? chunk : _unmade-- > 0 ? new RecordBuffer() : null;
        }
    }

    public void GiveBack(RecordBuffer chunk)
    {
        chunk.Next = null;
        lock (_free)
        {
            _free.Push(chunk);
        }
    }
}

/// <summary>
/// The tap at one loop. Load: every command, on the shard's loop; so it encodes into memory taken beforehand, and where there
/// is none left it counts and goes on. Encoding here was chosen over copying command and answer to another loop: 30 bytes
/// leave the shard instead of 180.
/// </summary>
internal sealed class CommandRecorder(int shard, TapeChunks chunks)
{
    private RecordBuffer? _first;
    private RecordBuffer? _last;
    private long _owedMark;
    private long _dropped;
    private long _droppedEver;

    /// <summary>Commands left out since the start. Any thread.</summary>
    public long DroppedEver => Volatile.Read(ref _droppedEver);

    /// <summary>Commands left out that no chunk has told of.</summary>
    public long DroppedUntold => _dropped;

    /// <summary>Campaign commands taken or left out: the number of the latest.</summary>
    public long Campaigns { get; private set; }

    /// <summary>Records a command that was decided.</summary>
    public void Take(in Command command, in Answer answer)
    {
        RecordBuffer? chunk = _last;
        if ((chunk is null || chunk.Kind != RecordingFormat.Commands || RecordBuffer.Size - chunk.Length < RecordCodec.MaxBytes)
            && (chunk = NextOfCommands(answer.Now)) is null)
        {
            Drop();
            return;
        }

        chunk.Length += RecordCodec.Write(chunk.Bytes.AsSpan(chunk.Length), command, answer, chunk.LastMs);
        chunk.LastMs = answer.Now;
        chunk.Count++;
    }

    /// <summary>Records a campaign command that was decided and not refused for its fields.</summary>
    public void Take(ControlCommand command, in ControlAnswer answer)
    {
        Campaigns++;
        byte[] bytes = ControlCodec.Encode(command);
        RecordBuffer? chunk = _last;
        if ((chunk is null || RecordBuffer.Size - chunk.Length < CampaignCodec.MaxBytes(bytes))
            && (chunk = More(RecordingFormat.Campaigns, Campaigns)) is null)
        {
            Drop();
            return;
        }

        chunk.Length += CampaignCodec.Write(chunk.Bytes.AsSpan(chunk.Length), bytes, answer);
        chunk.Count++;
    }

    /// <summary>
    /// From here on the shard decides by the campaign commands up to this number. Where there is no tape, the mark stands before the next
    /// command that is recorded.
    /// </summary>
    public void Mark(long number)
    {
        _owedMark = number;
        WritePendingMark();
    }

    /// <summary>Cuts off what was recorded since the last cut: it belongs to the batch at work.</summary>
    public RecordBuffer? TakeBuffer()
    {
        RecordBuffer? first = _first;
        _first = _last = null;
        return first;
    }

    private RecordBuffer? NextOfCommands(long nowMs)
    {
        RecordBuffer? chunk = WritePendingMark() ? More(RecordingFormat.Commands, nowMs) : null;
        if (chunk is not null)
        {
            chunk.LastMs = nowMs;
        }

        return chunk;
    }

    private bool WritePendingMark()
    {
        if (_owedMark != 0 && More(RecordingFormat.Mark, _owedMark) is not null)
        {
            _owedMark = 0;
        }

        return _owedMark == 0;
    }

    private void Drop()
    {
        _dropped++;
        Volatile.Write(ref _droppedEver, _droppedEver + 1);
    }

    private RecordBuffer? More(byte kind, long from)
    {
        RecordBuffer? chunk = chunks.Take();
        if (chunk is not null)
        {
            chunk.Length = RecordingFormat.BlockHeadBytes;
            chunk.Kind = kind;
            chunk.Count = 0;
            chunk.Shard = shard;
            chunk.From = from;
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
