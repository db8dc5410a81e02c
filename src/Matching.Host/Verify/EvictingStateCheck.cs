using System.Globalization;
using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Ledger;
using Matching.Host.Cli;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Host.Verify;

/// <summary>
/// As <see cref="StateCheck"/>, of a directory whose closed orders lie in the order ledger: builds the state as the engine's projection
/// does, compares every record that it writes with the ledger, and every snapshot on the way with what is left.
/// </summary>
internal sealed class EvictingStateCheck(
    ReadOnlyJournal journal, SnapshotStore store, IReadOnlyList<long> snapshots, LedgerReading? ledger, List<Violation> violations)
        : IDisposable
{
    private const long ExpectedOrders = 1_000_000;
    private const int ReportEvery = 1 << 16;

    private readonly LedgerAudit _audit = new(ledger, violations);

    /// <summary>Counts at the end.</summary>
    public Counts Counts { get; private set; }

    /// <summary>Snapshots compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Records of the ledger compared.</summary>
    public long Records => _audit.Compared;

    /// <summary>Builds and compares.</summary>
    /// <returns>The state's hash, 16 hex digits; empty when it could not be built.</returns>
    public string Run(Meter meter)
    {
        meter.SetTotal(journal.EndSequence);
        Queue<long> ahead = new(snapshots.Reverse());
        Projection? state = null;
        try
        {
            state = Begin(ahead);
            Walk(state, ahead, meter);
            state.Books.Validate();
        }
        catch (Exception e) when (e is InvariantException or LedgerException)
        {
            violations.Add(
                new Violation(state?.Position ?? 0, "R41", $"the state cannot be built from the events and the order ledger: {e.Message}"));
            return "";
        }

        foreach (long sequence in ahead)
        {
            violations.Add(new Violation(sequence, "R38", $"there is a snapshot of event {sequence}, but the journal ends before it"));
        }

        if (ledger is not null && ledger.Position > journal.EndSequence)
        {
            violations.Add(new Violation(
                ledger.Position, "R38", $"the order ledger stands at event {ledger.Position}, but the journal ends before it"));
        }

        Counts = state.Books.All[0].CountAll();
        return state.Books.StateHash().ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Closes the ledger.</summary>
    public void Dispose() => _audit.Dispose();

    private void Walk(Projection state, Queue<long> ahead, Meter meter)
    {
        using IJournalReader reader = journal.Read(state.Position);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            state.Apply(sequence, count, events);
            if (ahead.TryPeek(out long next) && next <= state.Position)
            {
                Compare(ahead.Dequeue(), state);
            }

            if (sequence / ReportEvery != state.Position / ReportEvery)
            {
                meter.Report(state.Position);
            }
        }
    }

    private Projection Begin(Queue<long> ahead)
    {
        if (journal.FirstSequence == 0)
        {
            return new Projection(Empty(), _audit, 0);
        }

        long oldest = ahead.Count > 0 ? ahead.Dequeue() : 0;
        using Snapshot snapshot = oldest > journal.FirstSequence
            ? store.Open(oldest)
            : throw new JournalException(
                $"the journal begins at event {journal.FirstSequence} and has no snapshot of a later moment: there is nothing to build "
                + "the state from");
        Books books = Load(snapshot);
        _audit.CheckFilter(books, oldest);
        return new Projection(books, _audit, oldest);
    }

    // A snapshot that holds everything is compared by what is left of it.
    private void Compare(long sequence, Projection state)
    {
        if (!File.Exists(store.PathOf(sequence)))
        {
            // A running engine has replaced it meanwhile.
            return;
        }

        try
        {
            using Snapshot snapshot = store.Open(sequence);
            Books loaded = Load(snapshot);
            bool filters = loaded.All[0].FilterBytes > 0;
            loaded.All[0].Evict(int.MaxValue, loaded.All[0].Epoch, null);
            Dictionary<int, byte[]> rows = Rows(loaded, loaded.CountsEver);
            int differing = 0;
            foreach ((int section, byte[] bytes) in Rows(state.Books, loaded.CountsEver))
            {
                differing += rows.Remove(section, out byte[]? other) && bytes.AsSpan().SequenceEqual(other) ? 0 : 1;
            }

            if (state.Position != sequence || differing + rows.Count > 0)
            {
                violations.Add(
                    new Violation(sequence, "R38", $"the snapshot differs from the events before it in {differing + rows.Count} sections"));
            }

            if (filters)
            {
                _audit.CheckFilter(loaded, sequence);
            }

            Compared++;
        }
        catch (Exception e) when (e is SnapshotDamagedException or FormatException)
        {
            violations.Add(new Violation(sequence, "R38", e.Message));
        }
    }

    private static Dictionary<int, byte[]> Rows(Books books, bool ever)
    {
        Dictionary<int, byte[]> rows = [];
        books.Save((section, bytes) =>
        {
            if (StateSections.FilterPartition(section) < 0)
            {
                rows.Add(section, bytes.ToArray());
            }
        }, ever);
        return rows;
    }

    private static Books Empty()
    {
        var books = new Books(new BookOptions(), new ControlOptions());
        books.All[0].KeepOnlyOpen(ExpectedOrders);
        return books;
    }

    private static Books Load(Snapshot snapshot)
    {
        Books books = Empty();
        byte[] head = [];
        byte[] buffer = [];
        books.LoadHead(snapshot.Read(StateSections.Head, ref head).Span, snapshot.Read(StateSections.Control, ref buffer).Span);
        foreach (int section in snapshot.Sections.Where(Books.IsOfPartition))
        {
            books.Load(section, snapshot.Read(section, ref buffer).Span);
        }

        return books;
    }
}
