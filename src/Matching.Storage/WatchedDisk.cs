namespace Matching.Storage;

/// <summary>
/// Counts the calls that a disk has answered, and remembers what was asked last: whoever waits for it sees whether it still answers.
/// </summary>
internal sealed class WatchedDisk(IDisk inner) : IDisk
{
    private long _calls;

    /// <summary>Calls that ended. Any thread.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>What was opened last.</summary>
    public string Last { get; private set; } = "its directory";

    public bool FileExists(string path) => Did(path, inner.FileExists);

    public bool DirectoryExists(string path) => Did(path, inner.DirectoryExists);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) => Did(directory, inner.List);

    public IDiskFile Create(string path) => inner.Create(path);

    public IDiskFile OpenWriteThrough(string path) => inner.OpenWriteThrough(path);

    public IDiskFile OpenWrite(string path) => inner.OpenWrite(path);

    public IDiskFile OpenRead(string path) => new WatchedFile(this, Did(path, inner.OpenRead));

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void Shorten(string path, long length) => inner.Shorten(path, length);

    public void SyncDirectory(string directory) => inner.SyncDirectory(directory);

    public IDiskLock? TryLock(string path) => inner.TryLock(path);

    private T Did<T>(string path, Func<string, T> call)
    {
        Last = path;
        T result = call(path);
        Interlocked.Increment(ref _calls);
        return result;
    }

    private sealed class WatchedFile(WatchedDisk disk, IDiskFile inner) : IDiskFile
    {
        public long Length => inner.Length;

        public int Read(long position, Span<byte> buffer)
        {
            int read = inner.Read(position, buffer);
            Interlocked.Increment(ref disk._calls);
            return read;
        }

        public void Write(long position, ReadOnlySpan<byte> bytes) => inner.Write(position, bytes);

        public void Sync() => inner.Sync();

        public void DropCache() => inner.DropCache();

        public void Dispose() => inner.Dispose();
    }
}
