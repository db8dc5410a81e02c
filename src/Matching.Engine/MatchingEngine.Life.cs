using Matching.Storage;

namespace Matching.Engine;

/// <content>Start and end.</content>
public sealed partial class MatchingEngine
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TaskScheduler> _schedulers = [];
    private Task[] _shardLoops = [];
    private Task _controlTask = Task.CompletedTask;
    private Task _positionLoop = Task.CompletedTask;
    private Task _snapshotLoop = Task.CompletedTask;
    private Task _journalTask = Task.CompletedTask;
    private Task _recording = Task.CompletedTask;
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
            _schedulers.Add(background);
        }

        _replies?.Start();
        _inFlight.OnDrained = Drained;
        _completions.OnDrained = Drained;
        _journalTask = Scheduling.Start(_journalScheduler, _journalLoop.RunAsync);
        _shardLoops = new Task[_shards.Length];
        for (int i = 0; i < _shards.Length; i++)
        {
            // A journal in memory never blocks: with one shard both loops take turns on one thread, and no batch costs a wake-up.
            _shardLoops[i] = _shards.Length == 1 && _journal is MemoryJournal
                ? Scheduling.Start(_journalScheduler, _shards[i].RunAsync)
                : StartLoop($"matching shard {i}", _shards[i].RunAsync);
        }

        if (_tap is not null)
        {
            _recording = StartLoop("matching recording", _tap.RunAsync);
        }

        _controlTask = StartLoop("matching campaigns", _control.RunAsync);
        _positionLoop = StartLoop("matching subscriptions", _positions.RunAsync);
        if (_snapshots is not null)
        {
            _schedulers.Add(_snapshots.Scheduler);
            _snapshotLoop = Scheduling.Start(_snapshots.Scheduler, _snapshots.RunAsync);
        }

        if (_lists is not null)
        {
            Start(_lists, "matching lists");
        }

        StartLedgerLoops();
    }

    private Task StartLoop(string name, Func<Task> run)
    {
        TaskScheduler scheduler = _options.Scheduling.Loop(name);
        _schedulers.Add(scheduler);
        return Scheduling.Start(scheduler, run);
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
        _control.Complete();
        await _controlTask.ConfigureAwait(true);
        await _control.DisposeAsync().ConfigureAwait(true);
        foreach (Shard shard in _shards)
        {
            shard.Complete();
        }

        await Task.WhenAll(_shardLoops).ConfigureAwait(true);
        foreach (Shard shard in _shards)
        {
            await shard.DisposeAsync().ConfigureAwait(true);
        }

        _journalLoop.Ready.Complete();
        await _journalTask.ConfigureAwait(true);
        _tap?.Complete(_journal.DurableSequence);
        await _recording.ConfigureAwait(true);
        _tap?.Dispose();
        Task following = StopFollowersAsync();
        _positions.Complete();
        _desk?.Complete();
        await Task.WhenAll(following, _positionLoop, _snapshotLoop).ConfigureAwait(true);
        await CloseLedgerAsync().ConfigureAwait(true);
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
            foreach (TaskScheduler scheduler in _schedulers.Append(_journalScheduler))
            {
                (scheduler as IDisposable)?.Dispose();
            }
        }
    }
}
