using System.Collections.Concurrent;
using Matching.Core;

namespace Matching.Benchmarks.Peers;

/// <summary>
/// What one would write first in .NET: objects, a ConcurrentDictionary of items, a lock an item, a PriorityQueue of deadlines.
/// All the rules a QuickJoin and an OpenTeam meet without campaigns and holds: R1, R3, R4, R6, R30, R31, R32, R35, R36, R40, R41; its
/// events are encoded as ours are. Any thread.
/// </summary>
internal sealed class PlainBook(BookOptions options)
{
    private readonly ConcurrentDictionary<long, PlainItem> _items = new();
    private readonly PriorityQueue<PlainTeam, long> _due = new();
    private readonly long[] _issued = new long[BookOptions.Partitions];

    /// <summary>Decides one QuickJoin or OpenTeam at a time that never goes back; appends its events.</summary>
    public Answer Execute(in Command c, long now, EventBuffer events)
    {
        PlainItem item = _items.GetOrAdd(c.Item, static id => new PlainItem(id));
        lock (item)
        {
            ActOnOverdue(item, now, events);
            var answer = new Answer { Item = c.Item, Order = c.Order, Now = now };
            if (item.Orders.TryGetValue(c.Order, out PlainOrder? known))
            {
                Repeat(c, known, ref answer);
            }
            else if (item.TeamOf(c.Buyer) is { } seat)
            {
                answer.Outcome = Outcome.AlreadyMember;
                answer.Rule = 31;
                answer.Team = seat.Id;
                answer.Suggest = item.Best(-1, seat)?.Id ?? 0;
            }
            else if (c.Operation == Operation.QuickJoin && item.Best(c.PriceNamed ? c.Price : -1) is { } team)
            {
                Seat(c, item, team, now, events, ref answer);
            }
            else
            {
                Open(c, item, now, events, ref answer);
            }

            return answer;
        }
    }

    /// <summary>Acts on the deadlines up to a time.</summary>
    public void Sweep(long now, EventBuffer events)
    {
        while (true)
        {
            PlainTeam? team;
            lock (_due)
            {
                if (!_due.TryPeek(out team, out long deadline) || deadline > now)
                {
                    return;
                }

                _due.Dequeue();
            }

            lock (team.Item)
            {
                ActOnOverdue(team.Item, now, events);
            }
        }
    }

    /// <summary>The counts of all items, while nobody joins.</summary>
    public Counts CountAll()
    {
        Counts all = default;
        foreach (PlainItem item in _items.Values)
        {
            Counts counts = item.Counts;
            all.TeamsOpened += counts.TeamsOpened;
            all.TeamsOpen += counts.TeamsOpen;
            all.TeamsFormed += counts.TeamsFormed;
            all.TeamsExpired += counts.TeamsExpired;
            all.TeamsMerged += counts.TeamsMerged;
            all.Waiting += counts.Waiting;
            all.Formed += counts.Formed;
            all.RefundOwed += counts.RefundOwed;
        }

        return all;
    }

    private static void Repeat(in Command c, PlainOrder order, ref Answer answer)
    {
        if (order.Buyer != c.Buyer || order.CreatedBy != c.Operation)
        {
            answer.Outcome = Outcome.OrderConflict;
            answer.Rule = 35;
            return;
        }

        answer.Ok = true;
        answer.Repeated = true;
        answer.Outcome = order.First;
        Show(order.Team, ref answer);
    }

    private void Open(in Command c, PlainItem item, long now, EventBuffer events, ref Answer answer)
    {
        int partition = Book.PartitionOf(c.Item);
        long id = (Interlocked.Increment(ref _issued[partition]) << 10) | (uint)partition;
        var team = new PlainTeam(id, item, options.TeamSize, c.PriceNamed ? c.Price : 0, now + options.TeamLifeMs);
        events.Append(new Event
        {
            Kind = EventKind.TeamOpened,
            Via = c.Operation,
            Source = c.Source,
            NoRescue = !options.Rescue,
            Size = (ushort)team.Size,
            At = now,
            Item = c.Item,
            Order = c.Order,
            Buyer = c.Buyer,
            Team = id,
            Deadline = team.DeadlineMs,
            Price = team.Price,
            Amount = c.Amount,
            Quantity = c.Quantity,
        });
        int at = item.Open.Count;
        while (at > 0 && item.Open[at - 1].DeadlineMs > team.DeadlineMs)
        {
            at--;
        }

        item.Open.Insert(at, team);
        item.Counts.TeamsOpened++;
        item.Counts.TeamsOpen++;
        lock (_due)
        {
            _due.Enqueue(team, team.DeadlineMs);
        }

        Take(c, item, team, Outcome.Opened);
        answer.Ok = true;
        answer.Outcome = Outcome.Opened;
        Show(team, ref answer);
    }

    private static void Seat(in Command c, PlainItem item, PlainTeam team, long now, EventBuffer events, ref Answer answer)
    {
        events.Append(new Event
        {
            Kind = EventKind.SeatTaken,
            Via = c.Operation,
            Source = c.Source,
            At = now,
            Item = c.Item,
            Order = c.Order,
            Buyer = c.Buyer,
            Team = team.Id,
            Amount = c.Amount,
            Quantity = c.Quantity,
        });
        item.Joinable.RemoveAt(item.Joinable.BinarySearch(team, NearestFirst.Instance));
        PlainOrder order = Take(c, item, team, Outcome.Joined);
        answer.Ok = true;
        answer.Outcome = Outcome.Joined;
        if (team.SeatsLeft == 0)
        {
            order.First = Outcome.Formed;
            answer.Outcome = Outcome.Formed;
            Form(item, team, c.Order, now, events);
        }

        Show(team, ref answer);
    }

    private static PlainOrder Take(in Command c, PlainItem item, PlainTeam team, Outcome first)
    {
        if (team.Members.Count >= team.Size || team.State != TeamState.Open)
        {
            throw new InvalidOperationException("R30: more members than seats");
        }

        var order = new PlainOrder(c, team) { First = first };
        item.Orders.Add(c.Order, order);
        team.Members.Add(order);
        item.Move(order, OrderState.Waiting);
        if (team.SeatsLeft > 0)
        {
            item.List(team);
        }

        return order;
    }

    private static void Form(PlainItem item, PlainTeam team, long order, long at, EventBuffer events)
    {
        events.Append(new Event { Kind = EventKind.TeamFormed, At = at, Item = item.Id, Order = order, Team = team.Id });
        Close(item, team, TeamState.Formed);
        item.Counts.TeamsFormed++;
        foreach (PlainOrder member in team.Members)
        {
            item.Move(member, OrderState.Formed);
        }
    }

    private static void Close(PlainItem item, PlainTeam team, TeamState state)
    {
        team.State = state;
        item.Open.Remove(team);
        item.Counts.TeamsOpen--;
    }

    private void ActOnOverdue(PlainItem item, long now, EventBuffer events)
    {
        while (item.Open.Count > 0 && item.Open[0].DeadlineMs <= now)
        {
            PlainTeam team = item.Open[0];
            item.Joinable.Remove(team);
            if (options.Rescue && FindRescue(item, team) is { } survivor)
            {
                Merge(item, team, survivor, events);
            }
            else
            {
                Expire(item, team, events);
            }
        }
    }

    private static PlainTeam? FindRescue(PlainItem item, PlainTeam team)
    {
        foreach (PlainTeam other in item.Joinable)
        {
            if (other.SeatsLeft == team.Members.Count && other.DeadlineMs > team.DeadlineMs && other.Price == team.Price
                && other.Size == team.Size
                && !other.Members.Exists(member => team.Members.Exists(own => own.Buyer == member.Buyer)))
            {
                return other;
            }
        }

        return null;
    }

    private static void Merge(PlainItem item, PlainTeam team, PlainTeam survivor, EventBuffer events)
    {
        long at = team.DeadlineMs;
        events.Append(new Event { Kind = EventKind.TeamMerged, At = at, Item = item.Id, Team = team.Id, OtherTeam = survivor.Id });
        Close(item, team, TeamState.Merged);
        item.Counts.TeamsMerged++;
        item.Joinable.Remove(survivor);
        survivor.Members.AddRange(team.Members);
        Form(item, survivor, 0, at, events);
    }

    private static void Expire(PlainItem item, PlainTeam team, EventBuffer events)
    {
        long at = team.DeadlineMs;
        events.Append(new Event { Kind = EventKind.TeamExpired, At = at, Item = item.Id, Team = team.Id });
        Close(item, team, TeamState.Expired);
        item.Counts.TeamsExpired++;
        foreach (PlainOrder member in team.Members)
        {
            events.Append(new Event
            {
                Kind = EventKind.RefundOwed,
                Cause = RefundCause.Expired,
                At = at,
                Item = item.Id,
                Order = member.Id,
                Buyer = member.Buyer,
                Amount = member.Amount,
                Quantity = member.Quantity,
            });
            item.Move(member, OrderState.RefundOwed);
        }
    }

    private static void Show(PlainTeam team, ref Answer answer)
    {
        answer.Team = team.Id;
        answer.Deadline = team.DeadlineMs;
        answer.SeatsLeft = team.State == TeamState.Open ? team.SeatsLeft : 0;
    }
}
