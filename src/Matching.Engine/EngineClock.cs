using Matching.Core;

namespace Matching.Engine;

/// <summary>
/// The engine's time (R43), in ms since 1970: the wall at start carried on by the monotonic clock, never behind the journal.
/// It holds no changing state, so any thread may read it and it never goes back. On a manual clock it has no time of its own.
/// </summary>
internal sealed class EngineClock
{
    private readonly long _startMs;
    private readonly long _startWallMs;
    private readonly long _startTimestamp;

    private EngineClock(TimeProvider timeProvider, bool isManual, long startMs, long startWallMs)
    {
        TimeProvider = timeProvider;
        IsManual = isManual;
        _startMs = startMs;
        _startWallMs = startWallMs;
        _startTimestamp = timeProvider.GetTimestamp();
    }

    public TimeProvider TimeProvider { get; }

    public bool IsManual { get; }

    /// <summary>0 on a manual clock: a book then goes by its own time.</summary>
    public long Now => IsManual ? 0 : _startMs + ElapsedMs;

    /// <summary>How far the wall stepped away since the start, in ms: positive when the wall went ahead. Not followed.</summary>
    public long WallStepMs => IsManual ? 0 : WallMs(TimeProvider) - _startWallMs - ElapsedMs;

    private long ElapsedMs => (long)TimeProvider.GetElapsedTime(_startTimestamp).TotalMilliseconds;

    /// <summary>Starts the clock.</summary>
    /// <param name="options">The clock's kind and limits.</param>
    /// <param name="journaledMs">The last time in the journal; null when it is empty. 0 is a time: where a manual clock begins.</param>
    /// <exception cref="ClockRefusedException">The wall and the journal are too far apart.</exception>
    public static EngineClock Start(MatchingOptions options, long? journaledMs)
    {
        TimeProvider provider = options.TimeProvider;
        if (options.ManualClock)
        {
            return new EngineClock(provider, isManual: true, 0, 0);
        }

        long wallMs = WallMs(provider);
        if (journaledMs is { } last && !options.AcceptClock)
        {
            Check(wallMs, last, options);
        }

        return new EngineClock(provider, isManual: false, Math.Max(wallMs, journaledMs ?? 0), wallMs);
    }

    private static void Check(long wallMs, long journaledMs, MatchingOptions options)
    {
        string? wrong = wallMs < journaledMs - (long)options.ClockStep.TotalMilliseconds ? "behind"
            : wallMs > journaledMs + (long)options.ClockLead.TotalMilliseconds ? "ahead of"
            : null;
        if (wrong is not null)
        {
            throw new ClockRefusedException(
                $"the wall clock says {Words.Time(wallMs)}, too far {wrong} the journal's last entry at {Words.Time(journaledMs)} (R43). " +
                "Set the clock right, or accept it as it is with the option AcceptClock (--accept-clock)");
        }
    }

    private static long WallMs(TimeProvider provider) => provider.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>
/// The wall clock at start lies too far from the journal's last entry (R43). The message names both times and the way out.
/// </summary>
public sealed class ClockRefusedException : Exception
{
    /// <summary>Makes one without words.</summary>
    public ClockRefusedException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public ClockRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public ClockRefusedException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
