using System.Globalization;

namespace Matching.Host.Traffic;

/// <summary>
/// A mark of what a file asked for, to know it again however it was packed: 64 bits of all requests in their order. Not against people
/// who want two files to have one mark.
/// </summary>
internal struct ContentMark
{
    private ulong _sum;

    /// <summary>Adds a request.</summary>
    public void Add(long order, long atMs, long buyer, long item)
    {
        Add(order);
        Add(atMs);
        Add(buyer);
        Add(item);
    }

    /// <summary>Adds a team.</summary>
    public void Add(long item, ReadOnlySpan<long> members)
    {
        Add(item);
        Add(members.Length);
        foreach (long member in members)
        {
            Add(member);
        }
    }

    /// <summary>The mark, in 16 hexadecimal digits.</summary>
    public override readonly string ToString() => _sum.ToString("x16", CultureInfo.InvariantCulture);

    private void Add(long value)
    {
        ulong mixed = (_sum ^ (ulong)value) * 0x9E3779B97F4A7C15;
        _sum = mixed ^ (mixed >> 29);
    }
}
