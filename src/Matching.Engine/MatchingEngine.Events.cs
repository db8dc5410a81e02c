using System.Runtime.CompilerServices;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Subscriptions;

namespace Matching.Engine;

/// <content>Followers of the journal. A slow one costs no memory: it reads the journal, never a queue.</content>
public sealed partial class MatchingEngine
{
    private static readonly TimeSpan RefundRetry = TimeSpan.FromMinutes(1);

    // What a timer takes ends within days of this.
    private static readonly TimeSpan MostRefundRetry = TimeSpan.FromDays(30);

    private readonly PositionLoop _positions;

    /// <summary>Sequence of the oldest event kept: above 0 once the option ArchiveHorizon deleted some.</summary>
    public long OldestEvent => _journal.FirstSequence;

    /// <summary>
    /// Durable events in order from a sequence on, following new ones until cancelled or the engine closes. Reads the journal on the
    /// caller's thread.
    /// </summary>
    /// <param name="fromSequence">The oldest event kept (0, unless the option ArchiveHorizon deleted some) … the durable sequence at the
    /// time of the call.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerable<JournaledEvent> ReadEventsAsync(long fromSequence, CancellationToken cancellationToken = default)
    {
        CheckSequence(fromSequence);
        return FollowAsync(fromSequence, cancellationToken);
    }

    private void CheckSequence(long fromSequence)
    {
        long durable = _journal.DurableSequence;
        long first = _journal.FirstSequence;
        if (fromSequence < first || fromSequence > durable)
        {
            throw new ArgumentOutOfRangeException(
                nameof(fromSequence), fromSequence,
                    $"fromSequence is {fromSequence}; allowed is {first}, the oldest event kept, … {durable}, the durable sequence");
        }
    }

    /// <summary>
    /// A named subscription to all events, whose position survives restarts: every event at least once, in order. One user of a
    /// name at a time.
    /// </summary>
    /// <param name="name">1 … 64 of A–Z a–z 0–9 . _ - ; not starting with a dot.</param>
    /// <param name="start">Where a name never used before begins.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The name is in use.</exception>
    /// <exception cref="SubscriptionException">Its position cannot be read or saved.</exception>
    public async ValueTask<Subscription> SubscribeAsync(
        string name, SubscriptionStart start = SubscriptionStart.Beginning, CancellationToken cancellationToken = default)
    {
        SubscriptionName.Check(name);
        long position = await _positions.OpenAsync(name, start, cancellationToken).ConfigureAwait(false);
        return new Subscription(name, position, _options.MaxSubscriptionLag, _journal, _signal, _positions);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RefundView> RefundsAsync(TimeSpan? retryAfter = null, CancellationToken cancellationToken = default)
    {
        TimeSpan retry = retryAfter ?? RefundRetry;
        if (retry <= TimeSpan.Zero || retry > MostRefundRetry)
        {
            throw new ArgumentOutOfRangeException(
                nameof(retryAfter), retry, $"retryAfter is {retry}; it must be above 0 and at most {MostRefundRetry} (R37)");
        }

        return DeliverAsync(retry, cancellationToken);
    }

    private async IAsyncEnumerable<JournaledEvent> FollowAsync(
        long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var follower = new JournalCursor(_journal, _signal, fromSequence);
        do
        {
            while (follower.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
            {
                for (int i = 0; i < count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return JournaledEvent.Read(ref events, sequence + i);
                }
            }
        }
        while (await follower.MovedAsync(cancellationToken).ConfigureAwait(false));
    }

    private async IAsyncEnumerable<RefundView> DeliverAsync(TimeSpan retry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var follower = new JournalCursor(_journal, _signal, _journal.DurableSequence);
        var owed = new OwedRefunds(_options.TimeProvider, retry);
        await ListAsync().ConfigureAwait(false);

        // A wake-up too many does no harm, so the retry's timer wakes everybody.
        using ITimer timer = _options.TimeProvider.CreateTimer(
            static signal => ((DurableSignal)signal!).Pulse(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        do
        {
            await CatchUpAsync().ConfigureAwait(false);
            while (owed.TryTake(out RefundView refund))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return refund;
                await CatchUpAsync().ConfigureAwait(false);
            }

            timer.Change(owed.UntilRetry, Timeout.InfiniteTimeSpan);
        }
        while (await follower.MovedAsync(cancellationToken).ConfigureAwait(false));

        async ValueTask CatchUpAsync()
        {
            while (!owed.TryCatchUp(follower))
            {
                // A consumer so slow that what it had not read yet is deleted: the state knows what is owed.
                await ListAsync().ConfigureAwait(false);
            }
        }

        // The position before the listing: what happened between the two is seen twice, which changes nothing.
        async ValueTask ListAsync()
        {
            follower.MoveTo(_journal.DurableSequence);
            owed.List(await RefundsOwedAsync(int.MaxValue, cancellationToken).ConfigureAwait(false));
        }
    }
}

/// <summary>A durable event and its place in the journal.</summary>
/// <param name="Sequence">0, 1, 2 …</param>
/// <param name="Event">What happened to an item; of kind None, with its time alone, where <paramref name="Control"/> happened.</param>
/// <param name="Control">What happened to merchants, campaigns, promotions, chat groups or venues; null for an item's event.</param>
public readonly record struct JournaledEvent(long Sequence, Event Event, ControlEvent? Control = null)
{
    /// <summary>Reads the first of the events of a block, and leaves the others.</summary>
    internal static JournaledEvent Read(ref ReadOnlyMemory<byte> events, long sequence) =>
        new(sequence, Recovery.Read(ref events, sequence, out ControlEvent? control), control);
}
