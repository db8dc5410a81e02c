using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Matching.Structures;

/// <summary>Says whether a slot's row has the key looked for.</summary>
internal interface ISlotKey
{
    bool Is(int slot);
}

/// <summary>
/// From a key's hash to the slot of its row. Load: tens of millions of keys, mostly inserted and looked up, one cache miss a
/// look-up allowed. Chosen: open addressing, linear probing, 8 bytes an entry (a tag, the hash's low 32 bits, beside the slot,
/// so that a probe touches no row but the right one, and growth reads no row at all), about 3/4 full at most. A tag's home is
/// given by its high bits, so the table of twice the size has the same order: growth walks both tables once, from end to end,
/// a few positions with every insertion, and no growth stalls a shard. Every key is in exactly one of the two tables, and
/// its home says in which. The table of twice the size is ordered some time before (<see cref="ArrayAhead{T}"/>). Rejected: homes by the
/// low bits (growth writes all over the new table, a miss and a page fault each), chaining (a second miss), Dictionary (stops the shard for
/// its resize), keys in the entries (16 bytes more).
/// </summary>
internal sealed class SlotIndex
{
    private const int PositionsAnInsertion = 16;

    private ulong[] _table = LargePages.Array<ulong>(1 << StructureSizes.IndexBits);
    private ArrayAhead<ulong>? _ahead;
    private int _shift = 32 - StructureSizes.IndexBits;

    // So many entries in, there is something to do: the next table is ordered, then grown into.
    private int _step = OrderAt(1 << StructureSizes.IndexBits);

    // While growing: the table before. Its first _moved positions, counted round from _start, are moved and empty; the first
    // one not moved is empty too, so no run of entries lies across the border, and a home before it means the new table.
    private ulong[]? _old;
    private int _start;
    private int _moved;

    // The hash that was looked for last and is not there, and the place where it would be; -1 once anything was added or removed.
    private ulong _missed;
    private int _missedAt = -1;

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the table to grow into is ordered.</summary>
    internal bool HasNext => _ahead is not null;

    /// <summary>Makes an empty index so large at once that so many entries need no growth, nor order a table to grow into.</summary>
    public void Reserve(int entries)
    {
        int bits = 32 - _shift;
        while (OrderAt(1 << bits) <= entries && bits < 30)
        {
            bits++;
        }

        if (Count == 0 && bits > 32 - _shift)
        {
            (_shift, _table) = (32 - bits, LargePages.Array<ulong>(1 << bits));
            _step = OrderAt(1 << bits);
            _missedAt = -1;
        }
    }

    /// <summary>The same, and takes the table's memory from the system, so that no entry waits for a page of it.</summary>
    public void TakeMemory(int entries)
    {
        Reserve(entries);
        LargePages.Take(_table, 0, long.MaxValue);
    }

    /// <summary>The slot with this hash whose row has the key, or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find<TKey>(ulong hash, TKey key)
        where TKey : struct, ISlotKey
    {
        uint tag = (uint)hash;
        ulong[] table = TableOf(tag, out int at);
        ref ulong first = ref MemoryMarshal.GetArrayDataReference(table);
        int mask = table.Length - 1;
        while (true)
        {
            ulong entry = Unsafe.Add(ref first, at & mask);
            if (entry == 0)
            {
                _missed = hash;
                _missedAt = at & mask;
                return 0;
            }

            if ((uint)(entry >> 32) == tag && key.Is((int)entry))
            {
                return (int)entry;
            }

            at++;
        }
    }

    /// <summary>Adds a slot; its key must not be in the index. Just looked for, it has its place already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong hash, int slot)
    {
        ulong[] table = _table;
        int at = _missedAt;
        if (_missed == hash && _old is null && Count < _step && (uint)at < (uint)table.Length)
        {
            table[at] = EntryOf(hash, slot);
            Count++;
            _missedAt = -1;
        }
        else
        {
            AddAnywhere(hash, slot);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddAnywhere(ulong hash, int slot)
    {
        _missedAt = -1;
        if (_old is not null)
        {
            MoveSome();
        }
        else if (Count >= _step)
        {
            Step();
        }

        ulong[] table = TableOf((uint)hash, out int home);
        int at = FreeFrom(table, home);
        if (table == _old && RunsIntoUnmoved(home, at))
        {
            while (_old is not null)
            {
                MoveSome();
            }

            table = TableOf((uint)hash, out home);
            at = FreeFrom(table, home);
        }

        table[at] = EntryOf(hash, slot);
        Count++;
    }

    /// <summary>Takes a slot out; it must be in the index.</summary>
    public void Remove(ulong hash, int slot)
    {
        _missedAt = -1;
        ulong entry = EntryOf(hash, slot);
        ulong[] table = TableOf((uint)hash, out int gap);
        int mask = table.Length - 1;
        while (table[gap] != entry)
        {
            if (table[gap] == 0)
            {
                throw new InvariantException($"slot {slot} is not in the index it is removed from");
            }

            gap = (gap + 1) & mask;
        }

        CloseGap(table, gap, table == _table ? _shift : _shift + 1);
        Count--;
    }

    /// <summary>Brings the place of a hash into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            ulong[] table = TableOf((uint)hash, out int home);
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table), home)));
        }
    }

    /// <summary>The first slot with this hash, or 0; whether its row has the key is not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Candidate(ulong hash) => Find(hash, default(AnyKey));

    // The table in which a tag is, if it is in any, and its home there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong[] TableOf(uint tag, out int home)
    {
        home = (int)(tag >> _shift);
        ulong[]? old = _old;
        if (old is null || (((home >> 1) - _start) & (old.Length - 1)) < _moved)
        {
            return _table;
        }

        home >>= 1;
        return old;
    }

    private static ulong EntryOf(ulong hash, int slot) => (hash << 32) | (uint)slot;

    private static int FreeFrom(ulong[] table, int at)
    {
        int mask = table.Length - 1;
        while (table[at] != 0)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    // The last run of the old table may grow round its end into the part that was moved, but not through it into the part
    // that was not: an entry there would be moved before its home is. It takes a run of sixteen there, or equal hashes.
    private bool RunsIntoUnmoved(int home, int at)
    {
        int mask = _old!.Length - 1;
        int position = (at - _start) & mask;
        return position < ((home - _start) & mask) && position >= _moved;
    }

    // Pulls later entries of the run forward: no tombstones, so probes stay short for ever.
    private static void CloseGap(ulong[] table, int gap, int shift)
    {
        int mask = table.Length - 1;
        for (int i = (gap + 1) & mask; table[i] != 0; i = (i + 1) & mask)
        {
            int home = (int)((uint)(table[i] >> 32) >> shift);
            if (((i - home) & mask) >= ((i - gap) & mask))
            {
                table[gap] = table[i];
                gap = i;
            }
        }

        table[gap] = 0;
    }

    // Late enough that an index which stays as it is seldom keeps a table it does not need.
    private static int OrderAt(int length) => (length / 2) + (length / 8);

    private static int GrowAt(int length) => length - (length >> 2);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Step()
    {
        if (_step == GrowAt(_table.Length))
        {
            Grow();
        }
        else
        {
            _ahead = ArrayAhead<ulong>.Order(_table.Length * 2);
            _step = GrowAt(_table.Length);
        }
    }

    private void Grow()
    {
        _old = _table;
        _start = Array.IndexOf(_table, 0UL);
        _moved = 0;
        _table = _ahead?.Take() ?? LargePages.Array<ulong>(_table.Length * 2);
        _ahead = null;
        _step = OrderAt(_table.Length);
        _shift--;
        MoveSome();
    }

    // A run is moved as a whole. At most 1/16 of the old table's length is inserted into it until all is moved, so it stays
    // under 7/8 full; and of the new one's, so it is not half full when growth ends.
    private void MoveSome()
    {
        ulong[] old = _old!;
        int mask = old.Length - 1;
        int end = Math.Min(_moved + PositionsAnInsertion, old.Length);
        for (; _moved < end || old[(_start + _moved) & mask] != 0; _moved++)
        {
            ref ulong entry = ref old[(_start + _moved) & mask];
            if (entry != 0)
            {
                _table[FreeFrom(_table, (int)((uint)(entry >> 32) >> _shift))] = entry;
                entry = 0;
            }
        }

        if (_moved >= old.Length)
        {
            _old = null;
        }
    }

    private readonly struct AnyKey : ISlotKey
    {
        public bool Is(int slot) => true;
    }
}
