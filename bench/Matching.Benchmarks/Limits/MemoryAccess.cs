using Matching.Structures;

namespace Matching.Benchmarks.Limits;

/// <summary>
/// What one random look into memory costs, on the same large pages as the book's: dependent (each look waits for the one
/// before) and independent (the processor overlaps them).
/// </summary>
internal sealed class MemoryAccess(int megabytes)
{
    private const int LongsALine = 8;

    private readonly ulong[] _memory = Filled(megabytes);
    private ulong _seed = 88172645463325252;

    /// <summary>Ns a look.</summary>
    public double Independent(int looks) => Nanoseconds(looks, LookAtOnce);

    /// <summary>Ns a look.</summary>
    public double Dependent(int looks) => Nanoseconds(looks, LookInTurn);

    private static double Nanoseconds(int looks, Func<int, ulong> look)
    {
        ulong sum = 0;
        double rate = Ratios.Rounds.Rate(looks, () => sum = look(looks));

        // Every line holds a 1 in its first place.
        return sum == (ulong)looks ? 1e9 / rate : throw new InvalidOperationException($"{looks} looks found {sum} lines");
    }

    private ulong LookAtOnce(int looks)
    {
        ulong[] memory = _memory;
        ulong lines = (ulong)memory.Length / LongsALine;
        ulong seed = _seed;
        ulong sum = 0;
        for (int i = 0; i < looks; i++)
        {
            seed = Next(seed);
            sum += memory[Math.BigMul(seed, lines, out _) * LongsALine];
        }

        _seed = seed;
        return sum;
    }

    private ulong LookInTurn(int looks)
    {
        ulong[] memory = _memory;
        ulong lines = (ulong)memory.Length / LongsALine;
        ulong seed = _seed;
        ulong sum = 0;
        for (int i = 0; i < looks; i++)
        {
            seed = Next(seed);
            sum += memory[Math.BigMul(seed + sum, lines, out _) * LongsALine];
        }

        _seed = seed;
        return sum;
    }

    private static ulong Next(ulong seed)
    {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        return seed ^ (seed << 17);
    }

    private static ulong[] Filled(int megabytes)
    {
        ulong[] memory = LargePages.Array<ulong>(megabytes << 17);
        for (int i = 0; i < memory.Length; i += LongsALine)
        {
            memory[i] = 1;
        }

        return memory;
    }
}
