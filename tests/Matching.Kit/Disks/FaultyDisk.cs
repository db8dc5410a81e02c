using Matching.Storage;

namespace Matching.Kit.Disks;

/// <summary>
/// A disk in memory that keeps apart what the system shows and what would survive power loss, and does to any call what a test
/// asks. Everything it chooses comes from its seed. One thread at a time writes; it locks, so readers may run beside.
/// Directories themselves are durable at once; the names in them are not.
/// </summary>
public sealed class FaultyDisk(int seed) : IDisk
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal) { "/" };
    private readonly Dictionary<string, StoredFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<(string Path, Action<Dictionary<string, StoredFile>> Apply)> _unsyncedNames = [];
    private readonly HashSet<StoredFile> _held = [];
    private int _life;
    private byte _ids;
    private bool _gone;

    /// <summary>Asked before every call, with its number (0, 1, …; reads too), kind and path; null for a good disk.</summary>
    public Func<int, DiskCall, string, DiskFault>? Fault { get; set; }

    /// <summary>Called before every call, with no lock held: here a simulation lets other threads go on, or time pass.</summary>
    public Action? Calling { get; set; }

    /// <summary>A file system whose locks keep nobody out.</summary>
    public bool LocksAreIdle { get; set; }

    /// <summary>What is told of free space.</summary>
    public long Free { get; set; } = long.MaxValue;

    public long FreeBytes(string directory) => Free;

    public Guid NewId() => new(seed, 0, 0, [0, 0, 0, 0, 0, 0, 0, ++_ids]);

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>True when power or process is gone, until <see cref="Restart"/>.</summary>
    public bool Gone => _gone;

    /// <summary>What losses of power did so far to sectors that were written and not synced.</summary>
    public SectorFates Fates { get; } = new();

    /// <summary>Of a file: the bytes the system shows.</summary>
    public byte[] BytesOf(string path) => [.. _names[path].Cached];

    /// <summary>Of a file: how many bytes the system shows.</summary>
    public int LengthOf(string path) => _names[path].Cached.Length;

    /// <summary>Names of all files, as the system shows them.</summary>
    public IReadOnlyList<string> Paths => [.. _names.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Puts other bytes into a file, behind the journal's back.</summary>
    public void Replace(string path, byte[] bytes)
    {
        if (!_names.TryGetValue(path, out StoredFile? file))
        {
            file = _durableNames[path] = _names[path] = new StoredFile();
        }

        file.Replace(bytes);
    }

    /// <summary>Takes a file away, behind the engine's back and for good.</summary>
    public void Remove(string path)
    {
        _names.Remove(path);
        _durableNames.Remove(path);
        _unsyncedNames.RemoveAll(change => string.Equals(change.Path, path, StringComparison.Ordinal));
    }

    /// <summary>A bit rots, on the disk and in what the system shows of it.</summary>
    public void FlipBit(string path, long position, int bit) => _names[path].FlipBit(position, bit);

    /// <summary>The same disk, as the system shows it and durable so, with no locks held.</summary>
    public FaultyDisk Copy(int otherSeed = 0)
    {
        FaultyDisk copy = new(otherSeed);
        copy._directories.UnionWith(_directories);
        foreach ((string path, StoredFile file) in _names)
        {
            copy.Replace(path, file.Cached);
        }

        return copy;
    }

    /// <summary>Power fails between two calls, and comes back.</summary>
    public void LosePower()
    {
        lock (_lock)
        {
            DropUnsynced();
            Restart();
        }
    }

    /// <summary>The process dies between two calls; the system lives on.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _gone = false;
            _life++;
            _held.Clear();
        }
    }

    public bool FileExists(string path) => Do(() => _names.ContainsKey(path));

    public bool DirectoryExists(string path) => Do(() => _directories.Contains(path));

    public IReadOnlyList<string> List(string directory) => Do(() => (IReadOnlyList<string>)
        [.. _names.Keys.Concat(_directories).Where(path => path.Length > 1 && IsIn(directory, path)).Select(Path.GetFileName)!]);

    public void CreateDirectory(string path) => Call(DiskCall.CreateDirectory, path, () =>
    {
        for (string? above = path; above is not null; above = Path.GetDirectoryName(above))
        {
            _directories.Add(above);
        }
    });

    public IDiskFile Create(string path)
    {
        StoredFile file = new();
        Call(DiskCall.Create, path, () => Change(path, names => names[path] = file));
        return new OpenFile(this, path, file, through: false);
    }

    public IDiskFile OpenWrite(string path)
    {
        StoredFile file = Existing(path);
        Call(DiskCall.OpenWrite, path, () => { });
        return new OpenFile(this, path, file, through: false);
    }

    public IDiskFile OpenWriteThrough(string path)
    {
        StoredFile file = Existing(path);
        Call(DiskCall.OpenWriteThrough, path, () => { });
        return new OpenFile(this, path, file, through: true);
    }

    public IDiskFile OpenRead(string path) => new OpenFile(this, path, Existing(path), through: false);

    public void Rename(string from, string to) => Call(DiskCall.Rename, from, () => Change(to, names =>
    {
        if (names.Remove(from, out StoredFile? file))
        {
            names[to] = file;
        }
    }));

    public void Delete(string path) => Call(DiskCall.Delete, path, () => Change(path, names => names.Remove(path)));

    public void Shorten(string path, long length)
    {
        StoredFile file = Existing(path);
        Call(DiskCall.Shorten, path, () => file.Shorten(length));
    }

    public void SyncDirectory(string directory) => Call(DiskCall.SyncDirectory, directory, () =>
    {
        foreach ((_, Action<Dictionary<string, StoredFile>> apply) in _unsyncedNames.Where(change => IsIn(directory, change.Path)))
        {
            apply(_durableNames);
        }

        _unsyncedNames.RemoveAll(change => IsIn(directory, change.Path));
    });

    public IDiskLock? TryLock(string path)
    {
        bool taken = false;
        StoredFile? locked = null;
        Call(DiskCall.Lock, path, () =>
        {
            if (!_names.TryGetValue(path, out locked))
            {
                StoredFile file = locked = new();
                Change(path, names => names[path] = file);
            }

            taken = _held.Add(locked) || LocksAreIdle;
        });
        return taken ? new HeldLock(this, path, locked!, _life) : null;
    }

    private StoredFile Existing(string path) => Do(() =>
        _names.TryGetValue(path, out StoredFile? file) ? file : throw new FileNotFoundException($"no file {path}", path));

    private void Change(string path, Action<Dictionary<string, StoredFile>> apply)
    {
        apply(_names);
        _unsyncedNames.Add((path, apply));
    }

    private static bool IsIn(string directory, string path) =>
        string.Equals(Path.GetDirectoryName(path), directory, StringComparison.Ordinal);

    private T Do<T>(Func<T> read)
    {
        lock (_lock)
        {
            return _gone ? throw new DiskGoneException() : read();
        }
    }

    // A call that is done wholly or not at all.
    private void Call(DiskCall call, string path, Action apply)
    {
        Calling?.Invoke();
        lock (_lock)
        {
            DiskFault fault = NextFault(call, path);
            if (fault is DiskFault.None || (fault is DiskFault.PowerLoss or DiskFault.Kill && _random.Next(2) == 0))
            {
                apply();
            }

            End(fault);
        }
    }

    private DiskFault NextFault(DiskCall call, string path)
    {
        if (_gone)
        {
            throw new DiskGoneException();
        }

        return Fault?.Invoke(Calls++, call, path) ?? DiskFault.None;
    }

    private void End(DiskFault fault)
    {
        switch (fault)
        {
            case DiskFault.PowerLoss:
                DropUnsynced();
                _gone = true;
                throw new DiskGoneException();
            case DiskFault.Kill:
                _gone = true;
                throw new DiskGoneException();
            case DiskFault.Error or DiskFault.Short:
                throw new IOException("Input/output error");
            case DiskFault.Full:
                throw new IOException("No space left on device");
            default:
                break;
        }
    }

    private void DropUnsynced()
    {
        int keptPercent = _random.Next(4) switch { 0 => 0, 1 => 100, _ => _random.Next(1, 100) };
        HashSet<StoredFile> files = [.. _names.Values, .. _durableNames.Values];
        foreach ((_, Action<Dictionary<string, StoredFile>> apply) in _unsyncedNames.Where(_ => _random.Next(100) < keptPercent))
        {
            apply(_durableNames);
        }

        _unsyncedNames.Clear();
        _names.Clear();
        foreach (StoredFile file in files)
        {
            file.LosePower(_random, keptPercent, Fates);
        }

        foreach ((string path, StoredFile file) in _durableNames)
        {
            _names[path] = file;
        }
    }

    private void Write(OpenFile file, long position, ReadOnlySpan<byte> bytes)
    {
        StoredFile stored = file.Stored;
        DiskFault fault = NextFault(DiskCall.Write, file.Path);
        int part = fault is DiskFault.None ? 0 : _random.Next(bytes.Length + 1) / StoredFile.SectorBytes * StoredFile.SectorBytes;
        switch (fault)
        {
            case DiskFault.None:
                stored.Write(position, bytes, file.Through);
                break;
            case DiskFault.Error:
                stored.WriteCacheOnly(position, bytes);
                stored.WriteSomeSectors(position, bytes, _random, _random.Next(101), Fates);
                break;
            case DiskFault.Full or DiskFault.Short:
                stored.Write(position, bytes[..part], file.Through);
                break;
            case DiskFault.Kill:
                stored.Write(position, bytes[..part], through: false);
                break;
            case DiskFault.PowerLoss:
                stored.WriteSomeSectors(position, bytes, _random, _random.Next(101), Fates);
                break;
            default:
                break;
        }

        End(fault);
    }

    private sealed class HeldLock(FaultyDisk disk, string path, StoredFile file, int life) : IDiskLock
    {
        public bool IsInPlace
        {
            get
            {
                disk.Calling?.Invoke();
                lock (disk._lock)
                {
                    return disk._names.GetValueOrDefault(path) == file;
                }
            }
        }

        public void Dispose()
        {
            lock (disk._lock)
            {
                if (disk._life == life)
                {
                    disk._held.Remove(file);
                }
            }
        }
    }

    private sealed class OpenFile(FaultyDisk disk, string path, StoredFile stored, bool through) : IDiskFile
    {
        private readonly int _life = disk._life;

        public string Path => path;

        public StoredFile Stored => stored;

        public bool Through => through;

        public long Length => stored.Cached.Length;

        public int Read(long position, Span<byte> buffer)
        {
            disk.Calling?.Invoke();
            lock (disk._lock)
            {
                CheckLife();
                disk.End(disk.NextFault(DiskCall.Read, path));
                int read = (int)Math.Clamp(stored.Cached.Length - position, 0, buffer.Length);
                stored.Cached.AsSpan((int)Math.Min(position, stored.Cached.Length), read).CopyTo(buffer);
                return read;
            }
        }

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            disk.Calling?.Invoke();
            lock (disk._lock)
            {
                CheckLife();
                disk.Write(this, position, bytes);
            }
        }

        public void Sync()
        {
            CheckLife();
            disk.Call(DiskCall.Sync, path, stored.Sync);
        }

        public void DropCache()
        {
            lock (disk._lock)
            {
                CheckLife();
                stored.DropCache();
            }
        }

        public void Dispose()
        {
        }

        private void CheckLife()
        {
            if (_life != disk._life)
            {
                throw new DiskGoneException();
            }
        }
    }
}
