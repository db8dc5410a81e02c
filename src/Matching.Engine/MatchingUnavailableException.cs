using Matching.Core;

namespace Matching.Engine;

/// <summary>A read, or a move of the clock, that cannot be answered now. Commands say the same as an outcome.</summary>
public sealed class MatchingUnavailableException : Exception
{
    /// <summary>Makes one without words.</summary>
    public MatchingUnavailableException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public MatchingUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public MatchingUnavailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>
    /// <see cref="Outcome.Unavailable"/> when the engine has stopped; <see cref="Outcome.Busy"/> when trying again helps.
    /// </summary>
    public Outcome Outcome { get; private init; } = Outcome.Unavailable;

    internal static MatchingUnavailableException Stopped(Exception cause) =>
        new("the engine has stopped and must be opened anew (R38): " + cause.Message, cause);

    internal static MatchingUnavailableException Closed() =>
        new("the engine is closing and takes nothing new");

    internal static MatchingUnavailableException Busy(int bound) =>
        new($"too many requests in flight (MaxRequestsInFlight is {bound}); try again") { Outcome = Outcome.Busy };
}
