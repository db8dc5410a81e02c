using Microsoft.Extensions.ObjectPool;

namespace Matching.Engine;

/// <summary>
/// The replies of one batch, given to their callers. Load: millions a second. One work item a reply costs two trips through
/// the pool's queues each; one for all lets one caller's slow code hold up the rest. So the batch is one work item that
/// several workers share: each takes the next reply by one interlocked step, and each, before it runs any caller's code,
/// asks for one more worker while replies are left.
/// </summary>
internal sealed class Completion(Completions owner) : IThreadPoolWorkItem
{
    private IInboxEntry?[] _entries = new IInboxEntry?[64];
    private int _next;
    private int _workers;

    public int Count { get; private set; }

    /// <summary>Sum of the entries' weights.</summary>
    public int Weight { get; private set; }

    public void Add(IInboxEntry entry)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        _entries[Count++] = entry;
        Weight += entry.Weight;
    }

    /// <summary>Takes the last entry back out: it waits.</summary>
    public void TakeBack(IInboxEntry entry)
    {
        _entries[--Count] = null;
        Weight -= entry.Weight;
    }

    public void Fail(Exception cause)
    {
        for (int i = 0; i < Count; i++)
        {
            _entries[i]!.Fail(cause);
        }
    }

    /// <summary>Gives the replies away; the object comes back to the pool by itself.</summary>
    public void Release()
    {
        _workers = 1;
        owner.Queue(this);
    }

    public void Execute()
    {
        if (Count - Volatile.Read(ref _next) > 1)
        {
            Interlocked.Increment(ref _workers);
            owner.Queue(this);
        }

        int i;
        while ((i = Interlocked.Increment(ref _next) - 1) < Count)
        {
            IInboxEntry entry = _entries[i]!;
            _entries[i] = null;
            if (i == Count - 1)
            {
                owner.AllTaken();
            }

            entry.Complete();
        }

        if (Interlocked.Decrement(ref _workers) == 0)
        {
            Count = 0;
            Weight = 0;
            _next = 0;
            owner.GiveBack(this);
        }
    }
}

/// <summary>Pool and count of <see cref="Completion"/>s.</summary>
internal sealed class Completions : PooledObjectPolicy<Completion>
{
    private readonly Action<IThreadPoolWorkItem> _queue;
    private readonly DefaultObjectPool<Completion> _pool;
    private int _open;

    public Completions(Action<IThreadPoolWorkItem> queue)
    {
        _queue = queue;
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
