using System.Globalization;

namespace Matching.Simulation;

/// <summary>What stories are made of: faults first, then what the engine did about them. None may stay at zero.</summary>
public enum Happening
{
    CrashInAWrite,
    CrashInASync,
    CrashInADirectorySync,
    CrashElsewhereOnTheDisk,
    KilledInADiskCall,
    KilledBetweenSteps,
    PowerLostBetweenSteps,
    SectorLost,
    SectorKeptOutOfOrder,
    WriteError,
    WriteFull,
    WriteShort,
    SyncError,
    ReadError,
    OtherDiskError,
    LyingWrite,
    SlowDisk,
    LoopHeldUp,
    FaultInASnapshot,
    FaultInArchiving,
    FaultInShortening,
    DiskRanLow,
    BitFlipRefused,
    BitFlipHarmless,
    CutEndRefused,
    WallStepped,
    SnapshotDamaged,
    SnapshotDeleted,
    ArchiveDamageFound,
    LedgerLost,
    LedgerOlder,
    CrashInRecovery,
    TwoCrashesInARow,
    PowerCutRightAfterRecovery,
    CleanStop,
    StoppedAfterAFailedWrite,
    StartFailed,
    Recovered,
    SnapshotTaken,
    SnapshotAsked,
    SnapshotFailed,
    SnapshotUsed,
    BrokenSnapshotFound,
    FellBackToTheOneBefore,
    FellBackToTheJournal,
    SegmentArchived,
    HistoryDeleted,
    StartedBehindDeletedHistory,
    SubscriptionLapsed,
    LedgerCheckpointed,
    LedgerMadeAnew,
    LedgerLookedInto,
    SnapshotBesideLedger,
    Answered,
    AnsweredUnavailable,
    AnsweredBusy,
    AnsweredLowDisk,
    ExpiredWhileLow,
    RefundedWhileLow,
    ServedWithRoomAgain,
    InDoubtAndHadHappened,
    InDoubtAndHadNot,
    RepeatedAsBefore,
    CampaignCommandRepeated,
    TeamFormed,
    TeamExpired,
    TeamMerged,
    TeamDissolved,
    RefundDelivered,
    SubscriptionWentOn,
    ListRead,
    SegmentTurned,
    ServedAfterAllFaults,
}

/// <summary>How often each happened. One thread at a time.</summary>
public sealed class Coverage
{
    private readonly long[] _counts = new long[Enum.GetValues<Happening>().Length];

    public long this[Happening happening] => _counts[(int)happening];

    /// <summary>What never happened.</summary>
    public IReadOnlyList<Happening> Missing => [.. Enum.GetValues<Happening>().Where(happening => this[happening] == 0)];

    public void Add(Happening happening, long times = 1) => _counts[(int)happening] += times;

    public void Add(Coverage other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    public override string ToString() => string.Join(
        Environment.NewLine,
        Enum.GetValues<Happening>()
            .Select(happening => string.Create(CultureInfo.InvariantCulture, $"{this[happening],14:N0}  {happening}")));
}
