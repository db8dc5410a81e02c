using FASTER.core;

namespace Matching.Storage;

/// <summary>A checkpoint of an order ledger, as its file tells.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Position">What closed before this event is in it.</param>
/// <param name="From">Where its writer began; 0 for the first event.</param>
/// <param name="Lost">What closed before that is lost, and that was accepted.</param>
/// <param name="Records">Records ever written.</param>
/// <param name="LogBytes">Bytes of the records.</param>
/// <param name="Broken">Why the file cannot be read; null when it can.</param>
public readonly record struct LedgerPoint(string Path, long Position, long From, bool Lost, long Records, long LogBytes, string? Broken);

/// <summary>
/// An order ledger opened for reading only, also beside the engine that writes it: its newest whole checkpoint. One thread at a time.
/// </summary>
public sealed class LedgerReading : IDisposable
{
    private const long MemoryBytes = 64L << 20;

    private readonly LedgerStore _store;
    private readonly ClientSession<LedgerKey, SpanByte, SpanByte, byte[]?, Empty, LedgerFunctions> _session;
    private readonly LedgerCheckpoint _checkpoint;
    private readonly string _directory;

    private LedgerReading(string directory, LedgerStore store, LedgerCheckpoint checkpoint)
    {
        _directory = directory;
        _store = store;
        _checkpoint = checkpoint;
        _session = store.NewSession();
    }

    /// <summary>What closed before this event is in it.</summary>
    public long Position => _checkpoint.Position;

    /// <summary>Where its writer began.</summary>
    public long From => _checkpoint.From;

    /// <summary>What closed before that is lost, and that was accepted.</summary>
    public bool HistoryLost => _checkpoint.Lost;

    /// <summary>The checkpoints of a data directory's ledger, the newest first. Whether their records are whole is not looked at.</summary>
    public static IReadOnlyList<LedgerPoint> List(string dataDirectory)
    {
        List<LedgerPoint> points = [];
        Guid directory = Marker.Read(LocalDisk.Instance, dataDirectory).Id;
        foreach (string path in LedgerCheckpoint.List(LocalDisk.Instance, OrderLedger.DirectoryIn(dataDirectory)))
        {
            try
            {
                var c = LedgerCheckpoint.Load(LocalDisk.Instance, path, directory);
                points.Add(new LedgerPoint(path, c.Position, c.From, c.Lost, c.Written, c.Tail, null));
            }
            catch (Exception e) when (e is LedgerException or IOException or UnauthorizedAccessException)
            {
                points.Add(new LedgerPoint(path, 0, 0, false, 0, 0, e.Message));
            }
        }

        return points;
    }

    /// <summary>Opens the newest checkpoint whose new records are whole.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="told">What is wrong with those passed over; null for nothing.</param>
    /// <returns>Null where there is no ledger, or none is whole, or an older program wrote it: the next start makes it anew.</returns>
    public static LedgerReading? TryOpen(string dataDirectory, out string? told)
    {
        var options = new LedgerOptions { Directory = OrderLedger.DirectoryIn(dataDirectory) };
        Guid directory = Marker.Read(LocalDisk.Instance, dataDirectory).Id;
        told = null;
        foreach (string path in LedgerCheckpoint.List(LocalDisk.Instance, options.Directory))
        {
            try
            {
                var checkpoint = LedgerCheckpoint.Load(LocalDisk.Instance, path, directory);
                return new LedgerReading(
                    options.Directory, OrderLedger.Recover(LocalDisk.Instance, options, checkpoint, MemoryBytes), checkpoint);
            }
            catch (Exception e) when (e is not OutOfMemoryException and not LedgerOutdatedException)
            {
                told = $"{told}{(told is null ? "" : "; ")}the checkpoint {path} of the order ledger is not whole: {e.Message}";
            }
            catch (LedgerOutdatedException)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>As <see cref="ILedger.TryRead"/>.</summary>
    /// <exception cref="LedgerException">The record is not as it was written, or cannot be read.</exception>
    public bool TryRead(LedgerKey key, out byte[] record, out long version)
    {
        (record, version) = ([], 0);
        byte[]? framed = OrderLedger.Read(_store, _session, key);
        if (framed is null)
        {
            return false;
        }

        if (!LedgerRecord.IsSound(key, framed))
        {
            throw new LedgerException(
                $"the ledger in {_directory} is damaged: the record of ({key.First}, {key.Second}) is not as it was written");
        }

        (record, version) = (framed[LedgerRecord.HeaderBytes..], LedgerRecord.VersionOf(framed));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _store.Dispose();
    }
}
