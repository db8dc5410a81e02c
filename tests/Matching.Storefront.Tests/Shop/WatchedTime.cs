namespace Matching.Storefront.Tests.Shop;

/// <summary>The system's time, but for timers of one length: they are counted as they are set, and fire when told. Any thread.</summary>
/// <param name="length">The length of those.</param>
public sealed class WatchedTime(TimeSpan length) : TimeProvider, IDisposable
{
    /// <summary>A shop that has set none by then will not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<Watched> _timers = [];
    private readonly SemaphoreSlim _set = new(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != length)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new Watched(this, () => callback(state));
        lock (_lock)
        {
            _timers.Add(timer);
        }

        _set.Release();
        return timer;
    }

    /// <summary>Waits until so many of them have been set that were not waited for before.</summary>
    public async Task SetAsync(int timers)
    {
        for (int i = 0; i < timers; i++)
        {
            Assert.True(await _set.WaitAsync(Patience), $"only {i} of {timers} timers were set");
        }
    }

    /// <summary>Lets their time come for all that are set.</summary>
    public void Fire()
    {
        Watched[] due;
        lock (_lock)
        {
            due = [.. _timers];
        }

        foreach (Watched timer in due)
        {
            timer.Fire();
        }
    }

    public void Dispose() => _set.Dispose();

    private sealed class Watched(WatchedTime time, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
