using System.Runtime.InteropServices;
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
        new LocalFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Shared, FileOptions.WriteThrough));

    /// <inheritdoc/>
    public IDiskFile OpenRead(string path) => new LocalFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, Shared));

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
    public IDisposable? TryLock(string path)
    {
        try
        {
            // On Unix FileShare.None is an exclusive flock, so that the kernel gives it back however the process ends.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    // A sharing violation: ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK elsewhere (11 on Linux, 35 on macOS).
    private static bool IsHeld(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;

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

/// <summary>What .NET has no call for: fsync of a directory and of a file opened for reading, with every error told.</summary>
internal static partial class Posix
{
    private const int CloseOnExec = 0x80000;
    private const int DontNeed = 4;

    /// <summary>fsync of a directory.</summary>
    public static void SyncDirectory(string directory)
    {
        int descriptor = Open(directory, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (descriptor < 0)
        {
            throw Failure("open", directory);
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw Failure("sync", directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>fsync of an open file.</summary>
    public static void Sync(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(handle);
        }
        else if (Fsync(handle) != 0)
        {
            throw Failure("sync", "the file");
        }
    }

    /// <summary>Drops the clean pages of a file from the system's cache.</summary>
    public static void DropCache(SafeFileHandle handle)
    {
        int error = Fadvise(handle, 0, 0, DontNeed);
        if (error != 0)
        {
            throw new IOException($"cannot drop the file from the cache: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>Lets the calling thread run only where others leave room; where the system refuses, it runs like them.</summary>
    public static void GiveWay() => _ = SetPriority(0, 0, 10);

    private static IOException Failure(string what, string path) =>
        new($"cannot {what} {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Fadvise(SafeFileHandle handle, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
