namespace Matching.Structures;

/// <summary>An invariant does not hold: a defect. The shard stops before anything is journaled.</summary>
public sealed class InvariantException : Exception
{
    /// <summary>Makes one without words.</summary>
    public InvariantException()
    {
    }

    /// <summary>Makes one that says which invariant.</summary>
    public InvariantException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    public InvariantException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
