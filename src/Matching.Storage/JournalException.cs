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
