using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>Where and when an order was placed.</summary>
/// <param name="Place">Its place among all orders: the journal's sequence.</param>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="PlacedAt">Ms since 1970.</param>
/// <param name="Merchant">The merchant of record (R45); 0 where nobody knows.</param>
public readonly record struct OrderPlace(long Place, long Item, long Order, long PlacedAt, long Merchant);

/// <summary>An order as it is now, and when it was placed.</summary>
public readonly record struct PlacedOrder(OrderPlace At, OrderView View);

/// <summary>
/// Which orders an item and a buyer have, newest first; what is held, asked for and owed now; and when an item changed last. Load assumed:
/// a sample shop, some hundred thousand orders. Chosen: a model in memory that follows the engine's durable events from the first at every
/// start (<see cref="MatchingEngine.Follow"/>); what an order is now is asked of the engine, so the index can never contradict it.
/// Rejected: a table of orders of the shop's own, which could; and beginning where events are still kept, which would hide an order that
/// waits to be shipped. So the shop does not start where events have been deleted (<see cref="MatchingOptions.ArchiveHorizon"/>).
/// </summary>
public sealed class OrderIndex(MatchingEngine engine, Catalogue catalogue) : IHostedService
{
    private readonly IndexedOrders _orders = new(catalogue);
    private JournalFollower<IndexedOrders> _follower = null!;

    /// <summary>A number that grows when the item changes; of item 0, when anything does. As of the last event taken in.</summary>
    public long VersionOf(long item) => item == 0 ? _follower.Position : _orders.VersionOf(item);

    /// <summary>
    /// How many refunds are owed: entries of the ledger (R37), of which one order may have several. As of the last event taken in.
    /// </summary>
    public long RefundsOwed => _orders.RefundsOwed;

    /// <summary>How many refunds are owed, everything answered before the call counted.</summary>
    public Task<long> CountRefundsOwedAsync() => ReadAsync(orders => orders.RefundsOwed);

    /// <summary>When the first hold of a seat in this team ends, in ms since 1970; 0 when no seat is held (R33).</summary>
    public Task<long> FirstHoldEndAsync(long team) => ReadAsync(orders => orders.FirstHoldEnd(team));

    /// <summary>A merchant's orders of an item, newest first. As the other lists: everything answered before the call is in it.</summary>
    /// <param name="merchant">The merchant of record (R45).</param>
    /// <param name="item">The item.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="before">Only those with a lower place; 0 for all.</param>
    public Task<IReadOnlyList<OrderPlace>> OfItemAsync(long merchant, long item, int take, long before = 0) =>
        ReadAsync(orders => orders.OfItem(merchant, item, take, before));

    /// <summary>Orders of a buyer, newest first. As <see cref="OfItemAsync"/>.</summary>
    public Task<IReadOnlyList<OrderPlace>> OfBuyerAsync(long buyer, int take, long before = 0) =>
        ReadAsync(orders => orders.OfBuyer(buyer, take, before));

    /// <summary>The items a merchant has orders of, whoever sells them now.</summary>
    public Task<IReadOnlyList<long>> ItemsOfAsync(long merchant) => ReadAsync(orders => orders.ItemsOf(merchant));

    /// <summary>
    /// A merchant's orders whose refund request waits for his word (R7), oldest request first. Their place and time are the request's.
    /// </summary>
    /// <param name="merchant">The merchant of record (R45).</param>
    /// <param name="take">How many at most.</param>
    /// <param name="after">Only those with a higher place; 0 for all.</param>
    public Task<IReadOnlyList<OrderPlace>> RequestsAsync(long merchant, int take, long after = 0) =>
        ReadAsync(orders => orders.Requests(merchant, take, after));

    /// <summary>What these orders are now.</summary>
    public async Task<IReadOnlyList<PlacedOrder>> ReadAsync(IReadOnlyList<OrderPlace> places)
    {
        List<PlacedOrder> orders = new(places.Count);
        foreach (OrderPlace place in places)
        {
            if (await engine.FindOrderAsync(place.Item, place.Order) is { } view)
            {
                orders.Add(new PlacedOrder(place, view));
            }
        }

        return orders;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The data directory no longer has its first events.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _follower = engine.Follow("the order index", _orders, static (orders, journaled) => orders.Apply(journaled));
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidOperationException(
                "the first events of the data directory are deleted (option ArchiveHorizon), and this shop makes its lists of orders from "
                    + "all events at each start: "
                + "put the archive's deleted files back from a backup, and leave Matching:ArchiveHorizon unset", e);
        }

        return Task.CompletedTask;
    }

    /// <summary>The engine ends it.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<T> ReadAsync<T>(Func<IndexedOrders, T> read) => _follower.ReadAsync(read).AsTask();
}
