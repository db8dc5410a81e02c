using System.Runtime.CompilerServices;

namespace Matching.Structures;

/// <summary>Slots of rows given back, the last one first: a stack in chunks, so that growth copies nothing.</summary>
internal sealed class FreeSlots
{
    private readonly List<int[]> _chunks = [];

    private static int ChunkBits => StructureSizes.RowChunkBits;

    /// <summary>Slots in it.</summary>
    public int Count { get; private set; }

    public void Add(int slot)
    {
        if (Count >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(new int[1 << ChunkBits]);
        }

        _chunks[Count >> ChunkBits][Count & ((1 << ChunkBits) - 1)] = slot;
        Count++;
    }

    /// <summary>A slot to use again, or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take() => Count == 0 ? 0 : TakeLast();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeLast()
    {
        Count--;
        return _chunks[Count >> ChunkBits][Count & ((1 << ChunkBits) - 1)];
    }
}
