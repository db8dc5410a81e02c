using System.Runtime.CompilerServices;
using Matching.Structures;

namespace Matching.Core;

public sealed partial class Book
{
    // A scan of this many seats costs about what the index costs to keep.
    private const int SeatsToIndex = 8;

    private readonly struct ItemWheelRows(Rows<ItemRow> items) : IWheelRows
    {
        public ref WheelLink Link(int slot) => ref items[slot].Wheel;
    }

    private readonly struct ItemKey(Rows<ItemRow> items, long id) : ISlotKey
    {
        public bool Is(int slot) => items[slot].Id == id;
    }

    private readonly struct OrderKey(Rows<OrderRow> orders, int item, long id) : ISlotKey
    {
        public bool Is(int slot)
        {
            ref OrderRow order = ref orders[slot];
            return order.Id == id && order.Item == item;
        }
    }

    private readonly struct SeatKey(Rows<OrderRow> orders, int item, long buyer, int but) : ISlotKey
    {
        public bool Is(int slot)
        {
            ref OrderRow order = ref orders[slot];
            return order.Buyer == buyer && order.Item == item && slot != but;
        }
    }

    /// <summary>R32: fewest seats left, then the nearest deadline, then the oldest.</summary>
    private readonly struct NearestFirst(Rows<TeamRow> teams) : ITreapRows
    {
        public bool Before(int a, int b)
        {
            ref TeamRow first = ref teams[a];
            ref TeamRow second = ref teams[b];
            if (first.SeatsLeft != second.SeatsLeft)
            {
                return first.SeatsLeft < second.SeatsLeft;
            }

            return first.DeadlineMs != second.DeadlineMs ? first.DeadlineMs < second.DeadlineMs : first.Id < second.Id;
        }

        public ref int Left(int slot) => ref teams[slot].Left;

        public ref int Right(int slot) => ref teams[slot].Right;
    }

    /// <summary>Holds by their end, then by order: a slot may be used again, so it says nothing of which came first.</summary>
    private readonly struct EndingFirst(Rows<HoldRow> holds, Rows<OrderRow> orders) : ITreapRows
    {
        public bool Before(int a, int b)
        {
            long first = holds[a].UntilMs;
            long second = holds[b].UntilMs;
            return first != second ? first < second : orders[holds[a].Order].Id < orders[holds[b].Order].Id;
        }

        public ref int Left(int slot) => ref holds[slot].Left;

        public ref int Right(int slot) => ref holds[slot].Right;
    }

    private NearestFirst Nearest => new(_teams);

    private EndingFirst Ending => new(_holds, _orders);

    private static ulong OrderHash(long item, long order) => Mix.Of(item, order);

    // One multiplication spreads ids well enough where they are few, and all of 32 bits are looked at. Not that of the partitions: the
    // items of a shard have part of its high bits in common.
    private static ulong ItemHash(long item) => (ulong)item * 0xD6E8FEB86659FD93UL >> 32;

    private int FindItem(long id) => _itemIndex.Find(ItemHash(id), new ItemKey(_items, id));

    private int FindOrder(int item, long id) => FindOrder(item, id, OrderHash(_items[item].Id, id));

    private int FindOrder(int item, long id, ulong hash) => _orderIndex.Find(hash, new OrderKey(_orders, item, id));

    private int FindTeam(int item, long id)
    {
        int team = _directory.Find(id);
        return team != 0 && _teams[team].Item == item ? team : 0;
    }

    /// <summary>The best joinable team (R32) of these prices; not <paramref name="but"/>. 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Best(int root, PriceRange prices, int but)
    {
        int team = Treap.First(Nearest, root);
        return but == 0 && prices.IsAny ? team : BestPriced(root, team, prices, but);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int BestPriced(int root, int team, PriceRange prices, int but)
    {
        while (team != 0 && (team == but || (!prices.IsAny && !prices.Holds(_terms[_teams[team].Terms].Price))))
        {
            team = Treap.Next(Nearest, root, team);
        }

        return team;
    }

    /// <summary>
    /// The best joinable team in which who asks could take a seat now, by his standing and his limits (R21, R32, R42), of these
    /// prices; not <paramref name="but"/>. 0 for none. That he has no other seat (R31) is not looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BestFor(ref ItemRow its, PriceRange prices, in Command c, int held = 0, int but = 0) =>
        its.Offer == 0 ? Best(its.Joinable, prices, but) : BestOffered(its.Joinable, its.Offer, prices, c, held, but);

    private int BestOffered(int root, int offer, PriceRange prices, in Command c, int held, int but)
    {
        int first = Treap.First(Nearest, root);
        int team = first;
        while (team != 0 && (team == but || !Suits(_teams[team].Terms, prices, c, held)))
        {
            if (team == first && !AnySuits(offer, prices, c, held))
            {
                return 0;
            }

            team = Treap.Next(Nearest, root, team);
        }

        return team;
    }

    /// <summary>
    /// The order by which a buyer has a seat, paid or held, in an open team of the item, or promises to open one (R31); not
    /// <paramref name="but"/>. 0 for none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindSeat(ref ItemRow its, int item, long buyer, int but = 0)
    {
        int seats = 0;
        if (!its.SeatsIndexed)
        {
            for (int team = its.FirstDue; team != 0;)
            {
                ref TeamRow due = ref _teams[team];
                int order = SeatIn(due, buyer);
                if (order != 0 && order != but)
                {
                    return order;
                }

                seats += due.Paid + due.Held;
                team = due.NextDue;
            }
        }

        // What no team has is promised.
        return seats == its.Seats ? 0 : FindOtherSeat(its, item, buyer, but);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FindOtherSeat(in ItemRow its, int item, long buyer, int but) => its.SeatsIndexed
        ? _seatIndex.Find(SeatHash(its.Id, buyer), new SeatKey(_orders, item, buyer, but))
        : FindPromise(item, buyer, but);

    private int FindPromise(int item, long buyer, int but)
    {
        int root = _items[item].Holds;
        for (int hold = Treap.First(Ending, root); hold != 0; hold = Treap.Next(Ending, root, hold))
        {
            int order = _holds[hold].Order;
            if (order != but && _orders[order].Team == 0 && _orders[order].Buyer == buyer)
            {
                return order;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SeatIn(in TeamRow row, long buyer) => row.Paid == 1 & row.FirstHold == 0
        ? row.Leader == buyer ? row.FirstMember : 0
        : SeatInList(row, buyer);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SeatInList(in TeamRow row, long buyer)
    {
        for (int order = row.FirstMember; order != 0; order = _orders[order].NextMember)
        {
            if (_orders[order].Buyer == buyer)
            {
                return order;
            }
        }

        for (int hold = row.FirstHold; hold != 0; hold = _holds[hold].NextInTeam)
        {
            if (_orders[_holds[hold].Order].Buyer == buyer)
            {
                return _holds[hold].Order;
            }
        }

        return 0;
    }

    private static ulong SeatHash(long item, long buyer) => Mix.Of(~item, buyer);

    /// <summary>The team an order belongs to now: the survivor where the one it sits in was merged (R40). 0 for none.</summary>
    private int PresentTeam(int order)
    {
        ref OrderRow row = ref _orders[order];
        if (row.Team == 0 || _teams[row.Team].State != TeamState.Merged || (row.Flags & OrderFlags.OutOfTeam) != OrderFlags.None)
        {
            return row.Team;
        }

        bool seated = row.Hold == 0 || _holds[row.Hold].Paid is Outcome.Opened or Outcome.Joined or Outcome.Formed;
        return seated ? _teams[row.Team].MergedInto : row.Team;
    }
}
