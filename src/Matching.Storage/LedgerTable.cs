namespace Matching.Storage;

/// <summary>
/// A ledger in memory: for engines that keep nothing, and for simulations. As on a disk, what no checkpoint covers is lost when
/// it is opened again.
/// </summary>
public sealed class LedgerTable : ILedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LedgerKey, (byte[] Record, long Version)> _durable;
    private readonly Dictionary<LedgerKey, (byte[] Record, long Version)> _since = [];
    private long _position;
    private bool _discarded;

    /// <summary>Makes an empty one.</summary>
    public LedgerTable()
        : this([], 0)
    {
    }

    private LedgerTable(Dictionary<LedgerKey, (byte[] Record, long Version)> durable, long position)
    {
        _durable = durable;
        _position = position;
    }

    /// <inheritdoc/>
    public long Position => Volatile.Read(ref _position);

    /// <inheritdoc/>
    public long OldestPosition => Position;

    /// <inheritdoc/>
    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _durable.Count + _since.Count;
            }
        }
    }

    /// <summary>The same ledger as a crash leaves it.</summary>
    public LedgerTable Reopen()
    {
        lock (_lock)
        {
            return new LedgerTable(new(_durable), _position);
        }
    }

    /// <inheritdoc/>
    public void Write(LedgerKey key, ReadOnlySpan<byte> record, long version)
    {
        byte[] copy = record.ToArray();
        lock (_lock)
        {
            _since[key] = (copy, version);
        }
    }

    /// <inheritdoc/>
    public bool TryRead(LedgerKey key, out byte[] record, out long version)
    {
        lock (_lock)
        {
            bool found = _since.TryGetValue(key, out (byte[] Record, long Version) entry) || _durable.TryGetValue(key, out entry);
            (record, version) = found ? entry : ([], 0);
            return found;
        }
    }

    /// <inheritdoc/>
    public void Checkpoint(long position)
    {
        lock (_lock)
        {
            if (_discarded)
            {
                throw new LedgerException("the ledger was discarded: it takes no checkpoint any more");
            }

            foreach ((LedgerKey key, (byte[] Record, long Version) entry) in _since)
            {
                _durable[key] = entry;
            }

            _since.Clear();
            _position = position;
        }
    }

    /// <inheritdoc/>
    public void Discard()
    {
        lock (_lock)
        {
            _durable.Clear();
            _since.Clear();
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
