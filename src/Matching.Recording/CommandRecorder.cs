using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Recording;

/// <summary>
/// The tap at one loop. Load: every command, on the shard's loop; so it encodes into memory taken beforehand, and where there
/// is none left it counts and goes on. Encoding here was chosen over copying command and answer to another loop: 30 bytes
/// leave the shard instead of 180.
/// </summary>
internal sealed class CommandRecorder(int shard, RecordBuffers buffers) : LoopTap
{
    private RecordBuffer? _first;
    private RecordBuffer? _last;
    private long _owedMark;
    private long _dropped;
    private long _droppedEver;

    /// <summary>Commands left out since the start. Any thread.</summary>
    public long DroppedEver => Volatile.Read(ref _droppedEver);

    /// <summary>Commands left out that no buffer has told of.</summary>
    public long DroppedUntold => _dropped;

    public override void Record(in Command command, in Answer answer)
    {
        RecordBuffer? buffer = _last;
        if ((buffer is null || buffer.Kind != RecordingFormat.Commands || RecordBuffer.Size - buffer.Length < RecordCodec.MaxBytes)
            && (buffer = NextOfCommands(answer.Now)) is null)
        {
            Drop();
            return;
        }

        buffer.Length += RecordCodec.Write(buffer.Bytes.AsSpan(buffer.Length), command, answer, buffer.LastMs);
        buffer.LastMs = answer.Now;
        buffer.Count++;
    }

    public override void Record(ControlCommand command, in ControlAnswer answer)
    {
        Campaigns++;
        byte[] bytes = ControlCodec.Encode(command);
        RecordBuffer? buffer = _last;
        if ((buffer is null || RecordBuffer.Size - buffer.Length < CampaignCodec.MaxBytes(bytes))
            && (buffer = More(RecordingFormat.Campaigns, Campaigns)) is null)
        {
            Drop();
            return;
        }

        buffer.Length += CampaignCodec.Write(buffer.Bytes.AsSpan(buffer.Length), bytes, answer);
        buffer.Count++;
    }

    // Where no buffer is free, the mark stands before the next command that is recorded.
    public override void Mark(long number)
    {
        _owedMark = number;
        WritePendingMark();
    }

    /// <summary>The buffers of the batch at work.</summary>
    public RecordBuffer? TakeBuffers()
    {
        RecordBuffer? first = _first;
        _first = _last = null;
        return first;
    }

    public override Action<bool>? EndBatch() => TakeBuffers()?.OnWritten;

    private RecordBuffer? NextOfCommands(long nowMs)
    {
        RecordBuffer? buffer = WritePendingMark() ? More(RecordingFormat.Commands, nowMs) : null;
        if (buffer is not null)
        {
            buffer.LastMs = nowMs;
        }

        return buffer;
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
        RecordBuffer? buffer = buffers.Rent();
        if (buffer is not null)
        {
            buffer.Length = RecordingFormat.BlockHeadBytes;
            buffer.Kind = kind;
            buffer.Count = 0;
            buffer.Shard = shard;
            buffer.From = from;
            buffer.Dropped = _dropped;
            _dropped = 0;
            _first ??= buffer;
            if (_last is not null)
            {
                _last.Next = buffer;
            }

            _last = buffer;
        }

        return buffer;
    }
}
