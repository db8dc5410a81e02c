namespace Matching.Engine;

/// <content>Start and end.</content>
public sealed partial class MatchingEngine
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipeline _pipeline;
    private readonly Lock _closing = new();
    private Task? _closed;

    /// <summary>
    /// Takes nothing new and waits until everything taken is durable and answered. Commands sent from now on are Unavailable; reads go on.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the engine stays closed to commands.</param>
    public ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        _inFlight.Close();
        Drained();
        return new ValueTask(_drained.Task.WaitAsync(cancellationToken));
    }

    /// <summary>Drains, closes the journal cleanly and ends. May be called again; readers of events come to their end.</summary>
    /// <exception cref="Storage.JournalException">The clean end could not be written; everything answered is durable all the
    /// same.</exception>
    public ValueTask DisposeAsync()
    {
        lock (_closing)
        {
            _closed ??= Scheduling.Start(_journalScheduler, CloseAsync);
            return new ValueTask(_closed);
        }
    }

    private void Start(TaskScheduler? background)
    {
        if (background is not null)
        {
            _pipeline.Own(background);
        }

        _replies?.Start();
        _inFlight.OnDrained = Drained;
        _completions.OnDrained = Drained;
        _pipeline.Start();
        if (_lists is not null)
        {
            _followers.Start(_lists, "matching lists", _pipeline);
        }

        if (_closedFollower is not null)
        {
            _followers.Start(_closedFollower, "matching ledger", _pipeline);
        }
    }

    private void Drained()
    {
        if (_inFlight.Closed && _inFlight.Count == 0 && _completions.Open == 0)
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>Runs on the journal's own loop, whose thread alone may close the journal.</summary>
    private async Task CloseAsync()
    {
        await DrainAsync().ConfigureAwait(true);
        await StopViewsAsync().ConfigureAwait(true);
        await _pipeline.StopAsync().ConfigureAwait(true);
        _tap?.Dispose();
        _closedOrders?.Dispose();
        _desk?.Dispose();
        if (_space is not null)
        {
            await _space.DisposeAsync().ConfigureAwait(true);
        }

        _signal.End();
        try
        {
            _journal.Dispose();
        }
        finally
        {
            _replies?.Dispose();
            _pipeline.Dispose();
        }
    }
}
