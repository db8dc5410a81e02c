using System.Numerics;

namespace Matching.Load.Measure;

/// <summary>
/// A log-linear histogram of times in ns: 128 buckets a power of two, told by their middle, so a quantile is off by at most 0.4 %. Times
/// below 256 ns are exact; above 18 min they count as that. 36 KB whatever is recorded. Recording is two interlocked additions:
/// any thread; quantiles are for a quiet histogram.
/// </summary>
/// <param name="bits">Buckets a power of two, as a power of two; tests take fewer, to see that their check notices.</param>
internal sealed class LatencyHistogram(int bits = LatencyHistogram.Bits)
{
    private const int Bits = 7;
    private const int LongestLog = 39;
    private const long Longest = (1L << (LongestLog + 1)) - 1;

    private readonly long[] _counts = new long[(LongestLog - bits + 2) << bits];
    private long _count;
    private long _max;

    /// <summary>Times recorded.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The longest time recorded, exactly; 0 when there is none.</summary>
    public long Max => Volatile.Read(ref _max);

    /// <summary>Records a time, in ns; a negative one counts as 0.</summary>
    public void Record(long ns)
    {
        ns = Math.Clamp(ns, 0, Longest);
        Interlocked.Increment(ref _counts[IndexOf(ns)]);
        Interlocked.Increment(ref _count);
        Raise(ns);
    }

    /// <summary>The time that a share of the recorded ones does not exceed, in ns; 0 when there is none.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public long Quantile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * _count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(MiddleOf(i), _max);
            }
        }

        return _max;
    }

    /// <summary>Times above a limit in ns, as far as buckets can tell.</summary>
    public long CountAbove(long ns)
    {
        long count = 0;
        for (int i = IndexOf(Math.Clamp(ns, 0, Longest)) + 1; i < _counts.Length; i++)
        {
            count += _counts[i];
        }

        return count;
    }

    /// <summary>Adds another's times to these.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        _count += other._count;
        Raise(other._max);
    }

    private void Raise(long ns)
    {
        long max;
        while ((max = Volatile.Read(ref _max)) < ns && Interlocked.CompareExchange(ref _max, ns, max) != max)
        {
        }
    }

    private int IndexOf(long ns)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ns | 1) - bits);
        return (shift << bits) + (int)(ns >> shift);
    }

    private long MiddleOf(int index)
    {
        int shift = Math.Max(0, (index >> bits) - 1);
        return ((long)(index - (shift << bits)) << shift) + ((1L << shift) >> 1);
    }
}
