using Matching.Core;
using Matching.Core.Campaigns;
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

/// <summary>Which of a merchant's orders.</summary>
/// <param name="Item">Of this item; 0 for any.</param>
/// <param name="Order">With this number; 0 for any.</param>
/// <param name="FromMs">Placed at this time or later, in ms since 1970.</param>
/// <param name="BeforeMs">Placed before this time; 0 for whenever.</param>
public readonly record struct OrderFilter(long Item = 0, long Order = 0, long FromMs = 0, long BeforeMs = 0);

/// <summary>Something that happened to an order.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When, in ms since 1970.</param>
/// <param name="Cause">Why money goes back; none of anything else.</param>
/// <param name="Amount">What of it is named with it, in fen.</param>
/// <param name="Until">The end of a hold that was placed; else 0.</param>
public readonly record struct OrderStep(EventKind Kind, long At, RefundCause Cause, long Amount, long Until);

/// <summary>
/// Which orders an item and a buyer have, newest first; what is held, asked for and owed now; and when an item changed last. Load assumed:
/// a sample shop, some hundred thousand orders. Chosen: a model in memory that follows the engine's durable events from the first at every
/// start (<see cref="MatchingEngine.Follow"/>); what an order is now is asked of the engine, so the index can never contradict it.
/// Rejected: a table of orders of the shop's own, which could; and beginning where events are still kept, which would hide an order that
/// waits to be shipped. So the shop does not start where events have been deleted (<see cref="MatchingOptions.ArchiveHorizon"/>).
/// </summary>
public sealed class OrderIndex(MatchingEngine engine, Catalogue catalogue) : IHostedService
{
    /// <summary>Parts of a list that are read for one page.</summary>
    private const int MostLooks = 20;

    /// <summary>A buyer's newest orders among which a seat of his is looked for.</summary>
    private const int SeatsLookedFor = 100;

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

    /// <summary>Sales, big promotions, chat groups and venues there are.</summary>
    internal Task<T> ReadProgrammeAsync<T>(Func<Programme, T> read) => ReadAsync(orders => read(orders.Programme));

    /// <summary>The venues there are, as they stand now (R20).</summary>
    public async Task<IReadOnlyList<VenueView>> VenuesAsync()
    {
        List<VenueView> venues = [];
        foreach (long venue in await ReadProgrammeAsync(programme => programme.Venues()))
        {
            if (await engine.FindVenueAsync(venue) is { } view)
            {
                venues.Add(view);
            }
        }

        return venues;
    }

    /// <summary>Teams of an item with a seat that is being paid (R33).</summary>
    public Task<IReadOnlyList<long>> HeldTeamsAsync(long item) => ReadAsync(orders => orders.HeldTeams(item));

    /// <summary>What happened to an order, oldest first: the end of it, where the beginning is among too many others by now.</summary>
    public Task<IReadOnlyList<OrderStep>> StepsOfAsync(long item, long order) => ReadAsync(orders => orders.StepsOf(item, order));

    /// <summary>A merchant's orders, newest first. As the other lists: everything answered before the call is in it.</summary>
    /// <param name="merchant">The merchant of record (R45).</param>
    /// <param name="wanted">Which of them.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="before">Only those with a lower place; 0 for all.</param>
    public Task<IReadOnlyList<OrderPlace>> OfMerchantAsync(long merchant, OrderFilter wanted, int take, long before = 0) =>
        ReadAsync(orders => orders.OfMerchant(merchant, wanted, take, before));

    /// <summary>Orders of a buyer, newest first. As <see cref="OfMerchantAsync"/>.</summary>
    public Task<IReadOnlyList<OrderPlace>> OfBuyerAsync(long buyer, int take, long before = 0) =>
        ReadAsync(orders => orders.OfBuyer(buyer, take, before));

    /// <summary>Whether a buyer has a seat of this item, paid or held, or a promise to open (R31).</summary>
    public async Task<bool> HasSeatAsync(long buyer, long item)
    {
        IEnumerable<OrderPlace> places = (await OfBuyerAsync(buyer, SeatsLookedFor)).Where(place => place.Item == item);
        return (await ReadAsync([.. places])).Any(placed => placed.View.State is OrderState.Held or OrderState.Waiting);
    }

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

    /// <summary>
    /// A page of a list, of those orders that are now what is wanted: the engine is asked, a few hundred at most, so a page may be short
    /// and yet not the last.
    /// </summary>
    /// <param name="list">The list: so many, before a place.</param>
    /// <param name="wanted">Which.</param>
    /// <param name="size">Rows of a page.</param>
    /// <param name="before">Where the page before ended; 0 for the first.</param>
    /// <returns>The orders, and where the next page begins; 0 where there is none.</returns>
    public async Task<(IReadOnlyList<PlacedOrder> Orders, long Next)> PageAsync(
        Func<int, long, Task<IReadOnlyList<OrderPlace>>> list, Func<OrderView, bool> wanted, int size, long before)
    {
        List<PlacedOrder> found = [];
        for (int looks = 0; looks < MostLooks; looks++)
        {
            IReadOnlyList<OrderPlace> places = await list(size, before);
            found.AddRange((await ReadAsync(places)).Where(placed => wanted(placed.View)));
            if (found.Count > size)
            {
                return (found[..size], found[size - 1].At.Place);
            }

            if (places.Count < size)
            {
                return (found, 0);
            }

            before = places[^1].Place;
        }

        return (found, before);
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
