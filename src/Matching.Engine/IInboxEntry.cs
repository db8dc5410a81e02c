namespace Matching.Engine;

/// <summary>
/// What lies in a shard's inbox. Its life: Run on the shard (or not at all, when the engine has failed), then Fail on the
/// journal loop if what it rests on could not be written, then Complete on the callers' queue.
/// </summary>
internal interface IInboxEntry
{
    /// <summary>What it counts against the bound of requests in flight.</summary>
    int Weight { get; }

    /// <summary>Acts on the shard's book; the outcome stays inside the entry.</summary>
    /// <returns>False when some of it waits for what was evicted: the entry is resumed, and answered once nothing of it waits.</returns>
    bool Run(Shard shard);

    /// <summary>Goes on with what waited.</summary>
    /// <returns>True when nothing of the entry waits any more.</returns>
    bool Resume(Shard shard, Ledger.Waiting waiting) => throw new InvalidOperationException("an entry is resumed that never waits");

    /// <summary>Replaces the outcome: the engine has stopped for this reason (R38).</summary>
    void Fail(Exception cause);

    /// <summary>Gives the outcome to the caller, whose code may run inside.</summary>
    void Complete();
}
