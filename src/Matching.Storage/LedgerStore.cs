using FASTER.core;

namespace Matching.Storage;

/// <summary>
/// One open FASTER store over a directory. Its records are never changed in place: a record written again goes to the end of the
/// log, so a reader never meets a half-written one, and every checkpoint's records stay where they were.
/// </summary>
internal sealed class LedgerStore : IDisposable
{
    public const string LogName = "records.log";

    // While a thread appends, no record has the key it writes.
    [ThreadStatic]
    private static bool t_appends;

    private readonly LedgerDevice _log;
    private readonly LedgerFiles _files;
    private readonly DeviceLogCommitCheckpointManager _checkpoints;
    private readonly FasterKVSettings<LedgerKey, SpanByte> _settings;

    private LedgerStore(IDisk disk, LedgerOptions options, Guid id, long indexBytes, long memoryBytes, long tail, long indexEnd)
    {
        Id = id;
        _files = new LedgerFiles(disk, options, id, indexEnd);
        _log = _files.Open(LogName);
        _log.WrittenUntil = () => Math.Max(tail, Kv?.Log.HeadAddress ?? 0);
        _checkpoints =
            new DeviceLogCommitCheckpointManager(_files, new DefaultCheckpointNamingScheme(options.Directory), removeOutdated: false);
        _settings = new FasterKVSettings<LedgerKey, SpanByte>
        {
            LogDevice = _log,
            IndexSize = indexBytes,
            PageSize = LedgerOptions.PageBytes,
            MemorySize = memoryBytes,
            SegmentSize = options.SegmentBytes,
            CheckpointManager = _checkpoints,
            ConcurrencyControlMode = ConcurrencyControlMode.None,
            EqualityComparer = new KeyComparer(),
        };
        Kv = new FasterKV<LedgerKey, SpanByte>(_settings);
    }

    /// <summary>New for each ledger made.</summary>
    public Guid Id { get; }

    public FasterKV<LedgerKey, SpanByte> Kv { get; }

    /// <summary>Ends with the system's error number when records could not be written: no checkpoint ends any more.</summary>
    public Task<uint> Failed => _files.Failed;

    /// <summary>Where the index of the checkpoint last taken ends in its file.</summary>
    public long IndexEnd => _files.IndexEnd;

    /// <summary>To be called before an answer of the store is believed (<see cref="LedgerFiles"/>).</summary>
    /// <exception cref="LedgerException">Bytes it read are not those written.</exception>
    public void ThrowIfDamaged() => _files.ThrowIfDamaged();

    /// <summary>An empty store; whatever the directory held is gone.</summary>
    public static LedgerStore Create(IDisk disk, LedgerOptions options)
    {
        if (Directory.Exists(options.Directory))
        {
            Directory.Delete(options.Directory, recursive: true);
        }

        Directory.CreateDirectory(options.Directory);
        return new LedgerStore(disk, options, Guid.NewGuid(), options.IndexBytes, options.MemoryBytes, tail: 0, indexEnd: 0);
    }

    /// <summary>The store as a checkpoint left it.</summary>
    /// <param name="disk">On which disk.</param>
    /// <param name="options">Where.</param>
    /// <param name="checkpoint">Which.</param>
    /// <param name="memoryBytes">Of records kept in memory.</param>
    /// <exception cref="LedgerException">It is damaged.</exception>
    public static LedgerStore Recover(IDisk disk, LedgerOptions options, LedgerCheckpoint checkpoint, long memoryBytes)
    {
        var store =
            new LedgerStore(disk, options, checkpoint.Ledger, checkpoint.IndexBytes, memoryBytes, checkpoint.Tail, checkpoint.IndexEnd);
        try
        {
            store.Kv.Recover(checkpoint.Token, numPagesToPreload: 0);
            store.ThrowIfDamaged();
            return store;
        }
        catch
        {
            store.Dispose();

            // The cause, rather than what the store makes of it.
            store.ThrowIfDamaged();
            throw;
        }
    }

    public ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> NewSession() =>
        Kv.For(new LedgerFunctions()).NewSession<LedgerFunctions>();

    /// <summary>
    /// Puts a record at the end of the log, before all others of its key. The store does not get to see that there is an older one: it
    /// would mark that as superseded, and what is so marked when its page is written no scan of the log shows any more, though it is part
    /// of every checkpoint that covers it.
    /// </summary>
    public static void Append(
        ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> session, ref LedgerKey key, ref SpanByte value)
    {
        t_appends = true;
        try
        {
            Status status = session.Upsert(ref key, ref value);
            if (status.IsPending)
            {
                session.CompletePending(wait: true);
            }
        }
        finally
        {
            t_appends = false;
        }
    }

    /// <summary>
    /// Fills the log up to the end of a sector: what a checkpoint covers is never written again, so that no torn write can spoil it. A
    /// record of the key (0, 0), which nobody else has.
    /// </summary>
    public void Pad(ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> session)
    {
        const int HeadBytes = 8 + 16 + sizeof(int);
        LedgerKey key = default;
        Span<byte> zeros = stackalloc byte[2 * LedgerSector.Bytes];
        zeros.Clear();
        while (Kv.Log.TailAddress is var tail && (tail % LedgerSector.Bytes != 0 || tail % LedgerOptions.PageBytes == 0))
        {
            int length = (int)(LedgerSector.Bytes - (tail % LedgerSector.Bytes)) - HeadBytes;
            SpanByte value = SpanByte.FromFixedSpan(zeros[..(length > 0 ? length : length + LedgerSector.Bytes)]);
            Append(session, ref key, ref value);
        }
    }

    /// <summary>Moves a scan to its next record; what fills sectors (<see cref="Pad"/>) is none.</summary>
    /// <returns>False at its end.</returns>
    /// <exception cref="LedgerDamagedException">Bytes it read are not those written.</exception>
    public bool Next(IFasterScanIterator<LedgerKey, SpanByte> scan)
    {
        try
        {
            bool more;
            do
            {
                more = scan.GetNext(out _);
                ThrowIfDamaged();
            }
            while (more && scan.GetKey() == default);
            return more;
        }
        catch (FasterException)
        {
            // The cause, rather than what the store makes of it.
            ThrowIfDamaged();
            throw;
        }
    }

    public void Dispose()
    {
        Kv.Dispose();
        _log.Dispose();
        _checkpoints.Dispose();
        _settings.Dispose();
    }

    private sealed class KeyComparer : IFasterEqualityComparer<LedgerKey>
    {
        // The store tells keys of a bucket apart by the 14 highest bits, and gives each of 16,384 an entry of 8 bytes. Of those, three are
        // left: a bucket never has more than eight entries, further keys hang behind them in the log. So the index has a bound, and what is
        // asked for rarely pays with some reads more.
        public long GetHashCode64(ref LedgerKey k) =>
            (Utility.GetHashCode(k.First) ^ Utility.GetHashCode(k.Second * 0x9E3779B97F4A7C1L)) & ~(0x7FFL << 50);

        public bool Equals(ref LedgerKey k1, ref LedgerKey k2) => !t_appends && k1.First == k2.First && k1.Second == k2.Second;
    }
}

/// <summary>What the store does with records: copies them whole, in and out.</summary>
internal sealed class LedgerFunctions : SpanByteFunctions<LedgerKey, byte[]?, Empty>
{
    public override bool SingleReader(ref LedgerKey key, ref SpanByte input, ref SpanByte value, ref byte[]? dst, ref ReadInfo readInfo)
    {
        dst = value.ToByteArray();
        return true;
    }

    public override bool ConcurrentReader(ref LedgerKey key, ref SpanByte input, ref SpanByte value, ref byte[]? dst, ref ReadInfo readInfo)
    {
        dst = value.ToByteArray();
        return true;
    }

    public override bool ConcurrentWriter(
        ref LedgerKey key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref byte[]? output, ref UpsertInfo upsertInfo) => false;
}
