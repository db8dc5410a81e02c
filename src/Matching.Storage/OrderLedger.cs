using System.Collections.Concurrent;
using FASTER.core;

namespace Matching.Storage;

/// <summary>
/// The ledger on a FASTER store. Load: a million records a second in a burst, hundreds of millions in all, each written once or
/// twice and hardly ever read. Chosen: records are appended and never changed in place; a checkpoint is the log up to its end, forced to
/// the disk, plus the index, and it counts only after it was read back by a second store opened from it: every record since the
/// checkpoint before, by its own checksum and by number. The store itself may report success for what never reached the
/// disk. Two checkpoints are kept; what the newest damaged one says is told and the one before is used. Rejected: trusting the
/// store's own list of checkpoints (it does not notice a lost page), cutting old files (the journal's archive is what shrinks).
/// </summary>
public sealed partial class OrderLedger : ILedger
{
    private const int Kept = 2;
    private const int SampleKeys = 64;
    private const int KeysABucket = 8;
    private const int BucketBytes = 64;
    private const long VerifierMemoryBytes = 4 * LedgerOptions.PageBytes;

    private readonly LedgerOptions _options;
    private readonly IDisk _disk;
    private readonly LedgerStore _store;
    private readonly ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> _writer;
    private readonly ConcurrentBag<ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions>> _readers = [];
    private readonly List<LedgerCheckpoint> _checkpoints;
    private readonly LedgerKey[] _sample = new LedgerKey[SampleKeys];
    private readonly byte[] _frame = GC.AllocateArray<byte>(LedgerRecord.HeaderBytes + LedgerRecord.MaxBytes, pinned: true);
    private long _position;
    private long _oldestPosition;
    private long _from;
    private bool _historyLost;
    private long _written;
    private long _sinceTail;
    private long _since;
    private bool _disposed;
    private bool _discarded;

    // Passed over when it was opened; they go with the next checkpoint, so that opening alone changes nothing.
    private List<string> _broken = [];

    private OrderLedger(LedgerOptions options, IDisk disk, LedgerStore store, List<LedgerCheckpoint> checkpoints, string? told)
    {
        _options = options;
        _disk = disk;
        _store = store;
        _checkpoints = checkpoints;
        _written = checkpoints.Count == 0 ? 0 : checkpoints[0].Written;
        _sinceTail = store.Kv.Log.TailAddress;
        _writer = store.NewSession();
        Warning = told;
        if (checkpoints.Count > 0)
        {
            (_from, _historyLost) = (checkpoints[0].From, checkpoints[0].Lost);
        }

        Publish();
    }

    /// <inheritdoc/>
    public long Position => Volatile.Read(ref _position);

    /// <inheritdoc/>
    public long OldestPosition => Volatile.Read(ref _oldestPosition);

    /// <inheritdoc/>
    public uint Boundary => _checkpoints.Count == 0 ? 0 : _checkpoints[0].Boundary;

    /// <summary>Where the ledger of a data directory lies.</summary>
    public static string DirectoryIn(string dataDirectory) => Path.Combine(dataDirectory, "ledger");

    /// <inheritdoc/>
    public long From => Volatile.Read(ref _from);

    /// <inheritdoc/>
    public bool HistoryLost => Volatile.Read(ref _historyLost);

    /// <summary>What opening found wrong and did about it; null for nothing.</summary>
    public string? Warning { get; }

    /// <inheritdoc/>
    public void BeginAt(long from, bool lost)
    {
        Volatile.Write(ref _from, from);
        Volatile.Write(ref _historyLost, lost);
    }

    /// <inheritdoc/>
    public unsafe void Write(LedgerKey key, ReadOnlySpan<byte> record, long version)
    {
        if (record.Length is 0 or > LedgerRecord.MaxBytes)
        {
            throw new ArgumentException($"a record of {record.Length} bytes; it must have 1 … {LedgerRecord.MaxBytes}", nameof(record));
        }

        ThrowIfFailed();
        int length = LedgerRecord.Seal(key, record, version, _frame);
        SpanByte value = SpanByte.FromFixedSpan(_frame.AsSpan(0, length));
        LedgerStore.Append(_writer, ref key, ref value);
        _sample[_since++ % SampleKeys] = key;
        Volatile.Write(ref _written, _written + 1);
    }

    /// <inheritdoc/>
    public bool TryRead(LedgerKey key, out byte[] record, out long version)
    {
        if (!_readers.TryTake(out ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions>? session))
        {
            session = _store.NewSession();
        }

        byte[]? framed = Read(_store, session, key);
        _readers.Add(session);
        (record, version) = ([], 0);
        if (framed is null)
        {
            return false;
        }

        if (!LedgerRecord.IsSound(key, framed))
        {
            throw new LedgerDamagedException(
                $"the ledger in {_options.Directory} is damaged: the record of ({key.First}, {key.Second}) is not as it was written. "
                    + "Stop, delete the directory and start again: it is made anew from the journal");
        }

        (record, version) = (framed[LedgerRecord.HeaderBytes..], LedgerRecord.VersionOf(framed));
        return true;
    }

    /// <inheritdoc/>
    public void Checkpoint(long position, uint boundary = 0)
    {
        if (position < _position)
        {
            throw new ArgumentOutOfRangeException(
                nameof(position), position, $"position is {position}, before that of the newest checkpoint, {_position}");
        }

        if (Volatile.Read(ref _discarded))
        {
            throw new LedgerException($"the ledger in {_options.Directory} was discarded: it takes no checkpoint any more");
        }

        if (position == _position && _since == 0)
        {
            return;
        }

        LedgerCheckpoint checkpoint;
        try
        {
            checkpoint = Take(position, boundary);
            SyncAll();
            Verify(checkpoint);
            checkpoint.Save(_disk, _options.Directory);
        }
        catch (Exception e) when (e is not LedgerException)
        {
            throw new LedgerException($"a checkpoint of the ledger in {_options.Directory} at event {position} failed: {e.Message}", e);
        }

        _checkpoints.RemoveAll(kept => kept.Position == position);
        _checkpoints.Insert(0, checkpoint);
        DropOld();
        (_sinceTail, _since) = (checkpoint.Tail, 0);
        Publish();
        GrowIndex();
    }

    /// <inheritdoc/>
    public void Discard()
    {
        Volatile.Write(ref _discarded, true);
        foreach (string path in LedgerCheckpoint.List(_disk, _options.Directory))
        {
            _disk.Delete(path);
        }

        _disk.SyncDirectory(_options.Directory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _writer.Dispose();
        foreach (ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> reader in _readers)
        {
            reader.Dispose();
        }

        _store.Dispose();
    }

    internal static byte[]? Read(
        LedgerStore store, ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> session, LedgerKey key)
    {
        byte[]? framed = null;
        Status status = session.Read(ref key, ref framed);
        if (status.IsPending)
        {
            session.CompletePendingWithOutputs(
                out CompletedOutputIterator<LedgerKey, SpanByte, SpanByte, byte[]?, Empty> outputs, wait: true);
            while (outputs.Next())
            {
                (status, framed) = (outputs.Current.Status, outputs.Current.Output);
            }

            outputs.Dispose();
        }

        store.ThrowIfDamaged();
        return status.Found ? framed : status.NotFound ? null
            : throw new LedgerException($"the ledger cannot read ({key.First}, {key.Second}): {status}");
    }

    private LedgerCheckpoint Take(long position, uint boundary)
    {
        _store.Pad(_writer);

        // Not on this loop's scheduler: the store's own continuations would wait for the thread that waits for them.
        Task<(bool Done, Guid Token)> taking = Task.Run(() => _store.Kv.TakeFullCheckpointAsync(CheckpointType.FoldOver).AsTask());
        Task.WaitAny(taking, _store.Failed);
        ThrowIfFailed();
        (bool done, Guid token) = taking.GetAwaiter().GetResult();
        if (!done)
        {
            throw new LedgerException("the store took no checkpoint");
        }

        FasterKV<LedgerKey, SpanByte> kv = _store.Kv;
        return new LedgerCheckpoint(
            position, _written, kv.EntryCount, kv.IndexSize * BucketBytes, _sinceTail, kv.Log.TailAddress, _since, token, From, HistoryLost)
        {
            Directory = _options.DirectoryId,
            Ledger = _store.Id,
            Boundary = boundary,
            IndexEnd = _store.IndexEnd,
        };
    }

    // Behind a write that failed the store waits for ever.
    private void ThrowIfFailed()
    {
        if (_store.Failed.IsCompleted)
        {
            throw new LedgerException(
                $"records of the ledger in {_options.Directory} could not be written, error {_store.Failed.Result}: it takes nothing more "
                + "until it is opened again");
        }
    }

    /// <summary>Forces every file of the ledger, and their names, to the disk, and has later reads come from there.</summary>
    private void SyncAll()
    {
        foreach (string directory in Directory.EnumerateDirectories(_options.Directory, "*", SearchOption.AllDirectories)
            .Append(_options.Directory))
        {
            foreach (string path in Directory.EnumerateFiles(directory))
            {
                using IDiskFile file = _disk.OpenRead(path);
                file.Sync();
                file.DropCache();
            }

            _disk.SyncDirectory(directory);
        }
    }

    // Beside the running store, which would answer from memory.
    private void Verify(LedgerCheckpoint checkpoint) =>
        Recover(_disk, _options, checkpoint, VerifierMemoryBytes, _sample.AsSpan(0, (int)Math.Min(_since, SampleKeys))).Dispose();

    /// <summary>A store as a checkpoint left it, once every record that the checkpoint added was read, and some keys through its
    /// index.</summary>
    internal static LedgerStore Recover(
        IDisk disk, LedgerOptions options, LedgerCheckpoint checkpoint, long memoryBytes, ReadOnlySpan<LedgerKey> sample = default)
    {
        LedgerStore store = LedgerStore.Recover(disk, options, checkpoint, memoryBytes);
        try
        {
            ReadAdded(store, checkpoint);
            using ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> session = store.NewSession();
            foreach (LedgerKey key in sample)
            {
                if (Read(store, session, key) is not { } framed || !LedgerRecord.IsSound(key, framed))
                {
                    throw new LedgerException($"the record of ({key.First}, {key.Second}) is not found in it");
                }
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static void ReadAdded(LedgerStore store, LedgerCheckpoint checkpoint)
    {
        long records = 0;
        using IFasterScanIterator<LedgerKey, SpanByte> scan =
            store.Kv.Log.Scan(checkpoint.PreviousTail, checkpoint.Tail, ScanBufferingMode.DoublePageBuffering);
        while (store.Next(scan))
        {
            records++;
            if (!LedgerRecord.IsSound(scan.GetKey(), scan.GetValue().AsReadOnlySpan()))
            {
                throw new LedgerException($"the record at {scan.CurrentAddress} is not as it was written");
            }
        }

        if (records != checkpoint.NewRecords)
        {
            throw new LedgerException($"it holds {records} records since the one before; {checkpoint.NewRecords} were written");
        }
    }

    private void DropOld()
    {
        _broken.ForEach(_disk.Delete);
        _broken.Clear();
        foreach (LedgerCheckpoint old in _checkpoints.Skip(Kept))
        {
            // The file that makes it count first: a crash in between leaves only rubbish.
            _disk.Delete(Path.Combine(_options.Directory, old.Name));
            _disk.SyncDirectory(_options.Directory);
            foreach (string directory in Directory.EnumerateDirectories(
                _options.Directory, old.Token.ToString(), SearchOption.AllDirectories).ToList())
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        _checkpoints.RemoveRange(Math.Min(Kept, _checkpoints.Count), Math.Max(0, _checkpoints.Count - Kept));
    }

    private void GrowIndex()
    {
        while (_written > _store.Kv.IndexSize * KeysABucket && _store.Kv.IndexSize * BucketBytes < _options.MaxIndexBytes
            && Task.Run(_store.Kv.GrowIndex).GetAwaiter().GetResult())
        {
            // Doubled; again where that is not enough.
        }
    }

    private void Publish()
    {
        Volatile.Write(ref _oldestPosition, _checkpoints.Count < Kept ? 0 : _checkpoints[^1].Position);
        Volatile.Write(ref _position, _checkpoints.Count == 0 ? 0 : _checkpoints[0].Position);
    }
}
