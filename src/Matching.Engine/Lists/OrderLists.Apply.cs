using System.Runtime.InteropServices;
using Matching.Core;

namespace Matching.Engine.Lists;

/// <summary>What each event does to the lists. States follow the events exactly as the book's do.</summary>
internal sealed partial class OrderLists
{
    /// <summary>Takes in the next event of the journal.</summary>
    public void Apply(in Event e)
    {
        switch (e.Kind)
        {
            case EventKind.TeamOpened or EventKind.SeatTaken:
                ApplySeat(e);
                break;
            case EventKind.TeamFormed:
                ApplyFormed(e);
                break;
            case EventKind.TeamExpired:
                TakeTeam(e.Team);
                break;
            case EventKind.TeamDissolved:
                ApplyDissolved(e);
                break;
            case EventKind.TeamMerged:
                ApplyMerged(e);
                break;
            case EventKind.HoldPlaced:
                ApplyHold(e);
                break;
            case EventKind.HoldEnded:
                ApplyHoldGone(e, OrderState.HoldEnded);
                break;
            case EventKind.HoldReleased:
                ApplyHoldGone(e, OrderState.Released);
                break;
            case EventKind.TimeAdvanced:
                break;
            default:
                ApplyToOrder(e);
                break;
        }
    }

    private void ApplySeat(in Event e)
    {
        int slot = Find(e);
        if (slot == 0)
        {
            slot = Add(e);
        }
        else
        {
            LeaveHeldTeam(slot);
        }

        SetPaid(e, slot);
        _rows[slot].State = OrderState.Waiting;
        AddToTeam(slot, e.Team);
    }

    private void ApplyFormed(in Event e)
    {
        for (int slot = TakeTeam(e.Team); slot != 0; slot = _rows[slot].NextInTeam)
        {
            Change(slot, OrderState.Formed, _rows[slot].Request);
        }
    }

    // Only live holds are left in it; they become promises to open (R7).
    private void ApplyDissolved(in Event e)
    {
        int slot = TakeTeam(e.Team);
        while (slot != 0)
        {
            ref ListedOrder row = ref _rows[slot];
            slot = row.NextInTeam;
            row.NextInTeam = 0;
            row.Team = 0;
        }
    }

    private void ApplyMerged(in Event e)
    {
        int slot = TakeTeam(e.Team);
        while (slot != 0)
        {
            int next = _rows[slot].NextInTeam;
            _rows[slot].NextInTeam = 0;
            AddToTeam(slot, e.OtherTeam);
            slot = next;
        }
    }

    private void ApplyHold(in Event e)
    {
        int slot = Add(e);
        _rows[slot].State = OrderState.Held;
        _rows[slot].Quantity = e.Quantity;
        SideOf(slot).UntilMs = e.Deadline;
        if (e.Team != 0)
        {
            AddToTeam(slot, e.Team);
        }
    }

    private void ApplyHoldGone(in Event e, OrderState state)
    {
        int slot = Find(e);
        LeaveHeldTeam(slot);
        _rows[slot].State = state;
    }

    private void ApplyToOrder(in Event e)
    {
        int slot = Find(e);
        if (slot == 0)
        {
            slot = Add(e);
        }

        ref ListedOrder row = ref _rows[slot];
        switch (e.Kind)
        {
            case EventKind.SoloBought:
                SetPaid(e, slot);
                Change(slot, OrderState.Bought, row.Request);
                break;
            case EventKind.RefundRequested:
                Change(slot, row.State, RequestState.Pending);
                break;
            case EventKind.RefundRejected:
                Change(slot, row.State, RequestState.Rejected);
                break;
            case EventKind.RefundWithdrawn:
                Change(slot, row.State, RequestState.Withdrawn);
                break;
            case EventKind.MemberLeft:
                RemoveFromTeam(slot);
                Change(slot, row.State, RequestState.Approved);
                break;
            case EventKind.AfterSaleGranted:
                Change(slot, row.State, RequestState.Approved);
                break;
            case EventKind.Shipped:
                row.Flags |= ListFlags.Shipped;
                Change(slot, OrderState.Shipped, row.Request);
                break;
            case EventKind.RefundOwed when IsOther(e, slot):
                OweOther(e, slot);
                break;
            case EventKind.RefundOwed:
                ApplyOwed(e, slot);
                break;
            case EventKind.RefundDone when IsOther(e, slot):
                OtherDone(e, slot);
                break;
            case EventKind.RefundDone:
                Change(slot, OrderState.Refunded, row.Request);
                break;
        }
    }

    private void ApplyOwed(in Event e, int slot)
    {
        LeaveHeldTeam(slot);
        if (e.Cause is RefundCause.LatePayment or RefundCause.UnknownPayment or RefundCause.Underpaid)
        {
            // One that names a team without sitting in it is in no chain.
            _rows[slot].Team = e.Team != 0 ? e.Team : _rows[slot].Team;
            SetPaid(e, slot);
        }

        Change(slot, OrderState.RefundOwed, _rows[slot].Request);
    }

    private void LeaveHeldTeam(int slot)
    {
        if (_rows[slot].State == OrderState.Held && _rows[slot].Team != 0)
        {
            RemoveFromTeam(slot);
        }
    }

    private void SetPaid(in Event e, int slot)
    {
        _rows[slot].Own = e.Amount;
        _rows[slot].Quantity = e.Quantity;
    }

    /// <summary>Changes what the item's two lists go by, and the lists with it.</summary>
    private void Change(int slot, OrderState state, RequestState request)
    {
        ref ListedOrder row = ref _rows[slot];
        bool mayShip = row.MayShip;
        bool waits = row.WaitsForWord;
        row.State = state;
        row.Request = request;
        if (row.MayShip != mayShip)
        {
            SetOf(_toShip, row.Item, ListFlags.InToShip, static order => order.MayShip).Note(slot, mayShip);
        }

        if (row.WaitsForWord != waits)
        {
            SetOf(_requests, row.Item, ListFlags.InRequests, static order => order.WaitsForWord).Note(slot, waits);
        }
    }

    private OrderSet SetOf(Dictionary<long, OrderSet> sets, long item, ListFlags flag, Func<ListedOrder, bool> belongs)
    {
        ref OrderSet? set = ref CollectionsMarshal.GetValueRefOrAddDefault(sets, item, out _);
        return set ??= new OrderSet(_rows, flag, belongs);
    }
}
