using Matching.Core;
using Matching.Engine;

namespace Matching.Load.Targets;

/// <summary>The engine in this process.</summary>
internal sealed class EngineTarget(MatchingEngine engine) : ITarget
{
    private const int Tries = 50;

    public MatchingEngine Engine => engine;

    public ValueTask<Answer> SendAsync(in Command command) => engine.ExecuteAsync(command);

    public async ValueTask<long> CountOpenTeamsAsync()
    {
        for (int i = 0; i < Tries; i++)
        {
            try
            {
                return (await engine.CountAsync()).TeamsOpen;
            }
            catch (MatchingUnavailableException e) when (e.Outcome == Outcome.Busy)
            {
                // Overloaded: reads are refused like everything else. A moment later there may be room.
                await Task.Yield();
            }
        }

        return -1;
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
