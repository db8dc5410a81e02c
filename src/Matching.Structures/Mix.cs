using System.Runtime.CompilerServices;

namespace Matching.Structures;

/// <summary>Spreads the bits of keys: the finalizer of SplitMix64 (Steele, Lea, Flood 2014), a bijection with full avalanche.</summary>
internal static class Mix
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key)
    {
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9UL;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EBUL;
        return key ^ (key >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(long first, long second) => Of(((ulong)first * 0x9E3779B97F4A7C15UL) + (ulong)second);

    /// <summary>Adds a value to a running hash in which order counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Chain(ulong hash, long value) => Of((hash * 0x9E3779B97F4A7C15UL) ^ (ulong)value);
}
