using System.Runtime.CompilerServices;
using Matching.Core.Campaigns;
using Matching.Structures;

namespace Matching.Core;

/// <summary>The one place where the state changes: by an event, decided a moment ago or journaled long ago.</summary>
public sealed partial class Book
{
    /// <summary>Changes the state by one event that was journaled. Recovery calls it in journal order.</summary>
    /// <param name="e">The event.</param>
    /// <param name="encoded">Its bytes, which Closed and Reopened need for their record (<see cref="RecordEvent"/>).</param>
    /// <exception cref="InvariantException">The event cannot follow what was applied before it.</exception>
    public void Apply(in Event e, ReadOnlySpan<byte> encoded = default)
    {
        int item = e.Item == 0 ? 0 : FindItem(e.Item);
        int team = item == 0 || e.Team == 0 ? 0 : FindTeam(item, e.Team);
        _orderHash = OrderHash(e.Item, e.Order);
        int order = item == 0 || e.Order == 0 ? 0 : FindOrder(item, e.Order, _orderHash);
        switch (e.Kind)
        {
            case EventKind.Closed:
                Now = Math.Max(Now, e.At);
                ChangeClosed(item, team, order, RecordEvent.RecordOf(encoded));
                break;
            case EventKind.Reopened:
                Now = Math.Max(Now, e.At);
                ChangeReopened(item, RecordEvent.RecordOf(encoded));
                break;
            default:
                Change(e, item, team, order);
                break;
        }
    }

    private void Change(in Event e, int item, int team, int order)
    {
        Now = Math.Max(Now, e.At);
        switch (e.Kind)
        {
            case EventKind.TeamOpened:
                item = ItemOf(e.Item, item);
                int terms = TermsOf(e, item);
                ChangeTeamOpened(
                    new Command(e), e.At, e.Team, terms, _terms[terms], e.InviteOnly, e.Merchant, e.Rerouted, ref _items[item], item, order,
                    out _);
                break;
            case EventKind.SeatTaken:
                ChangeSeatTaken(new Command(e), e.At, e.Merchant, e.Rerouted, ref _items[item], item, ref _teams[team], team, order);
                break;
            case EventKind.TeamFormed:
                ChangeTeamFormed(e.At, ref _items[item], team, ref _teams[team], e.Order);
                break;
            case EventKind.TeamExpired:
                ChangeTeamExpired(e, item, team);
                break;
            case EventKind.TeamDissolved:
                ChangeTeamDissolved(e, item, team);
                break;
            case EventKind.TeamMerged:
                ChangeTeamMerged(e, item, team);
                break;
            case EventKind.HoldPlaced:
                ChangeHoldPlaced(e, item, team, order);
                break;
            case EventKind.HoldEnded:
                ChangeHoldGone(item, order, OrderState.HoldEnded);
                break;
            case EventKind.HoldReleased:
                ChangeHoldGone(item, order, OrderState.Released);
                break;
            case EventKind.SoloBought:
                ChangeSoloBought(e, item, order);
                break;
            case EventKind.TimeAdvanced:
                break;
            default:
                ChangeOrder(e, item, order);
                break;
        }
    }

    private void ChangeOrder(in Event e, int item, int order)
    {
        Invariant(order != 0 || e.Kind == EventKind.RefundOwed, "an event names an order that does not exist");
        switch (e.Kind)
        {
            case EventKind.RefundRequested:
                SetRequest(order, RequestState.Pending, OrderFlags.None, OrderFlags.RequestedInSurvivor);
                break;
            case EventKind.RefundRejected:
                SetRequest(order, RequestState.Rejected, OrderFlags.EverRejected, OrderFlags.RejectedInSurvivor);
                break;
            case EventKind.RefundWithdrawn:
                SetRequest(order, RequestState.Withdrawn, OrderFlags.EverWithdrawn, OrderFlags.WithdrawnInSurvivor);
                break;
            case EventKind.MemberLeft:
                ChangeMemberLeft(item, order);
                break;
            case EventKind.AfterSaleGranted:
                Invariant(_orders[order].State is OrderState.Formed or OrderState.Shipped or OrderState.Bought,
                    "R8: an after-sale refund of an order that was not sold");
                _orders[order].Request = RequestState.Approved;
                _items[item].AfterSale++;
                _counts.AfterSale++;
                CountsWith(order).AfterSale++;
                break;
            case EventKind.RefundOwed:
                ChangeRefundOwed(e, item, order);
                break;
            case EventKind.RefundDone:
                ChangeRefundDone(e, item, order);
                break;
            case EventKind.Shipped:
                ChangeShipped(item, order);
                break;
            default:
                throw new InvariantException($"an event of unknown kind {(int)e.Kind}");
        }
    }

    internal static int AddRow<T>(Rows<T> rows, FreeSlots free)
        where T : unmanaged
    {
        return free.Count == 0 ? rows.Add() : free.Take();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T AddRow<T>(Rows<T> rows, FreeSlots free, out int slot)
        where T : unmanaged
    {
        slot = AddRow(rows, free);
        return ref rows[slot];
    }

    private int ItemOf(long id, int item)
    {
        if (item == 0)
        {
            item = _items.Add();
            _items[item].Id = id;
            _itemIndex.Add(ItemHash(id), item);
        }

        return item;
    }

    private int AddOrder(in Event e, int item, Outcome first)
    {
        AddOrder(new Command(e), e.Merchant, item, first, out int order);
        return order;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref OrderRow AddOrder(in Command c, long merchant, int item, Outcome first, out int order)
    {
        ref OrderRow row = ref AddRow(_orders, _freeOrders, out order);
        row.Id = c.Order;
        row.Buyer = c.Buyer;
        row.Item = item;
        row.Source = c.Source;
        row.Flags = c.BuyerFacts.Standing == BuyerStanding.New ? OrderFlags.NewBuyer : OrderFlags.None;
        row.CreatedBy = c.Operation;
        row.First = first;
        row.Tier = c.BuyerFacts.Tier;
        row.Merchant = merchant == 0 ? (byte)0 : PlaceOfMerchant(item, merchant);
        if (OrderDetails.AreIn(c))
        {
            KeepDetails(order, c);
        }

        _orderIndex.Add(_orderHash, order);
        HighestOrder = Math.Max(HighestOrder, c.Order);
        return ref row;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void KeepDetails(int order, in Command c) => _holds[SideOf(order)].Details = new OrderDetails(c);

    /// <summary>Moves an order from one state to another, and the counts with it (R41).</summary>
    private void SetState(int item, int order, OrderState to)
    {
        ref ItemRow its = ref _items[item];
        ref OrderRow row = ref _orders[order];
        OrderState from = row.State;
        if (from >= OrderState.Waiting)
        {
            its.Paid[from - OrderState.Waiting]--;
        }

        if (to >= OrderState.Waiting)
        {
            its.Paid[to - OrderState.Waiting]++;
        }

        _counts.MoveOrder(from, to);
        if ((row.Campaign | row.Merchant) != 0)
        {
            CountsWith(row).MoveOrder(from, to);
        }

        row.State = to;
    }

    private void SetPaid(in Event e, int item, int order, OrderState state)
    {
        _orders[order].Amount = e.Amount;
        _orders[order].Quantity = e.Quantity;
        SetState(item, order, state);
    }

    private void SetRequest(int order, RequestState request, OrderFlags ever, OrderFlags inSurvivor)
    {
        ref OrderRow row = ref _orders[order];
        Invariant(IsPaidAndHere(row.State), "R7: a refund request of an order whose money is not here");
        bool survivor = PresentTeam(order) != row.Team;
        row.Request = request;
        row.Flags = (row.Flags & ~inSurvivor) | ever | (survivor ? inSurvivor : OrderFlags.None);
        NoteClosed(row.Item, order);
    }

    private void ChangeSoloBought(in Event e, int item, int order)
    {
        Invariant(order == 0, "R35: an order is created twice");
        item = ItemOf(e.Item, item);
        order = AddOrder(e, item, Outcome.Bought);
        SetPaid(e, item, order, OrderState.Bought);
        _items[item].OrdersBought++;
        _counts.OrdersBought++;
        CountsWith(order).OrdersBought++;
    }

    private void ChangeShipped(int item, int order)
    {
        ref OrderRow row = ref _orders[order];
        Invariant(
            row.Request != RequestState.Pending
                && (row.State == OrderState.Bought
                    || (row.State == OrderState.Formed && _teams[PresentTeam(order)].State == TeamState.Formed)),
            "R5: an order ships whose team has not formed");
        row.Flags |= OrderFlags.Shipped;
        SetState(item, order, OrderState.Shipped);
        _items[item].OrdersShipped++;
        _counts.OrdersShipped++;
        CountsWith(order).OrdersShipped++;
        NoteClosed(item, order);
    }
}
