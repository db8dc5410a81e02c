using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Ledger;
using Matching.Engine.State;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>What a start found.</summary>
/// <param name="Journal">Ready for writing.</param>
/// <param name="Books">Where the journal ends.</param>
/// <param name="Ledger">What closed long ago; null where the books keep everything.</param>
/// <param name="SnapshotSequence">The events before this one came from a snapshot; 0 for none.</param>
/// <param name="ReplayedBytes">Bytes of the events that did not.</param>
/// <param name="Warnings">What an operator should look at.</param>
internal sealed record RecoveredState(
    IJournal Journal, Books Books, ILedger? Ledger, long SnapshotSequence, long ReplayedBytes, IReadOnlyList<string> Warnings);

/// <summary>
/// Brings the books to where the journal ends, by the same Apply that service uses: from the newest snapshot that is whole, and the
/// events behind it.
/// </summary>
internal sealed class Recovery(MatchingOptions options, CancellationToken cancellationToken)
{
    private const long EventsPerReport = 250_000;

    private readonly List<string> _warnings = [];
    private readonly List<long> _broken = [];
    private long _bytes;
    private long _reported;
    private long _reached;

    /// <summary>Opens the data directory, or begins in memory.</summary>
    /// <param name="background">Where the journal makes its segments.</param>
    public async Task<RecoveredState> RunAsync(TaskScheduler? background)
    {
        if (options.Journal is null && options.DataDirectory is { } directory && !options.Ledger)
        {
            return await RunAsync(directory, background).ConfigureAwait(true);
        }

        IJournal journal = OpenJournal(background);
        ILedger? ledger = null;
        try
        {
            // Beside a ledger every event is replayed: a snapshot says nothing of rows that have left memory.
            ledger = LedgerOpening.Open(options, journal);
            Books books = options.NewBooks(options.ShardCount, ledger);
            StateLanes lanes = Lanes(books);
            await using (lanes.ConfigureAwait(true))
            {
                using IJournalReader reader = journal.Read(journal.FirstSequence);
                await ReplayAsync(lanes, reader, journal.DurableSequence).ConfigureAwait(true);
            }

            return new RecoveredState(journal, books, ledger, 0, _bytes, _warnings);
        }
        catch
        {
            ledger?.Dispose();
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Takes one event off the front of a block: an item's, or one of campaigns, of which the first result has only the time.</summary>
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

    private IJournal OpenJournal(TaskScheduler? background) =>
        options.Journal is { } open ? open()
        : options.DataDirectory is { } directory ? SegmentJournal.Open(OptionsOf(directory, background), options.Disk)
        : new MemoryJournal();

    private JournalOptions OptionsOf(string directory, TaskScheduler? background) => new()
    {
        Directory = directory,
        SegmentBytes = options.SegmentBytes,
        ExistingOnly = options.ExistingOnly,
        Background = background,
    };

    private async Task<RecoveredState> RunAsync(string directory, TaskScheduler? background)
    {
        using var opening = JournalOpening.Begin(OptionsOf(directory, background), options.Disk);
        var store = new SnapshotStore(options.Disk, directory);
        foreach (long sequence in opening.IsNew ? [] : store.List())
        {
            if (await TryFromAsync(opening, store, sequence).ConfigureAwait(true) is { } books)
            {
                return Finish(opening, store, books, sequence);
            }
        }

        opening.StartAt(0, boundary: null);
        Books all = NewBooks();
        StateLanes lanes = Lanes(all);
        await using (lanes.ConfigureAwait(true))
        {
            await ReplayAsync(lanes, opening, opening.AtLeast).ConfigureAwait(true);
        }

        return Finish(opening, store, all, 0);
    }

    // Null when the snapshot is broken. Whatever is wrong with the journal is thrown: no other snapshot would help.
    private async Task<Books?> TryFromAsync(JournalOpening opening, SnapshotStore store, long sequence)
    {
        Books books = NewBooks();
        StateLanes lanes = Lanes(books);
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
                throw new JournalException($"{store.PathOf(sequence)}: {e.Message}. Open it with the newer program that wrote it.", e);
            }
            catch (Exception e) when (e is SnapshotDamagedException or FormatException or InvariantException or IndexOutOfRangeException or OverflowException)
            {
                _warnings.Add($"the snapshot of event {sequence} is broken and was passed over: {e.Message}");
                _broken.Add(sequence);
                return null;
            }

            opening.StartAt(sequence, header.Boundary);
            await ReplayAsync(lanes, opening, opening.AtLeast).ConfigureAwait(true);
            return books;
        }
    }

    private RecoveredState Finish(JournalOpening opening, SnapshotStore store, Books books, long snapshotSequence)
    {
        SegmentJournal journal = opening.Finish();
        try
        {
            store.RemoveUnfinished();
            foreach (long sequence in _broken)
            {
                store.SetAside(sequence);
            }
        }
        catch
        {
            journal.Dispose();
            throw;
        }

        return new RecoveredState(journal, books, null, snapshotSequence, _bytes, _warnings);
    }

    private async Task ReplayAsync(StateLanes lanes, IJournalReader reader, long total)
    {
        await lanes.ReplayAsync(
            reader,
            long.MaxValue,
            (reached, bytes) =>
            {
                _bytes += bytes;
                _reached = reached;
                if (reached - _reported >= EventsPerReport)
                {
                    _reported = reached;
                    options.Recovery?.Report(new RecoveryProgress(reached, Math.Max(reached, total)));
                }
            },
            cancellationToken).ConfigureAwait(true);
        if (_reported > 0)
        {
            options.Recovery?.Report(new RecoveryProgress(_reached, _reached));
        }
    }

    private Books NewBooks() => options.NewBooks(options.ShardCount);

    private StateLanes Lanes(Books books) =>
        new(books, lane => options.Scheduling.Loop($"matching recovery {lane}"), disposeSchedulers: true);
}
