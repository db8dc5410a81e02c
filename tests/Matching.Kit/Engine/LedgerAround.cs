using Matching.Storage;

namespace Matching.Kit.Engine;

/// <summary>A ledger that passes everything on to another: a test's own overrides what is to go wrong, or to be seen.</summary>
public abstract class LedgerAround(ILedger inner) : ILedger
{
    public virtual long Position => inner.Position;

    public long OldestPosition => inner.OldestPosition;

    public long From => inner.From;

    public bool HistoryLost => inner.HistoryLost;

    public void BeginAt(long from, bool lost) => inner.BeginAt(from, lost);

    public virtual void Write(LedgerKey key, ReadOnlySpan<byte> record, long version) => inner.Write(key, record, version);

    public virtual bool TryRead(LedgerKey key, out byte[] record, out long version) =>
        inner.TryRead(key, out record, out version);

    public void Checkpoint(long position, uint boundary = 0) => inner.Checkpoint(position, boundary);

    public void Discard() => inner.Discard();

    public void Dispose()
    {
        inner.Dispose();
        GC.SuppressFinalize(this);
    }
}
