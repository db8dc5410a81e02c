namespace Matching.Core;

/// <summary>Memory ahead of the decisions: a batch's misses overlap instead of waiting for each other.</summary>
public sealed partial class Book
{
    // As many as keep what they touch in the first cache: five lines each.
    private const int PrefetchedTogether = 64;

    /// <summary>
    /// Brings what commands will look at into the processor's cache; changes nothing. To be called before they are executed,
    /// with some 64 at a time: their misses then overlap, where one after the other each command waits for four or five.
    /// </summary>
    public void Prefetch(ReadOnlySpan<Command> commands)
    {
        Span<int> found = stackalloc int[PrefetchedTogether];
        for (; commands.Length > PrefetchedTogether; commands = commands[PrefetchedTogether..])
        {
            PrefetchSome(commands[..PrefetchedTogether], found);
        }

        PrefetchSome(commands, found);
    }

    // Each step needs what the one before has fetched: index, row, the row's team, the team's first order.
    private void PrefetchSome(ReadOnlySpan<Command> commands, Span<int> found)
    {
        foreach (ref readonly Command c in commands)
        {
            _itemIndex.Prefetch(ItemHash(c.Item));
            _orderIndex.Prefetch(OrderHash(c.Item, c.Order));
            _evicted?.Prefetch(PartitionOf(c.Item), OrderHash(c.Item, c.Order));
        }

        for (int i = 0; i < commands.Length; i++)
        {
            ref readonly Command c = ref commands[i];
            found[i] = _itemIndex.Candidate(ItemHash(c.Item));
            _items.Prefetch(found[i]);
        }

        for (int i = 0; i < commands.Length; i++)
        {
            long team = commands[i].Team;
            int item = found[i];
            found[i] = team != 0 ? _directory.Find(team) : item != 0 ? _items[item].Joinable : 0;
            _teams.Prefetch(found[i]);
        }

        foreach (int team in found[..commands.Length])
        {
            if (team != 0)
            {
                _orders.Prefetch(_teams[team].FirstMember);
            }
        }
    }

    /// <summary>The same for events about to be applied, some 32 at a time.</summary>
    public void Prefetch(ReadOnlySpan<Event> events)
    {
        foreach (ref readonly Event e in events)
        {
            _itemIndex.Prefetch(ItemHash(e.Item));
            _orderIndex.Prefetch(OrderHash(e.Item, e.Order));
        }

        foreach (ref readonly Event e in events)
        {
            _items.Prefetch(_itemIndex.Candidate(ItemHash(e.Item)));
            _orders.Prefetch(_orderIndex.Candidate(OrderHash(e.Item, e.Order)));
            if (e.Team != 0)
            {
                _teams.Prefetch(_directory.Find(e.Team));
            }
        }
    }
}
