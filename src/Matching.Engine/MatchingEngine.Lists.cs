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

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OrderView>> OrdersOfAsync(
        long buyer, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(buyer, nameof(buyer));
        Arguments.IdOrNone(afterItem, nameof(afterItem));
        return List(take, after, lists => lists.OrdersOf(buyer, take, after, afterItem), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OrderView>> OrdersToShipAsync(
        long item, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return List(take, after, lists => lists.ToShip(item, take, after), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OrderView>> RefundRequestsAsync(
        long item, int take, long after = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return List(take, after, lists => lists.RefundRequests(item, take, after), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OrderView>> MerchantOrdersToShipAsync(
        long merchant, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default) =>
        OfMerchant(merchant, take, after, afterItem, (lists, his) => lists.MerchantToShip(merchant, his, take, after, afterItem),
            cancellationToken);

    /// <inheritdoc/>
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
