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
internal sealed class StateCheck(ReadOnlyJournal journal, SnapshotStore store, IReadOnlyList<long> snapshots, List<Violation> violations)
{
    private readonly Books _books = new(new BookOptions(), new ControlOptions());
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

    private void Apply(long sequence, in Event e)
    {
        _at = sequence;
        _books.Apply(e);
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
        byte[] buffer = [];
        byte[] head = snapshot.Read(StateSections.Head, ref buffer).ToArray();
        _books.LoadHead(head, snapshot.Read(StateSections.Control, ref buffer).Span);
        foreach (int section in snapshot.Sections.Where(section => section < BookOptions.Partitions))
        {
            _books.Load(section, snapshot.Read(section, ref buffer).Span);
        }

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
            List<int> differing = [];
            HashSet<int> left = [.. snapshot.Sections];
            byte[] buffer = [];
            _books.Save((section, bytes) =>
            {
                left.Remove(section);
                if (!snapshot.Holds(section, bytes) || !snapshot.Read(section, ref buffer).Span.SequenceEqual(bytes))
                {
                    differing.Add(section);
                }
            });
            if (reached != sequence || differing.Count + left.Count > 0)
            {
                violations.Add(new Violation(
                    sequence, "R38",
                        $"the snapshot differs from the events before it in {differing.Count + left.Count} sections, such as "
                        + $"{differing.Concat(left).FirstOrDefault()}"));
            }

            Compared++;
        }
        catch (SnapshotDamagedException e)
        {
            violations.Add(new Violation(sequence, "R38", e.Message));
        }
    }
}
