using System.Runtime.InteropServices;
using Matching.Structures;

namespace Matching.Core;

/// <content>
/// Where the links of rows lead: to a row that is there, of the same item, that knows of it. A slot is used again, so a link to a row that
/// left is sooner or later one to another item's. Checked before anything that follows links.
/// </content>
public sealed partial class Book
{
    /// <summary>How often each row is meant by others, by slot.</summary>
    private sealed class Linked(int items, int teams)
    {
        /// <summary>Orders that sit in a team.</summary>
        public int[] Members { get; } = new int[teams + 1];

        /// <summary>Orders that name a team and do not sit in it, by the hold or because they left.</summary>
        public int[] Named { get; } = new int[teams + 1];

        /// <summary>Joinable teams of an item.</summary>
        public int[] Joinable { get; } = new int[items + 1];

        /// <summary>Live holds of an item.</summary>
        public int[] Holds { get; } = new int[items + 1];
    }

    private void ValidateLinks()
    {
        ValidateSlots(_teams, _freeTeams, "teams");
        ValidateSlots(_orders, _freeOrders, "orders");
        ValidateSlots(_holds, _freeHolds, "holds");
        var linked = new Linked(_items.Count, _teams.Count);
        int refunds = 0;
        for (int order = 1; order <= _orders.Count; order++)
        {
            refunds += _orders[order].Id == 0 ? 0 : ValidateOrderLinks(order, linked);
        }

        for (int hold = 1; hold <= _holds.Count; hold++)
        {
            ValidateHoldLinks(hold, linked);
        }

        for (int team = 1; team <= _teams.Count; team++)
        {
            ValidateTeamLinks(team, linked);
        }

        for (int item = 1; item <= _items.Count; item++)
        {
            ValidateItemLinks(item, linked);
        }

        ValidatePayments();
        _refunds.Validate(refunds);
        ValidateIndexes();
    }

    /// <summary>Each text of a payment is one row's, and whole exactly as long as a refund entry shows it.</summary>
    private void ValidatePayments()
    {
        HashSet<long> texts = [];
        int whole = 0;
        for (int hold = 1; hold <= _holds.Count; hold++)
        {
            Invariant(
                !PaymentTexts.IsText(_holds[hold].Payment) || texts.Add(_holds[hold].Payment), "R35: two rows have one payment's text");
        }

        for (int refund = 1; refund <= _refunds.Count; refund++)
        {
            ref readonly RefundRow row = ref _refunds[refund];
            if (PaymentTexts.IsText(row.Payment))
            {
                Invariant(texts.Add(row.Payment), "R35: two rows have one payment's text");
                Invariant(row.Done || PaymentKey.Of(_payments.Whole(row.Payment)) == _payments.KeyOf(row.Payment),
                    "R37: a payment owed back is not known by its text");
                whole += row.Done ? 0 : 1;
            }
        }

        Invariant(texts.Count == _payments.Count && whole == _payments.CountWhole, "R35: texts of payments are kept that no row has");
    }

    private void ValidateIndexes()
    {
        int seats = 0;
        int teams = 0;
        int scheduled = 0;
        for (int item = 1; item <= _items.Count; item++)
        {
            seats += _items[item].SeatsIndexed ? _items[item].Seats : 0;
            scheduled += _items[item].Wheel.DueMs == 0 ? 0 : 1;
        }

        for (int team = 1; team <= _teams.Count; team++)
        {
            teams += IsTeam(team) ? 1 : 0;
        }

        Invariant(_itemIndex.Count == _items.Count, "the index of items does not hold each of them once");
        Invariant(_orderIndex.Count == OrdersHere, "the index of orders does not hold each of them once");
        Invariant(_seatIndex.Count == seats, "R31: the index of seats does not hold each of them once");
        Invariant(_directory.CountHere() == teams, "the directory of teams does not hold each of them once");
        Invariant(_wheel.Count == scheduled, "R36: the wheel does not hold each item that is due once");
    }

    /// <summary>Rows given back are empty, and all others are not.</summary>
    internal static void ValidateSlots<T>(Rows<T> rows, FreeSlots free, string what)
        where T : unmanaged
    {
        int empty = 0;
        for (int slot = 1; slot <= rows.Count; slot++)
        {
            empty += MemoryMarshal.AsBytes(new Span<T>(ref rows[slot])).ContainsAnyExcept((byte)0) ? 0 : 1;
        }

        Invariant(empty == free.Count, $"{empty} rows of {what} are empty, and {free.Count} were given back");
    }

    /// <returns>Refund entries in its list.</returns>
    private int ValidateOrderLinks(int order, Linked linked)
    {
        ref OrderRow row = ref _orders[order];
        string name = $"order {row.Id}";
        Invariant(
            row.Item > 0 && row.Item <= _items.Count && row.Campaign < _campaigns.Count, $"{name} has no item, or a campaign that is none");
        Invariant(row.Team == 0 || IsTeamOf(row.Item, row.Team), $"{name} names a team that is not there, or another item's");
        Invariant(
            row.Side == 0 || (IsRow(_holds, row.Side) && _holds[row.Side].Order == order), $"{name} names a side row that is not its own");
        int seat = SeatOf(order);
        linked.Members[seat]++;
        linked.Named[row.Team] += (row.Flags & OrderFlags.OutOfTeam) == OrderFlags.None ? 0 : 1;
        linked.Holds[row.Item] += row.State == OrderState.Held ? 1 : 0;
        int next = row.NextMember;
        Invariant(
            next == 0 || (seat != 0 && IsRow(_orders, next) && _orders[next].Item == row.Item && SeatOf(next) == seat),
            $"{name} is followed by one that does not sit in its team");
        int refunds = 0;
        for (int refund = row.FirstRefund; refund != 0; refund = _refunds[refund].Next)
        {
            Invariant(
                refund > 0 && refund <= _refunds.Count && _refunds[refund].Order == order && refunds < _refunds.Count,
                $"R37: {name} lists a refund that is not its own");
            ref readonly RefundRow owed = ref _refunds[refund];
            Invariant(!owed.Done || (owed.Left | owed.Right) == 0, $"R37: a refund of {name} is done and linked as owed");
            refunds++;
        }

        return refunds;
    }

    private void ValidateHoldLinks(int hold, Linked linked)
    {
        ref HoldRow row = ref _holds[hold];
        if (row.Order == 0)
        {
            return;
        }

        Invariant(IsRow(_orders, row.Order) && _orders[row.Order].Side == hold, "R33: a side row names an order that is not its own");
        ref OrderRow order = ref _orders[row.Order];
        string name = $"the hold of order {order.Id}";
        Invariant(
            row.FirstTeam == 0 || IsTeamOf(order.Item, row.FirstTeam), $"R33: {name} names a team that is not there, or another item's");
        linked.Named[row.FirstTeam]++;
        bool live = order.State == OrderState.Held;
        Invariant(live || (row.Left | row.Right) == 0, $"R33: {name} has ended and is linked as live");
        bool follows = row.NextInTeam == 0 || (live && order.Team != 0 && IsHoldIn(order.Team, row.NextInTeam));
        Invariant(follows, $"R33: {name} is followed by one that holds no seat of its team");
    }

    private void ValidateTeamLinks(int team, Linked linked)
    {
        ref TeamRow row = ref _teams[team];
        if (row.Id == 0)
        {
            return;
        }

        (int members, int named) = (linked.Members[team], linked.Named[team]);
        Invariant(row.Item > 0 && row.Item <= _items.Count, $"team {row.Id} has no item");
        Invariant(_evicted is null || Named(team) == named, $"team {row.Id} is named by {named} orders and counts {Named(team)}");
        if (!IsTeam(team))
        {
            TeamRow stub = new() { Id = row.Id, DeadlineMs = row.DeadlineMs, Item = row.Item, Flags = TeamFlags.Stub };
            bool bare = MemoryMarshal.AsBytes(new Span<TeamRow>(ref row)).SequenceEqual(MemoryMarshal.AsBytes(new Span<TeamRow>(ref stub)));
            Invariant(bare && named > 0, $"what is left of team {row.Id} is more than its name, or nobody names it");
            return;
        }

        bool open = row.State == TeamState.Open;
        bool merged = row.State == TeamState.Merged;
        Invariant(merged ? members == 0 : members == row.Paid, $"team {row.Id} counts {row.Paid} members, and {members} orders sit in it");
        Invariant(!merged || (IsTeamOf(row.Item, row.MergedInto) && _teams[row.MergedInto].State == TeamState.Formed),
            $"R40: team {row.Id} was merged into none");
        int first = row.FirstMember;
        Invariant(first == 0 || (IsRow(_orders, first) && SeatOf(first) == (merged ? row.MergedInto : team)),
            $"team {row.Id} is led by one that does not sit in it");
        Invariant(open || (row.FirstHold == 0 && row.Held == 0), $"R33: team {row.Id} is {row.State} and has holds");
        int holds = 0;
        for (int hold = row.FirstHold; hold != 0 && holds <= row.Held; hold = _holds[hold].NextInTeam, holds++)
        {
            Invariant(IsHoldIn(team, hold), $"R33: team {row.Id} lists a hold that keeps no seat of it");
        }

        Invariant(holds == row.Held, $"R33: team {row.Id} counts {row.Held} holds and lists others");
        bool listed = (row.Flags & TeamFlags.Listed) != TeamFlags.None;
        linked.Joinable[row.Item] += listed ? 1 : 0;
        Invariant(!open || listed || (row.Left | row.Right) == 0, $"R4: team {row.Id} is not joinable and linked as if");
        Invariant(
            open ? IsBetween(row.Item, team) : row.NextDue == 0 && (merged || row.PreviousDue == 0),
            $"R36: team {row.Id} is {row.State} and stands wrongly among those that are due");
    }

    /// <summary>Whether an open team's neighbours by deadline know of it.</summary>
    private bool IsBetween(int item, int team)
    {
        (int before, int behind) = (_teams[team].PreviousDue, _teams[team].NextDue);
        bool begins = before == 0 ? _items[item].FirstDue == team : IsOpenIn(item, before) && _teams[before].NextDue == team;
        return begins && (behind == 0 ? _items[item].LastDue == team : IsOpenIn(item, behind) && _teams[behind].PreviousDue == team);
    }

    private void ValidateItemLinks(int item, Linked linked)
    {
        ref ItemRow row = ref _items[item];
        Invariant(row.Offer < _offers.Count, $"item {row.Id} has an offer that is none");
        (int before, int behind) = (row.Wheel.Previous, row.Wheel.Next);
        bool scheduled = row.Wheel.DueMs != 0;
        Invariant(
            (before == 0 || (scheduled && IsRow(_items, before) && _items[before].Wheel.Next == item))
                && (behind == 0 || (scheduled && IsRow(_items, behind) && _items[behind].Wheel.Previous == item)),
            $"R36: item {row.Id} stands wrongly in the wheel");
        ValidateMembers(
            Nearest, row.Joinable, slot => IsOpenIn(item, slot) && (_teams[slot].Flags & TeamFlags.Listed) != TeamFlags.None,
                linked.Joinable[item],
            $"R4: the list of joinable teams of item {row.Id}");
        ValidateMembers(
            Ending, row.Holds, slot => IsRow(_holds, slot) && _orders[_holds[slot].Order] is { State: OrderState.Held } order
                && order.Item == item, linked.Holds[item],
            $"R33: the list of live holds of item {row.Id}");
    }

    /// <summary>An ordered set has so many members, each of which belongs to it and stands behind the one before.</summary>
    internal static void ValidateMembers<TRows>(TRows rows, int root, Func<int, bool> belongs, int count, string what)
        where TRows : struct, ITreapRows
    {
        int last = 0;
        Walk(root);
        Invariant(count == 0, $"{what} lacks {count}");

        void Walk(int slot)
        {
            if (slot == 0)
            {
                return;
            }

            Invariant(count-- > 0 && belongs(slot), $"{what} has one too many");
            Walk(rows.Left(slot));
            Invariant(last == 0 || rows.Before(last, slot), $"{what} is out of its order");
            last = slot;
            Walk(rows.Right(slot));
        }
    }

    private bool IsTeamOf(int item, int team) => team > 0 && team <= _teams.Count && _teams[team].Id != 0 && _teams[team].Item == item;

    private bool IsOpenIn(int item, int team) => IsTeamOf(item, team) && _teams[team].State == TeamState.Open;

    private bool IsHoldIn(int team, int hold) =>
        IsRow(_holds, hold) && _orders[_holds[hold].Order] is { State: OrderState.Held } order && order.Team == team;

    private static bool IsRow<T>(Rows<T> rows, int slot)
        where T : unmanaged => slot > 0 && slot <= rows.Count;
}
