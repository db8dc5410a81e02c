namespace Matching.Core;

/// <summary>What a book has to be given before it can decide: parts that were evicted, or may have been.</summary>
public enum Away : byte
{
    /// <summary>Nothing: it decided.</summary>
    Nothing = 0,

    /// <summary>The order may have been evicted.</summary>
    Order,

    /// <summary>The team was evicted, or is another item's.</summary>
    Team,

    /// <summary>An earlier command of the item waits: this one must take its turn behind it.</summary>
    Turn,
}

/// <summary>What was looked for in the ledger and is not there.</summary>
[Flags]
public enum Absent : byte
{
    /// <summary>Nothing was looked for.</summary>
    Nothing = 0,

    /// <summary>The command's order.</summary>
    Order = 1,

    /// <summary>The command's team.</summary>
    Team = 2,
}

/// <summary>Takes one record of an evicted family. Records are written over those of the same key.</summary>
/// <param name="first">The key's first number.</param>
/// <param name="second">The key's second number.</param>
/// <param name="record">Valid during the call.</param>
public delegate void FamilySink(long first, long second, ReadOnlySpan<byte> record);
