using System.Collections.Concurrent;
using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>
/// What the order index keeps. The follower's thread alone touches it, but for versions and the refunds owed: any thread.
/// </summary>
internal sealed class IndexedOrders(Catalogue catalogue)
{
    /// <summary>Steps of orders that are remembered: some 24 MB.</summary>
    private const int StepsKept = 1 << 18;

    // Each merchant's under item 0 all together, and under each of his items.
    private readonly Dictionary<(long Merchant, long Item), List<OrderPlace>> _byMerchant = [];
    private readonly Dictionary<long, List<OrderPlace>> _byBuyer = [];
    private readonly Dictionary<(long Item, long Order), OrderPlace> _placed = [];
    private readonly Dictionary<long, SortedSet<long>> _itemsOfMerchant = [];
    private readonly SortedDictionary<long, OrderPlace> _requests = [];
    private readonly Dictionary<(long Item, long Order), long> _requestPlaces = [];
    private readonly OrderSteps _steps = new(StepsKept);
    private readonly Dictionary<long, List<(long Item, long Order, long Until)>> _holdsOfTeam = [];
    private readonly ConcurrentDictionary<long, long> _changed = [];
    private long _allChanged;
    private long _refundsOwed;

    public long RefundsOwed => Volatile.Read(ref _refundsOwed);

    public Programme Programme { get; } = new();

    public long VersionOf(long item) => Math.Max(Volatile.Read(ref _allChanged), _changed.GetValueOrDefault(item));

    public long FirstHoldEnd(long team) =>
        _holdsOfTeam.TryGetValue(team, out List<(long Item, long Order, long Until)>? holds) ? holds.Min(hold => hold.Until) : 0;

    public IReadOnlyList<long> HeldTeams(long item) => [.. _holdsOfTeam.Where(team => team.Value[0].Item == item).Select(team => team.Key)];

    public IReadOnlyList<OrderStep> StepsOf(long item, long order) => _steps.Of(item, order);

    public IReadOnlyList<OrderPlace> OfMerchant(long merchant, OrderFilter wanted, int take, long before)
    {
        if (wanted.Order == 0)
        {
            return List(_byMerchant.GetValueOrDefault((merchant, wanted.Item), []), wanted, take, before);
        }

        IEnumerable<long> items = wanted.Item == 0 ? ItemsOf(merchant) : [wanted.Item];
        List<OrderPlace> numbered =
        [
            .. items.Select(item => _placed.GetValueOrDefault((item, wanted.Order)))
                .Where(place => place.Order != 0 && place.Merchant == merchant).OrderBy(place => place.Place),
        ];
        return List(numbered, wanted, take, before);
    }

    public IReadOnlyList<OrderPlace> OfBuyer(long buyer, int take, long before) =>
        List(_byBuyer.GetValueOrDefault(buyer, []), new OrderFilter(), take, before);

    public IReadOnlyList<long> ItemsOf(long merchant) =>
        _itemsOfMerchant.TryGetValue(merchant, out SortedSet<long>? items) ? [.. items] : [];

    public IReadOnlyList<OrderPlace> Requests(long merchant, int take, long after) =>
        [.. _requests.Values.Where(place => place.Place > after && place.Merchant == merchant).Take(take)];

    public void Apply(JournaledEvent journaled)
    {
        Event e = journaled.Event;
        Place(e, journaled.Sequence);
        NoteStep(e);
        if (journaled.Control is { } control)
        {
            Programme.Apply(control);
        }

        NoteRequest(e, journaled.Sequence);
        NoteHold(e);
        long owed = e.Kind == EventKind.RefundOwed ? 1 : e.Kind == EventKind.RefundDone ? -1 : 0;
        Volatile.Write(ref _refundsOwed, _refundsOwed + owed);
        if (e.Item == 0)
        {
            Volatile.Write(ref _allChanged, journaled.Sequence + 1);
        }
        else
        {
            _changed[e.Item] = journaled.Sequence + 1;
        }
    }

    private void Place(in Event e, long sequence)
    {
        bool places = e.Kind is EventKind.TeamOpened or EventKind.SeatTaken or EventKind.HoldPlaced or EventKind.SoloBought
            || (e.Kind == EventKind.RefundOwed && e.Cause == RefundCause.UnknownPayment);
        if (!places)
        {
            return;
        }

        long merchant = catalogue.MerchantOf(e.Merchant, e.Item);
        var place = new OrderPlace(sequence, e.Item, e.Order, e.At, merchant);
        if (!_placed.TryAdd((e.Item, e.Order), place))
        {
            return;
        }

        Add(_byMerchant, (merchant, 0), place);
        Add(_byMerchant, (merchant, e.Item), place);
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

    /// <summary>What happened to an order, for who looks at it; what happens to its team is the team's.</summary>
    private void NoteStep(in Event e)
    {
        bool ofOrder = e.Order != 0 && e.Kind is not (EventKind.TeamFormed or EventKind.TeamDissolved or EventKind.TeamMerged);
        if (ofOrder)
        {
            _steps.Add(e.Item, e.Order, new OrderStep(e.Kind, e.At, e.Cause, e.Amount, e.Kind == EventKind.HoldPlaced ? e.Deadline : 0));
        }
    }

    private void NoteRequest(in Event e, long sequence)
    {
        switch (e.Kind)
        {
            case EventKind.RefundRequested:
                _requests[sequence] = new OrderPlace(sequence, e.Item, e.Order, e.At, _placed[(e.Item, e.Order)].Merchant);
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
                Add(_holdsOfTeam, e.Team, (e.Item, e.Order, e.Deadline));
                break;
            case EventKind.HoldEnded or EventKind.HoldReleased or EventKind.SeatTaken when _holdsOfTeam.TryGetValue(
                e.Team, out List<(long Item, long Order, long Until)>? holds):
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

    private static void Add<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key, T entry)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out List<T>? list))
        {
            lists.Add(key, list = []);
        }

        list.Add(entry);
    }

    /// <summary>The newest first, from where the page before ended: that place is looked up, not walked to.</summary>
    private static List<OrderPlace> List(List<OrderPlace> list, OrderFilter wanted, int take, long before)
    {
        int end = before == 0 ? list.Count : FirstNot(list, place => place.Place < before);
        end = wanted.BeforeMs == 0 ? end : Math.Min(end, FirstNot(list, place => place.PlacedAt < wanted.BeforeMs));
        List<OrderPlace> found = [];
        for (int i = end - 1; i >= 0 && found.Count < take && list[i].PlacedAt >= wanted.FromMs; i--)
        {
            found.Add(list[i]);
        }

        return found;
    }

    /// <summary>The index of the first place of which this does not hold, of a list whose beginning is those of which it does.</summary>
    private static int FirstNot(List<OrderPlace> list, Func<OrderPlace, bool> holds)
    {
        int low = 0;
        int high = list.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = holds(list[middle]) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
