using Matching.Structures;

namespace Matching.Core;

/// <summary>How teams and their seats change. Cheap invariants stand at every entry (R30, R36, R41).</summary>
public sealed partial class Book
{
    /// <summary>A team opens with its leader's order in its first seat.</summary>
    /// <returns>The team.</returns>
    private int ChangeTeamOpened(in Event e, int item, int order)
    {
        Invariant(e.Size >= 2 && e.Deadline > e.At, "R1, R3: a team opens without seats or life");
        item = ItemOf(e.Item, item);
        int team = AddRow(_teams, _freeTeams);
        ref TeamRow row = ref _teams[team];
        row.Id = e.Team;
        row.DeadlineMs = e.Deadline;
        row.Item = item;
        int campaign = CampaignOf(e, item);
        var terms = new FrozenTerms(e.Size, e.Price, e.Deadline - e.At, !e.NoRescue, campaign, e.TermsVersion);
        row.Terms = campaign == 0 ? _terms.SlotOf(terms) : _terms.SlotOf(terms, ref _campaigns[campaign].LastTerms);
        row.Size = e.Size;
        row.State = TeamState.Open;
        row.Flags = e.InviteOnly ? TeamFlags.InviteOnly : TeamFlags.None;
        KeepInvite(team, e.Invite);
        _directory.Add(e.Team, team);
        ref ItemRow its = ref _items[item];
        LinkDue(ref its, ref row, team);
        CountTeam(ref its, row, TeamState.Open);
        ScheduleBy(item, e.Deadline);
        TakeSeat(e, item, team, order, Outcome.Opened);
        return team;
    }

    private void ChangeSeatTaken(in Event e, int item, int team, int order)
    {
        ref TeamRow row = ref _teams[team];
        Invariant(team != 0 && row.State == TeamState.Open, "R30: a seat is taken in a team that is not open");
        Invariant(e.At < row.DeadlineMs, "R3: a seat is taken at or after the deadline");
        Unlist(item, team);
        TakeSeat(e, item, team, order, Outcome.Joined);
    }

    /// <summary>Gives an order, new or held, a paid seat of a team that is not listed; lists it if there is another.</summary>
    private void TakeSeat(in Event e, int item, int team, int order, Outcome outcome)
    {
        if (order == 0)
        {
            Invariant(e.Via != Operation.Pay, "R33: a payment seats an order that holds nothing");
            order = AddOrder(e, item, outcome);
        }
        else
        {
            Seat(e, item, order, outcome);
        }

        ref TeamRow row = ref _teams[team];
        ref ItemRow its = ref _items[item];
        ref OrderRow seated = ref _orders[order];
        Invariant(row.Paid + row.Held < row.Size, "R30: more members than seats");
        seated.Team = team;
        seated.Campaign = _terms[row.Terms].Campaign;
        SetPaid(e, ref its, ref seated, OrderState.Waiting);
        if (seated.Campaign != 0)
        {
            CountPieces(seated, 1);
            CountJoined(seated, leads: outcome == Outcome.Opened);
        }

        AddMember(ref row, order, seated.Buyer);
        row.Paid++;
        AddToSeats(ref its, item, order, seated.Buyer);
        if (row.Paid + row.Held < row.Size)
        {
            List(item, team);
        }
    }

    /// <summary>The hold of an order ends with a seat.</summary>
    private void Seat(in Event e, int item, int order, Outcome outcome)
    {
        Invariant(_orders[order].State is OrderState.Held or OrderState.HoldEnded, "R35: an order is seated twice");
        DropHold(item, order);
        ref HoldRow hold = ref _holds[_orders[order].Hold];
        hold.Paid = outcome;
        hold.Payment = _payments.Keep(PaymentKey.Of(e.Payment));
        hold.Rerouted = e.Rerouted;
    }

    private void AddMember(ref TeamRow row, int order, long buyer)
    {
        if (row.FirstMember == 0)
        {
            row.FirstMember = order;
            row.Leader = buyer;
            return;
        }

        ref int link = ref _orders[row.FirstMember].NextMember;
        while (link != 0)
        {
            link = ref _orders[link].NextMember;
        }

        link = order;
    }

    private void ChangeTeamFormed(long at, int item, int team, long orderId)
    {
        Invariant(team != 0, "a team forms that does not exist");
        ref TeamRow row = ref _teams[team];
        ref ItemRow its = ref _items[item];
        Invariant(row.State == TeamState.Open && row.Paid == row.Size && row.Held == 0, "R30: a team forms that is not exactly full");
        Invariant(at < row.DeadlineMs, "R36: a team forms at or after its deadline");
        Close(at, ref its, team, TeamState.Formed);
        int last = 0;
        for (int order = row.FirstMember; order != 0;)
        {
            ref OrderRow member = ref _orders[order];
            SetState(ref its, ref member, OrderState.Formed);
            if (member.Campaign != 0)
            {
                CountFormed(order, 1);
            }

            last = order;
            order = member.NextMember;
        }

        if (orderId != 0)
        {
            ref OrderRow former = ref _orders[last];
            Invariant(former.Id == orderId, "a team is formed by an order that did not take its last seat");
            if (former.Hold == 0)
            {
                former.First = Outcome.Formed;
            }
            else
            {
                _holds[former.Hold].Paid = Outcome.Formed;
            }
        }
    }

    private void ChangeTeamExpired(in Event e, int item, int team)
    {
        Invariant(team != 0 && _teams[team].State == TeamState.Open && _teams[team].Held == 0, "R6: a team expires that is not open");
        Invariant(e.At == _teams[team].DeadlineMs, "R36: a team expires at another time than its deadline");
        Unlist(item, team);
        Close(e.At, ref _items[item], team, TeamState.Expired);
    }

    private void ChangeTeamDissolved(in Event e, int item, int team)
    {
        Invariant(team != 0 && _teams[team].State == TeamState.Open && _teams[team].Paid == 0, "R7: a team dissolves that has members");
        ref TeamRow row = ref _teams[team];
        Invariant(e.Quantity <= row.Held, "R42: more holds are left without seats than there are");
        Unlist(item, team);
        int withoutSeats = e.Quantity;
        while (row.FirstHold != 0)
        {
            // The latest stands first. What counted as a seat of the buyer's counts on, as a promise (R31).
            ref HoldRow hold = ref _holds[row.FirstHold];
            row.FirstHold = hold.NextInTeam;
            hold.NextInTeam = 0;
            row.Held--;
            _orders[hold.Order].Team = 0;
            hold.WithoutSeats = withoutSeats-- > 0;
            CountSeats(_orders[hold.Order].Campaign, hold.WithoutSeats ? 0 : row.Size);
        }

        Close(e.At, ref _items[item], team, TeamState.Dissolved);
        NoteDissolved(item, team);
    }

    private void ChangeTeamMerged(in Event e, int item, int team)
    {
        int survivor = FindTeam(item, e.OtherTeam);
        Invariant(team != 0 && survivor != 0 && _teams[team].State == TeamState.Open && _teams[survivor].State == TeamState.Open,
            "R40: a merge of teams that are not both open");
        Invariant(_teams[team].Paid + _teams[survivor].Paid == _teams[survivor].Size, "R40: merged teams don't add up to the size");
        Unlist(item, survivor);
        Unlist(item, team);
        Close(e.At, ref _items[item], team, TeamState.Merged);
        ref TeamRow row = ref _teams[team];
        row.MergedInto = survivor;

        // The absorbed team keeps its list: it is the tail of the survivor's.
        AddMember(ref _teams[survivor], row.FirstMember, row.Leader);
        _teams[survivor].Paid += row.Paid;
        List(item, survivor);
    }

    private void ChangeMemberLeft(int item, int order)
    {
        ref OrderRow leaver = ref _orders[order];
        Invariant(leaver.State == OrderState.Waiting, "R7: an order leaves a team it does not wait in");
        int team = leaver.Team;
        Unlist(item, team);
        RemoveFromSeats(ref _items[item], order, leaver.Buyer);
        ref TeamRow row = ref _teams[team];
        ref int link = ref row.FirstMember;
        while (link != order)
        {
            link = ref _orders[link].NextMember;
        }

        link = leaver.NextMember;
        leaver.NextMember = 0;
        leaver.Request = RequestState.Approved;
        leaver.Flags |= OrderFlags.OutOfTeam;
        Name(team);
        row.Paid--;
        row.Leader = row.FirstMember == 0 ? 0 : _orders[row.FirstMember].Buyer;
        List(item, team);
    }

    /// <summary>
    /// Takes an open team, no longer listed, out of everything that only knows open ones. Its seats count no longer (R31), unless a merge
    /// moves them.
    /// </summary>
    private void Close(long at, ref ItemRow item, int team, TeamState state)
    {
        ref TeamRow row = ref _teams[team];
        for (int order = row.FirstMember; order != 0 && state != TeamState.Merged;)
        {
            ref OrderRow member = ref _orders[order];
            RemoveFromSeats(ref item, order, member.Buyer);
            order = member.NextMember;
        }

        UnlinkDue(ref item, ref row);
        row.State = state;
        row.ClosedAtMs = at;
        CountTeam(ref item, row, state);
    }

    /// <summary>A team opened, or closed in one of four ways (R19).</summary>
    private void CountTeam(ref ItemRow item, in TeamRow team, TeamState state)
    {
        item.CountTeam(state);
        _counts.AddTeam(state);
        int campaign = _terms[team.Terms].Campaign;
        if (campaign != 0)
        {
            _campaigns[campaign].CountTeam(state, team.Size);
        }

        if (item.Offer != 0)
        {
            _offers[item.Offer].CountOpen(team.Terms, state == TeamState.Open ? 1 : -1);
        }
    }

    /// <summary>Lists a team for strangers when it is open to them (R2, R4). Its place in R32 order is fixed until Unlist.</summary>
    private void List(int item, int team)
    {
        ref TeamRow row = ref _teams[team];
        if (!row.InviteOnly && row.SeatsLeft > 0)
        {
            Treap.Add(Nearest, ref _items[item].Joinable, team);
            row.Flags |= TeamFlags.Listed;
        }
    }

    private void Unlist(int item, int team)
    {
        ref TeamRow row = ref _teams[team];
        if ((row.Flags & TeamFlags.Listed) != TeamFlags.None)
        {
            Treap.Remove(Nearest, ref _items[item].Joinable, team);
            row.Flags &= ~TeamFlags.Listed;
        }
    }

    // Deadlines nearly always come in order of opening, so the place is at the end.
    private void LinkDue(ref ItemRow item, ref TeamRow linked, int team)
    {
        int before = item.LastDue;
        while (before != 0 && _teams[before].DeadlineMs > linked.DeadlineMs)
        {
            before = _teams[before].PreviousDue;
        }

        ref int next = ref before == 0 ? ref item.FirstDue : ref _teams[before].NextDue;
        linked.PreviousDue = before;
        linked.NextDue = next;
        (next == 0 ? ref item.LastDue : ref _teams[next].PreviousDue) = team;
        next = team;
    }

    private void UnlinkDue(ref ItemRow item, ref TeamRow linked)
    {
        (int before, int behind) = (linked.PreviousDue, linked.NextDue);
        (before == 0 ? ref item.FirstDue : ref _teams[before].NextDue) = behind;
        (behind == 0 ? ref item.LastDue : ref _teams[behind].PreviousDue) = before;
        linked.PreviousDue = 0;
        linked.NextDue = 0;
    }
}
