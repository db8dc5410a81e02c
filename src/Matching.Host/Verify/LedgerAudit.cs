using Matching.Audit;
using Matching.Core;
using Matching.Storage;

namespace Matching.Host.Verify;

/// <summary>
/// Stands in for the order ledger while the state is built from the events, and compares: what is written into it must lie in the ledger,
/// byte for byte, as of that moment. What the ledger's checkpoint does not cover, and everything where there is none, is kept in memory.
/// </summary>
internal sealed class LedgerAudit(LedgerReading? ledger, List<Violation> violations) : ILedger
{
    private const int MostTold = 20;

    private readonly LedgerTable _behind = new();
    private long _wrong;

    /// <summary>Records compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Everything is written, so that everything is compared.</summary>
    public long Position => 0;

    public long OldestPosition => 0;

    public long From => ledger?.From ?? 0;

    public bool HistoryLost => ledger?.HistoryLost ?? false;

    public long Count => 0;

    public void BeginAt(long from, bool lost) => throw new InvalidOperationException("what is compared has begun long ago");

    public void Write(LedgerKey key, ReadOnlySpan<byte> record, long version)
    {
        if (ledger is null || version > ledger.Position)
        {
            _behind.Write(key, record, version);
            return;
        }

        Compared++;
        try
        {
            string? wrong = !ledger.TryRead(key, version, out byte[] there, out _) ? "is missing"
                : record.SequenceEqual(there) ? null : "differs from the events before it";
            if (wrong is not null && _wrong++ < MostTold)
            {
                violations.Add(new Violation(version, "R38", $"the order ledger's record of ({key.First}, {key.Second}) {wrong}"));
            }
        }
        catch (LedgerException e)
        {
            violations.Add(new Violation(version, "R38", e.Message));
            throw;
        }
    }

    public bool TryRead(LedgerKey key, long asOf, out byte[] record, out long version) =>
        _behind.TryRead(key, asOf, out record, out version) || (ledger is not null && ledger.TryRead(key, asOf, out record, out version));

    public void Checkpoint(long position, uint boundary = 0) => throw new InvalidOperationException("what is compared is not written");

    public void Discard() => throw new InvalidOperationException("what is compared is not thrown away");

    /// <summary>
    /// Whether a snapshot's filter knows every order that was evicted before it: a new order may not be taken for one never seen.
    /// </summary>
    public void CheckFilter(Books snapshot, long sequence)
    {
        foreach ((LedgerKey key, long version, _) in ledger?.Scan() ?? [])
        {
            // A team's key is its item's complement.
            if (version <= sequence && key.First > 0 && !snapshot.All[0].MayBeEvicted(key.First, key.Second) && _wrong++ < MostTold)
            {
                violations.Add(
                    new Violation(sequence, "R35", $"the snapshot does not know that order {key.Second} of item {key.First} was there"));
            }
        }
    }

    public void Dispose() => ledger?.Dispose();
}
