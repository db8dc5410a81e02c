using Microsoft.Extensions.ObjectPool;

namespace Matching.Engine;

/// <summary>Pool and count of <see cref="Completion"/>s.</summary>
internal sealed class Completions : PooledObjectPolicy<Completion>
{
    private readonly Action<IThreadPoolWorkItem> _queue;
    private readonly ReplyThread? _thread;
    private readonly DefaultObjectPool<Completion> _pool;
    private int _open;

    /// <summary>Makes the pool.</summary>
    /// <param name="queue">The workers that callers' code may hold up.</param>
    /// <param name="thread">Gives the replies while callers' code is quick; null to leave them all to the workers.</param>
    public Completions(Action<IThreadPoolWorkItem> queue, ReplyThread? thread)
    {
        _queue = queue;
        _thread = thread;
        _pool = new DefaultObjectPool<Completion>(this, 256);
    }

    /// <summary>Batches whose replies are not all on their way to their callers.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Told when <see cref="Open"/> came to 0.</summary>
    public Action? Emptied { get; set; }

    public Completion Get() => _pool.Get();

    /// <summary>Sends the replies to their callers. They leave the count in flight first: a caller may ask again at once.</summary>
    public void Release(Completion completion, InFlight inFlight)
    {
        if (completion.Count == 0)
        {
            _pool.Return(completion);
            return;
        }

        Interlocked.Increment(ref _open);
        inFlight.Leave(completion.Weight);
        completion.Release();
    }

    public void Begin(Completion completion)
    {
        if (_thread is null)
        {
            _queue(completion);
        }
        else
        {
            _thread.Take(completion);
        }
    }

    public void Queue(Completion completion) => _queue(completion);

    public void AllTaken()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            Emptied?.Invoke();
        }
    }

    public void GiveBack(Completion completion) => _pool.Return(completion);

    public override Completion Create() => new(this);

    public override bool Return(Completion obj) => true;
}
