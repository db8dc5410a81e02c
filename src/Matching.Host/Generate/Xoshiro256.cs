using System.Numerics;

namespace Matching.Host.Generate;

/// <summary>
/// xoshiro256** 1.0 (Blackman and Vigna, public domain), its state filled by SplitMix64 from one seed. Written out because the
/// algorithm behind System.Random is not promised to stay, and recorded seeds must give the same traffic for years. Not for secrets.
/// </summary>
internal sealed class Xoshiro256
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Starts from a seed; any value is good.</summary>
    public Xoshiro256(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/>; off from even by less than bound / 2^64.</summary>
    public ulong Below(ulong bound) => Math.BigMul(Next(), bound, out _);

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
