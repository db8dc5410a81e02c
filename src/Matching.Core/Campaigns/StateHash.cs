namespace Matching.Core.Campaigns;

/// <summary>Sums a well-mixed hash of every entry, so that the order of entries and of tables plays no part. Not cryptographic.</summary>
internal ref struct StateHash
{
    /// <summary>The sum so far.</summary>
    public ulong Value { get; private set; }

    /// <summary>Adds one entry.</summary>
    /// <param name="table">Tells entries of different tables apart.</param>
    /// <param name="fields">Its fields, in a fixed order.</param>
    public void Add(char table, params ReadOnlySpan<long> fields)
    {
        ulong entry = table;
        foreach (long field in fields)
        {
            entry = Mix(entry ^ (ulong)field) + 0x9E3779B97F4A7C15;
        }

        Value += Mix(entry);
    }

    private static ulong Mix(ulong x)
    {
        // The finalizer of SplitMix64: every input bit reaches every output bit.
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
