namespace Matching.Engine;

/// <summary>The followers of one engine: its own and a shop's. They may be added as long as it runs.</summary>
internal sealed class Followers
{
    private readonly Lock _lock = new();
    private readonly List<(Task Loop, Action Complete)> _running = [];
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Replaced as a whole: the journal's loop reads it with every write.
    private volatile Action[] _wakes = [];
    private bool _stopped;

    /// <summary>Starts one on a loop of its own.</summary>
    /// <exception cref="MatchingUnavailableException">The engine is closing.</exception>
    public void Start<TModel>(JournalFollower<TModel> follower, string loop, Pipeline pipeline)
        where TModel : class
    {
        lock (_lock)
        {
            if (_stopped)
            {
                throw MatchingUnavailableException.Closed();
            }

            _wakes = [.. _wakes, follower.Wake];
            _running.Add((pipeline.Run(loop, follower.RunAsync), follower.Complete));
        }
    }

    /// <summary>The journal has grown. Called by its loop.</summary>
    public void Wake()
    {
        foreach (Action wake in _wakes)
        {
            wake();
        }
    }

    /// <summary>Ends when all have ended, behind <see cref="Complete"/>.</summary>
    public async Task RunAsync()
    {
        await _ending.Task.ConfigureAwait(true);
        await Task.WhenAll(_running.Select(follower => follower.Loop)).ConfigureAwait(true);
    }

    /// <summary>Has all end behind what is durable, and takes in no more.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _stopped = true;
            _running.ForEach(follower => follower.Complete());
            _ending.SetResult();
        }
    }
}
