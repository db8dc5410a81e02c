using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Matching.Storage;

/// <summary>Which file it is, by the numbers the system knows it by.</summary>
internal readonly record struct FileIdentity(long Device, long Number);

/// <summary>
/// What .NET has no call for: fsync of a directory and of a file opened for reading, locks, and which file a name leads to, with every
/// error told.
/// </summary>
internal static partial class Posix
{
    private const int CloseOnExec = 0x80000;
    private const int DontNeed = 4;
    private const int LockExclusive = 2;
    private const int LockNow = 4;
    private const int WorkingDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint FileNumber = 0x100;
    private const int StatusBytes = 256;

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

    /// <summary>Takes an exclusive lock of an open file.</summary>
    /// <returns>False when somebody holds it.</returns>
    /// <exception cref="IOException">It cannot be locked.</exception>
    public static bool TryLock(SafeFileHandle handle, string path) =>
        Flock(handle, LockExclusive | LockNow) == 0
        || (Marshal.GetLastPInvokeError() is 11 or 35 ? false : throw Failure("lock", path));

    /// <summary>Which file is open. Linux only.</summary>
    public static FileIdentity IdentityOf(SafeFileHandle handle)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        return Statx(handle, [0], EmptyPath, FileNumber, status) == 0 ? IdentityIn(status) : throw Failure("look at", "the lock file");
    }

    /// <summary>Which file a path leads to; none is default. Linux only; allocates nothing.</summary>
    /// <param name="path">Absolute, in UTF-8, with a zero at its end.</param>
    /// <exception cref="IOException">The system does not tell.</exception>
    public static FileIdentity IdentityOf(ReadOnlySpan<byte> path)
    {
        const int NoEntry = 2, NoDirectory = 20;
        Span<byte> status = stackalloc byte[StatusBytes];
        return Statx(WorkingDirectory, path, 0, FileNumber, status) == 0 ? IdentityIn(status)
            : Marshal.GetLastPInvokeError() is NoEntry or NoDirectory ? default
            : throw Failure("look at", Encoding.UTF8.GetString(path[..^1]));
    }

    /// <summary>False where a path leads to a pipe, a socket or a device. Linux only.</summary>
    public static bool MayBeFile(string path)
    {
        const uint FileType = 1;
        const int Kind = 0xF000, Directory = 0x4000, File = 0x8000;
        Span<byte> status = stackalloc byte[StatusBytes];
        return Statx(WorkingDirectory, [.. Encoding.UTF8.GetBytes(path), 0], 0, FileType, status) != 0
            || (BitConverter.ToUInt16(status[28..]) & Kind) is Directory or File;
    }

    // struct statx, the same on every processor: the file's number at 32, the device's two numbers at 136 and 140.
    private static FileIdentity IdentityIn(ReadOnlySpan<byte> status) =>
        new(BitConverter.ToInt64(status[136..]), BitConverter.ToInt64(status[32..]));

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

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(SafeFileHandle directory, ReadOnlySpan<byte> path, int flags, uint wanted, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int directory, ReadOnlySpan<byte> path, int flags, uint wanted, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
