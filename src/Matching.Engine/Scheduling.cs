namespace Matching.Engine;

/// <summary>
/// Where the engine's code runs: each loop (shard, journal, lists) on a scheduler of its own, and callers' continuations
/// apart from all of them. Simulations replace both, and with a <see cref="TimeProvider"/> of theirs own every step.
/// </summary>
/// <param name="Loop">The scheduler of the loop with this name. Disposed by the engine where it is disposable.</param>
/// <param name="Queue">Runs a work item later, never inside the call.</param>
/// <param name="ReplyThread">Whether replies are given by a <see cref="Engine.ReplyThread"/> while callers' code is quick, or all through
/// the queue.</param>
internal sealed record Scheduling(Func<string, TaskScheduler> Loop, Action<IThreadPoolWorkItem> Queue, bool ReplyThread = false)
{
    /// <summary>The loop that gives way to all others.</summary>
    public const string LowLoop = "matching snapshots";

    /// <summary>
    /// A thread a loop, and for callers' code one more and the thread pool: blocking writes must not starve a host's pool.
    /// </summary>
    public static Scheduling Threads { get; } = new(
        name => new LoopScheduler(name, givesWay: string.Equals(name, LowLoop, StringComparison.Ordinal)),
        work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false),
        ReplyThread: true);

    /// <summary>Starts an asynchronous loop on a scheduler; awaits inside it come back to that scheduler.</summary>
    public static Task Start(TaskScheduler scheduler, Func<Task> loop) =>
        Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();

    /// <summary>As above, with a result.</summary>
    public static Task<T> Start<T>(TaskScheduler scheduler, Func<Task<T>> loop) =>
        Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
}
