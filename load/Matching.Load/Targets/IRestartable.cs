namespace Matching.Load.Targets;

/// <summary>
/// A target in a process that may be killed and started again: what was not answered is sent again after the start, as a client would (R35,
/// R38).
/// </summary>
internal interface IRestartable : ITarget
{
    /// <summary>Requests sent a second time after a kill.</summary>
    long SentAgain { get; }

    /// <summary>How long each start took, in ms.</summary>
    IReadOnlyList<long> StartsMs { get; }

    /// <summary>kill -9, and a new start on the same directory.</summary>
    Task KillAndStartAsync();
}
