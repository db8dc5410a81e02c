using Matching.Core;

namespace Matching.Audit;

/// <summary>Teams and seats: R1, R2, R3, R6, R7, R30, R31, R36, R40.</summary>
public sealed partial class Auditor
{
    private void Opened(in Event e)
    {
        if (!IsPromised(e))
        {
            CheckSize(e);
        }

        if (e.At >= e.Deadline)
        {
            Fail("R3", $"team {e.Team} opens at {e.At}, at or past its deadline {e.Deadline}");
        }

        if (_teams.Find(e.Team, 0) >= 0)
        {
            Fail("R41", $"team {e.Team} opens a second time");
            return;
        }

        if (e.Invite < 0 || (e.Invite != 0 && !e.InviteOnly))
        {
            Fail("R2", $"team {e.Team} opens with the invite {e.Invite}, which only an invite-only team has, from 1 on");
        }

        int team = _teams.Add(e.Team, 0);
        _teams[team] = new TeamRow
        {
            Item = e.Item,
            DeadlineMs = e.Deadline,
            Price = e.Price,
            Campaign = e.Campaign,
            Version = e.TermsVersion,
            Size = e.Size,
            InviteOnly = e.InviteOnly,
            State = TeamState.Open,
        };
        bool promised = HasPromisedSeats(e);
        Seat(e, team);
        TakeSeats(e.Campaign, e.Size);
        if (!promised)
        {
            CheckRoom(e, e.Campaign, e.TermsVersion, orLater: e.Via == Operation.Pay);
        }
    }

    private void CheckSize(in Event e)
    {
        if (!MayHaveSize(e))
        {
            Fail("R1", $"with order {e.Order} a team of {e.Size} is opened or promised, via {e.Via}, campaign {e.Campaign}");
        }
    }

    private void SeatTaken(in Event e)
    {
        int team = OpenTeam(e, e.Team);
        if (team < 0)
        {
            return;
        }

        if (_teams[team].InviteOnly && e.Via == Operation.QuickJoin)
        {
            Fail("R2", $"order {e.Order} comes into the invite-only team {e.Team} by QuickJoin");
        }

        Seat(e, team);
    }

    /// <summary>A paid order takes a seat.</summary>
    private void Seat(in Event e, int team)
    {
        int order = e.Via == Operation.Pay ? PaidHold(e, team) : NewOrder(e);
        if (order < 0)
        {
            return;
        }

        ref TeamRow row = ref _teams[team];
        TakeSeat(e, order, team);
        row.Paid++;
        _orders[order].State = OrderState.Waiting;
        Paid(e, order, row.Price);
        if (row.Paid == row.Size)
        {
            _items[_items.Find(e.Item, 0)].MustForm = team + 1;
        }
    }

    /// <summary>A seat, paid or held: in time, one there is, and the only one of this buyer among the item's open teams.</summary>
    private void TakeSeat(in Event e, int order, int team)
    {
        ref TeamRow row = ref _teams[team];
        if (e.At >= row.DeadlineMs)
        {
            Fail("R3", $"order {e.Order} is seated at {e.At}, at or past the deadline {row.DeadlineMs} of team {e.Team}");
        }

        if (row.Paid + row.Held >= row.Size)
        {
            Fail("R30", $"order {e.Order} is one too many: team {e.Team} has {row.Size} seats");
        }

        if (!_seats.Add((e.Item, e.Buyer)))
        {
            Fail("R31", $"buyer {e.Buyer} takes a second seat among the open teams of item {e.Item}");
        }

        ref OrderRow seated = ref _orders[order];
        seated.Team = team + 1;
        seated.Next = row.First;
        row.First = order + 1;
    }

    private void LeaveSeat(int order)
    {
        ref OrderRow leaving = ref _orders[order];
        ref int link = ref _teams[leaving.Team - 1].First;
        while (link != order + 1)
        {
            link = ref _orders[link - 1].Next;
        }

        link = leaving.Next;
        _seats.Remove((_orders.KeyOf(order).A, leaving.Buyer));
    }

    private void Formed(in Event e)
    {
        int team = OpenTeam(e, e.Team);
        if (team < 0)
        {
            return;
        }

        ref TeamRow row = ref _teams[team];
        if (row.Paid != row.Size)
        {
            Fail("R30", $"team {e.Team} forms with {row.Paid} of {row.Size} seats paid");
        }

        if (e.At >= row.DeadlineMs)
        {
            Fail("R36", $"team {e.Team} forms at {e.At}, at or past its deadline {row.DeadlineMs}");
        }

        Close(team, TeamState.Formed, OrderState.Formed);
    }

    private void Expired(in Event e)
    {
        int team = OpenTeam(e, e.Team);
        if (team < 0)
        {
            return;
        }

        ref TeamRow row = ref _teams[team];
        if (e.At != row.DeadlineMs)
        {
            Fail("R36", $"team {e.Team} expires at {e.At}; its deadline is {row.DeadlineMs}");
        }

        if (row.Held != 0)
        {
            Fail("R33", $"team {e.Team} expires with {row.Held} live holds; they end first");
        }

        Close(team, TeamState.Expired, OrderState.Waiting);
    }

    private void Dissolved(in Event e)
    {
        int team = OpenTeam(e, e.Team);
        if (team < 0)
        {
            return;
        }

        if (_teams[team].Paid != 0)
        {
            Fail("R7", $"team {e.Team} dissolves with {_teams[team].Paid} members");
        }

        // The latest stands first.
        List<int> holds = [];
        for (int at = _teams[team].First; at != 0; at = _orders[at - 1].Next)
        {
            if (_orders[at - 1].State == OrderState.Held)
            {
                holds.Add(at - 1);
            }
        }

        Close(team, TeamState.Dissolved, OrderState.Waiting);
        for (int i = holds.Count - 1; i >= 0; i--)
        {
            Promise(e, holds[i], _teams[team], takesSeats: i >= e.Quantity);
        }
    }

    private void Merged(in Event e)
    {
        int absorbed = OpenTeam(e, e.Team);
        int survivor = OpenTeam(e, e.OtherTeam);
        if (absorbed < 0 || survivor < 0 || absorbed == survivor)
        {
            return;
        }

        ref TeamRow from = ref _teams[absorbed];
        ref TeamRow to = ref _teams[survivor];
        if (e.At != from.DeadlineMs || to.DeadlineMs <= from.DeadlineMs || from.Size != to.Size || from.Price != to.Price
            || from.Held + to.Held != 0 || to.InviteOnly || from.Paid + to.Paid != to.Size)
        {
            Fail("R40", $"team {e.Team} may not be absorbed by team {e.OtherTeam} at {e.At}: terms, deadlines, holds or members don't fit");
        }

        int moved = from.First;
        int last = 0;
        for (int at = moved; at != 0; at = _orders[at - 1].Next)
        {
            _orders[at - 1].Team = survivor + 1;
            last = at;
        }

        if (last != 0)
        {
            _orders[last - 1].Next = to.First;
            to.First = moved;
        }

        TakeSeats(from.Campaign, -from.Size);
        to.Paid += from.Paid;
        from.State = TeamState.Merged;
        _items[_items.Find(e.Item, 0)].MustForm = survivor + 1;
    }

    private void MemberLeft(in Event e)
    {
        int team = OpenTeam(e, e.Team);
        int order = _orders.Find(e.Item, e.Order);
        if (team < 0 || order < 0 || _orders[order] is not { State: OrderState.Waiting, IsPending: true } sits || sits.Team != team + 1)
        {
            Fail("R7", $"order {e.Order} leaves team {e.Team} without sitting in it and having asked");
            return;
        }

        if (e.At >= _teams[team].DeadlineMs)
        {
            Fail("R6", $"order {e.Order} leaves team {e.Team} at {e.At}, at or past its deadline");
        }

        LeaveSeat(order);
        _teams[team].Paid--;
        ref OrderRow row = ref _orders[order];
        (row.State, row.Request, row.Granted) = (OrderState.None, RequestState.Approved, RefundCause.Left);
    }

    private void Close(int team, TeamState closed, OrderState state)
    {
        ref TeamRow row = ref _teams[team];
        row.State = closed;
        TakeSeats(row.Campaign, closed == TeamState.Formed ? 0 : -row.Size);
        for (int at = row.First; at != 0; at = _orders[at - 1].Next)
        {
            ref OrderRow order = ref _orders[at - 1];
            _seats.Remove((row.Item, order.Buyer));
            order.State = order.State == OrderState.Waiting ? state : order.State;
        }
    }

    /// <summary>The row of an open team of the event's item; −1, and a violation, where it is none.</summary>
    private int OpenTeam(in Event e, long id)
    {
        int team = _teams.Find(id, 0);
        if (team < 0 || _teams[team].Item != e.Item)
        {
            Fail("R41", $"{e.Kind} names team {id}, which item {e.Item} does not have");
            return -1;
        }

        if (_teams[team].State != TeamState.Open)
        {
            string rule = _teams[team].State == TeamState.Formed ? "R30" : "R36";
            Fail(rule, $"{e.Kind} concerns team {id}, which is {_teams[team].State} already");
            return -1;
        }

        return team;
    }
}
