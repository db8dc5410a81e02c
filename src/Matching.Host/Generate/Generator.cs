using Matching.Host.Traffic;

namespace Matching.Host.Generate;

/// <summary>What traffic to make.</summary>
/// <param name="Requests">How many; 0 … 1,000,000,000.</param>
/// <param name="Items">Items 1 … this are wanted; at most 16,777,216.</param>
/// <param name="Users">Buyers 1 … this ask, evenly.</param>
/// <param name="Hours">Event time they are spread over, evenly; 1 … 100,000.</param>
/// <param name="Skew">Zipf's exponent: 0 even, 1 strongly skewed; at most 3.</param>
/// <param name="Seed">The same seed and numbers give the same traffic.</param>
internal sealed record GeneratorOptions(long Requests, int Items, long Users, int Hours, double Skew, ulong Seed)
{
    /// <summary>The first request comes now: 2024-11-11 00:00 UTC.</summary>
    public const long FirstSecond = 1_731_283_200;

    /// <summary>So many buyers that one comes back about five times.</summary>
    public static long UsersFor(long requests) => Math.Max(10, requests / 5);
}

/// <summary>Makes seeded, skewed traffic, sorted by time: xoshiro256** for chance, <see cref="Popularity"/> for the items.</summary>
internal sealed class Generator(GeneratorOptions options)
{
    private readonly Xoshiro256 _random = new(options.Seed);
    private readonly Popularity _popularity = new(options.Items, options.Skew);
    private long _row;

    /// <summary>Makes the next request.</summary>
    /// <returns>False when all are made.</returns>
    public bool TryNext(out Arrival arrival)
    {
        arrival = default;
        if (_row == options.Requests)
        {
            return false;
        }

        long second = GeneratorOptions.FirstSecond + (long)((Int128)_row * options.Hours * 3600 / options.Requests);
        arrival.AtMs = second * 1000;
        arrival.Order = ++_row;
        arrival.Buyer = (long)_random.Below((ulong)options.Users) + 1;
        arrival.Item = _popularity.Next(_random);
        return true;
    }
}
