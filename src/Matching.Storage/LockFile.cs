namespace Matching.Storage;

/// <summary>Takes lock files, and sees to it that a lock that is taken keeps others out.</summary>
public static class LockFile
{
    /// <summary>Takes a lock file, making it when missing.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="path">The file.</param>
    /// <returns>Null when somebody, here or in another process, holds it.</returns>
    /// <exception cref="IOException">It cannot be locked, or it can be locked twice: locks of this file system keep nobody out.</exception>
    public static IDiskLock? TryTake(IDisk disk, string path)
    {
        ArgumentNullException.ThrowIfNull(disk);
        IDiskLock? held = disk.TryLock(path);
        if (held is null)
        {
            return null;
        }

        try
        {
            using IDiskLock? again = disk.TryLock(path);
            return again is null
                ? held
                : throw new IOException($"{path} could be locked a second time while it was held: this file system keeps no locks, so "
                    + "nothing would keep a second engine out. Use another one.");
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
