namespace Matching.Storage;

/// <summary>
/// The snapshots of a data directory: one file each, named after the number of events they stand for. Two are kept, so that a broken one
/// has another to fall back to. A file gets its name only when it is whole and durable. One thread at a time.
/// </summary>
public sealed class SnapshotStore
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 2;

    private const string UnfinishedName = "snapshot.new";
    private static readonly NumberedName s_name = new("snapshot-", 16, ".snap");
    private readonly IDisk _disk;
    private readonly string _directory;

    /// <summary>The snapshots of a directory.</summary>
    public SnapshotStore(IDisk disk, string directory)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _disk = disk;
        _directory = directory;
    }

    /// <summary>Sequences of the snapshots there are, newest first. Whether they are whole is not looked at.</summary>
    public IReadOnlyList<long> List()
    {
        List<long> sequences = [];
        foreach (string name in _disk.DirectoryExists(_directory) ? _disk.List(_directory) : [])
        {
            if (s_name.TryParse(name, out long sequence))
            {
                sequences.Add(sequence);
            }
        }

        sequences.Sort((a, b) => b.CompareTo(a));
        return sequences;
    }

    /// <summary>Where the snapshot of a sequence lies.</summary>
    public string PathOf(long sequence) => Path.Combine(_directory, s_name.Of(sequence));

    /// <summary>Opens a snapshot; its sections are checked as they are read.</summary>
    /// <exception cref="SnapshotDamagedException">It is not whole.</exception>
    /// <exception cref="JournalException">It is of a newer version, or cannot be read.</exception>
    public Snapshot Open(long sequence) => Snapshot.Open(_disk, PathOf(sequence), sequence, Marker.Read(_disk, _directory).Id);

    /// <summary>Begins a new snapshot, in place of one that was not finished.</summary>
    /// <param name="sequence">Events it stands for: all of them durable.</param>
    /// <param name="boundary">Checksum of the journal's page before that event.</param>
    /// <param name="nowMs">The engine's time, ms since 1970.</param>
    public SnapshotWriter Create(long sequence, uint boundary, long nowMs) =>
        new(_disk, _directory, Path.Combine(_directory, UnfinishedName), PathOf(sequence), new SnapshotHeader(sequence, boundary, nowMs));

    /// <summary>Removes what was not finished.</summary>
    public void RemoveUnfinished()
    {
        string path = Path.Combine(_directory, UnfinishedName);
        if (_disk.FileExists(path))
        {
            _disk.Delete(path);
        }
    }

    /// <summary>Gives a snapshot a name under which nobody looks for one: it must not count among those kept.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="why">The end of its new name.</param>
    public void SetAside(long sequence, string why)
    {
        _disk.Rename(PathOf(sequence), $"{PathOf(sequence)}.{why}");
        _disk.SyncDirectory(_directory);
    }

    /// <summary>Removes all but the newest <see cref="Kept"/>, oldest first.</summary>
    public void RemoveOld()
    {
        foreach (long sequence in List().Skip(Kept).Reverse())
        {
            _disk.Delete(PathOf(sequence));
        }

        _disk.SyncDirectory(_directory);
    }
}

/// <summary>A snapshot is not whole. The one before it, or the journal, stands in.</summary>
public sealed class SnapshotDamagedException : JournalException
{
    /// <summary>Makes one without words.</summary>
    public SnapshotDamagedException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public SnapshotDamagedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public SnapshotDamagedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
