using Matching.Core;
using Matching.Engine.Ledger;
using Matching.Engine.State;
using Matching.Storage;

namespace Matching.Engine;

/// <content>
/// Starting beside the order ledger: from the newest snapshot that is whole and whose closed families the ledger holds, and the events
/// behind it. Where the ledger is missing or broken it is made anew: from a snapshot that holds everything, or from the first event on.
/// Where neither is left, what closed is lost: the start is refused, or goes on without it where that is accepted.
/// </content>
internal sealed partial class Recovery
{
    private async Task<RecoveredState> RunBesideLedgerAsync(string directory, TaskScheduler? background)
    {
        using var opening = JournalOpening.Begin(OptionsOf(directory, background), options.Disk);
        var store = new SnapshotStore(options.Disk, directory);
        var place = new LedgerOpening(options, opening.DirectoryId, cancellationToken);
        ILedger? ledger = opening.IsNew ? place.Create() : place.TryOpen();
        try
        {
            opening.Expect(ledger?.Position ?? 0, ledger?.Boundary ?? 0);
            List<long> evicting = [];
            string? why = place.Warning;
            try
            {
                foreach ((long sequence, var head) in opening.IsNew ? [] : Heads(store))
                {
                    if (head.Evicts && (head.CountsEver || opening.FirstSequence > 0))
                    {
                        evicting.Add(sequence);
                    }

                    if (WhyPassedOver(head, sequence, opening.FirstSequence, ledger) is { } reason)
                    {
                        _warnings.Add($"the snapshot of event {sequence} was passed over: {reason}");
                        continue;
                    }

                    if (!head.Evicts && (ledger is null || ledger.Position < sequence))
                    {
                        ledger ??= place.Create();
                        ledger.BeginAt(sequence, lost: false);
                        why = Join(why, $"the order ledger is filled from the snapshot of event {sequence}, which holds everything");
                    }

                    if (await TryFromAsync(opening, store, sequence, ledger).ConfigureAwait(true) is { } books)
                    {
                        return Finish(opening, store, books, new RecoveredLedger(ledger!, StartAt(sequence, store), why), sequence);
                    }
                }

                if (ledger is { From: 0 } && opening.FirstSequence == 0)
                {
                    Books books = await FromStartAsync(opening, ledger).ConfigureAwait(true);
                    return Finish(opening, store, books, new RecoveredLedger(ledger, StartAt(0, store), why), 0);
                }
            }
            catch (LedgerException e) when (ledger is not null && e is not LedgerVersionException)
            {
                why = Join(why, $"the order ledger cannot be used ({e.Message})");
            }

            ledger?.Dispose();
            ledger = null;
            opening.Expect(0, 0);
            if (opening.FirstSequence == 0)
            {
                ledger = place.Create();
                return await RebuildAsync(opening, store, ledger, why).ConfigureAwait(true);
            }

            Refuse(directory, opening.FirstSequence, why);
            ledger = place.Create();
            return await WithoutHistoryAsync(opening, store, ledger, evicting, why).ConfigureAwait(true);
        }
        catch
        {
            ledger?.Dispose();
            throw;
        }
    }

    private IEnumerable<(long Sequence, (SnapshotHeader Header, bool Evicts, bool CountsEver) Head)> Heads(SnapshotStore store)
    {
        foreach (long sequence in store.List())
        {
            if (TryReadHead(store, sequence) is { } head)
            {
                yield return (sequence, head);
            }
        }
    }

    private static string? WhyPassedOver(
        (SnapshotHeader Header, bool Evicts, bool CountsEver) head, long sequence, long first, ILedger? ledger) =>
        !head.CountsEver && first == 0
            ? "it is of an older version and does not count what closed orders once were (R19); every event is replayed"
            : head.Evicts && ledger is null ? "the order ledger is missing"
            : head.Evicts && (sequence < ledger!.From || sequence > ledger.Position)
                ? $"the order ledger reaches from event {ledger.From} to {ledger.Position}"
            : null;

    // One book, from which everything leaves as it closes: memory holds what is open, however long the history. Then a snapshot, so that
    // the next start need not do it again, and from which this one loads its shards.
    private async Task<RecoveredState> RebuildAsync(JournalOpening opening, SnapshotStore store, ILedger ledger, string? why)
    {
        var projection = new Projection(options.NewBooks(1, ledger), ledger, 0);
        opening.StartAt(0, boundary: null);
        while (opening.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            cancellationToken.ThrowIfCancellationRequested();
            projection.Apply(sequence, count, events);
            Report(projection.Position, opening.AtLeast);
            if (projection.Position - ledger.Position >= options.LedgerCheckpointEvents)
            {
                ledger.Checkpoint(projection.Position, opening.Boundary);
            }
        }

        long end = projection.Position;
        var journal = opening.Finish();
        try
        {
            TidyUp(store);
            Books books = options.NewShardBooks(ledger);
            if (end > 0)
            {
                ledger.Checkpoint(end, journal.BoundaryAt(end));
                SnapshotScheduler.Write(store, journal, projection.Books, end, cancellationToken);
                store.RemoveOld();
                ReplayWorkers lanes = Lanes(books, ledger);
                await using (lanes.ConfigureAwait(true))
                {
                    using Snapshot snapshot = store.Open(end);
                    await lanes.LoadAsync(snapshot, cancellationToken).ConfigureAwait(true);
                }
            }

            var start = new ProjectionStart(end, _ => Task.FromResult(projection));
            return new RecoveredState(journal, books, new RecoveredLedger(ledger, start, Join(why, Anew(end))), end, 0, _warnings);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    private void Refuse(string directory, long first, string? why)
    {
        if (!options.AcceptLostHistory)
        {
            throw new JournalException(
                $"{(why is null ? "the order ledger is missing or stands behind every snapshot" : why)}, and it cannot be made anew: the "
                    + $"journal in {directory} begins at event {first}, what is before it is deleted. Nothing was changed. "
                + "Restore the directory from a copy, or accept that closed orders and teams are lost (option AcceptLostHistory, "
                    + "--accept-lost-history): they will be unknown, and an order of them sent again will be taken for a new one.");
        }
    }

    private async Task<RecoveredState> WithoutHistoryAsync(
        JournalOpening opening, SnapshotStore store, ILedger ledger, List<long> evicting, string? why)
    {
        foreach (long sequence in evicting)
        {
            ledger.BeginAt(sequence, lost: true);
            if (await TryFromAsync(opening, store, sequence, ledger).ConfigureAwait(true) is { } books)
            {
                // Accepted once: the next start need not be asked.
                using Snapshot from = store.Open(sequence);
                ledger.Checkpoint(sequence, from.Header.Boundary);
                Counts lost = books.All.Aggregate(default(Counts), static (sum, book) =>
                {
                    sum.Add(book.CountEvicted());
                    return sum;
                });
                long orders = lost.Shipped + lost.Refunded;
                why =
                    Join(
                    why,
                    $"accepted: what closed before event {sequence} is lost, {orders} paid orders and {lost.TeamsOpened} teams; they are "
                    + "counted still, but unknown, what happened to them since is left out but for first payments of holds that had "
                    + "ended, and an order of them sent again is taken for a new one");
                return Finish(opening, store, books, new RecoveredLedger(ledger, StartAt(sequence, store), why), sequence);
            }
        }

        throw new JournalException(
            $"{Join(why, "no snapshot is whole")}: there is nothing to start from. Restore the directory from a copy.");
    }

    private ProjectionStart StartAt(long sequence, SnapshotStore? store) => new(sequence, async ledger =>
    {
        Books books = options.NewBooks(1, ledger);
        if (sequence > 0)
        {
            using Snapshot snapshot = store!.Open(sequence);
            byte[] head = [];
            byte[] buffer = [];
            books.LoadHead(snapshot.Read(StateSections.Head, ref head).Span, snapshot.Read(StateSections.Control, ref buffer).Span);
            foreach (int section in snapshot.Sections.Where(Books.IsOfPartition))
            {
                books.Load(section, snapshot.Read(section, ref buffer).Span);
                await Task.Yield();
            }
        }

        return new Projection(books, ledger, sequence);
    });

    private static string? Anew(ILedger ledger, long events) => ledger.Position == 0 && events > 0 ? Anew(events) : null;

    private static string Anew(long events) => $"the order ledger is made anew from the journal, {events} events";

    private static string Join(string? told, string more) => told is null ? more : $"{told}; {more}";
}
