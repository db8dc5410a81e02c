using Matching.Structures;

namespace Matching.Core;

/// <summary>Every invariant of the whole state, checked the slow way round: for tests and verification.</summary>
public sealed partial class Book
{
    /// <summary>Checks every invariant of the whole state. Changes nothing; reads every row.</summary>
    /// <exception cref="InvariantException">One does not hold; the message names the rule and the row.</exception>
    public void Validate()
    {
        ValidateLinks();
        ValidateInvites();
        Counts counted = default;
        for (int item = 1; item <= _items.Count; item++)
        {
            ValidateItem(item);
        }

        for (int team = 1; team <= _teams.Count; team++)
        {
            if (IsTeam(team))
            {
                ValidateTeam(team, ref counted);
            }
        }

        for (int order = 1; order <= _orders.Count; order++)
        {
            if (_orders[order].Id != 0)
            {
                ValidateOrder(order, ref counted);
            }
        }

        Array.ForEach(_evictedSums, evicted => counted.Add(evicted.Counts));
        counted.AfterSale = _counts.AfterSale;
        Invariant(counted == _counts, "R41: the counts differ from what they count");
        Invariant(
            _counts.TeamsOpened == _counts.TeamsOpen + _counts.TeamsFormed + _counts.TeamsExpired + _counts.TeamsDissolved
                + _counts.TeamsMerged,
            "R41: teams opened are not open + formed + expired + dissolved + merged");
        ValidateCampaigns();
    }

    private void ValidateItem(int item)
    {
        ref ItemRow row = ref _items[item];
        Invariant(FindItem(row.Id) == item, $"item {row.Id} is not found by its id");
        var buyers = new HashSet<long>();
        int open = 0;
        int seats = 0;
        long due = long.MaxValue;
        long deadline = 0;
        for (int team = row.FirstDue; team != 0; team = _teams[team].NextDue)
        {
            ref TeamRow opened = ref _teams[team];
            Invariant(opened.State == TeamState.Open && opened.Item == item, $"team {opened.Id} is listed as open");
            Invariant(opened.DeadlineMs >= deadline, $"team {opened.Id} is out of the order of deadlines");
            deadline = opened.DeadlineMs;
            due = Math.Min(due, deadline);
            open++;
            seats += opened.Paid + opened.Held;
            for (int order = opened.FirstMember; order != 0; order = _orders[order].NextMember)
            {
                Invariant(
                    buyers.Add(_orders[order].Buyer), $"R31: buyer {_orders[order].Buyer} has two seats in open teams of item {row.Id}");
                Invariant(FindSeat(ref _items[item], item, _orders[order].Buyer) == order, $"R31: the seat of order {_orders[order].Id} is not found");
            }

            for (int hold = opened.FirstHold; hold != 0; hold = _holds[hold].NextInTeam)
            {
                ref OrderRow order = ref _orders[_holds[hold].Order];
                Invariant(FindSeat(ref _items[item], item, order.Buyer) == _holds[hold].Order, $"R31: the seat of order {order.Id} is not found");
                Invariant(buyers.Add(order.Buyer), $"R31: buyer {order.Buyer} has two seats in open teams of item {row.Id}");
            }
        }

        for (int hold = Treap.First(Ending, row.Holds); hold != 0; hold = Treap.Next(Ending, row.Holds, hold))
        {
            ref OrderRow order = ref _orders[_holds[hold].Order];
            Invariant(order.State == OrderState.Held, "R33: a hold is listed that is not live");
            due = Math.Min(due, _holds[hold].UntilMs);
            if (order.Team == 0)
            {
                seats++;
                Invariant(FindSeat(ref _items[item], item, order.Buyer) != 0, $"R31: the promise of order {order.Id} is not found");
            }
        }

        Invariant(open == row.OpenTeams && seats == row.Seats, $"item {row.Id} counts its open teams, seats or promises wrongly");

        Invariant(due == long.MaxValue || (row.Wheel.DueMs != 0 && row.Wheel.DueMs <= Math.Max(due, Now)),
            $"R36: item {row.Id} falls due unseen");
    }

    private void ValidateCampaigns()
    {
        long[] seats = new long[_campaigns.Count];
        long[] seated = new long[_campaigns.Count];
        Counts[] counts = new Counts[_campaigns.Count];
        for (int order = 1; order <= _orders.Count; order++)
        {
            ref OrderRow row = ref _orders[order];
            bool promised = row.State == OrderState.Held && row.Team == 0;
            Invariant(
                row.Hold == 0 || promised || !_holds[row.Hold].WithoutSeats, $"R42: order {row.Id} lacks seats that it does not need");
            seats[row.Campaign] += SeatsOf(order);
            seated[row.Campaign] += TakesPieces(row) ? 1 : 0;
            counts[row.Campaign].MoveOrder(OrderState.None, row.State);
            counts[row.Campaign].OrdersShipped += (row.Flags & OrderFlags.Shipped) != OrderFlags.None ? 1 : 0;
        }

        for (int team = 1; team <= _teams.Count; team++)
        {
            seats[IsTeam(team) ? _terms[_teams[team].Terms].Campaign : 0] += _teams[team].State == TeamState.Open ? _teams[team].Size : 0;
        }

        for (int campaign = 1; campaign < seats.Length; campaign++)
        {
            CampaignState state = _campaigns[campaign];
            seats[campaign] += state.EvictedSeats;
            counts[campaign].Add(state.EvictedCounts);
            Invariant(
                state.SeatsTaken == seats[campaign] && state.OrdersSeated == seated[campaign] + state.EvictedSeats,
                    $"R42: campaign {state.Id} counts its seats wrongly");
            bool orders = state.Counts.Waiting == counts[campaign].Waiting && state.Counts.Formed == counts[campaign].Formed
                && state.Counts.RefundOwed == counts[campaign].RefundOwed && state.Counts.Shipped == counts[campaign].Shipped
                && state.Counts.OrdersShipped == counts[campaign].OrdersShipped;
            Invariant(orders, $"R19: campaign {state.Id} counts its orders wrongly");
        }
    }

    private void ValidateTeam(int team, ref Counts counted)
    {
        ref TeamRow row = ref _teams[team];
        Invariant(_directory.Find(row.Id) == team, $"team {row.Id} is not found by its id");
        Invariant(row.Paid + row.Held <= row.Size, $"R30: team {row.Id} has more members than seats");
        Invariant(row.State != TeamState.Formed || row.Paid == row.Size, $"R30: team {row.Id} formed without being full");
        Invariant(row.State != TeamState.Formed || row.ClosedAtMs < row.DeadlineMs, $"R36: team {row.Id} formed at or after its deadline");
        Invariant(row.State != TeamState.Expired || row.ClosedAtMs == row.DeadlineMs,
            $"R36: team {row.Id} expired at another time than its deadline");
        bool listed = row.State == TeamState.Open && !row.InviteOnly && row.SeatsLeft > 0;
        Invariant(listed == ((row.Flags & TeamFlags.Listed) != TeamFlags.None), $"R4: team {row.Id} is listed wrongly");
        int members = 0;
        for (int order = row.FirstMember; order != 0; order = _orders[order].NextMember)
        {
            members++;
            int own = _orders[order].Team;
            Invariant(own == team || _teams[own].MergedInto == team, $"order {_orders[order].Id} is listed in a team that is not its own");
        }

        Invariant(members == row.Paid, $"team {row.Id} has {members} members and counts {row.Paid}");
        Invariant(row.FirstMember == 0 || row.Leader == _orders[row.FirstMember].Buyer,
            $"R7: team {row.Id} has another leader than its first member");
        counted.TeamsOpened++;
        counted.TeamsOpen += row.State == TeamState.Open ? 1 : 0;
        counted.TeamsFormed += row.State == TeamState.Formed ? 1 : 0;
        counted.TeamsExpired += row.State == TeamState.Expired ? 1 : 0;
        counted.TeamsDissolved += row.State == TeamState.Dissolved ? 1 : 0;
        counted.TeamsMerged += row.State == TeamState.Merged ? 1 : 0;
    }

    private void ValidateOrder(int order, ref Counts counted)
    {
        ref OrderRow row = ref _orders[order];
        Invariant(FindOrder(row.Item, row.Id) == order, $"order {row.Id} is not found by its id");
        if (row.State >= OrderState.Waiting)
        {
            counted.AddOrders(row.State, 1);
        }

        counted.OrdersShipped += (row.Flags & OrderFlags.Shipped) != OrderFlags.None ? 1 : 0;
        counted.OrdersBought += WasBought(row) ? 1 : 0;
        TeamState team = row.Team == 0 ? TeamState.None : _teams[PresentTeam(order)].State;
        bool fits = row.State switch
        {
            OrderState.Held => row.Team == 0 || team == TeamState.Open,
            OrderState.Waiting => team == TeamState.Open,
            OrderState.Formed => team == TeamState.Formed,
            OrderState.Shipped => team == TeamState.Formed || row.CreatedBy == Operation.SoloBuy,
            OrderState.Bought => row.CreatedBy == Operation.SoloBuy,
            OrderState.RefundOwed or OrderState.Refunded => row.FirstRefund != 0,
            _ => true,
        };
        Invariant(fits, $"R41: order {row.Id} is {row.State} and its team is {team}");
        bool owed = false;
        foreach (ref readonly RefundRow refund in _refunds.Of(row.FirstRefund))
        {
            owed |= OrderMoney.IsOwn(refund.Cause, row.CreatedBy) && !refund.Done;
        }

        Invariant(owed == (row.State == OrderState.RefundOwed), $"R37: order {row.Id} is {row.State} and its refund says otherwise");
        ValidateMoney(order);
    }
}
