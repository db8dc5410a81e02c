using Matching.Engine;

namespace Matching.Host.Run;

/// <summary>Requests in, replies out, over one open engine, until the input ends, the caller stops it, or something fails.</summary>
internal sealed class Conversation : IDisposable
{
    private readonly MatchingEngine _engine;
    private readonly BatchRing _ring;
    private readonly Intake _intake;
    private readonly Replies _replies;

    /// <summary>Prepares a conversation; the engine stays the caller's.</summary>
    public Conversation(MatchingEngine engine, Stream input, Stream output, RunSettings settings)
    {
        _engine = engine;
        _ring = new BatchRing(settings.MaxInFlight);
        _intake = new Intake(engine, input, _ring, settings.ManualClock);
        _replies = new Replies(engine, output, _ring);
    }

    public void Dispose()
    {
        _replies.Dispose();
        _ring.Dispose();
    }

    /// <summary>Serves.</summary>
    /// <param name="stop">Ends reading; what was read is finished.</param>
    /// <returns>What failed; null for a good end.</returns>
    public async Task<Exception?> RunAsync(Task stop)
    {
        _replies.Ready((await _engine.CountAsync().ConfigureAwait(false)).TeamsOpen);
        Task answering = Task.Run(_replies.RunAsync);
        _intake.Start();
        await Task.WhenAny(_intake.Ended, _replies.Failed, answering, stop).ConfigureAwait(false);
        _intake.Stop();
        await answering.ConfigureAwait(false);
        if (_intake.Ended.IsFaulted)
        {
            return _intake.Ended.Exception.InnerException;
        }

        return _replies.Failed.IsCompleted ? await _replies.Failed.ConfigureAwait(false) : null;
    }
}

/// <summary>How a conversation is held.</summary>
/// <param name="ManualClock">Time moves by advance alone (R43).</param>
/// <param name="MaxInFlight">Lines read and not yet answered, at most; then reading waits.</param>
internal sealed record RunSettings(bool ManualClock, int MaxInFlight);
