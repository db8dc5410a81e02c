using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Ledger;
using Matching.Engine.State;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Engine;

/// <summary>What a start found.</summary>
/// <param name="Journal">Ready for writing.</param>
/// <param name="Books">Where the journal ends.</param>
/// <param name="SnapshotSequence">The events before this one came from a snapshot; 0 for none.</param>
/// <param name="ReplayedBytes">Bytes of the events that did not.</param>
/// <param name="Warnings">What an operator should look at.</param>
internal sealed record RecoveredState(
    IJournal Journal, Books Books, long SnapshotSequence, long ReplayedBytes, IReadOnlyList<string> Warnings)
{
    /// <summary>Where closed orders are found, brought up to the journal's end; null where the books keep everything.</summary>
    public ClosedOrders? Closed { get; init; }

    /// <summary>What was found wrong with the order ledger and done about it; null for nothing.</summary>
    public string? Told { get; init; }
}

/// <summary>
/// Brings the books to where the journal ends, by the same Apply that service uses: from the newest snapshot that is whole, and the
/// events behind it. The order ledger comes behind them, and nothing of the books depends on it.
/// </summary>
internal sealed class Recovery(MatchingOptions options, CancellationToken cancellationToken)
{
    private const long EventsPerReport = 250_000;
    private const string OfAnOlderLedger = "it is of an older version, which left closed orders to an order ledger of its own";

    private readonly List<string> _warnings = [];
    private readonly List<(long Sequence, string Why)> _aside = [];
    private long _bytes;
    private long _reported;
    private long _reached;

    // Closed orders leave the books: as the option says, or because they have left already.
    private bool _evicts = options.Evicts;

    /// <summary>Opens the data directory, or begins in memory.</summary>
    /// <param name="background">Where the journal makes its segments.</param>
    public async Task<RecoveredState> RunAsync(TaskScheduler? background)
    {
        if (options.Journal is not null || options.DataDirectory is not { } directory)
        {
            return await AgainIfEvictsAsync(InMemoryAsync).ConfigureAwait(true);
        }

        try
        {
            return await AgainIfEvictsAsync(() => RunAsync(directory, background)).ConfigureAwait(true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"{directory} cannot be opened: {e.Message}", e);
        }
    }

    private async Task<RecoveredState> AgainIfEvictsAsync(Func<Task<RecoveredState>> run)
    {
        try
        {
            return await run().ConfigureAwait(true);
        }
        catch (ClosedOrdersException)
        {
            _evicts = true;
            _warnings.Clear();
            _aside.Clear();
            (_bytes, _reported, _reached) = (0, 0, 0);
            return await run().ConfigureAwait(true);
        }
    }

    private async Task<RecoveredState> InMemoryAsync()
    {
        IJournal journal = OpenJournal();
        try
        {
            Books books = options.NewShardBooks(_evicts);
            ReplayWorkers lanes = Lanes(books);
            await using (lanes.ConfigureAwait(true))
            {
                using IJournalReader reader = journal.Read(journal.FirstSequence);
                await ReplayAsync(lanes, reader, journal.DurableSequence).ConfigureAwait(true);
            }

            using var ledger = new LedgerOpening(options, Guid.Empty, cancellationToken);
            return WithClosed(new RecoveredState(journal, books, 0, _bytes, _warnings), ledger);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    // Behind the books, so that it is asked of nothing that it does not have.
    private RecoveredState WithClosed(RecoveredState state, LedgerOpening ledger)
    {
        if (!_evicts)
        {
            return state;
        }

        var closed = new ClosedOrders(
            state.Journal, ledger.TryOpen(state.Journal), ledger.Create,
            new LedgerLimits(options.LedgerCheckpointEvents, options.LedgerCheckpointInterval), options.TimeProvider);
        try
        {
            _reported = 0;
            long evicted = state.Books.All.Sum(book => book.EvictedOrders);
            bool any = evicted > 0 || state.Books.All.Any(book => book.CountEvicted().TeamsOpened > 0);
            string? told = closed.CatchUp(
                any, evicted, options.AcceptLostHistory, reached => Report(reached, state.Journal.DurableSequence), cancellationToken);
            return state with { Closed = closed, Told = Join(ledger.Warning, told) };
        }
        catch
        {
            closed.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes one event off the front of a block: an item's, or one of campaigns, of which the first result has only the time.
    /// </summary>
    /// <exception cref="JournalException">It is not an event of this version.</exception>
    public static Event Read(ref ReadOnlyMemory<byte> events, long sequence, out ControlEvent? control)
    {
        control = null;
        try
        {
            if (ControlCodec.IsControl(events.Span))
            {
                events = events[ControlCodec.Read(events.Span, out control)..];
                return new Event { At = control.At };
            }

            events = events[EventCodec.Read(events.Span, out Event e)..];
            return e;
        }
        catch (FormatException e)
        {
            throw Unreadable(sequence, e);
        }
    }

    /// <summary>The refusal of bytes that are no event.</summary>
    public static JournalException Unreadable(long sequence, FormatException cause) => new(
        $"event {sequence} of the journal cannot be read: {cause.Message}. It was written by a newer version, or is damaged", cause);

    private IJournal OpenJournal() => options.Journal is { } open ? open() : new MemoryJournal();

    private JournalOptions OptionsOf(string directory, TaskScheduler? background) => new()
    {
        Directory = directory,
        SegmentBytes = options.SegmentBytes,
        FirstSegmentBytes = options.LeastSegmentBytes,
        ExistingOnly = options.ExistingOnly,
        Background = background,
    };

    private async Task<RecoveredState> RunAsync(string directory, TaskScheduler? background)
    {
        using var opening = JournalOpening.Begin(OptionsOf(directory, background), options.Disk);
        var store = new SnapshotStore(options.Disk, directory);
        using var ledger = new LedgerOpening(options, opening.DirectoryId, cancellationToken);
        if (_evicts && !opening.IsNew)
        {
            ledger.Begin();
        }

        long first = opening.FirstSequence;
        foreach (long sequence in opening.IsNew ? [] : store.List())
        {
            if (TryReadHead(store, sequence) is not { } head)
            {
                continue;
            }

            if (!head.Journaled)
            {
                _warnings.Add($"the snapshot of event {sequence} was passed over: {OfAnOlderLedger}");
                _aside.Add((sequence, "old"));
                continue;
            }

            if (head.Evicts && !_evicts)
            {
                throw new ClosedOrdersException();
            }

            if (await TryFromAsync(opening, store, sequence).ConfigureAwait(true) is { } books)
            {
                return Finish(opening, store, books, sequence, ledger);
            }
        }

        return first > 0 && _aside.Exists(aside => aside.Why is "old")
            ? throw new JournalException(
                $"the journal in {directory} begins at event {first}, what is before is deleted, and there is no snapshot to start from: "
                    + $"{OfAnOlderLedger}. Nothing was changed.")
            : Finish(opening, store, await FromStartAsync(opening).ConfigureAwait(true), 0, ledger);
    }

    private async Task<Books> FromStartAsync(JournalOpening opening)
    {
        opening.StartAt(0, boundary: null);
        Books books = options.NewShardBooks(_evicts);
        ReplayWorkers lanes = Lanes(books);
        await using (lanes.ConfigureAwait(true))
        {
            await ReplayAsync(lanes, opening, opening.AtLeast).ConfigureAwait(true);
        }

        return books;
    }

    /// <summary>Whether a snapshot leaves closed orders out, and whether the journal has their records; null when it is broken.</summary>
    private (bool Evicts, bool Journaled)? TryReadHead(SnapshotStore store, long sequence)
    {
        try
        {
            using Snapshot snapshot = store.Open(sequence);
            byte[] buffer = [];
            ReadOnlySpan<byte> head = snapshot.Read(StateSections.Head, ref buffer).Span;
            return (StateSections.Evicts(head), StateSections.Journaled(head));
        }
        catch (NewerLayoutException e)
        {
            throw Newer(store, sequence, e);
        }
        catch (Exception e) when (IsBroken(e))
        {
            PassOver(sequence, e);
            return null;
        }
    }

    private static JournalException Newer(SnapshotStore store, long sequence, NewerLayoutException e) =>
        new($"{store.PathOf(sequence)}: {e.Message}. Open it with the newer program that wrote it.", e);

    private static bool IsBroken(Exception e) =>
        e is SnapshotDamagedException or FormatException or InvariantException or IndexOutOfRangeException or OverflowException;

    private void PassOver(long sequence, Exception e)
    {
        _warnings.Add($"the snapshot of event {sequence} is broken and was passed over: {e.Message}");
        _aside.Add((sequence, "broken"));
    }

    // Null when the snapshot is broken. Whatever is wrong with the journal is thrown: no other snapshot would help.
    private async Task<Books?> TryFromAsync(JournalOpening opening, SnapshotStore store, long sequence)
    {
        Books books = options.NewShardBooks(_evicts);
        ReplayWorkers lanes = Lanes(books);
        await using (lanes.ConfigureAwait(true))
        {
            SnapshotHeader header;
            try
            {
                using Snapshot snapshot = store.Open(sequence);
                header = snapshot.Header;
                await lanes.LoadAsync(snapshot, cancellationToken).ConfigureAwait(true);
            }
            catch (NewerLayoutException e)
            {
                throw Newer(store, sequence, e);
            }
            catch (Exception e) when (IsBroken(e))
            {
                PassOver(sequence, e);
                return null;
            }

            opening.StartAt(sequence, header.Boundary);
            await ReplayAsync(lanes, opening, opening.AtLeast).ConfigureAwait(true);
            return books;
        }
    }

    private RecoveredState Finish(
        JournalOpening opening, SnapshotStore store, Books books, long snapshotSequence, LedgerOpening ledger)
    {
        var journal = opening.Finish();
        try
        {
            TidyUp(store);
            return WithClosed(new RecoveredState(journal, books, snapshotSequence, _bytes, _warnings), ledger);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    private static string? Join(string? one, string? other) => one is null ? other : other is null ? one : $"{one}; {other}";

    private void TidyUp(SnapshotStore store)
    {
        store.RemoveUnfinished();
        foreach ((long sequence, string why) in _aside)
        {
            store.SetAside(sequence, why);
        }
    }

    private async Task ReplayAsync(ReplayWorkers lanes, IJournalReader reader, long total)
    {
        await lanes.ReplayAsync(
            reader,
            long.MaxValue,
            (reached, bytes) =>
            {
                _bytes += bytes;
                Report(reached, total);
            },
            cancellationToken).ConfigureAwait(true);
        if (_reported > 0)
        {
            options.Recovery?.Report(new RecoveryProgress(_reached, _reached));
        }
    }

    private void Report(long reached, long total)
    {
        _reached = reached;
        if (reached - _reported >= EventsPerReport)
        {
            _reported = reached;
            options.Recovery?.Report(new RecoveryProgress(reached, Math.Max(reached, total)));
        }
    }

    private ReplayWorkers Lanes(Books books) =>
        new(books, lane => options.Scheduling.Loop($"matching recovery {lane}"), disposeSchedulers: true);
}
