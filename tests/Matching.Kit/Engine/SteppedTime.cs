namespace Matching.Kit.Engine;

/// <summary>A wall, a monotonic clock and timers that move only when told; timers fire inside the call, in order of their times.</summary>
public sealed class SteppedTime(long startMs) : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _wallMs = startMs;
    private long _monotonicMs;

    public override long TimestampFrequency => 1_000;

    /// <summary>The wall, in ms since 1970.</summary>
    public long WallMs => _wallMs;

    /// <summary>When the next timer fires, in ms from now; long.MaxValue when none is set.</summary>
    public long UntilTimerMs => Next() is { } next ? next.DueMs - _monotonicMs : long.MaxValue;

    /// <summary>Called before the monotonic clock is read.</summary>
    public Action? Reading { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_wallMs);

    public override long GetTimestamp()
    {
        Reading?.Invoke();
        return _monotonicMs;
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(long ms)
    {
        long end = _monotonicMs + ms;
        while (Next() is { } next && next.DueMs <= end)
        {
            Move(Math.Max(next.DueMs, _monotonicMs));
            next.Fire();
        }

        Move(end);
    }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void StepWall(long ms) => _wallMs += ms;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    // The earliest; of several, the one made first.
    private Timer? Next()
    {
        Timer? next = null;
        foreach (Timer timer in _timers)
        {
            next = timer.DueMs < (next?.DueMs ?? long.MaxValue) ? timer : next;
        }

        return next;
    }

    private void Move(long toMs)
    {
        _wallMs += toMs - _monotonicMs;
        _monotonicMs = toMs;
    }

    private sealed class Timer(SteppedTime time, Action fire) : ITimer
    {
        private long _periodMs;

        public long DueMs { get; private set; } = long.MaxValue;

        public void Fire()
        {
            DueMs = _periodMs > 0 ? DueMs + _periodMs : long.MaxValue;
            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _periodMs = period > TimeSpan.Zero ? (long)period.TotalMilliseconds : 0;
            DueMs = dueTime >= TimeSpan.Zero ? time._monotonicMs + (long)Math.Ceiling(dueTime.TotalMilliseconds) : long.MaxValue;
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
