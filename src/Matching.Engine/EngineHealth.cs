using System.Text.Json.Serialization;

namespace Matching.Engine;

/// <summary>How the engine is, at one moment.</summary>
/// <param name="Failure">Why it stopped for good (R38); null while it serves.</param>
/// <param name="ClockStep">How far the wall clock stepped away since the start, where that is beyond the option ClockStep; the engine does
/// not follow it (R43). Else zero.</param>
/// <param name="ExpiryLagMs">How long the oldest deadline not yet acted on has been due, in ms (R36); 0 when none is.</param>
/// <param name="RequestsInFlight">Requests taken in and not yet answered.</param>
/// <param name="DurableSequence">Events that are durable.</param>
/// <param name="SnapshotSequence">Events in the newest snapshot; 0 for none.</param>
/// <param name="SnapshotFailure">Why the latest snapshot could not be taken; null when it was, or none was tried.</param>
/// <param name="LowDisk">Free space is below the option DiskReserveBytes: nothing new is taken in.</param>
public sealed record EngineHealth(
    [property: JsonConverter(typeof(ExceptionText))] Exception? Failure, TimeSpan ClockStep, long ExpiryLagMs, long RequestsInFlight,
        long DurableSequence, long SnapshotSequence = 0,
    string? SnapshotFailure = null, bool LowDisk = false)
{
    /// <summary>
    /// Bytes free under the data directory, seen within the last second; null in memory, where the option DiskReserveBytes is 0, or where
    /// it cannot be asked.
    /// </summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>
    /// Events durable that the order ledger has not passed yet; past the option MaxLedgerLag commands are Busy. 0 without a ledger.
    /// </summary>
    public long LedgerLag { get; init; }

    /// <summary>
    /// Events whose closed orders the order ledger holds for good: the position of its newest checkpoint. 0 without a ledger.
    /// </summary>
    public long LedgerPosition { get; init; }

    /// <summary>Why the order ledger stopped following; null while it does. Joins go on, and memory grows, until MaxLedgerLag.</summary>
    [JsonConverter(typeof(ExceptionText))]
    public Exception? LedgerFailure { get; init; }

    /// <summary>Looks into the order ledger since the start: for old orders, and for new ones that the filter took for old.</summary>
    public long LedgerLookups { get; init; }
}
