using System.Runtime.CompilerServices;
using Matching.Structures;

namespace Matching.Core;

/// <summary>
/// How teams and their seats change. Cheap invariants stand at every entry (R30, R36, R41). What makes an order comes as the command
/// that makes it, in replay as far as its event says it; rows come as refs where the caller has them: finding one again costs as much as
/// changing it.
/// </summary>
public sealed partial class Book
{
    /// <summary>A team opens with its leader's order in its first seat.</summary>
    /// <param name="c">The command behind it.</param>
    /// <param name="at">When.</param>
    /// <param name="id">The next of its partition.</param>
    /// <param name="terms">Their slot.</param>
    /// <param name="frozen">What they are.</param>
    /// <param name="inviteOnly">It is entered with the command's invite.</param>
    /// <param name="merchant">Whom a new order is made with.</param>
    /// <param name="rerouted">Another team was held.</param>
    /// <param name="its">Its item.</param>
    /// <param name="item">The slot of that.</param>
    /// <param name="order">The leader's, where it was held; 0 for a new one.</param>
    /// <param name="team">The team's slot.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TeamRow ChangeTeamOpened(
        in Command c, long at, long id, int terms, in FrozenTerms frozen, bool inviteOnly, long merchant, bool rerouted, ref ItemRow its,
        int item, int order, out int team)
    {
        Invariant(frozen.Size >= 2 && frozen.LifeMs > 0, "R1, R3: a team opens without seats or life");
        ref TeamRow row = ref AddRow(_teams, _freeTeams, out team);
        long deadline = at + frozen.LifeMs;
        row.Id = id;
        row.DeadlineMs = deadline;
        row.Item = item;
        row.Terms = terms;
        row.Size = (ushort)frozen.Size;
        row.State = TeamState.Open;
        row.Flags = TeamFlags.None;
        if (inviteOnly)
        {
            row.Flags = TeamFlags.InviteOnly;
            KeepInvite(team, c.Invite);
        }

        _directory.Add(id, team);
        LinkDue(ref its, ref row, team);
        CountTeam(ref its, row, frozen.Campaign, TeamState.Open);
        ScheduleBy(ref its, item, deadline);
        TakeSeat(c, merchant, rerouted, frozen.Campaign, ref its, item, ref row, team, order, Outcome.Opened);
        return ref row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ChangeSeatTaken(
        in Command c, long at, long merchant, bool rerouted, ref ItemRow its, int item, ref TeamRow row, int team, int order)
    {
        Invariant(team != 0 && row.State == TeamState.Open, "R30: a seat is taken in a team that is not open");
        Invariant(at < row.DeadlineMs, "R3: a seat is taken at or after the deadline");
        Unlist(ref its, ref row, team);
        TakeSeat(c, merchant, rerouted, CampaignOf(its, row), ref its, item, ref row, team, order, Outcome.Joined);
    }

    /// <summary>Gives an order, new or held, a paid seat of a team that is not listed; lists it if there is another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeSeat(
        in Command c, long merchant, bool rerouted, int campaign, ref ItemRow its, int item, ref TeamRow row, int team, int order,
        Outcome outcome)
    {
        Invariant(order != 0 || c.Operation != Operation.Pay, "R33: a payment seats an order that holds nothing");
        ref OrderRow seated = ref order == 0
            ? ref AddOrder(c, merchant, item, outcome, out order)
            : ref SeatHeld(c, item, order, outcome, rerouted);
        int left = row.SeatsLeft;
        Invariant(left > 0, "R30: more members than seats");
        seated.Team = team;
        seated.Campaign = campaign;
        seated.Amount = c.Amount;
        seated.Quantity = c.Quantity;
        seated.State = OrderState.Waiting;
        its.Paid[0]++;
        _counts.Waiting++;
        if ((campaign | seated.Merchant) != 0)
        {
            CountSeated(seated, leads: outcome == Outcome.Opened);
        }

        AddMember(ref row, order, seated.Buyer);
        row.Paid++;
        AddToSeats(ref its, item, order, seated.Buyer);
        if (left > 1)
        {
            List(ref its, ref row, team);
        }
    }

    /// <summary>An order that sits now counts for its campaign, or for whom it was made with.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountSeated(in OrderRow seated, bool leads)
    {
        CountsWith(seated).Waiting++;
        if (seated.Campaign != 0)
        {
            CountPieces(seated, 1);
            CountJoined(seated, leads);
        }
    }

    /// <summary>The hold of an order ends with a seat.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref OrderRow SeatHeld(in Command c, int item, int order, Outcome outcome, bool rerouted)
    {
        ref OrderRow row = ref _orders[order];
        Invariant(row.State is OrderState.Held or OrderState.HoldEnded, "R35: an order is seated twice");
        DropHold(item, order);
        ref HoldRow hold = ref _holds[row.Hold];
        hold.Paid = outcome;
        hold.Payment = _payments.Keep(PaymentKey.Of(c.Payment));
        hold.Rerouted = rerouted;
        return ref row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

    private void ChangeTeamFormed(long at, ref ItemRow its, int team, ref TeamRow row, long orderId)
    {
        Invariant(team != 0, "a team forms that does not exist");
        Invariant(row.State == TeamState.Open && row.Paid == row.Size && row.Held == 0, "R30: a team forms that is not exactly full");
        Invariant(at < row.DeadlineMs, "R36: a team forms at or after its deadline");
        Close(at, ref its, ref row, TeamState.Formed);

        // All its members wait until now, so the counts are moved once for all of them.
        int members = row.Paid;
        its.Paid[0] -= members;
        its.Paid[1] += members;
        _counts.Waiting -= members;
        _counts.Formed += members;
        ref OrderRow member = ref _orders[row.FirstMember];
        while (true)
        {
            Invariant(member.State == OrderState.Waiting, "R41: an order forms that does not wait");
            member.State = OrderState.Formed;
            if ((member.Campaign | member.Merchant) != 0)
            {
                CountFormed(member);
            }

            if (member.NextMember == 0)
            {
                break;
            }

            member = ref _orders[member.NextMember];
        }

        if (orderId != 0)
        {
            Invariant(member.Id == orderId, "a team is formed by an order that did not take its last seat");
            if (member.Hold == 0)
            {
                member.First = Outcome.Formed;
            }
            else
            {
                _holds[member.Hold].Paid = Outcome.Formed;
            }
        }
    }

    /// <summary>An order that waited has formed: for its campaign, or for whom it was made with.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountFormed(in OrderRow formed)
    {
        CountsWith(formed).MoveOrder(OrderState.Waiting, OrderState.Formed);
        if (formed.Campaign != 0)
        {
            CountFormed(formed, 1);
        }
    }

    private void ChangeTeamExpired(in Event e, int item, int team)
    {
        Invariant(team != 0 && _teams[team].State == TeamState.Open && _teams[team].Held == 0, "R6: a team expires that is not open");
        Invariant(e.At == _teams[team].DeadlineMs, "R36: a team expires at another time than its deadline");
        Unlist(item, team);
        Close(e.At, ref _items[item], ref _teams[team], TeamState.Expired);
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

        Close(e.At, ref _items[item], ref row, TeamState.Dissolved);
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
        ref TeamRow row = ref _teams[team];
        Close(e.At, ref _items[item], ref row, TeamState.Merged);
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Close(long at, ref ItemRow item, ref TeamRow row, TeamState state)
    {
        if (state != TeamState.Merged)
        {
            RemoveFromSeats(ref item, row);
        }

        UnlinkDue(ref item, ref row);
        row.State = state;
        row.ClosedAtMs = at;
        CountTeam(ref item, row, CampaignOf(item, row), state);
    }

    /// <summary>A team opened, or closed in one of four ways (R19).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountTeam(ref ItemRow item, in TeamRow team, int campaign, TeamState state)
    {
        item.CountTeam(state);
        _counts.AddTeam(state);
        if (item.Offer != 0)
        {
            CountTeamOffered(item.Offer, team, campaign, state);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountTeamOffered(int offer, in TeamRow team, int campaign, TeamState state)
    {
        if (campaign != 0)
        {
            _campaigns[campaign].CountTeam(state, team.Size);
        }

        _offers[offer].CountOpen(team.Terms, state == TeamState.Open ? 1 : -1);
    }

    /// <summary>The campaign of a team; 0 for none: an item that was never offered has none.</summary>
    private int CampaignOf(in ItemRow item, in TeamRow team) => item.Offer == 0 ? 0 : _terms[team.Terms].Campaign;

    private void List(int item, int team)
    {
        if (_teams[team].SeatsLeft > 0)
        {
            List(ref _items[item], ref _teams[team], team);
        }
    }

    private void Unlist(int item, int team) => Unlist(ref _items[item], ref _teams[team], team);

    /// <summary>
    /// Lists a team with a seat left for strangers when it is open to them (R2, R4). Its place in R32 order is fixed until Unlist.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void List(ref ItemRow item, ref TeamRow row, int team)
    {
        if (!row.InviteOnly)
        {
            Treap.Add(Nearest, ref item.Joinable, team);
            row.Flags |= TeamFlags.Listed;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unlist(ref ItemRow item, ref TeamRow row, int team)
    {
        if ((row.Flags & TeamFlags.Listed) != TeamFlags.None)
        {
            Treap.Remove(Nearest, ref item.Joinable, team);
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
