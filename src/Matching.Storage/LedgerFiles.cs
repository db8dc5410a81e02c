using FASTER.core;

namespace Matching.Storage;

/// <summary>
/// The files of one open store, and what went wrong in them. The store asks for them by name, and tells nobody of a read that failed: it
/// takes what lies in its buffer. So whoever asked the store something asks here before they believe the answer.
/// </summary>
internal sealed class LedgerFiles(IDisk disk, LedgerOptions options, Guid ledger, long indexEnd) : INamedDeviceFactory
{
    private const string IndexName = "ht.dat";

    private readonly TaskCompletionSource<uint> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _damage;
    private LedgerDevice? _index;

    /// <summary>
    /// Ends with an error number when a write has failed: the store's next checkpoint waits for that write for ever, and so does closing.
    /// Any thread.
    /// </summary>
    public Task<uint> Failed => _failed.Task;

    public IDisk Disk => disk;

    /// <summary>Whether a write fails, where a test says so.</summary>
    public bool WritesFail => options.WritesFail?.Invoke() ?? false;

    public void Initialize(string baseName)
    {
        // The options say where.
    }

    /// <summary>A file of records, or of a checkpoint.</summary>
    public LedgerDevice Open(string name) =>
        new(this, Path.Combine(options.Directory, name),
            file => LedgerSector.SeedOf(ledger, Path.GetRelativePath(options.Directory, file)));

    /// <summary>
    /// Where the index ends in its file, as the checkpoint last taken wrote it. The store itself reads whole pages, however few bytes it
    /// wrote of the last.
    /// </summary>
    public long IndexEnd => _index?.End ?? 0;

    public IDevice Get(FileDescriptor fileInfo)
    {
        LedgerDevice device = Open(Path.Combine(fileInfo.directoryName, fileInfo.fileName));
        if (fileInfo.fileName is IndexName)
        {
            _index = device;
            device.WrittenUntil = () => indexEnd;
        }

        return device;
    }

    /// <summary>Nothing: the ledger lets its old checkpoints go itself.</summary>
    public void Delete(FileDescriptor fileInfo) => throw new NotSupportedException("the store deletes nothing");

    /// <summary>Nothing: the ledger names the checkpoint it means.</summary>
    public IEnumerable<FileDescriptor> ListContents(string path) => [];

    /// <summary>A write failed.</summary>
    public void Fail(uint error) => _failed.TrySetResult(error);

    /// <summary>Bytes could not be read, or are not those written.</summary>
    public void Break(string what) => Interlocked.CompareExchange(ref _damage, what, null);

    /// <summary>Refuses what the store says once it has read what was never written.</summary>
    /// <exception cref="LedgerDamagedException">It has.</exception>
    public void ThrowIfDamaged()
    {
        if (Volatile.Read(ref _damage) is { } damage)
        {
            throw new LedgerDamagedException(damage);
        }
    }
}
