using Matching.Core;
using Matching.Engine.Campaigns;
using Matching.Engine.Ledger;
using Matching.Engine.Lists;
using Matching.Engine.State;
using Matching.Engine.Subscriptions;
using Matching.Storage;
using Microsoft.Extensions.ObjectPool;

namespace Matching.Engine;

/// <summary>
/// The embedded engine: group buying (拼团) for one machine. Every method may be called from any thread. Commands answer with
/// an <see cref="Answer"/>, refusals included, and only when it is durable (R38); Busy and Unavailable are such answers too.
/// Reads and moves of the clock throw <see cref="MatchingUnavailableException"/> instead. Wrong arguments throw
/// <see cref="ArgumentException"/> and change nothing. Cancelling a token ends the wait, not what was asked. What follows an
/// await goes on on a thread of the engine that serves callers only, or on the thread pool; it may compute, block and close the engine.
/// </summary>
public sealed partial class MatchingEngine : IMatching, IAsyncDisposable
{
    private const int BatchesKept = 16;

    // Written once, while opening; read by every caller.
    private readonly MatchingOptions _options;
    private readonly IJournal _journal;
    private readonly EngineClock _clock;
    private readonly Shard[] _shards;
    private readonly JournalLoop _journalLoop;
    private readonly ReplyThread? _replies;
    private readonly ReplyBatches _completions;
    private readonly DurableSignal _signal;
    private readonly InFlight _inFlight;
    private readonly Failure _failure;
    private readonly ObjectPool<CommandRequest> _commands;
    private readonly ObjectPool<BatchRequest> _batches;
    private readonly TaskScheduler _journalScheduler;
    private readonly Tap? _tap;
    private readonly DiskSpace? _space;
    private readonly long _recoveredNow;

    private MatchingEngine(MatchingOptions options, RecoveredState state, EngineClock clock, TaskScheduler scheduler)
    {
        SnapshotStore? store = options.Journal is null
            && options.DataDirectory is { } directory ? new SnapshotStore(options.Disk, directory) : null;
        IJournal journal = store is not null && options.WrapJournal is { } around ? around(state.Journal) : state.Journal;
        Books books = state.Books;
        _closedOrders = state.Closed;
        _options = options;
        _journal = journal;
        _clock = clock;
        _recoveredNow = books.Now;
        _journalScheduler = scheduler;
        _inFlight = new InFlight(options.MaxRequestsInFlight);
        _failure = new Failure(options.Failed, options.Scheduling.Queue);
        _replies = options.Scheduling.ReplyThread ? new ReplyThread(options.Scheduling.Queue) : null;
        _completions = new ReplyBatches(options.Scheduling.Queue, _replies);
        _signal = new DurableSignal(options.Scheduling.Queue);
        _commands = CommandRequest.Pool(options.MaxRequestsInFlight);
        _batches = BatchRequest.Pool(BatchesKept);
        _tap = options.Recording?.Open(
            journal.DurableSequence, clock.IsManual ? books.Now : clock.Now, options.ShardCount, options.Book);
        _journalLoop = new JournalLoop(journal, _signal, _completions, _inFlight, _failure);
        if (options.Lists)
        {
            var start = new ListStart(store, state.SnapshotSequence);
            _lists = Following("the lists", new OrderLists((int)options.ExpectedOrders), ListStart.Apply, 0, start.LoadAsync);
        }

        _desk = store is null ? null : new SnapshotScheduler(options, state.Journal, store, state.ReplayedBytes, Warn);
        _snapshots = store is null ? null : new SnapshotLoop(
            options, state.Journal, store, _desk!, options.Scheduling.Loop(Scheduling.LowLoop), _closedOrders);
        if (_closedOrders is not null)
        {
            LedgerWarning = state.Told;
            _lookups = new LookupLoop(_closedOrders, _failure);
            _closedFollower = FollowingClosed(_closedOrders);
        }

        _signal.Listener = WakeFollowers;
        _space = store is null || options.DiskReserveBytes == 0 ? null
            : new DiskSpace(options.Disk, options.DataDirectory!, options.DiskReserveBytes, options.TimeProvider, Warn);
        _shards = [.. books.All.Select((book, i) => new Shard(
            book, clock, _journalLoop.Loop.Inbox, _completions, _inFlight, _failure, _tap?.OfShard(i), RecallsOf(clock), EvictorOf(),
                _space))];
        _control = new ControlLoop(books.Control, clock, ControlNow, _journalLoop.Loop.Inbox, _completions, _inFlight, _failure, _shards,
            options.Scheduling.Queue, _tap?.Campaigns);
        _positions = new PositionLoop(
            new PositionFiles(options.Disk, options.DataDirectory), journal, options.Scheduling.Queue);
        _pipeline = Loops(scheduler);
        HighestOrder = books.All.Max(book => book.HighestOrder);
        Recovered = journal.DurableSequence;
        RecoveredFromSnapshot = state.SnapshotSequence;
        Created = state.Journal.Created;
    }

    // What a request passes, in order; behind the journal's loop, what follows it.
    private Pipeline Loops(TaskScheduler scheduler)
    {
        var pipeline = new Pipeline(_options.Scheduling);
        pipeline.Own(scheduler);

        // A journal in memory never blocks: with one shard both loops take turns on one thread, and no batch costs a wake-up.
        TaskScheduler? shared = _shards.Length == 1 && _journal is MemoryJournal ? scheduler : null;
        pipeline.Add(new Stage("matching campaigns", _control.Loop.RunAsync, _control.Loop.Complete) { Closed = _control.DisposeAsync });
        pipeline.Add([.. _shards.Select((shard, i) =>
            new Stage($"matching shard {i}", shard.RunAsync, shard.Complete) { Scheduler = shared, Closed = shard.DisposeAsync })]);
        pipeline.Add(new Stage("matching journal", _journalLoop.Loop.RunAsync, _journalLoop.Loop.Complete) { Scheduler = scheduler });
        if (_tap is { } tap)
        {
            pipeline.Add(new Stage("matching recording", tap.RunAsync, () => tap.Complete(_journal.DurableSequence)));
        }

        List<Stage> behind =
        [
            new Stage("matching followers", _followers.RunAsync, _followers.Complete) { Scheduler = scheduler },
            new Stage("matching subscriptions", _positions.RunAsync, _positions.Complete),
        ];
        if (_snapshots is { } snapshots)
        {
            TaskScheduler low = pipeline.Own(snapshots.Scheduler);
            behind.Add(new Stage(Scheduling.LowLoop, snapshots.RunAsync, _desk!.Complete) { Scheduler = low });
        }

        pipeline.Add([.. behind]);
        if (_lookups is { } lookups)
        {
            pipeline.Add(new Stage("matching lookups", lookups.RunAsync, lookups.Complete));
        }

        return pipeline;
    }

    /// <summary>True when opening made the data directory, or there is none.</summary>
    public bool Created { get; }

    /// <summary>Events that stood in the journal when it was opened.</summary>
    public long Recovered { get; }

    /// <summary>How many of them came from a snapshot instead of being applied; 0 where there was none.</summary>
    public long RecoveredFromSnapshot { get; }

    /// <inheritdoc/>
    public long Now => _clock.IsManual ? Math.Max(_recoveredNow, _journalLoop.DurableNow) : _clock.Now;

    /// <summary>The highest order id ever seen, as recovered at opening.</summary>
    public long HighestOrder { get; }

    /// <summary>How the recording goes on; null when the engine records nothing.</summary>
    public RecordingStatus? Recording => _tap?.Status;

    /// <summary>How the engine is now.</summary>
    public EngineHealth Health
    {
        get
        {
            var step = TimeSpan.FromMilliseconds(_clock.WallStepMs);
            return new EngineHealth(
                _failure.Cause,
                step.Duration() > _options.ClockStep ? step : TimeSpan.Zero,
                _shards.Max(shard => shard.ExpiryLagMs),
                _inFlight.Count,
                _journal.DurableSequence,
                _desk?.LastSequence ?? 0,
                _desk?.Failed,
                _space is { IsLow: true })
            {
                DiskFreeBytes = _space?.FreeBytes,
                LedgerLag = _closedFollower?.Lag ?? 0,
                LedgerPosition = _closedOrders?.CheckpointPosition ?? 0,
                LedgerFailure = _closedFollower?.Broken,
                LedgerLookups = _lookups?.Count ?? 0,
            };
        }
    }

    /// <summary>Opens the engine: recovers, then serves.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellationToken">Ends a long recovery; the directory is left as it was.</param>
    /// <exception cref="ArgumentException">Options are wrong; the message lists all that are.</exception>
    /// <exception cref="JournalException">The data directory is refused; the message says why and where.</exception>
    /// <exception cref="ClockRefusedException">The wall clock is too far from the journal (R43).</exception>
    public static Task<MatchingEngine> OpenAsync(MatchingOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Check(options);
        // Options can be set, as binding wants it: the engine runs by what was checked.
        MatchingOptions own = options with { Book = options.Book with { }, Control = options.Control with { } };
        TaskScheduler scheduler = own.Scheduling.Loop("matching journal");
        return Scheduling.Start(scheduler, () => OpenAsync(own, scheduler, cancellationToken));
    }

    private static async Task<MatchingEngine> OpenAsync(
        MatchingOptions options, TaskScheduler scheduler, CancellationToken cancellationToken)
    {
        TaskScheduler? background = null;
        IJournal? journal = null;
        ClosedOrders? closed = null;
        try
        {
            background = options.DataDirectory is null ? null : options.Scheduling.Loop("matching segments");
            RecoveredState state = await new Recovery(options, cancellationToken).RunAsync(background).ConfigureAwait(true);
            (journal, closed) = (state.Journal, state.Closed);
            EngineClock clock = EngineClock.Start(options, journal.DurableSequence == 0 ? null : state.Books.Now);
            var engine = new MatchingEngine(options, state, clock, scheduler);
            engine.Start(background);
            foreach (string warning in state.Warnings)
            {
                engine.Warn(warning);
            }

            return engine;
        }
        catch
        {
            closed?.Dispose();
            journal?.Dispose();
            (background as IDisposable)?.Dispose();
            (scheduler as IDisposable)?.Dispose();
            throw;
        }
    }
}
