using System.Diagnostics;

namespace Matching.Engine;

/// <summary>
/// The replies of one batch, given to their callers. Load: millions a second. One work item a reply costs two trips through
/// the pool's queues each; one for all lets one caller's slow code hold up the rest. So the batch is one work item that
/// several threads share, each taking the next reply by one interlocked step: <see cref="ReplyThread"/>, and where that is held
/// up, workers of the pool, each of which asks for one more before it runs any caller's code, while replies are left.
/// </summary>
internal sealed class ReplyBatch(ReplyBatches owner) : IThreadPoolWorkItem
{
    // Reading the time costs a tenth of what giving a reply does.
    private const int RepliesBetweenTimes = 4;

    private IInboxEntry?[] _entries = new IInboxEntry?[64];
    private int _next;
    private int _workers;

    public int Count { get; private set; }

    /// <summary>Replies taken so far; past <see cref="Count"/> by those who found none left.</summary>
    public int Taken => Volatile.Read(ref _next);

    private bool MoreThanOneLeft => Count - Taken > 1;

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
        owner.Begin(this);
    }

    /// <summary>Asks a worker of the pool to help. To be called by who helps already, or knows that somebody has not left yet.</summary>
    public void RequestHelp()
    {
        Interlocked.Increment(ref _workers);
        owner.Queue(this);
    }

    /// <summary>A worker's share of the replies.</summary>
    public void Execute()
    {
        if (MoreThanOneLeft)
        {
            RequestHelp();
        }

        CompleteAll(shareAt: long.MaxValue, allowance: 0);
        LeaveInFlight();
    }

    /// <summary>Gives replies until all are taken.</summary>
    /// <param name="shareAt">The timestamp from which a worker of the pool is asked to help, <see cref="long.MaxValue"/> for never.</param>
    /// <param name="allowance">So much later for each reply given.</param>
    public void CompleteAll(long shareAt, long allowance)
    {
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
            if (i % RepliesBetweenTimes == 0 && shareAt != long.MaxValue && MoreThanOneLeft
                && Stopwatch.GetTimestamp() >= shareAt + (allowance * i))
            {
                shareAt = long.MaxValue;
                RequestHelp();
            }
        }
    }

    /// <summary>Helps no more. The last one to leave gives the object back.</summary>
    public void LeaveInFlight()
    {
        if (Interlocked.Decrement(ref _workers) == 0)
        {
            Count = 0;
            Weight = 0;
            _next = 0;
            owner.GiveBack(this);
        }
    }
}
