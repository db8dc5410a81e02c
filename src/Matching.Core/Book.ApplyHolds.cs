using System.Runtime.CompilerServices;
using Matching.Structures;

namespace Matching.Core;

/// <summary>How holds, seats of buyers and refund entries change.</summary>
public sealed partial class Book
{
    private void ChangeHoldPlaced(in Event e, int item, int team, int order)
    {
        Invariant(order == 0, "R35: an order is created twice");
        item = ItemOf(e.Item, item);
        order = AddOrder(e, item, Outcome.Held);
        int hold = SideOf(order);
        ref HoldRow row = ref _holds[hold];
        row.UntilMs = e.Deadline;
        row.Terms = TermsOf(e, item);
        row.FirstTeam = team;
        Name(team);
        row.OpenNew = e.OpenNew;
        _orders[order].Quantity = e.Quantity;
        _orders[order].Team = team;
        _orders[order].Campaign = _terms[row.Terms].Campaign;
        CountPieces(_orders[order], 1);
        SetState(item, order, OrderState.Held);
        Treap.Add(Ending, ref _items[item].Holds, hold);
        if (team == 0)
        {
            CountSeats(_orders[order].Campaign, e.Size);
        }
        else
        {
            Unlist(item, team);
            ref TeamRow held = ref _teams[team];
            Invariant(held.State == TeamState.Open && held.SeatsLeft > 0, "R30: a hold without a free seat");
            Invariant(e.Deadline <= held.DeadlineMs, "R33: a hold outlives its team");
            held.Held++;
            row.NextInTeam = held.FirstHold;
            held.FirstHold = hold;
            List(item, team);
        }

        AddToSeats(ref _items[item], item, order, e.Buyer);
        ScheduleBy(item, e.Deadline);
    }

    /// <summary>The order's side row; it is made where there is none.</summary>
    private int SideOf(int order)
    {
        if (_orders[order].Side == 0)
        {
            int side = AddRow(_holds, _freeHolds);
            _holds[side].Order = order;
            _orders[order].Side = side;
        }

        return _orders[order].Side;
    }

    private void ChangeHoldGone(int item, int order, OrderState state)
    {
        Invariant(order != 0 && _orders[order].State is OrderState.Held or OrderState.HoldEnded, "R33: a hold ends that is not held");
        int team = _orders[order].State == OrderState.Held ? _orders[order].Team : 0;
        if (team != 0)
        {
            Unlist(item, team);
        }

        DropHold(item, order);
        if (team != 0)
        {
            List(item, team);
        }

        SetState(item, order, state);
        NoteClosed(item, order);
    }

    /// <summary>
    /// Takes a live hold out of its item and team; of an ended one nothing is left to take. The caller lists the team anew.
    /// </summary>
    private void DropHold(int item, int order)
    {
        if (_orders[order].State != OrderState.Held)
        {
            return;
        }

        CountPieces(_orders[order], -1);
        CountSeats(_orders[order].Campaign, -SeatsOf(order));
        int hold = _orders[order].Hold;
        Treap.Remove(Ending, ref _items[item].Holds, hold);
        RemoveFromSeats(ref _items[item], order, _orders[order].Buyer);
        int team = _orders[order].Team;
        if (team == 0)
        {
            _holds[hold].WithoutSeats = false;
            return;
        }

        ref int link = ref _teams[team].FirstHold;
        while (link != hold)
        {
            link = ref _holds[link].NextInTeam;
        }

        link = _holds[hold].NextInTeam;
        _holds[hold].NextInTeam = 0;
        _teams[team].Held--;
    }

    private void ChangeRefundOwed(in Event e, int item, int order)
    {
        if (order == 0)
        {
            order = AddOwedOrder(e, ref item);
        }

        switch (e.Cause)
        {
            case RefundCause.Overpaid or RefundCause.PriceDifference:
                Invariant(IsPaidAndHere(_orders[order].State) && e.Amount <= MoneyOf(order).Kept, "R46: more is owed back than is kept");
                break;
            case RefundCause.SecondPayment:
                break;
            case RefundCause.Underpaid when e.Via == Operation.None:
                Invariant(_orders[order].State is OrderState.Held or OrderState.HoldEnded, "R46: too little is paid for what is not held");
                break;
            case RefundCause.Underpaid:
                SetPaid(e, item, order, OrderState.RefundOwed);
                break;
            case RefundCause.LatePayment or RefundCause.UnknownPayment:
                DropHold(item, order);
                ref HoldRow hold = ref _holds[_orders[order].Hold];
                Invariant(hold.Paid == Outcome.None, "R35: a payment is owed back that was seated");
                hold.Paid = Outcome.RefundOwed;
                hold.Payment = _payments.Keep(PaymentKey.Of(e.Payment));
                SetPaid(e, item, order, OrderState.RefundOwed);
                break;
            default:
                Invariant(
                    IsPaidAndHere(_orders[order].State) && e.Amount == MoneyOf(order).Kept,
                        "R41: money is owed back that is not here, or not all of it is");
                if ((_orders[order].Flags & OrderFlags.Shipped) == OrderFlags.None)
                {
                    CountPieces(_orders[order], -1);
                    CountSeats(_orders[order].Campaign, e.Cause == RefundCause.AfterSale ? -1 : 0);
                }

                if (e.Cause == RefundCause.AfterSale && _orders[order].Campaign != 0)
                {
                    CountFormed(_orders[order], -1);
                }

                SetState(item, order, OrderState.RefundOwed);
                break;
        }

        _refunds.Add(ref _orders[order].FirstRefund, new RefundRow
        {
            Amount = e.Amount,
            SinceMs = e.At,
            Payment = _payments.KeepWhole(e.Payment),
            Order = order,
            Cause = e.Cause,
        });
    }

    /// <summary>
    /// An order that its payment made, which seats nobody: it was unknown (R33), or what a join brought was too little (R46).
    /// </summary>
    private int AddOwedOrder(in Event e, ref int item)
    {
        bool tooLittle = e.Cause == RefundCause.Underpaid && e.Via is not (Operation.None or Operation.Pay);
        Invariant(tooLittle || e.Cause == RefundCause.UnknownPayment, "R33: money is owed for an order that does not exist");
        item = ItemOf(e.Item, item);
        int order = AddOrder(e, item, Outcome.RefundOwed);
        if (!tooLittle)
        {
            SideOf(order);
            return order;
        }

        ref OrderRow row = ref _orders[order];
        row.Campaign = CampaignOf(e, item);
        row.Team = e.Team == 0 ? 0 : FindTeam(item, e.Team);
        row.Flags |= OrderFlags.OutOfTeam;
        Name(row.Team);
        return order;
    }

    private void ChangeRefundDone(in Event e, int item, int order)
    {
        _refunds.SetDone(_orders[order].FirstRefund, e.Cause, e.Payment);
        if (OrderMoney.IsOwn(e.Cause, _orders[order].CreatedBy))
        {
            SetState(item, order, OrderState.Refunded);
        }

        NoteClosed(item, order);
    }

    /// <summary>A buyer's seat, paid or held, or his promise to open counts from now on (R31).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddToSeats(ref ItemRow row, int item, int order, long buyer)
    {
        row.Seats++;
        if (row.SeatsIndexed)
        {
            _seatIndex.Add(SeatHash(row.Id, buyer), order);
        }
        else if (row.Seats > SeatsToIndex)
        {
            IndexSeats(item);
        }
    }

    private void RemoveFromSeats(ref ItemRow row, int order, long buyer)
    {
        row.Seats--;
        if (row.SeatsIndexed)
        {
            _seatIndex.Remove(SeatHash(row.Id, buyer), order);
            row.SeatsIndexed = row.Seats > 0;
        }
    }

    /// <summary>The seats of all paid members of a team.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RemoveFromSeats(ref ItemRow row, in TeamRow team)
    {
        if (row.SeatsIndexed)
        {
            RemoveMembers(ref row, team.FirstMember);
        }
        else
        {
            row.Seats -= team.Paid;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RemoveMembers(ref ItemRow row, int member)
    {
        for (; member != 0; member = _orders[member].NextMember)
        {
            RemoveFromSeats(ref row, member, _orders[member].Buyer);
        }
    }

    /// <summary>Too many seats to scan: all of them, promises and the newest included, go into the index until none is left.</summary>
    private void IndexSeats(int item)
    {
        ref ItemRow row = ref _items[item];
        row.SeatsIndexed = true;
        for (int team = row.FirstDue; team != 0; team = _teams[team].NextDue)
        {
            for (int order = _teams[team].FirstMember; order != 0; order = _orders[order].NextMember)
            {
                _seatIndex.Add(SeatHash(row.Id, _orders[order].Buyer), order);
            }

            for (int hold = _teams[team].FirstHold; hold != 0; hold = _holds[hold].NextInTeam)
            {
                int order = _holds[hold].Order;
                _seatIndex.Add(SeatHash(row.Id, _orders[order].Buyer), order);
            }
        }

        for (int hold = Treap.First(Ending, row.Holds); hold != 0; hold = Treap.Next(Ending, row.Holds, hold))
        {
            int order = _holds[hold].Order;
            if (_orders[order].Team == 0)
            {
                _seatIndex.Add(SeatHash(row.Id, _orders[order].Buyer), order);
            }
        }
    }
}
