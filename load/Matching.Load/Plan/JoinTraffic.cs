using Matching.Core;
using Matching.Host.Generate;

namespace Matching.Load.Plan;

/// <summary>
/// QuickJoins by their number: the same number, the same join, so that any thread may make any of them. Popularity is drawn
/// beforehand into a table: a draw a request would be a lock, or a generator a thread.
/// </summary>
internal sealed class JoinTraffic
{
    private const int TableSize = 1 << 20;
    private const ulong Buyers = 50_000_000;

    private readonly int[] _table = new int[TableSize];
    private readonly IReadOnlyList<long>? _ids;
    private readonly long _firstOrder;

    /// <summary>Makes it.</summary>
    /// <param name="seed">The same seed, the same traffic.</param>
    /// <param name="items">Items 1 … this, when <paramref name="ids"/> is null.</param>
    /// <param name="skew">Zipf's exponent.</param>
    /// <param name="hotPercent">Percent of the joins that want the first item alone; 0 … 100.</param>
    /// <param name="firstOrder">Order of join 0.</param>
    /// <param name="ids">The items there are; null for 1 … <paramref name="items"/>.</param>
    public JoinTraffic(ulong seed, int items, double skew, int hotPercent = 0, long firstOrder = 1, IReadOnlyList<long>? ids = null)
    {
        _ids = ids;
        _firstOrder = firstOrder;
        var random = new Xoshiro256(seed);
        var popularity = new Popularity(ids?.Count ?? items, skew);
        for (int i = 0; i < TableSize; i++)
        {
            _table[i] = random.Below(100) < (ulong)hotPercent ? 1 : popularity.Next(random);
        }
    }

    /// <summary>Join number <paramref name="number"/>.</summary>
    public Command Join(long number)
    {
        int item = _table[number & (TableSize - 1)];
        return new Command
        {
            Operation = Operation.QuickJoin,
            Item = _ids is null ? item : _ids[item - 1],
            Order = _firstOrder + number,
            Buyer = 1 + (long)Math.BigMul((ulong)(number + 1) * 0x9E3779B97F4A7C15, Buyers, out _),
            Quantity = 1,
            Amount = 1990,
        };
    }
}
