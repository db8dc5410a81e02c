namespace Matching.Core;

/// <summary>Memory ahead of the decisions: a batch's misses overlap instead of waiting for each other.</summary>
public sealed partial class Book
{
    /// <summary>Commands to be prefetched together: as many as keep what they touch, five lines each, in the first cache.</summary>
    public const int PrefetchedTogether = 64;

    /// <summary>
    /// Brings what commands will look at into the processor's cache; changes nothing. To be called before they are executed: their
    /// misses then overlap, where one after the other each command waits for four or five.
    /// </summary>
    /// <param name="keys">At most <see cref="PrefetchedTogether"/>.</param>
    public void Prefetch(ReadOnlySpan<CommandKey> keys)
    {
        // Each step needs what the one before has fetched: index, row, the row's team, the team's first order.
        Span<int> found = stackalloc int[PrefetchedTogether];
        found = found[..keys.Length];
        foreach (ref readonly CommandKey key in keys)
        {
            ulong hash = OrderHash(key.Item, key.Order);
            _itemIndex.Prefetch(ItemHash(key.Item));
            _orderIndex.Prefetch(hash);
            _evicted?.Prefetch(PartitionOf(key.Item), hash);
        }

        for (int i = 0; i < found.Length; i++)
        {
            found[i] = _itemIndex.Candidate(ItemHash(keys[i].Item));
            _items.Prefetch(found[i]);
        }

        for (int i = 0; i < found.Length; i++)
        {
            long team = keys[i].Team;
            int item = found[i];
            found[i] = team != 0 ? _directory.Find(team) : item != 0 ? _items[item].Joinable : 0;
            _teams.Prefetch(found[i]);
        }

        foreach (int team in found)
        {
            if (team != 0)
            {
                _orders.Prefetch(_teams[team].FirstMember);
            }
        }
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
