using Matching.Core;
using Matching.Engine.Ledger;

namespace Matching.Engine;

/// <summary>A read of one shard's book. It takes its turn in the inbox and is answered when all it saw is durable.</summary>
internal sealed class Query<T>(long item, Func<Book, long, T> read) : Reply<T>, IInboxEntry
{
    private T _result = default!;
    private Exception? _error;

    public int Weight => 1;

    public bool Run(Shard shard) => !shard.MustWait(item, this) && Resume(shard, default);

    public bool Resume(Shard shard, Waiting waiting)
    {
        _result = read(shard.Book, shard.Now);
        return true;
    }

    public void Fail(Exception cause) => _error = MatchingUnavailableException.Stopped(cause);

    public void Complete() => Settle(_error);

    protected override T Take() => _result;
}

/// <summary>A read of every shard's book; each at its own turn, so of one shard's state at a time.</summary>
internal sealed class Survey<T> : Reply<T>
{
    private readonly Func<Book, long, T> _read;
    private readonly Func<T[], T> _merge;
    private readonly T[] _results;
    private Exception? _error;
    private int _unsettled;

    public Survey(int shards, Func<Book, long, T> read, Func<T[], T> merge)
    {
        _read = read;
        _merge = merge;
        _results = new T[shards];
        _unsettled = shards;
    }

    public IInboxEntry Part(int shard) => new ShardPart(this, shard);

    protected override T Take() => _merge(_results);

    private sealed class ShardPart(Survey<T> survey, int shard) : IInboxEntry
    {
        // The whole survey is one request: a small bound of requests in flight must not shut it out for ever.
        public int Weight => shard == 0 ? 1 : 0;

        public bool Run(Shard at)
        {
            survey._results[shard] = survey._read(at.Book, at.Now);
            return true;
        }

        public void Fail(Exception cause) => Volatile.Write(ref survey._error, MatchingUnavailableException.Stopped(cause));

        public void Complete()
        {
            if (Interlocked.Decrement(ref survey._unsettled) == 0)
            {
                survey.Settle(survey._error);
            }
        }
    }
}
