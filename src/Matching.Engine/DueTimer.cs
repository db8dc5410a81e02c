namespace Matching.Engine;

/// <summary>
/// Wakes an idle shard when its next deadline comes. Set again only when the next deadline is earlier than what it is set
/// for: most teams form, and a wake too early costs less than a change of the timer with every team.
/// </summary>
internal sealed class DueTimer : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly EngineClock _clock;
    private readonly Action _wake;
    private readonly ITimer _timer;
    private long _setFor = long.MaxValue;

    public DueTimer(EngineClock clock, Action wake)
    {
        _clock = clock;
        _wake = wake;
        _timer = clock.TimeProvider.CreateTimer(
            static timer => ((DueTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Sees to it that the shard wakes at <paramref name="due"/>, in ms since 1970. Called by the shard when it goes idle.
    /// </summary>
    public void Arm(long due)
    {
        if (due < Volatile.Read(ref _setFor))
        {
            Volatile.Write(ref _setFor, due);
            TimeSpan wait = TimeSpan.FromMilliseconds(Math.Clamp(due - _clock.Now, 1, (long)Longest.TotalMilliseconds));
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Fire()
    {
        Volatile.Write(ref _setFor, long.MaxValue);
        _wake();
    }
}
