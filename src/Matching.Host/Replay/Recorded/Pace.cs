using System.Diagnostics;

namespace Matching.Host.Replay.Recorded;

/// <summary>The recorded rhythm, some times faster. Time of the first command is now. One thread at a time.</summary>
internal sealed class Pace(double speed)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private long _startedAt;
    private long _firstMs;

    /// <summary>By how many ms a command was sent later than its time, at most.</summary>
    public long LatestLagMs { get; private set; }

    /// <summary>True when a command's time has come.</summary>
    public bool IsDue(long atMs) => UntilMs(atMs) <= 0;

    /// <summary>Waits for a command's time.</summary>
    public async ValueTask WaitAsync(long atMs)
    {
        double until = UntilMs(atMs);
        if (until > 0)
        {
            using var timer = new PeriodicTimer(Tick);
            while ((until = UntilMs(atMs)) > 0)
            {
                await timer.WaitForNextTickAsync().ConfigureAwait(false);
            }
        }

        LatestLagMs = Math.Max(LatestLagMs, (long)-until);
    }

    private double UntilMs(long atMs)
    {
        if (_startedAt == 0)
        {
            _startedAt = Stopwatch.GetTimestamp();
            _firstMs = atMs;
        }

        return ((atMs - _firstMs) / speed) - Stopwatch.GetElapsedTime(_startedAt).TotalMilliseconds;
    }
}
