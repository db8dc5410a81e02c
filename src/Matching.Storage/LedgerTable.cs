namespace Matching.Storage;

/// <summary>
/// A ledger in memory: for engines that keep nothing, and for simulations. As on a disk, what no checkpoint covers is lost when
/// it is opened again.
/// </summary>
public sealed class LedgerTable : ILedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LedgerKey, (byte[] Record, long Version)> _records;
    private Dictionary<LedgerKey, (byte[] Record, long Version)> _durable;
    private long _position;
    private long _from;
    private bool _historyLost;
    private bool _discarded;

    /// <summary>Makes an empty one.</summary>
    public LedgerTable()
        : this([], 0, 0, false)
    {
    }

    private LedgerTable(Dictionary<LedgerKey, (byte[] Record, long Version)> records, long position, long from, bool historyLost)
    {
        _records = records;
        _durable = new(records);
        (_position, _from, _historyLost) = (position, from, historyLost);
    }

    /// <inheritdoc/>
    public long Position => Volatile.Read(ref _position);

    /// <inheritdoc/>
    public long OldestPosition => Position;

    /// <inheritdoc/>
    public long From => Volatile.Read(ref _from);

    /// <inheritdoc/>
    public bool HistoryLost => Volatile.Read(ref _historyLost);

    /// <summary>The same ledger as a crash leaves it.</summary>
    public LedgerTable Reopen()
    {
        lock (_lock)
        {
            return new LedgerTable(new(_durable), _position, _position == 0 ? 0 : _from, _position != 0 && _historyLost);
        }
    }

    /// <inheritdoc/>
    public void BeginAt(long from, bool lost)
    {
        Volatile.Write(ref _from, from);
        Volatile.Write(ref _historyLost, lost);
    }

    /// <inheritdoc/>
    public void Write(LedgerKey key, ReadOnlySpan<byte> record, long version)
    {
        byte[] copy = record.ToArray();
        lock (_lock)
        {
            _records[key] = (copy, version);
        }
    }

    /// <inheritdoc/>
    public bool TryRead(LedgerKey key, out byte[] record, out long version)
    {
        lock (_lock)
        {
            (record, version) = _records.GetValueOrDefault(key, ([], 0));
            return record.Length > 0;
        }
    }

    /// <inheritdoc/>
    public void Checkpoint(long position, uint boundary = 0)
    {
        lock (_lock)
        {
            if (_discarded)
            {
                throw new LedgerException("the ledger was discarded: it takes no checkpoint any more");
            }

            _durable = new(_records);
            _position = position;
        }
    }

    /// <inheritdoc/>
    public void Discard()
    {
        lock (_lock)
        {
            _records.Clear();
            _durable.Clear();
            _position = 0;
            _discarded = true;
        }
    }

    /// <summary>Nothing to let go of.</summary>
    public void Dispose()
    {
        // Memory only.
    }
}
