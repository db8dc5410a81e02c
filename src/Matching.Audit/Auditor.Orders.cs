using Matching.Core;

namespace Matching.Audit;

/// <summary>Orders outside teams, holds and shipping: R5, R9, R33, R35.</summary>
public sealed partial class Auditor
{
    /// <summary>The row of an order that this event brings into being; −1, and a violation, where it was there.</summary>
    private int NewOrder(in Event e)
    {
        if (_orders.Find(e.Item, e.Order) >= 0)
        {
            Fail("R35", $"order {e.Order} of item {e.Item} comes into being a second time ({e.Kind})");
            return -1;
        }

        int order = _orders.Add(e.Item, e.Order);
        _orders[order].Buyer = e.Buyer;
        if (e.DueNamed)
        {
            _dues[order] = new AmountDue(e.Due, 0, 0, 0);
        }

        return order;
    }

    /// <summary>The row of an order in one of two phases; −1, and a violation, where it is in none.</summary>
    private int Known(in Event e, string rule, OrderState state, OrderState orState)
    {
        int order = _orders.Find(e.Item, e.Order);
        if (order >= 0 && (_orders[order].State == state || _orders[order].State == orState))
        {
            return order;
        }

        Fail(rule, $"{e.Kind} of order {e.Order} of item {e.Item}, which is {(order < 0 ? "unknown" : _orders[order].State)}");
        return -1;
    }

    private void HoldPlaced(in Event e)
    {
        int order = NewOrder(e);
        if (order < 0)
        {
            return;
        }

        _orders[order].State = OrderState.Held;
        _orders[order].WasHeld = true;
        if (e.DueNamed)
        {
            _dues[order] = new AmountDue(e.Due, e.Price, e.Quantity, 0);
        }

        if (e.Deadline <= e.At)
        {
            Fail("R33", $"order {e.Order} is held at {e.At} until {e.Deadline}");
        }

        if (e.Team == 0)
        {
            _holds[order] = Promise(e);
            return;
        }

        int team = OpenTeam(e, e.Team);
        if (team >= 0)
        {
            TakeSeat(e, order, team);
            _teams[team].Held++;
            if (e.Deadline > _teams[team].DeadlineMs)
            {
                Fail("R33",
                    $"the hold of order {e.Order} ends at {e.Deadline}, past the deadline {_teams[team].DeadlineMs} of team {e.Team}");
            }

            if (e.Size != _teams[team].Size)
            {
                Fail("R33", $"the hold of order {e.Order} in team {e.Team} of {_teams[team].Size} promises a size of {e.Size}");
            }
        }

        _holds[order] = new HoldTerms(e.Deadline, team + 1) { Size = e.Size, Pieces = e.Quantity };
    }

    private void HoldEnded(in Event e)
    {
        int order = Known(e, "R33", OrderState.Held, OrderState.Held);
        if (order < 0)
        {
            return;
        }

        if (e.At != _holds[order].UntilMs)
        {
            Fail("R33", $"the hold of order {e.Order} ends at {e.At}; it was given until {_holds[order].UntilMs}");
        }

        GiveBackSeat(order);
        _orders[order].State = OrderState.HoldEnded;
    }

    private void HoldReleased(in Event e)
    {
        int order = Known(e, "R33", OrderState.Held, OrderState.HoldEnded);
        if (order < 0)
        {
            return;
        }

        if (_orders[order].State == OrderState.Held)
        {
            InTime(e, order);
            GiveBackSeat(order);
        }

        _holds.Remove(order);
        _orders[order].State = OrderState.Released;
    }

    /// <summary>The order whose payment seats it: it was held, in time or late, and in time it stays in the team it held.</summary>
    private int PaidHold(in Event e, int team)
    {
        int order = Known(e, "R33", OrderState.Held, OrderState.HoldEnded);
        if (order < 0)
        {
            return -1;
        }

        HoldTerms hold = _holds[order];
        if (_orders[order].Buyer != e.Buyer)
        {
            Fail("R35", $"order {e.Order} of buyer {_orders[order].Buyer} is seated for buyer {e.Buyer}");
        }

        if (hold.Pieces != 0 && hold.Pieces != e.Quantity)
        {
            Fail("R33", $"order {e.Order} is paid for {e.Quantity} pieces and was held for {hold.Pieces}");
        }

        if (_orders[order].State == OrderState.Held)
        {
            InTime(e, order);
            if (hold.Team != 0 && hold.Team != team + 1)
            {
                Fail("R33", $"order {e.Order} is paid in time and seated in team {e.Team} instead of the one it held");
            }

            GiveBackSeat(order);
        }

        if (_teams[team].InviteOnly && _teams[team].First != 0 && hold.Team != team + 1)
        {
            Fail("R2", $"the payment of order {e.Order} is moved into the invite-only team {e.Team}");
        }

        _holds.Remove(order);
        return order;
    }

    private void InTime(in Event e, int order)
    {
        if (e.At >= _holds[order].UntilMs)
        {
            Fail("R33", $"{e.Kind} of order {e.Order} at {e.At} takes a hold for live that ended at {_holds[order].UntilMs}");
        }
    }

    private void GiveBackSeat(int order)
    {
        if (_orders[order].Team != 0)
        {
            LeaveSeat(order);
            _teams[_orders[order].Team - 1].Held--;
            _orders[order].Team = 0;
        }
        else
        {
            EndPromise(order);
        }
    }

    private void SoloBought(in Event e)
    {
        int order = NewOrder(e);
        if (order >= 0)
        {
            _orders[order].State = OrderState.Bought;
            _orders[order].WasBought = true;
            Paid(e, order, 0);
        }
    }

    private void Shipped(in Event e)
    {
        int order = Known(e, "R5", OrderState.Formed, OrderState.Bought);
        if (order < 0)
        {
            return;
        }

        if (_orders[order].IsPending)
        {
            Fail("R7", $"order {e.Order} ships while its refund request waits");
        }

        _orders[order].State = OrderState.Shipped;
        _orders[order].WasShipped = true;
    }
}
