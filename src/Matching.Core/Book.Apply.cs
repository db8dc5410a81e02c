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
        int order = item == 0 || e.Order == 0 ? 0 : FindOrder(item, e.Order);
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
                ChangeTeamOpened(e, item, order);
                break;
            case EventKind.SeatTaken:
                ChangeSeatTaken(e, item, team, order);
                break;
            case EventKind.TeamFormed:
                ChangeTeamFormed(e.At, item, team, e.Order);
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

    private static int AddRow<T>(Rows<T> rows, FreeSlots free)
        where T : unmanaged
    {
        int slot = free.Take();
        return slot != 0 ? slot : rows.Add();
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
        int order = AddRow(_orders, _freeOrders);
        ref OrderRow row = ref _orders[order];
        row.Id = e.Order;
        row.Buyer = e.Buyer;
        row.Item = item;
        row.Source = e.Source;
        row.Flags = e.NewBuyer ? OrderFlags.NewBuyer : OrderFlags.None;
        row.CreatedBy = e.Via;
        row.First = first;
        row.Tier = e.Tier;
        row.Merchant = e.Merchant == 0 ? (byte)0 : PlaceOfMerchant(item, e.Merchant);
        if (OrderDetails.AreIn(e))
        {
            _holds[SideOf(order)].Details = new OrderDetails(e);
        }

        _orderIndex.Add(OrderHash(e.Item, e.Order), order);
        HighestOrder = Math.Max(HighestOrder, e.Order);
        return order;
    }

    /// <summary>Moves an order from one state to another, and the counts with it (R41).</summary>
    private void SetState(int item, int order, OrderState to) => SetState(ref _items[item], ref _orders[order], to);

    private void SetState(ref ItemRow item, ref OrderRow order, OrderState to)
    {
        OrderState from = order.State;
        if (from >= OrderState.Waiting)
        {
            item.Paid[from - OrderState.Waiting]--;
            _counts.AddOrders(from, -1);
        }

        if (to >= OrderState.Waiting)
        {
            item.Paid[to - OrderState.Waiting]++;
            _counts.AddOrders(to, 1);
        }

        if ((order.Campaign | order.Merchant) != 0)
        {
            CountsWith(order).MoveOrder(from, to);
        }

        order.State = to;
    }

    private void SetPaid(in Event e, int item, int order, OrderState state) => SetPaid(e, ref _items[item], ref _orders[order], state);

    private void SetPaid(in Event e, ref ItemRow item, ref OrderRow order, OrderState state)
    {
        order.Amount = e.Amount;
        order.Quantity = e.Quantity;
        SetState(ref item, ref order, state);
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
