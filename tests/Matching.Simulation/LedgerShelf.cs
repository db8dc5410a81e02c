using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>
/// The order ledger between two lives: a plain table in place of FASTER. A crash leaves what its last checkpoint covered. Now and then it
/// is lost, or an older copy of it is put back: the next start must make it anew, or bring it up from the journal.
/// </summary>
#pragma warning disable CA1001 // tables are memory only: there is nothing to let go of
internal sealed class LedgerShelf(PlantedFault planted)
#pragma warning restore CA1001
{
    private LedgerTable _table = new();
    private LedgerTable _older = new();
    private LedgerTable _oldest = new();

    /// <summary>What the engine opens.</summary>
    public ILedger Open() => planted == PlantedFault.LedgerForgets ? new Forgetful(_table) : _table;

    /// <summary>The process has ended, in whatever way.</summary>
    public void Crash()
    {
        LedgerTable left = _table.Reopen();
        if (planted == PlantedFault.CheckpointWithoutRecords && left.Position > _older.Position)
        {
            long position = left.Position;
            left = _older.Reopen();
            left.Checkpoint(position);
        }

        (_older, _table) = (left.Reopen(), left);
    }

    /// <summary>Something happens to it while no engine runs.</summary>
    public void Damage(Random random, Coverage coverage)
    {
        long position = _table.Position;
        switch (random.Next(8))
        {
            case 0:
                coverage.Add(Happening.LedgerLost, position > 0 ? 1 : 0);
                _table = new LedgerTable();
                if (planted == PlantedFault.LostLedgerNotRebuilt)
                {
                    _table.Checkpoint(position);
                }

                break;
            case 1:
                coverage.Add(Happening.LedgerOlder, _oldest.Position < position ? 1 : 0);
                _table = _oldest.Reopen();
                break;
            case 2:
                _oldest = _table.Reopen();
                break;
            default:
                break;
        }
    }

    /// <summary>Finds every second record only.</summary>
    private sealed class Forgetful(ILedger inner) : LedgerAround(inner)
    {
        private int _reads;

        public override bool TryRead(LedgerKey key, out byte[] record, out long version) =>
            base.TryRead(key, out record, out version) && ++_reads % 2 == 0;
    }
}
