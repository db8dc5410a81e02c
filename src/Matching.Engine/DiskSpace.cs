using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// Watches the free space under the data directory: a timer once a second, since asking costs a system call. Any thread reads whether it is
/// low. What cannot be asked is not low: a real lack shows as a failed write soon enough.
/// </summary>
internal sealed class DiskSpace : IAsyncDisposable
{
    /// <summary>A small disk has a smaller reserve: at most one part in so many of it.</summary>
    private const int ReserveOfDisk = 64;

    private const long Unknown = long.MaxValue;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly long _reserveBytes;
    private readonly Action<string> _warn;
    private readonly ITimer _timer;
    private volatile bool _isLow;
    private long _freeBytes = Unknown;

    public DiskSpace(IDisk disk, string directory, long reserveBytes, TimeProvider timeProvider, Action<string> warn)
    {
        _disk = disk;
        _directory = directory;
        _reserveBytes = reserveBytes;
        _warn = warn;
        _timer = timeProvider.CreateTimer(static space => ((DiskSpace)space!).Look(), this, Every, Every);
        Look();
    }

    /// <summary>Free space is below the reserve.</summary>
    public bool IsLow => _isLow;

    /// <summary>As last seen; null where it is not known.</summary>
    public long? FreeBytes => Volatile.Read(ref _freeBytes) switch
    {
        Unknown => null,
        long free => free,
    };

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        long free;
        long reserve = _reserveBytes;
        try
        {
            free = _disk.FreeBytes(_directory);
            reserve = Math.Min(reserve, _disk.TotalBytes(_directory) / ReserveOfDisk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            free = Unknown;
        }

        Volatile.Write(ref _freeBytes, free);
        bool low = free < reserve;
        if (low != _isLow)
        {
            _isLow = low;
            _warn(low
                ? $"{free} bytes are free under {_directory}, less than the reserve of {reserve} (DiskReserveBytes): nothing new "
                    + "is taken in"
                : $"{free} bytes are free under {_directory} again: joins are taken in");
        }
    }
}
