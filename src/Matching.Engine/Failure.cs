namespace Matching.Engine;

/// <summary>Why the engine stopped, once it has: a failed write (R38) or a broken invariant. There is no way back but a restart.</summary>
internal sealed class Failure(Action<Exception>? told, Action<IThreadPoolWorkItem> queue)
{
    private Exception? _cause;

    /// <summary>Null while the engine serves. Volatile read: any thread.</summary>
    public Exception? Cause => Volatile.Read(ref _cause);

    /// <summary>Stops the engine; the first cause stays.</summary>
    public void Stop(Exception cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is null && told is not null)
        {
            queue(new Notice(told, cause));
        }
    }

    // Code from outside: not on a loop, which may be in the middle of failing a batch.
    private sealed class Notice(Action<Exception> told, Exception cause) : IThreadPoolWorkItem
    {
        public void Execute() => told(cause);
    }
}
