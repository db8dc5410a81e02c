namespace Matching.Simulation;

/// <summary>
/// Defects planted on purpose, one at a time. A simulation that cannot tell the sound engine from one of these proves nothing.
/// </summary>
public enum PlantedFault
{
    /// <summary>The engine as it is.</summary>
    None = 0,

    /// <summary>A commit returns, and its answers go out, before anything is durable (R38).</summary>
    AnswerBeforeDurable,

    /// <summary>No checksum is checked: damage always comes with one that fits.</summary>
    NoChecksum,

    /// <summary>A failed write goes unnoticed, and what comes next is appended behind the hole.</summary>
    AppendAfterAHole,

    /// <summary>Names of new files are never made durable.</summary>
    LostDirectorySync,

    /// <summary>The watermark is not looked at.</summary>
    WatermarkIgnored,

    /// <summary>A team takes one member more than its size (R30).</summary>
    TeamSizePlusOne,

    /// <summary>An expiry forgets what it owes (R6, R37).</summary>
    RefundDroppedAtExpiry,

    /// <summary>A second payment is answered with its amount, and another one is journaled as owed (R35, R38).</summary>
    RefundOfAnotherAmount,

    /// <summary>A snapshot gets its name before its bytes are durable.</summary>
    SnapshotNamedUnsynced,

    /// <summary>A segment goes before its archived form is durable.</summary>
    ArchivedUnsynced,

    /// <summary>Segments go, with no archive, as soon as a snapshot is begun that is to stand for them.</summary>
    SegmentDroppedEarly,

    /// <summary>A segment is taken into use before its zeros, and its length, are durable.</summary>
    SegmentMadeUnsynced,

    /// <summary>A segment is cut at its valid end before the header of its successor is durable, which names that end.</summary>
    ShortenedEarly,

    /// <summary>A segment is cut a page before its valid end.</summary>
    ShortenedTooFar,

    /// <summary>A snapshot lacks one partition of the state.</summary>
    PartitionLeftOut,

    /// <summary>A ledger's checkpoint counts, and what it covers is not there: shards let go of what nobody has.</summary>
    CheckpointWithoutRecords,

    /// <summary>A ledger that was lost is taken for one that is complete.</summary>
    LostLedgerNotRebuilt,

    /// <summary>What was evicted is found only sometimes.</summary>
    LedgerForgets,

    /// <summary>New orders are taken in however little room the disk has.</summary>
    ReserveIgnored,

    /// <summary>A disk that was low once is taken for low ever after.</summary>
    RoomUnnoticed,
}
