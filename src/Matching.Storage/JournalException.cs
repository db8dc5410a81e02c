namespace Matching.Storage;

/// <summary>The journal cannot be opened, read or written. The message names the file, the position and what to do.</summary>
public class JournalException : Exception
{
    /// <summary>Makes one without words.</summary>
    public JournalException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public JournalException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public JournalException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Events that were asked for are older than what is kept: the archive's horizon deleted them.</summary>
public sealed class EventsGoneException : JournalException
{
    /// <summary>Makes one without words.</summary>
    public EventsGoneException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public EventsGoneException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public EventsGoneException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Says what is gone and from where on there is something.</summary>
    public EventsGoneException(long asked, long first)
        : base($"event {asked} is no longer kept: the journal and its archive begin at event {first}") => FirstSequence = first;

    /// <summary>The oldest event that can be read.</summary>
    public long FirstSequence { get; }
}
