using Matching.Audit;
using Matching.Core;
using Matching.Storage;

namespace Matching.Host.Verify;

/// <summary>
/// Compares the order ledger, and the filters of snapshots, with the records of closed teams in the journal. What the ledger's checkpoint
/// does not cover is not looked for there.
/// </summary>
internal sealed class LedgerCheck(ReadOnlyJournal journal, LedgerReading? ledger, List<Violation> violations) : IDisposable
{
    private const int MostTold = 20;

    private long _wrong;

    /// <summary>Records compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Takes the next event.</summary>
    public void Take(long sequence, in Event e, ReadOnlySpan<byte> encoded)
    {
        if (e.Kind == EventKind.Closed && ledger is not null && sequence < ledger.Position)
        {
            Family.Spread(
                RecordEvent.RecordOf(encoded), (first, second, record) => Compare(new LedgerKey(first, second), record, sequence + 1));
        }
    }

    /// <summary>Whether a snapshot's filter knows every order that left memory before it: none may be taken for a new one.</summary>
    public void CheckFilter(Books snapshot, long sequence)
    {
        using IJournalReader reader = journal.Read(journal.FirstSequence);
        while (reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> block) && first < sequence)
        {
            ReadOnlySpan<byte> rest = block.Span;
            for (int i = 0; i < count && first + i < sequence; i++)
            {
                if (RecordEvent.Is(rest) && (EventKind)rest[0] == EventKind.Closed)
                {
                    CheckFilter(snapshot, sequence, Family.KeysIn(RecordEvent.RecordOf(rest)));
                }

                rest = rest[EventCodec.LengthOf(rest)..];
            }
        }
    }

    /// <summary>Closes the ledger.</summary>
    public void Dispose() => ledger?.Dispose();

    private void CheckFilter(Books snapshot, long sequence, (long First, long Second)[] keys)
    {
        foreach ((long item, long order) in keys)
        {
            // A team's key is its item's complement.
            if (item > 0 && !snapshot.All[0].Knows(item, order) && !snapshot.All[0].MayBeEvicted(item, order))
            {
                Tell(sequence, "R35", $"the snapshot does not know that order {order} of item {item} was there");
            }
        }
    }

    // One that closed again since has a later record.
    private void Compare(LedgerKey key, ReadOnlySpan<byte> record, long version)
    {
        Compared++;
        try
        {
            bool found = ledger!.TryRead(key, out byte[] there, out long written) && written >= version;
            if (!found || (written == version && !record.SequenceEqual(there)))
            {
                Tell(version, "R38",
                    $"the order ledger's record of ({key.First}, {key.Second}) {(found ? "differs from the journal's" : "is missing")}");
            }
        }
        catch (LedgerException e)
        {
            Tell(version, "R38", e.Message);
        }
    }

    private void Tell(long sequence, string rule, string text)
    {
        if (_wrong++ < MostTold)
        {
            violations.Add(new Violation(sequence, rule, text));
        }
    }
}
