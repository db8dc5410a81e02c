using System.Diagnostics.CodeAnalysis;

namespace Matching.Core.Tables;

/// <summary>
/// Records of closed families that are journaled, or about to be, and not yet in the owner's ledger. Load: what closes within some
/// milliseconds, up to a few hundred thousand records when the ledger lags. One record lies under the key of each of its orders and teams.
/// A family that is reopened and closed again writes over its older record, which a later batch then owns.
/// </summary>
internal sealed class UnwrittenRecords
{
    private readonly Dictionary<(long First, long Second), (byte[] Record, long Batch)> _records = [];
    private readonly Queue<((long First, long Second) Key, long Batch)> _order = new();

    /// <summary>The owner's batch that records belong to from now on; never falls.</summary>
    public long Batch { get; set; }

    /// <summary>Keys in it.</summary>
    public int Count => _records.Count;

    public void Add(ReadOnlySpan<byte> record)
    {
        byte[] copy = record.ToArray();
        foreach ((long First, long Second) key in Family.KeysIn(copy))
        {
            _records[key] = (copy, Batch);
            _order.Enqueue((key, Batch));
        }
    }

    public bool TryGet((long First, long Second) key, [NotNullWhen(true)] out byte[]? record)
    {
        bool found = _records.TryGetValue(key, out (byte[] Record, long Batch) entry);
        record = entry.Record;
        return found;
    }

    /// <summary>Lets go of the records up to a batch.</summary>
    public void Forget(long batch)
    {
        while (_order.TryPeek(out ((long First, long Second) Key, long Batch) oldest) && oldest.Batch <= batch)
        {
            _order.Dequeue();
            if (_records.TryGetValue(oldest.Key, out (byte[] Record, long Batch) entry) && entry.Batch == oldest.Batch)
            {
                _records.Remove(oldest.Key);
            }
        }
    }
}
