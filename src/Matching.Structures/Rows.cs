using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Matching.Structures;

/// <summary>
/// Rows of a struct, addressed by an int slot. Load: tens of millions of rows, grown while in use. Chosen: chunks of a fixed
/// length, so that growth copies nothing, a ref to a row stays good for ever, and the garbage collector sees a few large
/// arrays without references. Chunks are cut from blocks that grow to 32 MB, pinned, on large pages, each starting on a cache
/// line, so that a row of 64 bytes is one line and not always two; a row is found by one look into a table of addresses. The block
/// behind the one in use is ordered when that is half full (<see cref="ArrayAhead{T}"/>).
/// Rejected: one array doubled (copies, stalls), an object a row (headers, pointers, tracing), memory of the system (nothing
/// would keep it alive while a ref is in use; a ref into a pinned array does). Slot 0 is never given out: it means none, and
/// its row, all zero for ever, may be read as nothing's.
/// </summary>
internal sealed unsafe class Rows<T>
    where T : unmanaged
{
    private const int LineBytes = 64;
    private const int LargestBlockBytes = 32 << 20;

    private readonly List<T[]> _blocks = [];
    private nint[] _table = [];
    private nint* _chunks;
    private ArrayAhead<T>? _ahead;
    private int _room;
    private int _next = 1;

    // The next slot at which there is something to do: the middle of the newest block, then its end.
    private int _step;

    private static int ChunkBits => StructureSizes.RowChunkBits;

    private static int ChunkRows => 1 << ChunkBits;

    /// <summary>Makes an empty set of rows.</summary>
    public Rows() => AddBlock();

    /// <summary>Rows given out.</summary>
    public int Count => _next - 1;

    /// <summary>Whether the next block is ordered.</summary>
    internal bool HasNext => _ahead is not null;

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
        if (slot == _step)
        {
            Step();
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

        // Passed over: what the middle of a block is for comes too late, its end does not.
        _step = _next > _step ? _room : _step;
        return first;
    }

    /// <summary>
    /// Makes room for so many rows in all and takes its memory from the system, so that neither is waited for until then.
    /// </summary>
    public void TakeMemory(int rows)
    {
        while (_step <= rows)
        {
            AddBlock();
            LargePages.Take(_blocks[^1], 0, long.MaxValue);
        }
    }

    /// <summary>Brings the first cache line of a row into the cache. The slot was given out, or is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(AddressOf(slot));
        }
    }

    // Slots were given out by Add, so their chunk is in the table. Without signs: they cost an instruction each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void* AddressOf(int slot) =>
        (byte*)_chunks[(uint)slot >> ChunkBits] + (nuint)((uint)slot & (uint)(ChunkRows - 1)) * (nuint)sizeof(T);

    // As many chunks again as there are, so that a small book stays small.
    private int NextChunks => Math.Clamp(_room >> ChunkBits, 1, Math.Max(1, LargestBlockBytes / sizeof(T) / ChunkRows));

    // Cut to lines at its start.
    private int NextLength => (NextChunks * ChunkRows) + ((LineBytes + sizeof(T) - 1) / sizeof(T));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Step()
    {
        if (_step == _room)
        {
            AddBlock();
        }
        else
        {
            _ahead = ArrayAhead<T>.Order(NextLength);
            _step = _room;
        }
    }

    private void AddBlock()
    {
        int first = _room >> ChunkBits;
        int chunks = NextChunks;
        T[] rows = _ahead?.Take() ?? LargePages.Array<T>(NextLength);
        _ahead = null;
        _blocks.Add(rows);
        if (_table.Length < first + chunks)
        {
            nint[] table = GC.AllocateArray<nint>(Math.Max(first + chunks, _table.Length * 2), pinned: true);
            _table.CopyTo(table, 0);
            _table = table;
            _chunks = (nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(table));
        }

        nint start = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(rows)) + LineBytes - 1) & -LineBytes;
        for (int i = 0; i < chunks; i++)
        {
            _chunks[first + i] = start + ((nint)i * ChunkRows * sizeof(T));
        }

        _room += chunks * ChunkRows;
        _step = _room - (chunks * ChunkRows / 2);
    }
}
