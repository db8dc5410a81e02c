using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Matching.Core.Structures;

/// <summary>
/// Rows of a struct, addressed by an int slot. Load: tens of millions of rows, grown while in use. Chosen: chunks of a fixed
/// length, so that growth copies nothing, a ref to a row stays good for ever, and the garbage collector sees a few large
/// arrays without references. Chunks are pinned and start on a cache line, so that a row of 64 bytes is one line and not
/// always two. Rejected: one array doubled (copies, stalls), an object a row (headers, pointers, tracing), memory of the
/// system (nothing would keep it alive while a ref is in use). Slot 0 is never given out: it means none.
/// </summary>
internal sealed class Rows<T>
    where T : unmanaged
{
    private const int ChunkBits = 12;
    private const int ChunkRows = 1 << ChunkBits;
    private const int LineBytes = 64;

    private Chunk[] _chunks = new Chunk[1];
    private int _next = 1;

    /// <summary>Makes an empty set of rows.</summary>
    public Rows() => AddChunk(0);

    private struct Chunk
    {
        public T[] Rows;

        // Bytes from the array's first element to the first cache line in it.
        public nint Start;
    }

    /// <summary>Rows given out.</summary>
    public int Count => _next - 1;

    /// <summary>The row of a slot given out before.</summary>
    public ref T this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ref Chunk chunk = ref _chunks[slot >> ChunkBits];
            nint at = chunk.Start + ((nint)(slot & (ChunkRows - 1)) * Unsafe.SizeOf<T>());
            return ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(chunk.Rows), at);
        }
    }

    /// <summary>Gives out the next slot; its row is all zero.</summary>
    public int Add()
    {
        int slot = _next++;
        if (slot >> ChunkBits >= _chunks.Length || _chunks[slot >> ChunkBits].Rows is null)
        {
            AddChunk(slot >> ChunkBits);
        }

        return slot;
    }

    /// <summary>Brings the first cache line of a row into the cache. Any slot will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(int slot)
    {
        if (Sse.IsSupported && (uint)slot < (uint)_next && slot != 0)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref this[slot]));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private unsafe void AddChunk(int chunk)
    {
        if (chunk >= _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length * 2);
        }

        int spare = (LineBytes + Unsafe.SizeOf<T>() - 1) / Unsafe.SizeOf<T>();
        T[] rows = GC.AllocateArray<T>(ChunkRows + spare, pinned: true);
        nint first = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(rows));
        _chunks[chunk] = new Chunk { Rows = rows, Start = -first & (LineBytes - 1) };
    }
}
