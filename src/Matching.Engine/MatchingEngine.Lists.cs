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
    private readonly JournalFollower<OrderLists>? _lists;

    /// <summary>Orders of a buyer by ascending order id, then item (R19).</summary>
    /// <param name="buyer">The buyer.</param>
    /// <param name="take">How many at most, 1 or more.</param>
    /// <param name="after">Order id of the last one of the page before; 0 to begin.</param>
    /// <param name="afterItem">Its item: two items may share an order id. 0 to leave out every order of that id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public ValueTask<IReadOnlyList<OrderView>> OrdersOfAsync(
        long buyer, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(buyer, nameof(buyer));
        Arguments.IdOrNone(afterItem, nameof(afterItem));
        return List(take, after, lists => lists.OrdersOf(buyer, take, after, afterItem), cancellationToken);
    }

    /// <summary>Orders of an item that may ship (R5), by ascending order id, behind <paramref name="after"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public ValueTask<IReadOnlyList<OrderView>> OrdersToShipAsync(
        long item, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return List(take, after, lists => lists.ToShip(item, take, after), cancellationToken);
    }

    /// <summary>Orders of an item whose refund request waits (R7), by ascending order id, behind <paramref name="after"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public ValueTask<IReadOnlyList<OrderView>> RefundRequestsAsync(
        long item, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return List(take, after, lists => lists.RefundRequests(item, take, after), cancellationToken);
    }

    /// <summary>
    /// Orders made with a merchant that may ship (R5, R45), whoever has their items now. By ascending order id, then item.
    /// Of items that are his now, those too that name no merchant: of an older program, or bought before the item was anybody's. Costs a
    /// look at each item he has or had an order of.
    /// </summary>
    /// <param name="merchant">The merchant.</param>
    /// <param name="take">How many at most, 1 or more.</param>
    /// <param name="after">Order id of the last one of the page before; 0 to begin.</param>
    /// <param name="afterItem">Its item. 0 to leave out every order of that id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public Task<IReadOnlyList<OrderView>> MerchantOrdersToShipAsync(
        long merchant, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default) =>
        OfMerchant(merchant, take, after, afterItem, (lists, his) => lists.MerchantToShip(merchant, his, take, after, afterItem),
            cancellationToken);

    /// <summary>Orders made with a merchant whose refund request waits (R7, R45); as <see cref="MerchantOrdersToShipAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    public Task<IReadOnlyList<OrderView>> MerchantRefundRequestsAsync(
        long merchant, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default) =>
        OfMerchant(
            merchant, take, after, afterItem, (lists, his) => lists.MerchantRefundRequests(merchant, his, take, after, afterItem),
                cancellationToken);

    private async Task<IReadOnlyList<OrderView>> OfMerchant(
        long merchant, int take, long after, long afterItem,
        Func<OrderLists, IReadOnlyList<long>, IReadOnlyList<OrderView>> read, CancellationToken cancellationToken)
    {
        Arguments.Id(merchant, nameof(merchant));
        Arguments.IdOrNone(afterItem, nameof(afterItem));
        IReadOnlyList<long> his = await Control((book, _) => book.ItemsOf(merchant), cancellationToken).ConfigureAwait(false);
        return await List(take, after, lists => read(lists, his), cancellationToken).ConfigureAwait(false);
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

        return _lists.ReadAsync(read, cancellationToken);
    }
}
