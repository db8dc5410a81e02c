using Matching.Structures;

namespace Matching.Core;

/// <summary>How teams and their seats change. Cheap invariants stand at every entry (R30, R36, R41).</summary>
public sealed partial class Book
{
    private void ChangeTeamOpened(in Event e, int item, int order)
    {
        Invariant(e.Size >= 2 && e.Deadline > e.At, "R1, R3: a team opens without seats or life");
        item = ItemOf(e.Item, item);
        int team = AddRow(_teams, _freeTeams);
        _opened = team;
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
        LinkDue(item, team);
        CountTeam(item, team, TeamState.Open);
        ScheduleBy(item, e.Deadline);
        TakeSeat(e, item, team, order, Outcome.Opened);
    }

    private void ChangeSeatTaken(in Event e, int item, int team, int order)
    {
        Invariant(team != 0 && _teams[team].State == TeamState.Open, "R30: a seat is taken in a team that is not open");
        Invariant(e.At < _teams[team].DeadlineMs, "R3: a seat is taken at or after the deadline");
        TakeSeat(e, item, team, order, Outcome.Joined);
    }

    /// <summary>Gives an order, new or held, a paid seat.</summary>
    private void TakeSeat(in Event e, int item, int team, int order, Outcome outcome)
    {
        Unlist(item, team);
        if (order == 0)
        {
            Invariant(e.Via != Operation.Pay, "R33: a payment seats an order that holds nothing");
            order = AddOrder(e, item, outcome);
        }
        else
        {
            Invariant(_orders[order].State is OrderState.Held or OrderState.HoldEnded, "R35: an order is seated twice");
            DropHold(item, order);
            ref HoldRow hold = ref _holds[_orders[order].Hold];
            hold.Paid = outcome;
            hold.Payment = _payments.Keep(PaymentKey.Of(e.Payment));
            hold.Rerouted = e.Rerouted;
        }

        ref TeamRow row = ref _teams[team];
        Invariant(row.Paid + row.Held < row.Size, "R30: more members than seats");
        _orders[order].Team = team;
        _orders[order].Campaign = _terms[row.Terms].Campaign;
        SetPaid(e, item, order, OrderState.Waiting);
        CountPieces(order, 1);
        CountJoined(order, leads: outcome == Outcome.Opened);
        AddMember(ref row, order);
        row.Paid++;
        AddToSeats(item, order);
        List(item, team);
    }

    private void AddMember(ref TeamRow row, int order)
    {
        if (row.FirstMember == 0)
        {
            row.FirstMember = order;
            row.Leader = _orders[order].Buyer;
            return;
        }

        int last = row.FirstMember;
        while (_orders[last].NextMember != 0)
        {
            last = _orders[last].NextMember;
        }

        _orders[last].NextMember = order;
    }

    private void ChangeTeamFormed(in Event e, int item, int team)
    {
        Invariant(team != 0, "a team forms that does not exist");
        ref TeamRow row = ref _teams[team];
        Invariant(row.State == TeamState.Open && row.Paid == row.Size && row.Held == 0, "R30: a team forms that is not exactly full");
        Invariant(e.At < row.DeadlineMs, "R36: a team forms at or after its deadline");
        Close(e, item, team, TeamState.Formed);
        int last = 0;
        for (int order = row.FirstMember; order != 0; order = _orders[order].NextMember)
        {
            SetState(item, order, OrderState.Formed);
            CountFormed(order);
            last = order;
        }

        if (e.Order != 0)
        {
            ref OrderRow former = ref _orders[last];
            Invariant(former.Id == e.Order, "a team is formed by an order that did not take its last seat");
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
        Close(e, item, team, TeamState.Expired);
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

        Close(e, item, team, TeamState.Dissolved);
        NoteDissolved(item, team);
    }

    private void ChangeTeamMerged(in Event e, int item, int team)
    {
        int survivor = FindTeam(item, e.OtherTeam);
        Invariant(team != 0 && survivor != 0 && _teams[team].State == TeamState.Open && _teams[survivor].State == TeamState.Open,
            "R40: a merge of teams that are not both open");
        Invariant(_teams[team].Paid + _teams[survivor].Paid == _teams[survivor].Size, "R40: merged teams don't add up to the size");
        Unlist(item, survivor);
        Close(e, item, team, TeamState.Merged);
        ref TeamRow row = ref _teams[team];
        row.MergedInto = survivor;

        // The absorbed team keeps its list: it is the tail of the survivor's.
        AddMember(ref _teams[survivor], row.FirstMember);
        _teams[survivor].Paid += row.Paid;
        List(item, survivor);
    }

    private void ChangeMemberLeft(int item, int order)
    {
        ref OrderRow leaver = ref _orders[order];
        Invariant(leaver.State == OrderState.Waiting, "R7: an order leaves a team it does not wait in");
        int team = leaver.Team;
        Unlist(item, team);
        RemoveFromSeats(item, order);
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
    /// Takes an open team out of everything that only knows open ones. Its seats count no longer (R31), unless a merge moves them.
    /// </summary>
    private void Close(in Event e, int item, int team, TeamState state)
    {
        Unlist(item, team);
        ref TeamRow row = ref _teams[team];
        for (int order = row.FirstMember; order != 0 && state != TeamState.Merged; order = _orders[order].NextMember)
        {
            RemoveFromSeats(item, order);
        }

        UnlinkDue(item, team);
        row.State = state;
        row.ClosedAtMs = e.At;
        CountTeam(item, team, state);
    }

    /// <summary>A team opened, or closed in one of four ways (R19).</summary>
    private void CountTeam(int item, int team, TeamState state)
    {
        _items[item].CountTeam(state);
        _counts.AddTeam(state);
        ref TeamRow row = ref _teams[team];
        int campaign = _terms[row.Terms].Campaign;
        if (campaign != 0)
        {
            _campaigns[campaign].CountTeam(state, row.Size);
        }

        if (_items[item].Offer != 0)
        {
            _offers[_items[item].Offer].CountOpen(row.Terms, state == TeamState.Open ? 1 : -1);
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
    private void LinkDue(int item, int team)
    {
        ref ItemRow row = ref _items[item];
        ref TeamRow linked = ref _teams[team];
        int before = row.LastDue;
        while (before != 0 && _teams[before].DeadlineMs > linked.DeadlineMs)
        {
            before = _teams[before].PreviousDue;
        }

        int behind = before == 0 ? row.FirstDue : _teams[before].NextDue;
        linked.PreviousDue = before;
        linked.NextDue = behind;
        (before == 0 ? ref row.FirstDue : ref _teams[before].NextDue) = team;
        (behind == 0 ? ref row.LastDue : ref _teams[behind].PreviousDue) = team;
    }

    private void UnlinkDue(int item, int team)
    {
        ref ItemRow row = ref _items[item];
        (int before, int behind) = (_teams[team].PreviousDue, _teams[team].NextDue);
        (before == 0 ? ref row.FirstDue : ref _teams[before].NextDue) = behind;
        (behind == 0 ? ref row.LastDue : ref _teams[behind].PreviousDue) = before;
        _teams[team].PreviousDue = 0;
        _teams[team].NextDue = 0;
    }
}
