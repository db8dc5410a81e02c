using System.Globalization;
using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Cli;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Host.Verify;

/// <summary>
/// Builds the engine's state from a journal and compares it with every snapshot on the way: equal states are saved as equal bytes. Where
/// the journal's beginning is deleted, it starts from the oldest whole snapshot.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="store">Where the snapshots are.</param>
/// <param name="snapshots">Those to compare, the newest first.</param>
/// <param name="ledger">Compares what has closed; null where everything stays in memory.</param>
/// <param name="violations">Where what is wrong is added.</param>
internal sealed class StateCheck(
    ReadOnlyJournal journal, SnapshotStore store, IReadOnlyList<long> snapshots, LedgerCheck? ledger, List<Violation> violations)
{
    private const long ExpectedOrders = 1_000_000;

    private readonly Books _books = Empty(ledger is not null);
    private long _at;

    /// <summary>Counts at the end.</summary>
    public Counts Counts { get; private set; }

    /// <summary>Snapshots compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Builds and compares.</summary>
    /// <returns>The state's hash, 16 hex digits; empty when it could not be built.</returns>
    public string Run(Meter meter)
    {
        Queue<long> ahead = new(snapshots.Reverse());
        try
        {
            _at = Begin(ahead);
            JournalWalk.Run(journal, _at, meter, Apply, (_, e) => _books.Apply(e), sequence =>
            {
                if (ahead.TryPeek(out long next) && next <= sequence)
                {
                    Compare(ahead.Dequeue(), sequence);
                }
            });
            _books.Validate();
        }
        catch (InvariantException e)
        {
            violations.Add(new Violation(_at, "R41", $"the book cannot be built from the events: {e.Message}"));
            return "";
        }

        foreach (long sequence in ahead)
        {
            violations.Add(new Violation(sequence, "R38", $"there is a snapshot of event {sequence}, but the journal ends before it"));
        }

        Counts = _books.All[0].CountAll();
        return _books.StateHash().ToString("x16", CultureInfo.InvariantCulture);
    }

    private static Books Empty(bool evicts)
    {
        var books = new Books(new BookOptions(), new ControlOptions());
        if (evicts)
        {
            books.All[0].KeepOnlyOpen(ExpectedOrders);
        }

        return books;
    }

    private void Apply(long sequence, in Event e, ReadOnlySpan<byte> encoded)
    {
        _at = sequence;
        ledger?.Take(sequence, e, encoded);
        _books.Apply(e, encoded);
    }

    private long Begin(Queue<long> ahead)
    {
        if (journal.FirstSequence == 0)
        {
            return 0;
        }

        long oldest = ahead.Count > 0 ? ahead.Dequeue() : 0;
        using Snapshot snapshot = oldest > journal.FirstSequence
            ? store.Open(oldest)
            : throw new JournalException(
                $"the journal begins at event {journal.FirstSequence} and has no snapshot of a later moment: there is nothing to build "
                + "the state from");
        Load(_books, snapshot);
        return oldest;
    }

    private void Compare(long sequence, long reached)
    {
        if (!File.Exists(store.PathOf(sequence)))
        {
            // A running engine has replaced it meanwhile.
            return;
        }

        try
        {
            using Snapshot snapshot = store.Open(sequence);
            List<int> differing = ledger is null ? Differing(_books, snapshot) : DifferingBesideLedger(snapshot, sequence);
            if (reached != sequence || differing.Count > 0)
            {
                violations.Add(new Violation(
                    sequence, "R38",
                    $"the snapshot differs from the events before it in {differing.Count} sections, such as {differing.FirstOrDefault()}"));
            }

            Compared++;
        }
        catch (Exception e) when (e is SnapshotDamagedException or FormatException)
        {
            violations.Add(new Violation(sequence, "R38", e.Message));
        }
    }

    private List<int> DifferingBesideLedger(Snapshot snapshot, long sequence)
    {
        byte[] head = [];
        Books loaded = Empty(evicts: true);
        Load(loaded, snapshot);
        ledger!.CheckFilter(loaded, sequence);
        return StateSections.Evicts(snapshot.Read(StateSections.Head, ref head).Span) ? Differing(_books, snapshot)
            : Differing(_books, loaded);
    }

    private static void Load(Books books, Snapshot snapshot)
    {
        byte[] head = [];
        byte[] buffer = [];
        books.LoadHead(snapshot.Read(StateSections.Head, ref head).Span, snapshot.Read(StateSections.Control, ref buffer).Span);
        foreach (int section in snapshot.Sections.Where(Books.IsOfPartition))
        {
            books.Load(section, snapshot.Read(section, ref buffer).Span);
        }
    }

    // The bytes of a filter depend on how large it was begun.
    private static bool IsCompared(int section) => StateSections.FilterPartition(section) < 0;

    private static List<int> Differing(Books books, Snapshot snapshot)
    {
        List<int> differing = [];
        HashSet<int> left = [.. snapshot.Sections.Where(IsCompared)];
        byte[] buffer = [];
        books.Save((section, bytes) =>
        {
            if (IsCompared(section) && (!left.Remove(section) || !snapshot.Holds(section, bytes)
                || !snapshot.Read(section, ref buffer).Span.SequenceEqual(bytes)))
            {
                differing.Add(section);
            }
        });
        return [.. differing, .. left];
    }

    // A snapshot of before anything left memory: as it would be saved now.
    private static List<int> Differing(Books books, Books loaded)
    {
        Dictionary<int, byte[]> rows = [];
        loaded.Save((section, bytes) => rows.Add(section, bytes.ToArray()));
        List<int> differing = [];
        books.Save((section, bytes) =>
        {
            if (IsCompared(section) && !(rows.TryGetValue(section, out byte[]? other) && bytes.SequenceEqual(other)))
            {
                differing.Add(section);
            }
        });
        return differing;
    }
}
