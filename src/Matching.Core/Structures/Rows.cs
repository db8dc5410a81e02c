using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Matching.Core.Structures;

/// <summary>
/// Rows of a struct, addressed by an int slot. Load: tens of millions of rows, grown while in use. Chosen: chunks of a fixed
/// length, so that growth copies nothing, a ref to a row stays good for ever, and the garbage collector sees a few large
/// arrays without references. Chunks are cut from blocks that grow to 32 MB, pinned, on large pages, each starting on a cache
/// line, so that a row of 64 bytes is one line and not always two; a row is found by one look into a table of addresses.
/// Rejected: one array doubled (copies, stalls), an object a row (headers, pointers, tracing), memory of the system (nothing
/// would keep it alive while a ref is in use; a ref into a pinned array does). Slot 0 is never given out: it means none.
/// </summary>
internal sealed unsafe class Rows<T>
    where T : unmanaged
{
    private const int LineBytes = 64;
    private const int LargestBlockBytes = 32 << 20;

    private readonly List<T[]> _blocks = [];
    private nint[] _chunks = [];
    private int _room;
    private int _next = 1;

    private static int ChunkBits => StructureSizes.RowChunkBits;

    private static int ChunkRows => 1 << ChunkBits;

    /// <summary>Makes an empty set of rows.</summary>
    public Rows() => AddBlock();

    /// <summary>Rows given out.</summary>
    public int Count => _next - 1;

    /// <summary>The row of a slot given out before.</summary>
    public ref T this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.AsRef<T>(AddressOf(slot));
    }

    /// <summary>Gives out the next slot; its row is all zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add()
    {
        int slot = _next++;
        if (slot == _room)
        {
            AddBlock();
        }

        return slot;
    }

    /// <summary>Gives out several slots that follow each other; their rows are all zero.</summary>
    /// <returns>The first of them.</returns>
    public int Add(int count)
    {
        int first = _next;
        _next = checked(_next + count);
        while (_room < _next)
        {
            AddBlock();
        }

        return first;
    }

    /// <summary>Brings the first cache line of a row into the cache. Any slot will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot)
    {
        if (Sse.IsSupported && (uint)slot < (uint)_room)
        {
            Sse.Prefetch0(AddressOf(slot));
        }
    }

    // Slots were given out by Add, so their chunk is in the table.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void* AddressOf(int slot) =>
        (void*)(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks), slot >> ChunkBits) + ((nint)(slot & (ChunkRows - 1)) * sizeof(T)));

    // As many rows again as there are, so that a small book stays small.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddBlock()
    {
        int first = _room >> ChunkBits;
        int chunks = Math.Clamp(first, 1, Math.Max(1, LargestBlockBytes / sizeof(T) / ChunkRows));
        int spare = (LineBytes + sizeof(T) - 1) / sizeof(T);
        T[] rows = LargePages.Array<T>((chunks * ChunkRows) + spare);
        _blocks.Add(rows);
        if (_chunks.Length < first + chunks)
        {
            Array.Resize(ref _chunks, Math.Max(first + chunks, _chunks.Length * 2));
        }

        nint start = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(rows)) + LineBytes - 1) & -LineBytes;
        for (int i = 0; i < chunks; i++)
        {
            _chunks[first + i] = start + ((nint)i * ChunkRows * sizeof(T));
        }

        _room += chunks * ChunkRows;
    }
}
