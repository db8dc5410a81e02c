using Microsoft.Extensions.ObjectPool;

namespace Matching.Engine;

/// <summary>Pool and count of <see cref="ReplyBatch"/>s.</summary>
internal sealed class ReplyBatches : PooledObjectPolicy<ReplyBatch>
{
    private readonly Action<IThreadPoolWorkItem> _queue;
    private readonly ReplyThread? _thread;
    private readonly DefaultObjectPool<ReplyBatch> _pool;
    private int _open;

    /// <summary>Makes the pool.</summary>
    /// <param name="queue">The workers that callers' code may hold up.</param>
    /// <param name="thread">Gives the replies while callers' code is quick; null to leave them all to the workers.</param>
    public ReplyBatches(Action<IThreadPoolWorkItem> queue, ReplyThread? thread)
    {
        _queue = queue;
        _thread = thread;
        _pool = new DefaultObjectPool<ReplyBatch>(this, 256);
    }

    /// <summary>Batches whose replies are not all on their way to their callers.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Told when <see cref="Open"/> came to 0.</summary>
    public Action? OnDrained { get; set; }

    public ReplyBatch Get() => _pool.Get();

    /// <summary>Sends the replies to their callers. They leave the count in flight first: a caller may ask again at once.</summary>
    public void Release(ReplyBatch completion, InFlight inFlight)
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

    public void Begin(ReplyBatch completion)
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

    public void Queue(ReplyBatch completion) => _queue(completion);

    public void AllTaken()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            OnDrained?.Invoke();
        }
    }

    public void GiveBack(ReplyBatch completion) => _pool.Return(completion);

    public override ReplyBatch Create() => new(this);

    public override bool Return(ReplyBatch obj) => true;
}
