namespace Matching.Engine;

/// <summary>A subscription's position cannot be read or saved. The message names the file and what to do.</summary>
public class SubscriptionException : Exception
{
    /// <summary>Makes one without words.</summary>
    public SubscriptionException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public SubscriptionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public SubscriptionException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}

/// <summary>A subscription fell too far behind and must start again from a listing of the state.</summary>
public sealed class SubscriptionLapsedException : SubscriptionException
{
    /// <summary>Makes one without words.</summary>
    public SubscriptionLapsedException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public SubscriptionLapsedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public SubscriptionLapsedException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
