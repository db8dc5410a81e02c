using Matching.Engine.Subscriptions;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>Where a subscription whose name was never used before begins.</summary>
public enum SubscriptionStart
{
    /// <summary>With the first event of the journal.</summary>
    Beginning = 0,

    /// <summary>Behind the last durable event.</summary>
    Now = 1,
}

/// <summary>
/// A named, durable subscription to all events. Enumerate it; acknowledge what is dealt with; after a restart, or in a new
/// enumeration, events come again from the first that was not acknowledged. Any thread; one enumeration at a time.
/// </summary>
public sealed class Subscription : IAsyncEnumerable<JournaledEvent>, IAsyncDisposable
{
    private readonly long _maxLag;
    private readonly IJournal _journal;
    private readonly DurableSignal _signal;
    private readonly PositionLoop _positions;
    private long _position;
    private int _disposed;

    internal Subscription(string name, long position, long maxLag, IJournal journal, DurableSignal signal, PositionLoop positions)
    {
        Name = name;
        _position = position;
        _maxLag = maxLag;
        _journal = journal;
        _signal = signal;
        _positions = positions;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Sequence of the first event not acknowledged; saved.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Durable events not acknowledged.</summary>
    public long Lag => Math.Max(0, _journal.DurableSequence - Position);

    /// <summary>
    /// True while it lies further behind than the option MaxSubscriptionLag, or than what is kept: it can be read again after
    /// <see cref="RestartAsync"/>.
    /// </summary>
    public bool IsLapsed => Lag > _maxLag || Position < _journal.FirstSequence;

    /// <summary>Events in order, from the first not acknowledged on, following new ones until cancelled or the engine closes.</summary>
    /// <exception cref="SubscriptionLapsedException">While enumerating: it lies too far behind.</exception>
    public async IAsyncEnumerator<JournaledEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        ThrowIfLapsed();
        using var follower = new JournalCursor(_journal, _signal, Position);
        do
        {
            while (TryRead(follower, out long sequence, out int count, out ReadOnlyMemory<byte> events))
            {
                ThrowIfLapsed();
                for (int i = 0; i < count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ThrowIfDisposed();
                    yield return JournaledEvent.Read(ref events, sequence + i);
                }
            }
        }
        while (await follower.MovedAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Everything up to and including this event is dealt with. Saved when the wait ends; many at once cost one write.</summary>
    /// <param name="sequence">Sequence of a durable event. An earlier one than acknowledged before changes nothing.</param>
    /// <param name="cancellationToken">Ends the wait, not the saving.</param>
    /// <exception cref="SubscriptionException">It could not be saved; the position before holds.</exception>
    public ValueTask AckAsync(long sequence, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        long durable = _journal.DurableSequence;
        if (sequence < 0 || sequence >= durable)
        {
            throw new ArgumentOutOfRangeException(
                nameof(sequence), sequence, $"sequence is {sequence}; only durable events can be acknowledged, 0 … {durable - 1}");
        }

        return SaveAsync(sequence + 1, cancellationToken);
    }

    /// <summary>Leaves out everything durable by now: the way on after it lapsed, beside a fresh listing of the state.</summary>
    /// <param name="cancellationToken">Ends the wait, not the saving.</param>
    public ValueTask RestartAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return SaveAsync(_journal.DurableSequence, cancellationToken);
    }

    /// <summary>Gives the name back.</summary>
    public ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _disposed, 1) == 0 ? new ValueTask(_positions.CloseAsync(Name)) : ValueTask.CompletedTask;

    private async ValueTask SaveAsync(long position, CancellationToken cancellationToken)
    {
        if (position <= Position)
        {
            return;
        }

        await _positions.SaveAsync(Name, position, cancellationToken).ConfigureAwait(false);
        long before;
        while ((before = Position) < position && Interlocked.CompareExchange(ref _position, position, before) != before)
        {
            // Another acknowledgment came between: look again.
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    // What it is to read next may be deleted at any time.
    private bool TryRead(JournalCursor follower, out long sequence, out int count, out ReadOnlyMemory<byte> events)
    {
        try
        {
            return follower.TryReadBlock(out sequence, out count, out events);
        }
        catch (EventsGoneException gone)
        {
            throw Deleted(follower.Position, gone);
        }
    }

    private SubscriptionLapsedException Deleted(long position, Exception? cause = null) => new(
        $"the subscription {Name} stands at event {position}, but events are kept from {_journal.FirstSequence} on (ArchiveHorizon). " +
        "List the state anew (RefundsOwedAsync, OrdersOfAsync …), then call RestartAsync to go on from now",
        cause);

    private void ThrowIfLapsed()
    {
        if (Position < _journal.FirstSequence)
        {
            throw Deleted(Position);
        }

        if (IsLapsed)
        {
            throw new SubscriptionLapsedException(
                $"the subscription {Name} stands at event {Position} and lies {Lag} events behind, more than MaxSubscriptionLag "
                    + $"({_maxLag}). " +
                "List the state anew (RefundsOwedAsync, OrdersOfAsync …), then call RestartAsync to go on from now");
        }
    }
}
