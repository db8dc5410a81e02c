namespace Matching.Engine;

/// <summary>
/// Wakes those who follow the journal when its durable position has moved. Load: a pulse a write, some ten thousand a
/// second, and few waiters; a pulse without waiters is a fence and a read. Each waiter is woken by a work item of its own, so
/// that a slow follower holds up no other.
/// </summary>
internal sealed class DurableSignal(Action<IThreadPoolWorkItem> queue)
{
    private readonly Lock _lock = new();
    private List<Waiter> _waiters = [];
    private volatile bool _any;
    private volatile bool _ended;

    /// <summary>Told with every pulse, on the journal's loop: may only set something in motion.</summary>
    public Action? Listener { get; set; }

    /// <summary>True once the engine has closed: nothing more will come.</summary>
    public bool Ended => _ended;

    /// <summary>
    /// A task that ends with the next pulse. Ask for it first and look at the journal second, and wait only when there was
    /// nothing: a pulse between the two is then not missed.
    /// </summary>
    public Task Next()
    {
        var waiter = new Waiter();
        lock (_lock)
        {
            if (_ended)
            {
                return Task.CompletedTask;
            }

            _waiters.Add(waiter);
            _any = true;
        }

        // The waiter must be seen by the writer before the journal is looked at.
        Interlocked.MemoryBarrier();
        return waiter.Task;
    }

    /// <summary>The durable position has moved. Called by the journal loop after it was published.</summary>
    public void Pulse()
    {
        Interlocked.MemoryBarrier();
        Listener?.Invoke();
        if (!_any)
        {
            return;
        }

        List<Waiter> woken;
        lock (_lock)
        {
            woken = _waiters;
            _waiters = [];
            _any = false;
        }

        foreach (Waiter waiter in woken)
        {
            queue(waiter);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _ended = true;
        }

        Pulse();
    }

    private sealed class Waiter : TaskCompletionSource, IThreadPoolWorkItem
    {
        public void Execute() => TrySetResult();
    }
}
