using Matching.Core;
using Matching.Engine.Ledger;
using Microsoft.Extensions.ObjectPool;

namespace Matching.Engine;

/// <summary>One command and its reply in one pooled object: nothing is allocated for a join.</summary>
internal sealed class CommandRequest(ObjectPool<CommandRequest> pool) : Reply<Answer>, IInboxEntry
{
    private Answer _answer;

    /// <summary>What is asked; written before the request is sent.</summary>
    public Command Command;

    public int Weight => 1;

    public bool Run(Shard shard) => Resume(shard, new Waiting(this, 0, Absent.Nothing));

    public bool Resume(Shard shard, Waiting waiting) => shard.TryExecute(in Command, waiting, out _answer);

    public void Fail(Exception cause) => _answer = Refusals.Unavailable(Command.Item, Command.Order);

    public void Complete() => Settle();

    protected override Answer Take() => _answer;

    protected override void Recycle() => pool.Return(this);

    /// <summary>A pool that keeps as many requests as may be in flight.</summary>
    public static ObjectPool<CommandRequest> Pool(int retained)
    {
        var policy = new Policy();
        var pool = new DefaultObjectPool<CommandRequest>(policy, retained);
        policy.Pool = pool;
        return pool;
    }

    private sealed class Policy : IPooledObjectPolicy<CommandRequest>
    {
        public ObjectPool<CommandRequest> Pool { get; set; } = null!;

        public CommandRequest Create() => new(Pool);

        public bool Return(CommandRequest obj) => true;
    }
}
