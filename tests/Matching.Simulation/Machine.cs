using Matching.Engine;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Simulation;

/// <summary>What will go wrong in a life.</summary>
internal enum Trouble
{
    /// <summary>Nothing; the engine is stopped cleanly.</summary>
    None,

    /// <summary>A disk call does this; the life ends with it, or soon after.</summary>
    Disk,

    /// <summary>The process dies between two steps.</summary>
    Kill,

    /// <summary>The power fails between two steps.</summary>
    PowerLoss,

    /// <summary>
    /// One write, sync or naming is answered and never done: a disk that lies. Nothing is promised then but to be found out or to be
    /// consistent.
    /// </summary>
    Lie,
}

/// <summary>
/// The machine the engine runs on: one thread, virtual time, a disk, and the seed's troubles. It outlives the process; each
/// start gets loops and a clock of its own, for a killed process takes its threads and timers with it.
/// </summary>
internal sealed class Machine
{
    public const string Directory = "/data";
    private const int PageBytes = 4096;
    private const long ReserveBytes = 1_000;
    private readonly Random _random;
    private readonly PlantedFault _planted;
    private readonly List<string> _warnings = [];
    private long _wallMs = 1_700_000_000_000;
    private int _faultAt = -1;
    private DiskFault _fault;
    private DiskCall? _faultyCall;

    public Machine(int seed, PlantedFault planted, Coverage coverage, RunHash hash)
    {
        _random = new Random(seed);
        _planted = planted;
        Ledger = new LedgerShelf(planted);
        Coverage = coverage;
        Hash = hash;
        Disk = new FaultyDisk(_random.Next()) { Fault = Fault, Calling = BeforeDiskCall };
        Boot();
    }

    public FaultyDisk Disk { get; }

    public Coverage Coverage { get; }

    /// <summary>The order ledger, for stories with one.</summary>
    public LedgerShelf Ledger { get; }

    public RunHash Hash { get; }

    public SteppedLoops Loops { get; private set; } = null!;

    public SteppedTime Time { get; private set; } = null!;

    /// <summary>The journal of the present engine; null before it is open.</summary>
    public SimulatedJournal? Journal { get; private set; }

    /// <summary>Nothing goes wrong and no time passes by itself: somebody looks at the state.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>What the engine of this life told its operators.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>What was found wrong where nobody could be told; null for nothing.</summary>
    public SimulationException? Wrong { get; set; }

    /// <summary>A snapshot was damaged from outside, or a disk lied: one that is broken is nobody's fault.</summary>
    public bool MayBreakSnapshots { get; set; }

    /// <summary>True once this life's disk fault has struck.</summary>
    public bool HasStruck { get; private set; }

    /// <summary>The engine keeps a reserve of disk space.</summary>
    public bool WatchesDisk { get; init; }

    /// <summary>The disk has run low at least once.</summary>
    public bool HasBeenLow { get; private set; }

    public bool IsAlive => !Disk.Gone;

    /// <summary>The last life ended with a clean stop, all of it.</summary>
    public bool ClosedWell { get; set; }

    /// <summary>The process is started anew.</summary>
    public void Boot()
    {
        _wallMs = Time?.WallMs ?? _wallMs;
        if (_random.Next(4) == 0)
        {
            // Within what is accepted at a start (R43).
            _wallMs += _random.Next(2) == 0 ? -_random.Next(30_000) : _random.Next(3_600_000);
            Coverage.Add(Happening.WallStepped);
        }

        if (_planted == PlantedFault.PartitionLeftOut)
        {
            PlantedDefects.LeaveOutPartition(Disk);
        }

        Loops = new SteppedLoops(
            _random.Next())
        { PausePercent = _random.Next(3) * 6, MostSteps = 200_000, Stepped = place => Hash.Add(place) };
        Loops.Blocking = ("matching journal", "matching segments");
        Time = new SteppedTime(_wallMs) { Reading = Loops.Pause };
        Journal = null;
        _warnings.Clear();
        HasStruck = false;
        ClosedWell = false;
        _faultAt = -1;
    }

    /// <summary>The so many-th disk call from now on fails, or the first behind it of a kind.</summary>
    public void PlanFault(int callsFromNow, DiskFault fault, DiskCall? faultyCall = null)
    {
        _faultyCall = faultyCall;
        _faultAt = Disk.Calls + callsFromNow;
        _fault = fault;
    }

    /// <summary>Others fill the disk, or make room on it.</summary>
    public void SetRoom(bool low)
    {
        HasBeenLow |= low;
        Coverage.Add(Happening.DiskRanLow, low ? 1 : 0);
        if (low || _planted != PlantedFault.RoomUnnoticed)
        {
            Disk.Free = low ? ReserveBytes - 1 : long.MaxValue;
        }
    }

    /// <summary>The process is dead; what the disk does depends on the trouble.</summary>
    public void End(bool powerLost)
    {
        Loops.Halted = true;
        Ledger.Crash();
        (long lost, long outOfOrder) = (Disk.Fates.Dropped, Disk.Fates.KeptBehindDropped);
        if (powerLost)
        {
            Disk.LosePower();
        }
        else
        {
            Disk.Restart();
        }

        Coverage.Add(Happening.SectorLost, Disk.Fates.Dropped - lost);
        Coverage.Add(Happening.SectorKeptOutOfOrder, Disk.Fates.KeptBehindDropped - outOfOrder);
    }

    private void BeforeDiskCall()
    {
        if (!IsQuiet && _random.Next(300) == 0)
        {
            Coverage.Add(Happening.SlowDisk);
            Time.Pass(_random.Next(1, 8_000));
            for (int i = _random.Next(6); i > 0; i--)
            {
                Loops.Pause();
            }
        }

        Loops.Pause();
    }

    private DiskFault Fault(int number, DiskCall call, string path)
    {
        Hash.Add(((long)number << 8) | (long)call);
        if (_planted == PlantedFault.SegmentDroppedEarly && call == DiskCall.Create && IsSnapshot(path))
        {
            PlantedDefects.DropOldestSegment(Disk);
        }

        if (_planted == PlantedFault.ShortenedEarly && call == DiskCall.OpenWriteThrough && IsSegment(path))
        {
            PlantedDefects.ShortenBeforeHeader(Disk, path);
        }

        if (_planted == PlantedFault.ShortenedTooFar && call == DiskCall.Shorten)
        {
            PlantedDefects.ShortenTooFar(Disk, path);
        }

        if (IsPlanted(call, path))
        {
            return DiskFault.Lost;
        }

        if (_faultAt < 0 || number < _faultAt || IsQuiet || HasStruck || !Suits(call))
        {
            return DiskFault.None;
        }

        HasStruck = true;
        Coverage.Add(HappeningOf(_fault, call));
        Coverage.Add(Happening.FaultInASnapshot, IsSnapshot(path) ? 1 : 0);
        Coverage.Add(Happening.FaultInArchiving, IsArchive(path) ? 1 : 0);
        Coverage.Add(Happening.FaultInShortening, call == DiskCall.Shorten ? 1 : 0);
        MayBreakSnapshots |= _fault == DiskFault.Lost;
        Hash.Add((long)_fault);
        if (_fault is DiskFault.PowerLoss or DiskFault.Kill)
        {
            Loops.Halted = true;
        }

        return _planted == PlantedFault.AppendAfterAHole && call == DiskCall.Write
            && _fault is DiskFault.Error or DiskFault.Full or DiskFault.Short
            ? DiskFault.Lost
            : _fault;
    }

    // Calls that the defect forgets.
    private bool IsPlanted(DiskCall call, string path) => (_planted, call) switch
    {
        (PlantedFault.LostDirectorySync, DiskCall.SyncDirectory) => true,
        (PlantedFault.SnapshotNamedUnsynced, DiskCall.Sync) => IsSnapshot(path),
        (PlantedFault.ArchivedUnsynced, DiskCall.Sync) => IsArchive(path),
        (PlantedFault.SegmentMadeUnsynced, DiskCall.Sync) => IsSegment(path),
        (PlantedFault.ShortenedTooFar, DiskCall.Shorten) => true,
        _ => false,
    };

    private static bool IsSegment(string path) => path.EndsWith(".seg", StringComparison.Ordinal);

    private static bool IsSnapshot(string path) => path.Contains("/snapshot", StringComparison.Ordinal);

    private static bool IsArchive(string path) => path.Contains("/archive", StringComparison.Ordinal);

    // A lie is about something that was to be durable; the other faults may strike any call.
    private bool Suits(DiskCall call) => (_faultyCall is null || call == _faultyCall)
        && (_fault != DiskFault.Lost || call is DiskCall.Write or DiskCall.Sync or DiskCall.SyncDirectory);

    private static Happening HappeningOf(DiskFault fault, DiskCall call) => (fault, call) switch
    {
        (DiskFault.PowerLoss, DiskCall.Write) => Happening.CrashInAWrite,
        (DiskFault.PowerLoss, DiskCall.Sync) => Happening.CrashInASync,
        (DiskFault.PowerLoss, DiskCall.SyncDirectory) => Happening.CrashInADirectorySync,
        (DiskFault.PowerLoss, _) => Happening.CrashElsewhereOnTheDisk,
        (DiskFault.Kill, _) => Happening.KilledInADiskCall,
        (DiskFault.Lost, _) => Happening.LyingWrite,
        (DiskFault.Error, DiskCall.Write) => Happening.WriteError,
        (DiskFault.Full, DiskCall.Write) => Happening.WriteFull,
        (DiskFault.Short, DiskCall.Write) => Happening.WriteShort,
        (_, DiskCall.Sync or DiskCall.SyncDirectory) => Happening.SyncError,
        (_, DiskCall.Read) => Happening.ReadError,
        _ => Happening.OtherDiskError,
    };

    public MatchingOptions Options(MatchingOptions terms) => terms with
    {
        DataDirectory = Directory,
        Disk = Disk,
        TimeProvider = Time,
        Scheduling = Loops.Scheduling,
        LeastSegmentBytes = 4 * PageBytes,
        SegmentBytes = _random.Next(5, 14) * PageBytes,
        WrapJournal = journal => Journal = new SimulatedJournal(journal, Loops, _planted),
        DiskReserveBytes = WatchesDisk && _planted != PlantedFault.ReserveIgnored ? ReserveBytes : 0,
        OpenLedger = Ledger.Open,
        Warned = _warnings.Add,
    };
}
