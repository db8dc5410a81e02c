using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>How an engine runs. Validated once, when it opens.</summary>
public sealed record MatchingOptions
{
    /// <summary>The most <see cref="Shards"/>.</summary>
    public const int MostShards = 64;

    /// <summary>The most <see cref="MaxRequestsInFlight"/>.</summary>
    public const int MostRequestsInFlight = 16_777_216;

    /// <summary>The most <see cref="ExpectedOrders"/>, and <see cref="ExpectedEvictedOrders"/>.</summary>
    public const long MostExpectedOrders = 1_000_000_000;

    /// <summary>The most <see cref="SnapshotBytes"/>: 1 PiB.</summary>
    public const long MostSnapshotBytes = 1L << 50;

    /// <summary>The least of the durations among these options that must be above 0: 1 ms, in which the engine counts.</summary>
    public static readonly TimeSpan LeastDuration = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest of the durations among these options: 36,500 days.</summary>
    public static readonly TimeSpan MostDuration = TimeSpan.FromDays(36_500);

    /// <summary>Where the journal lives. One of this and <see cref="InMemory"/> must be said.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// Keep everything in memory: nothing survives the end of the process. Must be said, since a configuration that is missing or mistyped
    /// names no directory either. Not together with <see cref="DataDirectory"/>.
    /// </summary>
    public bool InMemory { get; set; }

    /// <summary>Refuse to create a data directory that does not exist yet.</summary>
    public bool ExistingOnly { get; set; }

    /// <summary>Shard loops, 1 … 64; 0 (default) for processors − 1, at least 1. May change at a restart.</summary>
    public int Shards { get; set; }

    /// <summary>
    /// Requests in flight before the answer is Busy, 1 … 16,777,216; default 65,536. When the engine is full, an accepted request waits
    /// about this many divided by the answers a second: at 300,000 a second that is 0.2 s. Choose 4,096 … 16,384 where a quick Busy is
    /// better than a late seat.
    /// </summary>
    public int MaxRequestsInFlight { get; set; } = 65_536;

    /// <summary>
    /// Bytes of the longest journal segment, a multiple of 4,096, 1 MiB … 1 GiB; default 64 MiB. A start begins with one of 1 MiB, and
    /// each further one is twice as long, up to this.
    /// </summary>
    public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Orders in memory at a time, as far as known: memory for so many is taken at the start, so that no join waits for the system to lend
    /// it. 0 … 1 billion; 0 (default) takes it as it is wanted. Choose it where the latest percent matters: a promotion's orders, or with
    /// <see cref="Ledger"/> those of the team life. Some 120 bytes each, 220 with <see cref="Lists"/>; more than the machine has is
    /// refused.
    /// </summary>
    public long ExpectedOrders { get; set; }

    /// <summary>Terms and limits of teams.</summary>
    public BookOptions Book { get; set; } = new();

    /// <summary>
    /// Limits of merchants' campaigns, chat groups and venues (R10–R20). Team size and hold time come from <see cref="Book"/>.
    /// </summary>
    public ControlOptions Control { get; set; } = new();

    /// <summary>Time moves only by requests' own times and AdvanceAsync (R43): replay and tests.</summary>
    public bool ManualClock { get; set; }

    /// <summary>The wall and monotonic clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Where the invites of invite-only teams come from (R2): 1 … 2^63 − 1, or 0 for a team that is entered by its id alone. Any thread;
    /// the default is a cryptographic generator. A replay or a test that must do the same again gives its own.
    /// </summary>
    public Func<long> Invites { get; set; } = Matching.Engine.Invites.Draw;

    /// <summary>Accept a wall more than <see cref="ClockStep"/> behind, or <see cref="ClockLead"/> ahead of, the journal (R43).</summary>
    public bool AcceptClock { get; set; }

    /// <summary>
    /// A step of the wall beyond this is refused at start and shown by <see cref="EngineHealth.ClockStep"/> later (R43). 1 ms … 36,500
    /// days; default 1 min.
    /// </summary>
    public TimeSpan ClockStep { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How far the wall may be ahead of the journal at start (R43). 1 ms … 36,500 days; default 7 days.</summary>
    public TimeSpan ClockLead { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Keep the lists of buyers' orders, orders to ship and refund requests (a read model behind the joins).</summary>
    public bool Lists { get; set; } = true;

    /// <summary>
    /// Closed orders and teams leave memory, but for the latest (<see cref="ClosedInMemory"/>). Their records go into the journal, and from
    /// there into the order ledger, where they are found however old. A ledger that is missing or broken is made anew from the journal and
    /// its archive, and that is told. False: nothing more leaves; what has left is found all the same. Null (default): true where there is
    /// a <see cref="DataDirectory"/> from which nothing is deleted (<see cref="ArchiveHorizon"/>), for there the ledger is never the only
    /// copy. The lists (<see cref="Lists"/>) begin with what was in the snapshot of the start: closed orders of before are found by id.
    /// </summary>
    public bool? Ledger { get; set; }

    /// <summary>
    /// Closed teams, with their orders, that each shard keeps in memory, those closed last: what is asked soon after closing needs no look
    /// into the ledger. Some 300 bytes each. 0 … 1 billion; default 16,384.
    /// </summary>
    public long ClosedInMemory { get; set; } = 16_384;

    /// <summary>
    /// Start although the order ledger is missing or broken and the events it could be made anew from are deleted: what closed before
    /// those that are left is lost then, which <see cref="MatchingEngine.LedgerWarning"/> says. Without it such a directory is refused.
    /// </summary>
    public bool AcceptLostHistory { get; set; }

    /// <summary>Bytes of the ledger's newest records kept in memory: a power of two, 1 MiB … 64 GiB.</summary>
    public long LedgerMemoryBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Events after which the ledger takes a checkpoint, if <see cref="LedgerCheckpointInterval"/> has not passed before. At least 1.
    /// </summary>
    public long LedgerCheckpointEvents { get; set; } = 4_000_000;

    /// <summary>How long new records wait for a checkpoint at most, while there is traffic. 1 ms … 36,500 days; default 1 min.</summary>
    public TimeSpan LedgerCheckpointInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Events that the ledger may lag behind, of those since the start, before commands are Busy. At least 1; default 50 million.
    /// </summary>
    public long MaxLedgerLag { get; set; } = 50_000_000;

    /// <summary>
    /// Orders that will be evicted in each shard: the first size of the filter that tells new orders from old ones, 1.5 bytes each. 1 … 1
    /// billion.
    /// </summary>
    public long ExpectedEvictedOrders { get; set; } = 4_000_000;

    /// <summary>Events a named subscription may lie behind before it is lapsed. At least 1; default 100 million.</summary>
    public long MaxSubscriptionLag { get; set; } = 100_000_000;

    /// <summary>
    /// Record the traffic into a folder: a <c>RecordingOptions</c> of the package <c>Matching.Recording</c>, set in code and not by
    /// configuration. Null (default) for no recording.
    /// </summary>
    public TapOptions? Recording { get; set; }

    /// <summary>Told while a long recovery runs; called on the thread that recovers. Null for silence.</summary>
    public IProgress<RecoveryProgress>? Recovery { get; set; }

    /// <summary>
    /// Bytes of events journaled since the last snapshot that make the next one, and never less than that snapshot's length; 0 for none but
    /// those asked for. 0 … <see cref="MostSnapshotBytes"/>; default 256 MiB.
    /// </summary>
    public long SnapshotBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Bytes of view logs kept (R22), 40 a view; beyond it the oldest file is deleted. 1 MiB … <see cref="MostSnapshotBytes"/>; default 1
    /// GiB.
    /// </summary>
    public long ViewLogBytes { get; set; } = ViewLogWriter.DefaultBytes;

    /// <summary>
    /// Below so many free bytes on the disk nothing new is taken in (<see cref="Outcome.LowDisk"/>), while expiries, refunds, payments of
    /// holds and shipping go on. Looked at once a second. 0 for no such bound; default 256 MiB, four segments. Never more than a 64th of
    /// the disk.
    /// </summary>
    public long DiskReserveBytes { get; set; } = 256L << 20;

    /// <summary>
    /// How long events are kept in the archive once no start needs them, by the engine's time; null (default) for ever. Shorter is a choice
    /// with a price: what is deleted can no longer be read by subscriptions or checked, and neither a lost state nor a lost order ledger
    /// can be rebuilt from it (<see cref="AcceptLostHistory"/>). 0 … <see cref="MostDuration"/>.
    /// </summary>
    public TimeSpan? ArchiveHorizon { get; set; }

    /// <summary>
    /// Told, in words, what an operator should look at and the engine goes on without: a broken snapshot, one that could not be written.
    /// Called where callers' code runs.
    /// </summary>
    public Action<string>? Warned { get; set; }

    /// <summary>
    /// Told once, with the cause, when the engine stops for good (R38). Called where callers' code runs, never on a loop.
    /// </summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>How a host looks after the engine: samples for gauges, limits for health.</summary>
    public MatchingHostingOptions Hosting { get; set; } = new();

    /// <summary>The threads; simulations bring their own.</summary>
    internal Scheduling Scheduling { get; init; } = Scheduling.Threads;

    /// <summary>
    /// Events before this one are needed by nobody beside the snapshots; null for no such bound. Asked on the snapshots' loop.
    /// </summary>
    internal Func<long>? RetainFromSequence { get; init; }

    /// <summary>The disk under the data directory; simulations bring their own.</summary>
    internal IDisk Disk { get; init; } = LocalDisk.Instance;

    /// <summary>Opens the journal; null for the one that the other options describe.</summary>
    internal Func<IJournal>? Journal { get; set; }

    /// <summary>
    /// What the engine gets in place of the journal of its directory: simulations hold callers up there. Null for the journal itself.
    /// </summary>
    internal Func<IJournal, IJournal>? WrapJournal { get; init; }

    /// <summary>
    /// The least <see cref="SegmentBytes"/>, and bytes of the first segment of a start: simulations turn segments over often.
    /// </summary>
    internal long LeastSegmentBytes { get; init; } = 1 << 20;

    /// <summary>Opens the ledger; null for the one that the other options describe.</summary>
    internal Func<ILedger>? OpenLedger { get; init; }

    /// <summary>Empty books under these terms.</summary>
    /// <param name="count">How many.</param>
    /// <param name="evicts">Closed families leave them.</param>
    internal Books NewBooks(int count, bool evicts)
    {
        var books = new Books(Book, Control with { MaxTeamSize = Book.MaxTeamSize, HoldMs = Book.HoldMs }, count);
        foreach (Book book in evicts ? books.All : [])
        {
            book.KeepOnlyOpen(ExpectedEvictedOrders);
        }

        return books;
    }

    /// <summary>Empty books, one for each shard, with memory for the orders expected.</summary>
    internal Books NewShardBooks(bool evicts)
    {
        Books books = NewBooks(ShardCount, evicts);
        foreach (Book book in books.All)
        {
            book.TakeMemory((int)(ExpectedOrders / ShardCount));
        }

        return books;
    }

    /// <summary>Whether closed orders leave memory.</summary>
    internal bool Evicts => Ledger ?? (DataDirectory is not null && ArchiveHorizon is null);

    internal int ShardCount => Shards == 0 ? Math.Clamp(Environment.ProcessorCount - 1, 1, MostShards) : Shards;
}

/// <summary>How far recovery is.</summary>
/// <param name="Events">Events applied so far.</param>
/// <param name="Total">Events to apply.</param>
public readonly record struct RecoveryProgress(long Events, long Total);
