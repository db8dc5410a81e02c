using System.Threading.Tasks.Sources;
using Matching.Core;
using Matching.Engine.Ledger;
using Microsoft.Extensions.ObjectPool;

namespace Matching.Engine;

/// <summary>
/// Many commands and one reply: the way past what a channel write a request allows. Works on copies of its own, because a
/// caller who cancelled his wait may use his memory again while a shard is still at work; a copy costs about 10 ns a command,
/// on the caller's thread. One entry goes into the inbox of each shard concerned.
/// </summary>
internal sealed class BatchRequest(ObjectPool<BatchRequest> pool) : Reply<bool>, IValueTaskSource
{
    private const int LargestKept = 16_384;

    private Part[] _parts = [];
    private int[] _ends = [];
    private byte[] _shards = [];
    private int[] _places = [];
    private Answer[] _answers = [];
    private Memory<Answer> _to;
    private int _unsettled;

    /// <summary>The commands, in the caller's order; at least <see cref="Count"/> long.</summary>
    public Command[] Commands { get; private set; } = [];

    public int Count { get; private set; }

    /// <summary>The wait for all answers; to be awaited once.</summary>
    public ValueTask WaitAll => new(this, Version);

    /// <summary>Makes room for so many commands.</summary>
    public void Begin(int count, Memory<Answer> to)
    {
        Count = count;
        _to = to;
        if (Commands.Length < count)
        {
            int length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
            Commands = new Command[length];
            _answers = new Answer[length];
            _shards = new byte[length];
            _places = new int[length];
        }
    }

    /// <summary>Sends every shard its part. The batch must be in flight already.</summary>
    public void Send(Shard[] shards)
    {
        Route(shards.Length);
        int concerned = 0;
        for (int s = 0; s < shards.Length; s++)
        {
            concerned += _parts[s].Weight > 0 ? 1 : 0;
        }

        // Parts may complete while later ones are still being sent.
        _unsettled = concerned;
        for (int s = 0, left = concerned; left > 0; s++)
        {
            if (_parts[s].Weight > 0)
            {
                left--;
                shards[s].Send(_parts[s]);
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <summary>Gives an object that was never sent back to the pool.</summary>
    public void Abandon() => Recycle();

    protected override bool Take()
    {
        _answers.AsSpan(0, Count).CopyTo(_to.Span);
        return true;
    }

    protected override void Recycle()
    {
        _to = default;
        if (Commands.Length <= LargestKept)
        {
            pool.Return(this);
        }
    }

    private void Route(int shards)
    {
        if (_parts.Length != shards)
        {
            _ends = new int[shards];
            _parts = [.. Enumerable.Range(0, shards).Select(_ => new Part(this))];
        }

        if (shards == 1)
        {
            _parts[0].Set(0, Count, listed: false);
            return;
        }

        Array.Clear(_ends);
        for (int i = 0; i < Count; i++)
        {
            int shard = Shard.IndexOf(Commands[i].Item, shards);
            _shards[i] = (byte)shard;
            _ends[shard]++;
        }

        int start = 0;
        for (int s = 0; s < shards; s++)
        {
            int count = _ends[s];
            _parts[s].Set(start, count, listed: true);
            _ends[s] = start;
            start += count;
        }

        for (int i = 0; i < Count; i++)
        {
            _places[_ends[_shards[i]]++] = i;
        }
    }

    /// <summary>What one shard does of a batch: the commands listed in _places, or simply all of them.</summary>
    private sealed class Part(BatchRequest batch) : IInboxEntry
    {
        private int _start;
        private bool _listed;
        private int _unfinished;

        public int Weight { get; private set; }

        public void Set(int start, int count, bool listed)
        {
            _start = start;
            Weight = count;
            _listed = listed;
        }

        public bool Run(Shard shard)
        {
            _unfinished = 1;
            Span<CommandKey> keys = stackalloc CommandKey[Book.PrefetchedTogether];
            for (int k = 0; k < Weight; k++)
            {
                // The misses of the next few overlap.
                int ahead = k % Book.PrefetchedTogether;
                if (ahead == 0)
                {
                    int together = Math.Min(Book.PrefetchedTogether, Weight - k);
                    for (int next = 0; next < together; next++)
                    {
                        keys[next] = batch.Commands[Place(k + next)].Key;
                    }

                    shard.Book.Prefetch(keys[..together]);
                }

                _unfinished++;
                Resume(shard, new Waiting(this, Place(k), Absent.Nothing));
            }

            return --_unfinished == 0;
        }

        public bool Resume(Shard shard, Waiting waiting) =>
            shard.TryExecute(in batch.Commands[waiting.Index], waiting, out batch._answers[waiting.Index]) && --_unfinished == 0;

        public void Fail(Exception cause)
        {
            for (int k = 0; k < Weight; k++)
            {
                int i = Place(k);
                batch._answers[i] = Refusals.Unavailable(batch.Commands[i].Item, batch.Commands[i].Order);
            }
        }

        public void Complete()
        {
            if (Interlocked.Decrement(ref batch._unsettled) == 0)
            {
                batch.Settle();
            }
        }

        // Which of the batch's commands is the k-th of this part.
        private int Place(int k) => _listed ? batch._places[_start + k] : _start + k;
    }

    /// <summary>A pool that keeps a few: each holds up to 3 MB.</summary>
    public static ObjectPool<BatchRequest> Pool(int retained)
    {
        var policy = new Policy();
        var pool = new DefaultObjectPool<BatchRequest>(policy, retained);
        policy.Pool = pool;
        return pool;
    }

    private sealed class Policy : IPooledObjectPolicy<BatchRequest>
    {
        public ObjectPool<BatchRequest> Pool { get; set; } = null!;

        public BatchRequest Create() => new(Pool);

        public bool Return(BatchRequest obj) => true;
    }
}
