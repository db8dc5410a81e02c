using Matching.Core;
using Matching.Structures;

namespace Matching.Engine.Lists;

/// <summary>
/// Every order by buyer, and each item's orders to ship and refund requests: a read model made of events alone. Load: as many
/// events as the shards decide, up to tens of millions of orders; about 90 bytes an order. Orders of one open team hang
/// together, because forming, merging and dissolving name only the team. What most orders lack lies in rows of its own. A buyer's orders
/// are few, so they hang together unsorted and are sorted when asked for. One thread at a time.
/// </summary>
internal sealed partial class OrderLists
{
    private static readonly MerchantFilter s_all = new(All: true, 0, Nameless: true);

    private readonly Rows<ListedOrder> _rows = new();
    private readonly Rows<ListedSide> _sides = new();
    private readonly List<(long Id, HashSet<long> Items)> _merchants = [(0, [])];
    private readonly Dictionary<long, int> _merchantSlots = [];

    // Entries owed that are not an order's own: what is acknowledged names no amount.
    private readonly Dictionary<(int Slot, RefundCause Cause, PaymentId Payment), long> _others = [];
    private readonly SlotIndex _orders = new();
    private readonly SlotIndex _teams = new();
    private readonly SlotIndex _buyers = new();
    private readonly Dictionary<long, OrderSet> _toShip = [];
    private readonly Dictionary<long, OrderSet> _requests = [];

    /// <summary>Makes empty ones, with memory for so many orders of as many buyers.</summary>
    public OrderLists(int expectedOrders)
    {
        _rows.TakeMemory(expectedOrders);
        _orders.TakeMemory(expectedOrders);
        _buyers.TakeMemory(expectedOrders);
    }

    /// <summary>Orders of a buyer by ascending order id, then item, behind one.</summary>
    public List<OrderView> OrdersOf(long buyer, int take, long after, long afterItem)
    {
        List<OrderView> orders = [];
        int first = _buyers.Find(Mix.Of((ulong)buyer), new ListedBuyerKey(_rows, buyer));
        for (int slot = first; slot != 0; slot = _rows[slot].NextOfBuyer)
        {
            if (_rows[slot].Order > LastSeen(_rows[slot].Item, after, afterItem))
            {
                orders.Add(ViewOf(slot));
            }
        }

        return Page(orders, take);
    }

    /// <summary>Orders of an item that may ship, by ascending order id, behind one.</summary>
    public List<OrderView> ToShip(long item, int take, long after) => Read(_toShip, item, take, after, s_all);

    /// <summary>Orders of an item whose refund request waits, by ascending order id, behind one.</summary>
    public List<OrderView> RefundRequests(long item, int take, long after) => Read(_requests, item, take, after, s_all);

    /// <summary>
    /// Orders made with a merchant that may ship, by ascending order id, then item, behind one (R45). Of items that are his now, those too
    /// that name no merchant: they were made by an older program, or before the item was anybody's.
    /// </summary>
    public List<OrderView> MerchantToShip(long merchant, IReadOnlyList<long> his, int take, long after, long afterItem) =>
        Read(_toShip, merchant, his, take, after, afterItem);

    /// <summary>Orders made with a merchant whose refund request waits; as <see cref="MerchantToShip"/>.</summary>
    public List<OrderView> MerchantRefundRequests(long merchant, IReadOnlyList<long> his, int take, long after, long afterItem) =>
        Read(_requests, merchant, his, take, after, afterItem);

    private List<OrderView> Read(
        Dictionary<long, OrderSet> sets, long merchant, IReadOnlyList<long> his, int take, long after, long afterItem)
    {
        // Cut now and then, so that a page of many items needs the memory of a few pages.
        List<OrderView> orders = [];
        HashSet<long> owned = [.. his];
        int slot = _merchantSlots.GetValueOrDefault(merchant);
        foreach (long item in _merchants[slot].Items.Union(owned))
        {
            var of = new MerchantFilter(All: false, slot, owned.Contains(item));
            orders.AddRange(Read(sets, item, take, LastSeen(item, after, afterItem), of));
            orders = orders.Count > 4L * take ? Page(orders, take) : orders;
        }

        return Page(orders, take);
    }

    /// <summary>The order id up to which an item's orders lie on the pages before; without an item all of that id do.</summary>
    private static long LastSeen(long item, long after, long afterItem) => afterItem != 0 && item > afterItem ? after - 1 : after;

    private static List<OrderView> Page(List<OrderView> orders, int take)
    {
        orders.Sort(static (a, b) => a.Order != b.Order ? a.Order.CompareTo(b.Order) : a.Item.CompareTo(b.Item));
        if (orders.Count > take)
        {
            orders.RemoveRange(take, orders.Count - take);
        }

        return orders;
    }

    private List<OrderView> Read(Dictionary<long, OrderSet> sets, long item, int take, long after, MerchantFilter of)
    {
        List<OrderView> orders = [];
        if (sets.TryGetValue(item, out OrderSet? set))
        {
            List<int> slots = [];
            set.Read(after, take, of, slots);
            orders.AddRange(slots.Select(ViewOf));
        }

        return orders;
    }

    private OrderView ViewOf(int slot) => _rows[slot].View(_sides[_rows[slot].Side], _merchants[_rows[slot].Merchant].Id);

    /// <summary>Whether an order is not in the lists.</summary>
    public bool Lacks(long item, long order) => Find(new Event { Item = item, Order = order }) == 0;

    /// <summary>Takes in an order of a saved state, before any event behind it.</summary>
    public void Load(in SavedOrder saved)
    {
        OrderView view = saved.View;
        int slot = Add(new Event
        {
            Item = view.Item,
            Order = view.Order,
            Buyer = view.Buyer,
            Source = view.Source,
            NewBuyer = view.NewBuyer,
            Tier = view.Tier,
            DueNamed = view.Due is not null,
            Due = view.Due.GetValueOrDefault(),
            Sharer = view.Sharer,
            Merchant = view.Merchant,
        });
        ref ListedOrder row = ref _rows[slot];
        row.Team = view.Team;
        row.Quantity = view.Quantity;
        row.Flags |= view.WasShipped ? ListFlags.Shipped : ListFlags.None;
        if (view.Until != 0)
        {
            SideOf(slot).UntilMs = view.Until;
        }

        LoadMoney(slot, saved);
        if (saved.IsInOpenTeam)
        {
            AddToTeam(slot, view.Team);
        }

        Change(slot, view.State, view.Request);
    }

    private int Find(in Event e) => _orders.Find(Mix.Of(e.Item, e.Order), new ListedOrderKey(_rows, e.Item, e.Order));

    private int Add(in Event e)
    {
        int slot = _rows.Add();
        ref ListedOrder row = ref _rows[slot];
        row.Item = e.Item;
        row.Order = e.Order;
        row.Buyer = e.Buyer;
        row.Source = e.Source;
        row.Flags = e.NewBuyer ? ListFlags.NewBuyer : ListFlags.None;
        row.Merchant = e.Merchant == 0 ? 0 : SlotOfMerchant(e.Merchant, e.Item);
        if (e.DueNamed | (e.Sharer | e.Tier) != 0)
        {
            ref ListedSide side = ref SideOf(slot);
            (side.Due, side.Sharer, side.Tier) = (e.DueNamed ? e.Due : null, e.Sharer, e.Tier);
        }

        _orders.Add(Mix.Of(e.Item, e.Order), slot);
        if (e.Buyer != 0)
        {
            AddToBuyer(slot, e.Buyer);
        }

        return slot;
    }

    private ref ListedSide SideOf(int slot)
    {
        if (_rows[slot].Side == 0)
        {
            _rows[slot].Side = _sides.Add();
        }

        return ref _sides[_rows[slot].Side];
    }

    /// <summary>The place of a merchant, who has an order of the item.</summary>
    private int SlotOfMerchant(long merchant, long item)
    {
        if (!_merchantSlots.TryGetValue(merchant, out int slot))
        {
            slot = _merchants.Count;
            _merchants.Add((merchant, []));
            _merchantSlots.Add(merchant, slot);
        }

        _merchants[slot].Items.Add(item);
        return slot;
    }

    // Behind the first, so that the index keeps its entry.
    private void AddToBuyer(int slot, long buyer)
    {
        ulong hash = Mix.Of((ulong)buyer);
        int first = _buyers.Find(hash, new ListedBuyerKey(_rows, buyer));
        if (first == 0)
        {
            _buyers.Add(hash, slot);
            return;
        }

        _rows[slot].NextOfBuyer = _rows[first].NextOfBuyer;
        _rows[first].NextOfBuyer = slot;
    }

    private void AddToTeam(int slot, long team)
    {
        ulong hash = Mix.Of((ulong)team);
        int first = FirstIn(team);
        _rows[slot].Team = team;
        if (first == 0)
        {
            _teams.Add(hash, slot);
            return;
        }

        _rows[slot].NextInTeam = _rows[first].NextInTeam;
        _rows[first].NextInTeam = slot;
    }

    private int FirstIn(long team) => _teams.Find(Mix.Of((ulong)team), new ListedTeamKey(_rows, team));

    /// <summary>Takes an order out of its team's chain; it keeps the team's id.</summary>
    private void RemoveFromTeam(int slot)
    {
        ref ListedOrder row = ref _rows[slot];
        int first = FirstIn(row.Team);
        if (first == slot)
        {
            _teams.Remove(Mix.Of((ulong)row.Team), slot);
            if (row.NextInTeam != 0)
            {
                _teams.Add(Mix.Of((ulong)row.Team), row.NextInTeam);
            }
        }
        else
        {
            while (_rows[first].NextInTeam != slot)
            {
                first = _rows[first].NextInTeam;
                if (first == 0)
                {
                    throw new InvariantException("an order leaves a team it is not in");
                }
            }

            _rows[first].NextInTeam = row.NextInTeam;
        }

        row.NextInTeam = 0;
    }

    /// <summary>Forgets a closed team's chain.</summary>
    /// <returns>Its first order, whose links still lead to the others; 0 where it is empty.</returns>
    private int TakeTeam(long team)
    {
        int first = FirstIn(team);
        if (first != 0)
        {
            _teams.Remove(Mix.Of((ulong)team), first);
        }

        return first;
    }
}
