using System.Buffers.Binary;

namespace Matching.Recording;

/// <summary>One block of a recording: its bytes with their head, and where it lies.</summary>
internal readonly record struct RecordedBlock(ReadOnlyMemory<byte> Bytes, string Where)
{
    public byte Kind => Bytes.Span[8];

    public int Shard => Bytes.Span[9];

    public int Count => BinaryPrimitives.ReadInt32LittleEndian(Bytes.Span[12..]);

    /// <summary>Time of the first command, number of the first campaign command, or a mark's number.</summary>
    public long From => BinaryPrimitives.ReadInt64LittleEndian(Bytes.Span[24..]);
}

/// <summary>
/// Brings a sitting's blocks into an order in which they can be decided again. A shard's blocks lie in its own order, but a campaign
/// command is written once it is durable, which is before any shard knows of it: what lies behind it in the file may have been decided
/// without it. So each shard marks where it learned of it, and a campaign command is given out when every shard has come to its mark; what
/// a shard did behind the mark waits until then, for the ms that the hand-over took. Rejected: the shards' commands in one sequence of the
/// engine (a counter shared by all shards, touched with every join).
/// </summary>
internal sealed class BlockOrder(int shards)
{
    // Of up to 64 KiB each. More lie behind a mark only where a shard's own was never written; then the commands are given out as they
    // come.
    private const int MostHeld = 1024;

    private readonly Queue<RecordedBlock> _campaigns = new();
    private readonly Queue<RecordedBlock>[] _held = [.. Enumerable.Range(0, shards).Select(_ => new Queue<RecordedBlock>())];
    private int _heldBlocks;

    /// <summary>The blocks of commands and campaign commands in that order; marks are left out. One pass.</summary>
    /// <param name="blocks">In the order of the files; the bytes of one may be overwritten when the next is asked for.</param>
    public IEnumerable<RecordedBlock> Of(IEnumerable<RecordedBlock> blocks)
    {
        foreach (RecordedBlock block in blocks)
        {
            if (block.Kind == RecordingFormat.Campaigns)
            {
                _campaigns.Enqueue(Copy(block));
                continue;
            }

            Queue<RecordedBlock> held = _held[block.Shard];
            if (held.Count == 0 && !Waits(block))
            {
                if (block.Kind == RecordingFormat.Commands)
                {
                    yield return block;
                }

                continue;
            }

            held.Enqueue(Copy(block));
            foreach (RecordedBlock released in Released(all: ++_heldBlocks > MostHeld))
            {
                yield return released;
            }
        }

        foreach (RecordedBlock released in Released(all: true))
        {
            yield return released;
        }
    }

    private static RecordedBlock Copy(in RecordedBlock block) => block with { Bytes = block.Bytes.ToArray() };

    // A mark behind which a campaign command is in force that was not given out yet. One whose commands are lost waits for nothing.
    private bool Waits(in RecordedBlock block) =>
        block.Kind == RecordingFormat.Mark && _campaigns.TryPeek(out RecordedBlock next) && next.From <= block.From;

    private IEnumerable<RecordedBlock> Released(bool all)
    {
        while (_campaigns.Count > 0 && (all || Array.TrueForAll(_held, held => held.TryPeek(out RecordedBlock mark) && Waits(mark))))
        {
            yield return _campaigns.Dequeue();
            foreach (Queue<RecordedBlock> held in _held)
            {
                while (held.TryPeek(out RecordedBlock block) && !Waits(block))
                {
                    held.Dequeue();
                    _heldBlocks--;
                    if (block.Kind == RecordingFormat.Commands)
                    {
                        yield return block;
                    }
                }
            }
        }
    }
}
