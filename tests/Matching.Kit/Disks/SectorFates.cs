namespace Matching.Kit.Disks;

/// <summary>What losses of power did to sectors that were written and not yet durable.</summary>
public sealed class SectorFates
{
    /// <summary>They reached the disk all the same.</summary>
    public long Kept { get; internal set; }

    /// <summary>They are gone.</summary>
    public long Dropped { get; internal set; }

    /// <summary>They reached the disk though one before them, of the same write, did not: writes out of order, and torn ones.</summary>
    public long KeptBehindDropped { get; internal set; }
}
