namespace Matching.Storage;

/// <summary>Where a journal lives and how it is opened.</summary>
public sealed record JournalOptions
{
    /// <summary>The longest segment, in bytes: 1 GiB.</summary>
    public const long MostSegmentBytes = 1L << 30;

    /// <summary>The data directory; created with its marker when missing or empty.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Bytes of the longest segment file, a multiple of 4,096, 16 KiB … 1 GiB. Default 64 MiB. A start begins with a segment of 1 MiB,
    /// and each further one is twice as long, up to this. A block lies in one segment, so less than 8 MiB also bounds what one append may
    /// hold (<see cref="SegmentJournal.MaxAppendBytes"/>).
    /// </summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Bytes of the first segment of a start, unless <see cref="SegmentBytes"/> is less; a multiple of 4,096, 16 KiB … 1 GiB. Default 1
    /// MiB.
    /// </summary>
    public long FirstSegmentBytes { get; init; } = 1L << 20;

    /// <summary>Refuse to create a directory that does not exist yet.</summary>
    public bool ExistingOnly { get; init; }

    /// <summary>Where the next segment is made and the watermark is written, beside the writer; null for threads of their own.</summary>
    public TaskScheduler? Background { get; init; }

    internal void Check()
    {
        Check(nameof(SegmentBytes), SegmentBytes);
        Check(nameof(FirstSegmentBytes), FirstSegmentBytes);
    }

    private static void Check(string name, long bytes)
    {
        if (bytes % Page.Bytes != 0 || bytes is < Segment.MinBytes or > MostSegmentBytes)
        {
            throw new JournalException(
                $"{name} is {bytes}; it must be a multiple of {Page.Bytes} from {Segment.MinBytes} to {MostSegmentBytes}");
        }
    }
}
