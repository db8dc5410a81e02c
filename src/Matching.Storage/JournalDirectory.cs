namespace Matching.Storage;

/// <summary>
/// The directory a journal lives in: its marker and its lock. A directory is made in an order that lets a crash at any point be
/// told from a loss: first the marker under a temporary name, durable; then the first segment, durable; then the marker gets its name. So
/// the temporary name without the marker proves that nothing was ever answered from here, and making it starts again.
/// </summary>
internal sealed class JournalDirectory : IDisposable
{
    public const string MarkerName = Marker.FileName;
    public const string LockName = "matching.lock";
    private const string UnfinishedMarkerName = "matching.marker.new";
    private readonly IDisk _disk;
    private readonly IDiskLock _lock;

    private JournalDirectory(IDisk disk, string path, IDiskLock held, bool isNew)
    {
        _disk = disk;
        Path = path;
        _lock = held;
        IsNew = isNew;
        Marker = isNew ? new Marker(FileVersions.Marker, disk.NewId(), FirstSegment: 1) : Marker.Read(disk, path);
        Id = Marker.HasId || isNew ? Marker.Id : IdOfOld();
    }

    /// <summary>What is named in it, as far as known.</summary>
    public Marker Marker { get; private set; }

    /// <summary>
    /// The id that each file gets which is written from now on. A directory of an older version gets one now; <see cref="Keep"/> writes
    /// it down.
    /// </summary>
    public Guid Id { get; }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>True when it has no journal yet; <see cref="Complete"/> ends that.</summary>
    public bool IsNew { get; }

    /// <summary>Takes the lock of a directory and checks it; makes it when missing.</summary>
    /// <exception cref="JournalException">Somebody holds it, or it is not a journal's.</exception>
    public static JournalDirectory Open(IDisk disk, string path, bool existingOnly)
    {
        bool isNew = Check(disk, path, existingOnly);
        if (isNew)
        {
            MakeDurably(disk, System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        }

        IDiskLock held = LockFile.TryTake(disk, System.IO.Path.Combine(path, LockName))
            ?? throw new JournalException(
                $"{path} is in use: another engine holds its lock. One engine at a time may open a data directory.");
        try
        {
            // Again, now that nobody else can change it.
            isNew = Check(disk, path, existingOnly);
            JournalDirectory directory = new(disk, path, held, isNew);
            directory.Prepare();
            return directory;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Checks the marker of a directory that must have one; changes nothing.</summary>
    public static void CheckExisting(IDisk disk, string path) => Check(disk, path, existingOnly: true);

    /// <summary>Makes a directory that a copy goes into.</summary>
    /// <exception cref="JournalException">It holds something.</exception>
    public static void MakeEmpty(IDisk disk, string path)
    {
        if (disk.FileExists(path) || (disk.DirectoryExists(path) && disk.List(path).Count > 0))
        {
            throw new JournalException($"{path} is not empty: a copy needs a directory of its own. Nothing was changed.");
        }

        MakeDurably(disk, System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
    }

    /// <summary>Makes sure that no other engine can have taken the lock. Any thread; allocates nothing.</summary>
    /// <exception cref="JournalException">The lock file was removed, renamed or replaced.</exception>
    public void CheckLock()
    {
        if (!_lock.IsInPlace)
        {
            throw new JournalException(
                $"{In(LockName)} is not the file any more that this engine has locked: it was removed, renamed or replaced, so "
                + "another engine may have opened the directory. This one writes nothing more to it.");
        }
    }

    /// <summary>
    /// Names what must be there from now on: before segments are deleted, and once a directory of an older version has a segment and a
    /// watermark with its id. Durable when it returns.
    /// </summary>
    /// <param name="firstSegment">The oldest one that stays.</param>
    public void Keep(long firstSegment)
    {
        Marker marker = new(FileVersions.Marker, Id, firstSegment);
        marker.Replace(_disk, Path);
        Marker = marker;
    }

    /// <summary>Gives a new directory its marker: from now on a missing journal is a loss.</summary>
    public void Complete()
    {
        _disk.Rename(In(UnfinishedMarkerName), In(MarkerName));
        _disk.SyncDirectory(Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private string In(string name) => System.IO.Path.Combine(Path, name);

    // For a new directory: only the unfinished marker is left of whatever an interrupted making left behind.
    private void Prepare()
    {
        if (!IsNew)
        {
            return;
        }

        foreach (string name in _disk.List(Path).Where(name => name is not (LockName or UnfinishedMarkerName)))
        {
            _disk.Delete(In(name));
        }

        Marker.Write(_disk, In(UnfinishedMarkerName));
        _disk.SyncDirectory(Path);
    }

    // A start that gave it one may have died before it wrote it down.
    private Guid IdOfOld()
    {
        Guid id = SegmentFiles.Find(_disk, Path, sync: false).Id;
        return id == Guid.Empty ? _disk.NewId() : id;
    }

    // The name of the directory itself is synced also when it exists: an earlier start may have made it and died before the sync.
    private static void MakeDurably(IDisk disk, string path)
    {
        string? above = System.IO.Path.GetDirectoryName(path);
        if (!disk.DirectoryExists(path))
        {
            if (above is not null && !disk.DirectoryExists(above))
            {
                MakeDurably(disk, above);
            }

            disk.CreateDirectory(path);
        }

        if (above is not null)
        {
            disk.SyncDirectory(above);
        }
    }

    // True when a journal is to be made here.
    private static bool Check(IDisk disk, string path, bool existingOnly)
    {
        if (disk.FileExists(path))
        {
            throw new JournalException($"{path} is a file, not a directory.");
        }

        List<string> names = disk.DirectoryExists(path) ? [.. disk.List(path).Where(name => name is not LockName)] : [];
        if (names.Contains(MarkerName))
        {
            Marker.Read(disk, path);
            return false;
        }

        bool unfinished = names.Contains(UnfinishedMarkerName)
            && names.TrueForAll(name => name is UnfinishedMarkerName or Watermark.FileName || Segment.Name.TryParse(name, out _));
        if (names.Count > 0 && !unfinished)
        {
            throw new JournalException(
                $"{path} holds files (such as {names[0]}) but no {MarkerName}: it is not a data directory, or its marker was lost. "
                    + "Nothing was changed; name an empty directory.");
        }

        return !existingOnly
            ? true
            : throw new JournalException($"{path} holds no journal, and only an existing one may be opened. Check the path.");
    }
}
