using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Matching.Storage;

/// <summary>The machine's own file system.</summary>
public sealed class LocalDisk : IDisk
{
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    private LocalDisk()
    {
    }

    /// <summary>The one there is; it holds no state.</summary>
    public static LocalDisk Instance { get; } = new();

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public IDiskFile Create(string path) =>
        new LocalFile(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, Shared));

    /// <inheritdoc/>
    public IDiskFile OpenWriteThrough(string path) =>
        new LocalFile(Open(path, FileAccess.ReadWrite, FileOptions.WriteThrough));

    /// <inheritdoc/>
    public IDiskFile OpenWrite(string path) => new LocalFile(Open(path, FileAccess.ReadWrite));

    /// <inheritdoc/>
    public IDiskFile OpenRead(string path) => new LocalFile(Open(path, FileAccess.Read));

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void Shorten(string path, long length)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, Shared);
        RandomAccess.SetLength(file, length);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        // Windows keeps names durable by itself and lets no directory be opened for it.
        if (!OperatingSystem.IsWindows())
        {
            Posix.SyncDirectory(directory);
        }
    }

    /// <inheritdoc/>
    public long FreeBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;

    /// <inheritdoc/>
    public long TotalBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).TotalSize;

    /// <inheritdoc/>
    public IDiskLock? TryLock(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            // Windows refuses a second handle, and to remove or rename the file. Elsewhere the runtime's own lock can be switched off
            // from outside and keeps quiet where it fails, so it is taken here; the kernel gives it back however the process ends.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.None : Shared;
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
            if (OperatingSystem.IsWindows() || Posix.TryLock(file, path))
            {
                return new LocalLock(file, path);
            }

            file.Dispose();
            return null;
        }
        catch (IOException e) when (file is null && IsHeld(e))
        {
            return null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    // A sharing violation: ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK elsewhere (11 on Linux, 35 on macOS), from the runtime's
    // shared lock.
    private static bool IsHeld(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;

    // A pipe in a file's place would keep its opener waiting for somebody at its other end.
    private static SafeFileHandle Open(string path, FileAccess access, FileOptions options = FileOptions.None) =>
        OperatingSystem.IsLinux() && !Posix.MayBeFile(path)
            ? throw new IOException($"{path} is no file, but a pipe, a socket or a device")
            : File.OpenHandle(path, FileMode.Open, access, Shared, options);

    private sealed class LocalLock(SafeFileHandle file, string path) : IDiskLock
    {
        private readonly FileIdentity? _identity = OperatingSystem.IsLinux() ? Posix.IdentityOf(file) : null;
        private readonly byte[] _path = [.. Encoding.UTF8.GetBytes(Path.GetFullPath(path)), 0];

        public bool IsInPlace => _identity is not { } identity || Posix.IdentityOf(_path) == identity;

        public void Dispose() => file.Dispose();
    }

    private sealed class LocalFile(SafeFileHandle handle) : IDiskFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(long position, Span<byte> buffer)
        {
            int read = 0;
            while (read < buffer.Length)
            {
                int more = RandomAccess.Read(handle, buffer[read..], position + read);
                if (more == 0)
                {
                    break;
                }

                read += more;
            }

            return read;
        }

        public void Write(long position, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, position);

        public void Sync() => Posix.Sync(handle);

        public void DropCache()
        {
            if (OperatingSystem.IsLinux())
            {
                Posix.DropCache(handle);
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
