namespace Matching.Kit.Engine;

/// <summary>A wait begun in a test and looked at later, step by step: never blocked on.</summary>
public sealed class Pending<T>(Task<T> task)
{
    public Pending(ValueTask<T> wait)
        : this(wait.AsTask())
    {
    }

    public bool IsOver => task.IsCompleted;

    public bool IsCancelled => task.IsCanceled;

    /// <summary>The result; the wait must be over.</summary>
    public T Value => IsOver ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("the wait is not over");
}
