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
/// a sample shop, some hundred thousand orders. Chosen: lists in memory, built from the engine's durable events at every start; what an
/// order is now is asked of the engine, so the index can never contradict it. Rejected: a table of orders of the shop's own, which could;
/// and beginning where events are still kept, which would hide an order that waits to be shipped. So the shop does not start where events
/// have been deleted (<see cref="MatchingOptions.ArchiveHorizon"/>).
/// </summary>
public sealed class OrderIndex(MatchingEngine engine, Catalogue catalogue, ILogger<OrderIndex> logger) : BackgroundService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, List<OrderPlace>> _byItem = [];
    private readonly Dictionary<long, List<OrderPlace>> _byBuyer = [];
    private readonly Dictionary<(long Item, long Order), long> _merchants = [];
    private readonly Dictionary<long, SortedSet<long>> _itemsOfMerchant = [];
    private readonly SortedDictionary<long, OrderPlace> _requests = [];
    private readonly Dictionary<(long Item, long Order), long> _requestPlaces = [];
    private readonly Dictionary<long, List<(long Order, long Until)>> _holdsOfTeam = [];
    private readonly Dictionary<long, long> _changed = [];
    private IAsyncEnumerable<JournaledEvent> _events = null!;
    private long _refundsOwed;
    private long _allChanged;
    private long _next;
    private bool _ended;
    private TaskCompletionSource? _moved;

    /// <summary>A number that grows when the item changes; of item 0, when anything does.</summary>
    public long VersionOf(long item)
    {
        lock (_lock)
        {
            return item == 0 ? _next : Math.Max(_allChanged, _changed.GetValueOrDefault(item));
        }
    }

    /// <summary>
    /// How many refunds are owed: entries of the ledger (R37), of which one order may have several. As of the last event taken in.
    /// </summary>
    public long RefundsOwed
    {
        get
        {
            lock (_lock)
            {
                return _refundsOwed;
            }
        }
    }

    /// <summary>How many refunds are owed, everything answered before the call counted.</summary>
    public async Task<long> CountRefundsOwedAsync()
    {
        await CatchUpAsync();
        return RefundsOwed;
    }

    /// <summary>When the first hold of a seat in this team ends, in ms since 1970; 0 when no seat is held (R33).</summary>
    public async Task<long> FirstHoldEndAsync(long team)
    {
        await CatchUpAsync();
        lock (_lock)
        {
            return _holdsOfTeam.TryGetValue(team, out List<(long Order, long Until)>? holds) ? holds.Min(hold => hold.Until) : 0;
        }
    }

    /// <summary>A merchant's orders of an item, newest first. As the other lists: everything answered before the call is in it.</summary>
    /// <param name="merchant">The merchant of record (R45).</param>
    /// <param name="item">The item.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="before">Only those with a lower place; 0 for all.</param>
    public Task<IReadOnlyList<OrderPlace>> OfItemAsync(long merchant, long item, int take, long before = 0) =>
        ListAsync(_byItem, item, place => place.Merchant == merchant, take, before);

    /// <summary>Orders of a buyer, newest first. As <see cref="OfItemAsync"/>.</summary>
    public Task<IReadOnlyList<OrderPlace>> OfBuyerAsync(long buyer, int take, long before = 0) =>
        ListAsync(_byBuyer, buyer, _ => true, take, before);

    /// <summary>The items a merchant has orders of, whoever sells them now.</summary>
    public async Task<IReadOnlyList<long>> ItemsOfAsync(long merchant)
    {
        await CatchUpAsync();
        lock (_lock)
        {
            return _itemsOfMerchant.TryGetValue(merchant, out SortedSet<long>? items) ? [.. items] : [];
        }
    }

    /// <summary>
    /// A merchant's orders whose refund request waits for his word (R7), oldest request first. Their place and time are the request's.
    /// </summary>
    /// <param name="merchant">The merchant of record (R45).</param>
    /// <param name="take">How many at most.</param>
    /// <param name="after">Only those with a higher place; 0 for all.</param>
    public async Task<IReadOnlyList<OrderPlace>> RequestsAsync(long merchant, int take, long after = 0)
    {
        await CatchUpAsync();
        lock (_lock)
        {
            return [.. _requests.Values.Where(place => place.Place > after && place.Merchant == merchant).Take(take)];
        }
    }

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
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _events = engine.ReadEventsAsync(0, CancellationToken.None);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidOperationException(
                "the first events of the data directory are deleted (option ArchiveHorizon), and this shop makes its lists of orders from "
                    + "all events at each start: "
                + "put the archive's deleted files back from a backup, and leave Matching:ArchiveHorizon unset", e);
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (JournaledEvent journaled in _events.WithCancellation(stoppingToken))
            {
                Take(journaled);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            long position = VersionOf(0);
            IndexLog.Stopped(logger, position);
        }
        finally
        {
            Move(_next, ended: true);
        }
    }

    private void Take(JournaledEvent journaled)
    {
        Event e = journaled.Event;
        Note(e, journaled.Sequence);
        Place(e, journaled.Sequence);
        Move(journaled.Sequence + 1, ended: false);
    }

    private void Place(in Event e, long sequence)
    {
        bool places = e.Kind is EventKind.TeamOpened or EventKind.SeatTaken or EventKind.HoldPlaced or EventKind.SoloBought
            || (e.Kind == EventKind.RefundOwed && e.Cause == RefundCause.UnknownPayment);
        if (!places)
        {
            return;
        }

        lock (_lock)
        {
            long merchant = catalogue.MerchantOf(e.Merchant, e.Item);
            if (_merchants.TryAdd((e.Item, e.Order), merchant))
            {
                var place = new OrderPlace(sequence, e.Item, e.Order, e.At, merchant);
                Add(_byItem, e.Item, place);
                if (!_itemsOfMerchant.TryGetValue(merchant, out SortedSet<long>? items))
                {
                    _itemsOfMerchant.Add(merchant, items = []);
                }

                items.Add(e.Item);
                if (e.Buyer != 0)
                {
                    Add(_byBuyer, e.Buyer, place);
                }
            }
        }
    }

    private void Note(in Event e, long sequence)
    {
        lock (_lock)
        {
            if (e.Item == 0)
            {
                _allChanged = sequence + 1;
            }
            else
            {
                _changed[e.Item] = sequence + 1;
            }

            NoteRequest(e, sequence);
            NoteHold(e);
            _refundsOwed += e.Kind == EventKind.RefundOwed ? 1 : e.Kind == EventKind.RefundDone ? -1 : 0;
        }
    }

    private void NoteRequest(in Event e, long sequence)
    {
        switch (e.Kind)
        {
            case EventKind.RefundRequested:
                _requests[sequence] = new OrderPlace(sequence, e.Item, e.Order, e.At, _merchants[(e.Item, e.Order)]);
                _requestPlaces[(e.Item, e.Order)] = sequence;
                break;
            case EventKind.RefundRejected or EventKind.RefundWithdrawn or EventKind.MemberLeft
                or EventKind.AfterSaleGranted or EventKind.RefundOwed
                when _requestPlaces.Remove((e.Item, e.Order), out long place):
                _requests.Remove(place);
                break;
            default:
                break;
        }
    }

    /// <summary>A team's holds end one by one, paid, given back or run out, or all with the team (R33).</summary>
    private void NoteHold(in Event e)
    {
        switch (e.Kind)
        {
            case EventKind.HoldPlaced when e.Team != 0:
                Add(_holdsOfTeam, e.Team, (e.Order, e.Deadline));
                break;
            case EventKind.HoldEnded or EventKind.HoldReleased or EventKind.SeatTaken when _holdsOfTeam.TryGetValue(
                e.Team, out List<(long Order, long Until)>? holds):
                long order = e.Order;
                holds.RemoveAll(hold => hold.Order == order);
                if (holds.Count == 0)
                {
                    _holdsOfTeam.Remove(e.Team);
                }

                break;
            case EventKind.TeamFormed or EventKind.TeamExpired or EventKind.TeamDissolved or EventKind.TeamMerged:
                _holdsOfTeam.Remove(e.Team);
                break;
            default:
                break;
        }
    }

    private static void Add<T>(Dictionary<long, List<T>> lists, long key, T entry)
    {
        if (!lists.TryGetValue(key, out List<T>? list))
        {
            lists.Add(key, list = []);
        }

        list.Add(entry);
    }

    /// <summary>Passes a position on to those who wait for it.</summary>
    private void Move(long next, bool ended)
    {
        TaskCompletionSource? moved;
        lock (_lock)
        {
            _next = next;
            _ended = ended;
            moved = _moved;
            _moved = null;
        }

        moved?.SetResult();
    }

    /// <summary>
    /// Waits until everything durable now is taken in, so that a caller finds what he was answered. An index that ended shows what it has.
    /// </summary>
    private async Task CatchUpAsync()
    {
        long durable = engine.Health.DurableSequence;
        Task moved;
        do
        {
            lock (_lock)
            {
                moved = _next >= durable || _ended
                    ? Task.CompletedTask
                    : (_moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await moved;
        }
        while (_next < durable && !_ended);
    }

    private async Task<IReadOnlyList<OrderPlace>> ListAsync(
        Dictionary<long, List<OrderPlace>> lists, long key, Func<OrderPlace, bool> wanted, int take, long before)
    {
        await CatchUpAsync();
        List<OrderPlace> found = [];
        lock (_lock)
        {
            if (lists.TryGetValue(key, out List<OrderPlace>? list))
            {
                for (int i = list.Count - 1; i >= 0 && found.Count < take; i--)
                {
                    if ((before == 0 || list[i].Place < before) && wanted(list[i]))
                    {
                        found.Add(list[i]);
                    }
                }
            }
        }

        return found;
    }
}

internal static partial class IndexLog
{
    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "The order index stopped at event {Position}")]
    public static partial void Stopped(ILogger logger, long position);
}
