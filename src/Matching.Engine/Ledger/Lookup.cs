using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>One look into the ledger, for a shard or for a reader.</summary>
internal abstract class Lookup(long item, long id, Away away)
{
    public long Item => item;

    /// <summary>Whether an order or a team is looked for.</summary>
    public Away Away => away;

    /// <summary>What was found; null for nothing.</summary>
    public Family? Found { get; private set; }

    protected Exception? Error { get; private set; }

    public void Run(ClosedOrders closed)
    {
        try
        {
            Found = closed.Find(item, id, away);
        }
        catch (LedgerException e)
        {
            Error = e;
        }
    }

    /// <summary>Why it came to nothing; null where it did not.</summary>
    public Exception? Failure => Error;

    /// <summary>Hands the outcome on; never runs a caller's code.</summary>
    public abstract void Done();
}

/// <summary>A reader's look.</summary>
internal sealed class ReadLookup(long item, long id, Away away, Action<IThreadPoolWorkItem> queue) : Lookup(item, id, away),
    IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<Family?> _done = new();

    public Task<Family?> Family => _done.Task;

    public override void Done() => queue(this);

    /// <summary>Gives the outcome to the caller, whose code may run inside.</summary>
    public void Execute()
    {
        if (Error is null)
        {
            _done.SetResult(Found);
        }
        else
        {
            _done.SetException(MatchingUnavailableException.Stopped(Error));
        }
    }
}

/// <summary>
/// Looks into the ledger for shards and readers, one after the other, on a thread that may wait for the disk. Load: repeats and
/// after-sale of old orders, and one new order in some hundred that the filter takes for an old one.
/// </summary>
internal sealed class LookupLoop
{
    private readonly Actor<Lookup> _loop;
    private long _count;

    public LookupLoop(ClosedOrders closed, Failure failure) => _loop = new Actor<Lookup>(
        lookups =>
        {
            Run(lookups[0], closed, failure);
            return ValueTask.CompletedTask;
        },
        most: 1);

    /// <summary>Looks made so far. Any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Any thread. False when the loop has ended.</summary>
    public bool Send(Lookup lookup) => _loop.Inbox.TryWrite(lookup);

    public Task RunAsync() => _loop.RunAsync();

    public void Complete() => _loop.Complete();

    private void Run(Lookup lookup, ClosedOrders closed, Failure failure)
    {
        lookup.Run(closed);
        if (lookup.Failure is { } cause)
        {
            failure.Stop(cause);
        }

        Volatile.Write(ref _count, _count + 1);
        lookup.Done();
    }
}
