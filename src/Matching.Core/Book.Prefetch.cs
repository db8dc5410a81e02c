using System.Runtime.CompilerServices;

namespace Matching.Core;

/// <summary>Memory ahead of the decisions: a batch's misses overlap instead of waiting for each other.</summary>
public sealed partial class Book
{
    /// <summary>Commands to be prefetched together: as many as keep what they touch, five lines each, in the first cache.</summary>
    public const int PrefetchedTogether = 64;

    // What was found ahead of the commands that come next, in their order. A command that is not the next of them is looked up anew.
    private readonly Ahead[] _ahead = new Ahead[PrefetchedTogether];
    private int _nextAhead;

    // Of the order that a command or an event names: what makes an order need not compute it again.
    private ulong _orderHash;

    private struct Ahead
    {
        public long ItemId;
        public long OrderId;
        public ulong OrderHash;

        // First its hash, then the slot of the first row with that hash.
        public int Item;
        public int Team;
    }

    /// <summary>
    /// Brings what commands will look at into the processor's cache; changes nothing. To be called before they are executed: their
    /// misses then overlap, where one after the other each command waits for four or five.
    /// </summary>
    /// <param name="keys">At most <see cref="PrefetchedTogether"/>.</param>
    public void Prefetch(ReadOnlySpan<CommandKey> keys)
    {
        // Each step needs what the one before has fetched: index, row, the row's team, the team's first order.
        Span<Ahead> ahead = _ahead.AsSpan(0, keys.Length);
        _nextAhead = 0;
        for (int i = 0; i < ahead.Length; i++)
        {
            ref readonly CommandKey key = ref keys[i];
            ref Ahead found = ref ahead[i];
            ulong hash = OrderHash(key.Item, key.Order);
            ulong itemHash = ItemHash(key.Item);
            found.ItemId = key.Item;
            found.OrderId = key.Order;
            found.OrderHash = hash;
            found.Item = (int)itemHash;
            _itemIndex.Prefetch(itemHash);
            _orderIndex.Prefetch(hash);
            _evicted?.Prefetch(PartitionOf(key.Item), hash);
        }

        foreach (ref Ahead found in ahead)
        {
            found.Item = _itemIndex.Candidate((uint)found.Item);
            _items.Prefetch(found.Item);
        }

        for (int i = 0; i < ahead.Length; i++)
        {
            long team = keys[i].Team;
            ahead[i].Team = team == 0 ? _items[ahead[i].Item].Joinable : _directory.Find(team);
            _teams.Prefetch(ahead[i].Team);
        }

        foreach (ref Ahead found in ahead)
        {
            _orders.Prefetch(_teams[found.Team].FirstMember);
        }
    }

    /// <summary>The item a command names, 0 for none, and its order's hash: as they were found ahead, where they were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ItemRow FindItem(in Command c, out int item)
    {
        Ahead[] ahead = _ahead;
        int next = _nextAhead;
        if ((uint)next < (uint)ahead.Length && ahead[next].ItemId == c.Item && ahead[next].OrderId == c.Order)
        {
            _nextAhead = next + 1;
            _orderHash = ahead[next].OrderHash;
            item = ahead[next].Item;
            ref ItemRow its = ref _items[item];
            if (its.Id == c.Item)
            {
                return ref its;
            }
        }

        return ref LookUpItem(c, out item);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref ItemRow LookUpItem(in Command c, out int item)
    {
        _orderHash = OrderHash(c.Item, c.Order);
        item = FindItem(c.Item);
        return ref _items[item];
    }

    /// <summary>The same for events about to be applied.</summary>
    /// <param name="events">At most <see cref="PrefetchedTogether"/>.</param>
    public void Prefetch(ReadOnlySpan<Event> events)
    {
        Span<int> items = stackalloc int[PrefetchedTogether];
        Span<int> teams = stackalloc int[PrefetchedTogether];
        foreach (ref readonly Event e in events)
        {
            _itemIndex.Prefetch(ItemHash(e.Item));
            _orderIndex.Prefetch(OrderHash(e.Item, e.Order));
            _directory.Prefetch(e.Team);
        }

        for (int i = 0; i < events.Length; i++)
        {
            ref readonly Event e = ref events[i];
            items[i] = _itemIndex.Candidate(ItemHash(e.Item));
            teams[i] = _directory.Find(e.Team);
            _items.Prefetch(items[i]);
            _teams.Prefetch(teams[i]);
            _orders.Prefetch(_orderIndex.Candidate(OrderHash(e.Item, e.Order)));
        }

        for (int i = 0; i < events.Length; i++)
        {
            long buyer = events[i].Buyer;
            if (teams[i] != 0)
            {
                ref TeamRow team = ref _teams[teams[i]];
                _orders.Prefetch(team.FirstMember);
                buyer = buyer == 0 ? team.Leader : buyer;
            }

            if (items[i] != 0 && _items[items[i]].SeatsIndexed)
            {
                _seatIndex.Prefetch(SeatHash(events[i].Item, buyer));
            }
        }
    }
}
