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
/// <param name="Ledger">What closed long ago, and where its projection begins; null where the books keep everything.</param>
/// <param name="SnapshotSequence">The events before this one came from a snapshot; 0 for none.</param>
/// <param name="ReplayedBytes">Bytes of the events that did not.</param>
/// <param name="Warnings">What an operator should look at.</param>
internal sealed record RecoveredState(
    IJournal Journal, Books Books, RecoveredLedger? Ledger, long SnapshotSequence, long ReplayedBytes, IReadOnlyList<string> Warnings);

/// <summary>The order ledger as a start found it.</summary>
/// <param name="Ledger">Open.</param>
/// <param name="Start">Where its projection begins.</param>
/// <param name="Told">What was found wrong and done about it; null for nothing.</param>
internal sealed record RecoveredLedger(ILedger Ledger, ProjectionStart Start, string? Told);

/// <summary>
/// Brings the books to where the journal ends, by the same Apply that service uses: from the newest snapshot that is whole, and the
/// events behind it.
/// </summary>
internal sealed partial class Recovery(MatchingOptions options, CancellationToken cancellationToken)
{
    private const long EventsPerReport = 250_000;

    private readonly List<string> _warnings = [];
    private readonly List<(long Sequence, string Why)> _aside = [];
    private long _bytes;
    private long _reported;
    private long _reached;

    /// <summary>Opens the data directory, or begins in memory.</summary>
    /// <param name="background">Where the journal makes its segments.</param>
    public async Task<RecoveredState> RunAsync(TaskScheduler? background)
    {
        if (options.Journal is null && options.DataDirectory is { } directory)
        {
            try
            {
                return options.Ledger
                    ? await RunBesideLedgerAsync(directory, background).ConfigureAwait(true)
                    : await RunAsync(directory, background).ConfigureAwait(true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new JournalException($"{directory} cannot be opened: {e.Message}", e);
            }
        }

        IJournal journal = OpenJournal();
        ILedger? ledger = null;
        try
        {
            ledger = options.Ledger ? new LedgerOpening(options, Guid.Empty, cancellationToken).TryOpen() : null;
            if (ledger is not null)
            {
                LedgerOpening.Check(ledger, journal.DurableSequence);
            }

            Books books = options.NewShardBooks(ledger);
            ReplayWorkers lanes = Lanes(books, ledger);
            await using (lanes.ConfigureAwait(true))
            {
                using IJournalReader reader = journal.Read(journal.FirstSequence);
                await ReplayAsync(lanes, reader, journal.DurableSequence).ConfigureAwait(true);
            }

            RecoveredLedger? recovered = ledger is null ? null
                : new RecoveredLedger(ledger, StartAt(0, null), Anew(ledger, journal.DurableSequence));
            return new RecoveredState(journal, books, recovered, 0, _bytes, _warnings);
        }
        catch
        {
            ledger?.Dispose();
            journal.Dispose();
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
        foreach (long sequence in opening.IsNew ? [] : store.List())
        {
            if (TryReadHead(store, sequence) is not { } head)
            {
                continue;
            }

            if (head.Evicts)
            {
                _warnings.Add(
                    $"the snapshot of event {sequence} leaves closed orders to the order ledger, which is off, and was set aside");
                _aside.Add((sequence, "ledger"));
            }
            else if (await TryFromAsync(opening, store, sequence, null).ConfigureAwait(true) is { } books)
            {
                return Finish(opening, store, books, null, sequence);
            }
        }

        if (opening.FirstSequence is var first && first > 0 && _aside.Exists(aside => aside.Why is "ledger"))
        {
            throw new JournalException(
                $"the journal in {directory} begins at event {first}, and its snapshots leave closed orders to the order ledger: open it "
                    + "with the ledger (option Ledger, --order-ledger). Nothing was changed.");
        }

        return Finish(opening, store, await FromStartAsync(opening, null).ConfigureAwait(true), null, 0);
    }

    private async Task<Books> FromStartAsync(JournalOpening opening, ILedger? ledger)
    {
        opening.StartAt(0, boundary: null);
        Books books = options.NewShardBooks(ledger);
        ReplayWorkers lanes = Lanes(books, ledger);
        await using (lanes.ConfigureAwait(true))
        {
            await ReplayAsync(lanes, opening, opening.AtLeast).ConfigureAwait(true);
        }

        return books;
    }

    /// <summary>
    /// What a snapshot stands for, whether it leaves closed families to the order ledger, and counts what they ever were; null when it is
    /// broken.
    /// </summary>
    private (SnapshotHeader Header, bool Evicts, bool CountsEver)? TryReadHead(SnapshotStore store, long sequence)
    {
        try
        {
            using Snapshot snapshot = store.Open(sequence);
            byte[] buffer = [];
            ReadOnlySpan<byte> head = snapshot.Read(StateSections.Head, ref buffer).Span;
            return (snapshot.Header, StateSections.Evicts(head), StateSections.CountsEver(head));
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
    private async Task<Books?> TryFromAsync(JournalOpening opening, SnapshotStore store, long sequence, ILedger? ledger)
    {
        Books books = options.NewShardBooks(ledger);
        ReplayWorkers lanes = Lanes(books, ledger);
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

    private RecoveredState Finish(JournalOpening opening, SnapshotStore store, Books books, RecoveredLedger? ledger, long snapshotSequence)
    {
        if (ledger is not null)
        {
            LedgerOpening.Check(ledger.Ledger, Math.Max(_reached, snapshotSequence));
        }

        var journal = opening.Finish();
        try
        {
            TidyUp(store);
        }
        catch
        {
            journal.Dispose();
            throw;
        }

        return new RecoveredState(journal, books, ledger, snapshotSequence, _bytes, _warnings);
    }

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

    private ReplayWorkers Lanes(Books books, ILedger? ledger) =>
        new(books, ledger, lane => options.Scheduling.Loop($"matching recovery {lane}"), disposeSchedulers: true);
}
