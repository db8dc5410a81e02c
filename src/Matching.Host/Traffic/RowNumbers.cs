namespace Matching.Host.Traffic;

/// <summary>
/// Row numbers: those of one file, to notice one that comes twice, or those that a directory has orders of. Assumes dense numbers in
/// nearly ascending order: bits in pieces of 1,024, the piece used last at hand, so that ten million rows take 1.5 MB and no look-up. A
/// hash set would take 200 times that.
/// </summary>
internal sealed class RowNumbers
{
    private const int PieceBits = 1024;

    private readonly Dictionary<long, ulong[]> _pieces = [];
    private long _pieceNumber = -1;
    private ulong[] _piece = [];

    /// <summary>Adds a number, 0 or more.</summary>
    /// <returns>False when it was there.</returns>
    public bool Add(long row)
    {
        ref ulong word = ref WordOf(row);
        ulong bit = 1UL << (int)(row % 64);
        bool added = (word & bit) == 0;
        word |= bit;
        return added;
    }

    /// <summary>True when a number was added.</summary>
    public bool Contains(long row) => (WordOf(row) & (1UL << (int)(row % 64))) != 0;

    private ref ulong WordOf(long row)
    {
        long number = row / PieceBits;
        if (number != _pieceNumber)
        {
            if (!_pieces.TryGetValue(number, out ulong[]? piece))
            {
                piece = new ulong[PieceBits / 64];
                _pieces.Add(number, piece);
            }

            (_piece, _pieceNumber) = (piece, number);
        }

        return ref _piece[row % PieceBits / 64];
    }
}
