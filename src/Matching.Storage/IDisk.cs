namespace Matching.Storage;

/// <summary>
/// The disk under a journal. Nothing is durable that was not written through, or synced, and no name is durable before
/// its directory is synced. Any thread; a failing call throws <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/> and says nothing about how much of it was done.
/// </summary>
public interface IDisk
{
    /// <summary>True when a file of that name exists.</summary>
    bool FileExists(string path);

    /// <summary>True when a directory of that name exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>Makes a directory and those above it; durable once the directories above are synced.</summary>
    void CreateDirectory(string path);

    /// <summary>Names (without the directory) of all files and directories inside.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Makes an empty file, in place of one that exists, for writes that <see cref="IDiskFile.Sync"/> makes durable.</summary>
    IDiskFile Create(string path);

    /// <summary>Opens an existing file whose writes are durable when they return.</summary>
    IDiskFile OpenWriteThrough(string path);

    /// <summary>Opens an existing file for writes that <see cref="IDiskFile.Sync"/> makes durable.</summary>
    IDiskFile OpenWrite(string path);

    /// <summary>Opens an existing file for reading and <see cref="IDiskFile.Sync"/>.</summary>
    IDiskFile OpenRead(string path);

    /// <summary>Gives a file another name, at once and as a whole; durable once the directory is synced.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; durable once the directory is synced.</summary>
    void Delete(string path);

    /// <summary>Cuts the end off a file, wholly or not at all; until the file is synced, a loss of power may bring it back.</summary>
    /// <param name="path">An existing file.</param>
    /// <param name="length">Bytes that stay; no more than the file has.</param>
    void Shorten(string path, long length);

    /// <summary>Makes the names inside a directory durable.</summary>
    void SyncDirectory(string directory);

    /// <summary>Bytes that may still be written under a directory; long.MaxValue where the disk cannot tell.</summary>
    long FreeBytes(string directory) => long.MaxValue;

    /// <summary>Bytes of the whole disk that a directory lies on; long.MaxValue where it cannot tell.</summary>
    long TotalBytes(string directory) => long.MaxValue;

    /// <summary>A random number, for the id of a new directory; simulations choose it.</summary>
    Guid NewId() => Guid.NewGuid();

    /// <summary>Takes a lock file, making it when missing. Ends with the process.</summary>
    /// <returns>Null when somebody, here or in another process, holds it.</returns>
    /// <exception cref="IOException">It cannot be locked here, whoever holds it.</exception>
    IDiskLock? TryLock(string path);
}

/// <summary>A lock file that is held; giving it back is its disposal.</summary>
public interface IDiskLock : IDisposable
{
    /// <summary>
    /// Whether its name still leads to it. Once the file was removed, renamed or replaced, somebody else may take a lock of that name.
    /// Any thread; allocates nothing. Always true where the system tells nothing of it (all but Linux).
    /// </summary>
    bool IsInPlace { get; }
}

/// <summary>An open file. Reads from any thread beside one writer.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Fills the buffer from a position on.</summary>
    /// <returns>Bytes read: fewer than asked only where the file ends.</returns>
    int Read(long position, Span<byte> buffer);

    /// <summary>Writes all of the bytes at a position.</summary>
    void Write(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Makes the file's bytes and length durable, whoever wrote them.</summary>
    void Sync();

    /// <summary>
    /// Makes later reads come from the disk instead of the system's memory, where the system can. After a failed write, memory shows bytes
    /// that the disk never got, and a later sync tells nothing of it.
    /// </summary>
    void DropCache();
}
