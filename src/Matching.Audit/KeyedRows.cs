namespace Matching.Audit;

/// <summary>
/// Rows found by a pair of numbers, added and never removed.
/// <para>
/// Assumes tens of millions of rows in an offline pass, and a few dozen in each of thousands of tests. Rows and keys lie in pieces that
/// growth leaves where they are, the index is one int a row at half to three quarters full, so a row costs its own size + 16 + about 7
/// bytes. A Dictionary takes 12 bytes more a row and holds everything twice while it grows.
/// </para>
/// One thread at a time.
/// </summary>
internal sealed class KeyedRows<T>
    where T : struct
{
    private const int PieceBits = 9;
    private const int PieceRows = 1 << PieceBits;

    private readonly List<(long A, long B)[]> _keys = [];
    private readonly List<T[]> _rows = [];
    private int[] _slots = new int[1 << 6];

    /// <summary>Rows held; their numbers are 0 … this − 1.</summary>
    public int Count { get; private set; }

    /// <summary>A row, to read and to change.</summary>
    public ref T this[int row] => ref _rows[row >> PieceBits][row & (PieceRows - 1)];

    /// <summary>The key of a row.</summary>
    public (long A, long B) KeyOf(int row) => _keys[row >> PieceBits][row & (PieceRows - 1)];

    /// <summary>The number of the row with this key; −1 for none.</summary>
    public int Find(long a, long b)
    {
        for (int slot = SlotOf(a, b); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (KeyOf(_slots[slot] - 1) == (a, b))
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    /// <summary>Adds an empty row under a key that is not there.</summary>
    /// <returns>Its number.</returns>
    public int Add(long a, long b)
    {
        if ((Count & (PieceRows - 1)) == 0)
        {
            _keys.Add(new (long, long)[PieceRows]);
            _rows.Add(new T[PieceRows]);
        }

        if (Count >= _slots.Length / 4 * 3)
        {
            Grow();
        }

        _keys[Count >> PieceBits][Count & (PieceRows - 1)] = (a, b);
        Place(Count, a, b);
        return Count++;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (int row = 0; row < Count; row++)
        {
            (long a, long b) = KeyOf(row);
            Place(row, a, b);
        }
    }

    private void Place(int row, long a, long b)
    {
        int slot = SlotOf(a, b);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = row + 1;
    }

    private int SlotOf(long a, long b)
    {
        ulong hash = ((ulong)a * 0x9E3779B97F4A7C15) ^ ((ulong)b * 0xC2B2AE3D27D4EB4F);
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return (int)(hash >> 33) & (_slots.Length - 1);
    }
}
