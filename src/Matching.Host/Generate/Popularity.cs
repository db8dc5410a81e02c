namespace Matching.Host.Generate;

/// <summary>
/// Draws items 1 … n, item k with a weight of 1 / k^skew (Zipf's law; 0 is even).
/// <para>
/// Assumes up to millions of items and a draw per request. Walker's alias table in whole numbers: a draw is two random numbers and
/// one look-up, whatever the skew. Searching a table of running sums takes 20 dependent look-ups; rejection sampling takes a power
/// and a logarithm a draw, whose last bits differ between machines. Here a power is taken once an item and rounded, so that the
/// same seed gives the same items everywhere.
/// </para>
/// </summary>
internal sealed class Popularity
{
    private const double HighestWeight = 1UL << 32;

    private readonly ulong[] _keepBelow;
    private readonly int[] _other;
    private readonly ulong _total;

    /// <summary>Builds the table.</summary>
    /// <param name="items">1 … 16,777,216.</param>
    /// <param name="skew">0 … 3.</param>
    public Popularity(int items, double skew)
    {
        var share = new ulong[items];
        for (int k = 0; k < items; k++)
        {
            share[k] = Math.Max(1, (ulong)Math.Round(HighestWeight * Math.Pow(k + 1, -skew)));
            _total += share[k];
        }

        _keepBelow = new ulong[items];
        _other = new int[items];
        Fill(share);
    }

    /// <summary>Draws an item.</summary>
    public int Next(Xoshiro256 random)
    {
        int cell = (int)random.Below((ulong)_keepBelow.Length);
        return (random.Below(_total) < _keepBelow[cell] ? cell : _other[cell]) + 1;
    }

    // Every cell is filled up to the total: by its own weight times the number of cells, and by one other item that has too much.
    private void Fill(ulong[] share)
    {
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int k = 0; k < share.Length; k++)
        {
            share[k] *= (ulong)share.Length;
            (share[k] < _total ? small : large).Push(k);
        }

        while (small.Count > 0)
        {
            int poor = small.Pop();
            _keepBelow[poor] = share[poor];
            int rich = large.Peek();
            _other[poor] = rich;
            share[rich] -= _total - share[poor];
            if (share[rich] < _total)
            {
                small.Push(large.Pop());
            }
        }

        foreach (int full in large)
        {
            _keepBelow[full] = _total;
            _other[full] = full;
        }
    }
}
