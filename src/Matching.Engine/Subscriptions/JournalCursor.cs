using Matching.Storage;

namespace Matching.Engine.Subscriptions;

/// <summary>A place in the journal that moves on with it. One reader at a time; reads on the caller's thread.</summary>
internal sealed class JournalCursor(IJournal journal, DurableSignal signal, long fromSequence) : IDisposable
{
    private IJournalReader? _reader;

    /// <summary>Sequence of the next event to read.</summary>
    public long Position { get; private set; } = fromSequence;

    /// <summary>The next block of durable events; false when there is none yet.</summary>
    /// <exception cref="EventsGoneException">What comes next was deleted meanwhile
    /// (<see cref="MatchingOptions.ArchiveHorizon"/>).</exception>
    public bool TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events)
    {
        _reader ??= journal.Read(Position);
        if (!_reader.TryReadBlock(out sequence, out count, out events))
        {
            return false;
        }

        Position = sequence + count;
        return true;
    }

    /// <summary>Goes on from another event.</summary>
    public void MoveTo(long sequence)
    {
        Dispose();
        Position = sequence;
    }

    /// <summary>Waits until there may be more.</summary>
    /// <returns>False when the engine has closed and everything was read.</returns>
    public async ValueTask<bool> MovedAsync(CancellationToken cancellationToken)
    {
        // The signal first, the journal second: what comes between the two is seen.
        bool ended = signal.Ended;
        Task moved = signal.Next();
        if (Position < journal.DurableSequence)
        {
            return true;
        }

        if (ended)
        {
            return false;
        }

        await moved.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
