namespace Matching.Storage;

/// <summary>Where an order ledger lives and how much of the machine it takes. The defaults suit a small machine.</summary>
public sealed record LedgerOptions
{
    /// <summary>The least <see cref="MemoryBytes"/>: 1 MiB.</summary>
    public const long LeastMemoryBytes = 1L << 20;

    /// <summary>The most <see cref="MemoryBytes"/>, and bytes of the index: 64 GiB.</summary>
    public const long MostMemoryBytes = 1L << 36;

    /// <summary>Its directory; made when missing. Nothing else may live there.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// The id of the data directory it belongs to (<see cref="JournalOpening.DirectoryId"/>); empty for none. One of another directory is
    /// not opened.
    /// </summary>
    public Guid DirectoryId { get; init; }

    /// <summary>Bytes of the newest records kept in memory; a power of two, 1 MiB … 64 GiB.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Bytes of the index at first, a power of two, 64 KiB … 64 GiB. It doubles when keys take more than it has places for: 8 bytes a key.
    /// </summary>
    public long IndexBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Bytes that the index never grows beyond, as <see cref="IndexBytes"/>. A checkpoint writes it and reads it back beside the running
    /// one, so it is in memory twice for that time. Beyond 8 bytes a key a look costs more reads: at four times as many keys, about four.
    /// </summary>
    public long MaxIndexBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of one file of records, a power of two, 4 MiB … 16 GiB.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>An opening in which for so long no read ends is given up: 60 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a write of records fails; null for what the disk says.</summary>
    internal Func<bool>? WritesFail { get; init; }

    internal const int PageBytes = 256 << 10;

    internal void Check()
    {
        Check(MemoryBytes, LeastMemoryBytes, MostMemoryBytes, nameof(MemoryBytes));
        Check(IndexBytes, 64L << 10, MostMemoryBytes, nameof(IndexBytes));
        Check(MaxIndexBytes, 64L << 10, MostMemoryBytes, nameof(MaxIndexBytes));
        Check(SegmentBytes, 4L << 20, 16L << 30, nameof(SegmentBytes));
    }

    private static void Check(long value, long least, long most, string name)
    {
        if (value < least || value > most || (value & (value - 1)) != 0)
        {
            throw new ArgumentException($"{name} is {value}; it must be a power of two from {least} to {most}", name);
        }
    }
}
