using Matching.Core;
using Matching.Engine.Lists;

namespace Matching.Engine;

/// <content>
/// Lists across items and by state (R19), kept behind the joins by the option Lists. A call waits until the lists have
/// passed what was durable when it was made, so a caller finds what he was answered before. Deadlines that passed show once
/// they are acted on.
/// </content>
public sealed partial class MatchingEngine
{
    private readonly ListLoop? _lists;

    /// <summary>Orders of a buyer by ascending order id, behind <paramref name="after"/> (R19).</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public ValueTask<IReadOnlyList<OrderView>> OrdersOfAsync(long buyer, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(buyer, nameof(buyer));
        return List(take, after, lists => lists.OrdersOf(buyer, take, after), cancellationToken);
    }

    /// <summary>Orders of an item that may ship (R5), by ascending order id, behind <paramref name="after"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public ValueTask<IReadOnlyList<OrderView>> OrdersToShipAsync(long item, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return List(take, after, lists => lists.ToShip(item, take, after), cancellationToken);
    }

    /// <summary>Orders of an item whose refund request waits (R7), by ascending order id, behind <paramref name="after"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public ValueTask<IReadOnlyList<OrderView>> RefundRequestsAsync(long item, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return List(take, after, lists => lists.RefundRequests(item, take, after), cancellationToken);
    }

    private ValueTask<IReadOnlyList<OrderView>> List(
        int take, long after, Func<OrderLists, IReadOnlyList<OrderView>> read, CancellationToken cancellationToken)
    {
        Arguments.Take(take);
        Arguments.IdOrNone(after, nameof(after));
        if (_lists is null)
        {
            throw new InvalidOperationException("this engine keeps no lists: open it with the option Lists");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<OrderView>>(cancellationToken);
        }

        EnterRead(1);
        var query = new ListQuery(_journal.DurableSequence, read);
        query.Watch(cancellationToken);
        ValueTask<IReadOnlyList<OrderView>> wait = query.Wait;
        if (!_lists.Ask(query))
        {
            _inFlight.Leave(1);
            throw MatchingUnavailableException.Closed();
        }

        return wait;
    }
}
