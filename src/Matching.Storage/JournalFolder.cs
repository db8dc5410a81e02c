namespace Matching.Storage;

/// <summary>What can be asked of a data directory without opening its journal.</summary>
public static class JournalFolder
{
    /// <summary>Whether a folder is one: it has the marker of a journal.</summary>
    public static bool Exists(IDisk disk, string directory)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return disk.FileExists(Path.Combine(directory, Marker.FileName));
    }

    /// <summary>Keeps engines out of it until it is given back: for a copy of its files.</summary>
    /// <exception cref="JournalException">An engine has it open, or it is no data directory.</exception>
    public static IDisposable Hold(string directory) => JournalDirectory.Open(LocalDisk.Instance, directory, existingOnly: true);
}
