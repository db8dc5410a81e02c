namespace Matching.Kit.Engine;

/// <summary>A wall, a monotonic clock and timers that move only when told; timers fire inside the call, in order of their times.</summary>
public sealed class SteppedTime(long startMs) : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _wallMs = startMs;
    private long _monotonicMs;

    public override long TimestampFrequency => 1_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_wallMs);

    public override long GetTimestamp() => _monotonicMs;

    /// <summary>Lets time pass.</summary>
    public void Pass(long ms)
    {
        long end = _monotonicMs + ms;
        while (_timers.Where(timer => timer.DueMs <= end).MinBy(timer => timer.DueMs) is { } next)
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
