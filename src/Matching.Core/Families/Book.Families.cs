using Matching.Core.Tables;
using Matching.Structures;

namespace Matching.Core;

/// <content>
/// Families: what leaves the book together. A closed team with its members' orders, and the team it absorbed (R40); or an order that
/// sits in none. A family is closed when no event can come to it but by a command that names one of its orders: teams not open, orders
/// shipped, refunded, or never paid, nothing owed, nothing asked.
/// <para>
/// Closing is an event: the owner has closed families journaled with their whole record (<see cref="EvictClosed"/>), and applying that event,
/// in service as in recovery, takes their rows out. A command that changes one later journals it reopened first, with the same record.
/// So a state follows from the journal alone. Counts stay, and so does the sum of the closed rows' hashes: a state hashes alike whatever
/// of it was closed, and when. A team that orders outside its family still name (they once held a seat of it) leaves a stub behind: its
/// id and deadline, which is all they need.
/// </para>
/// </content>
public sealed partial class Book
{
    private readonly FreeSlots _freeTeams = new();
    private readonly FreeSlots _freeOrders = new();
    private readonly FreeSlots _freeHolds = new();
    private readonly ClosedQueue _closed = new();

    // How many orders name a team without being a member of it: by a hold that was placed in it, or because they left it.
    private readonly Rows<int> _named = new();
    private OrderFilter? _evicted;

    // What the evicted rows of a partition hashed and counted to.
    private EvictedSums[] _evictedSums = [];

    /// <summary>Whether closed families leave this book.</summary>
    public bool Evicts => _evicted is not null;

    /// <summary>Orders that have left, those that were reopened since included.</summary>
    public long EvictedOrders => _evicted?.Count ?? 0;

    /// <summary>Closed families in the book. 0 where it keeps everything.</summary>
    public long ClosedWaiting => _closed.Count;

    /// <summary>Orders in memory.</summary>
    public int OrdersHere => _orders.Count - _freeOrders.Count;

    /// <summary>Teams in memory, stubs included.</summary>
    public int TeamsHere => _teams.Count - _freeTeams.Count;

    /// <summary>Holds and refund entries in memory.</summary>
    public int HoldsAndRefundsHere => _holds.Count - _freeHolds.Count + _refunds.InUse;

    /// <summary>Counts of what was evicted, within those of the book.</summary>
    public Counts CountEvicted()
    {
        Counts sum = default;
        Array.ForEach(_evictedSums, evicted => sum.Add(evicted.Counts));
        return sum;
    }

    /// <summary>Bytes of the filter of evicted orders; 0 where the book keeps everything.</summary>
    public long FilterBytes => _evicted?.Bytes ?? 0;

    /// <summary>Closed families leave this book from now on, by <see cref="EvictClosed"/>. To be called before the first event.</summary>
    /// <param name="expectedOrders">Orders that will be evicted, of all partitions: the filter's first size; it grows.</param>
    public void KeepOnlyOpen(long expectedOrders)
    {
        _evicted = new OrderFilter(expectedOrders);
        _evictedSums = new EvictedSums[BookOptions.Partitions];
    }

    /// <summary>
    /// Journals closed families, the first closed first, and lets their rows go. Their records stay in the book until the owner says that
    /// its ledger has them (<see cref="ForgetWritten"/>).
    /// </summary>
    /// <param name="families">How many at most are looked at.</param>
    /// <param name="keep">So many of those closed last stay: what is asked soon after is answered from here.</param>
    /// <returns>True when no more than those are left.</returns>
    public bool EvictClosed(int families, long keep)
    {
        for (; _closed.Count > keep; families--)
        {
            if (families == 0)
            {
                return false;
            }

            (int team, int order) = RowsOf(_closed.Peek());
            _closed.Drop();
            if ((team | order) != 0)
            {
                Evict(team, order);
            }
        }

        return true;
    }

    private void Evict(int team, int order)
    {
        long item = _items[team != 0 ? _teams[team].Item : _orders[order].Item].Id;
        int absorbed = AbsorbedBy(team);
        ulong hash = HashOfFamily(team, absorbed, order);
        ReadOnlySpan<byte> record = WriteFamily(item, team, absorbed, order, hash);
        Events.AppendRecord(EventKind.Closed, Now, record);
        _unwritten.Add(record);
        EvictFamily(team, absorbed, order, hash);
    }

    /// <summary>A closed family leaves, as was journaled.</summary>
    private void ChangeClosed(int item, int team, int order, ReadOnlySpan<byte> record)
    {
        Invariant(_evicted is not null && item != 0 && (team != 0 ? IsFamilyClosedOf(team) : order != 0 && IsFamilyClosed(order)),
            "R41: what leaves is not closed");
        int absorbed = AbsorbedBy(team);
        ulong hash = HashOfFamily(team, absorbed, order);
        Invariant(hash == Family.HashIn(record), "R41: a closed team's record is not what its orders were");
        EvictFamily(team, absorbed, order, hash);
        while (_closed.Count > 0 && RowsOf(_closed.Peek()) == default)
        {
            _closed.Drop();
        }
    }

    /// <summary>The rows of a family that is still closed: its team, or its order where it has none; 0 and 0 otherwise.</summary>
    private (int Team, int Order) RowsOf(in ClosedFamily family)
    {
        if (family.Id < 0)
        {
            int team = _directory.Find(~family.Id);
            return team != 0 && IsFamilyClosedOf(team) ? (team, 0) : default;
        }

        int order = FindOrder(family.Item, family.Id);
        return order == 0 || !IsFamilyClosed(order) ? default : SeatOf(order) is var seat and not 0 ? (seat, 0) : (0, order);
    }

    /// <summary>An order may have closed just now, and with it its family.</summary>
    private void NoteClosed(int item, int order)
    {
        if (_evicted is not null && IsClosed(order) && IsFamilyClosed(order))
        {
            _closed.Add(new ClosedFamily(_orders[order].Id, item));
        }
    }

    private void NoteDissolved(int item, int team)
    {
        if (_evicted is not null)
        {
            _closed.Add(new ClosedFamily(~_teams[team].Id, item));
        }
    }

    private bool IsClosed(int order)
    {
        ref OrderRow row = ref _orders[order];
        bool final = row.State is OrderState.HoldEnded or OrderState.Released or OrderState.Refunded
            || (row.State == OrderState.Shipped && row.Request != RequestState.Pending);
        foreach (ref readonly RefundRow refund in _refunds.Of(row.FirstRefund))
        {
            final &= refund.Done;
        }

        return final;
    }

    private bool IsFamilyClosed(int order) => SeatOf(order) is var team and not 0 ? IsFamilyClosedOf(team) : IsClosed(order);

    private bool IsFamilyClosedOf(int team)
    {
        if (_teams[team].State is TeamState.Open or TeamState.Merged)
        {
            return false;
        }

        for (int member = _teams[team].FirstMember; member != 0; member = _orders[member].NextMember)
        {
            if (!IsClosed(member))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The team in whose list of members an order stands; 0 for none.</summary>
    private int SeatOf(int order)
    {
        ref OrderRow row = ref _orders[order];
        bool sits = row.Team != 0 && (row.Flags & OrderFlags.OutOfTeam) == OrderFlags.None
            && (row.Hold == 0 || _holds[row.Hold].Paid is Outcome.Opened or Outcome.Joined or Outcome.Formed);
        return sits ? PresentTeam(order) : 0;
    }

    /// <summary>The team that a family's team absorbed: an order sits in it by name (R40). 0 for none.</summary>
    private int AbsorbedBy(int team)
    {
        for (int order = team == 0 ? 0 : _teams[team].FirstMember; order != 0; order = _orders[order].NextMember)
        {
            if (_orders[order].Team != team)
            {
                return _orders[order].Team;
            }
        }

        return 0;
    }

    /// <summary>Takes a closed family out: of a team, or of an order where <paramref name="team"/> is 0.</summary>
    private void EvictFamily(int team, int absorbed, int order, ulong hash)
    {
        SumsOf(team != 0 ? _teams[team].Item : _orders[order].Item).Hash += hash;
        if (team == 0)
        {
            RemoveOrder(order);
            return;
        }

        int next = _teams[team].FirstMember;
        while (next != 0)
        {
            int member = next;
            next = _orders[member].NextMember;
            RemoveOrder(member);
        }

        RemoveTeam(team);
        if (absorbed != 0)
        {
            RemoveTeam(absorbed);
        }
    }

    private ulong HashOfFamily(int team, int absorbed, int order)
    {
        if (team == 0)
        {
            return HashOfOrder(order);
        }

        ulong hash = HashOfTeam(team) + (absorbed == 0 ? 0 : HashOfTeam(absorbed));
        for (int member = _teams[team].FirstMember; member != 0; member = _orders[member].NextMember)
        {
            hash += HashOfOrder(member);
        }

        return hash;
    }

    private void RemoveOrder(int order)
    {
        ref OrderRow row = ref _orders[order];
        CountEvicted(order, 1);
        long item = _items[row.Item].Id;
        ulong hash = OrderHash(item, row.Id);
        _orderIndex.Remove(hash, order);
        _evicted!.Add(PartitionOf(item), hash);
        if (row.Side != 0)
        {
            Unname(_holds[row.Side].FirstTeam);
            _payments.Drop(_holds[row.Side].Payment);
            _holds[row.Side] = default;
            _freeHolds.Add(row.Side);
        }

        if ((row.Flags & OrderFlags.OutOfTeam) != OrderFlags.None)
        {
            Unname(row.Team);
        }

        _refunds.Remove(row.FirstRefund);
        row = default;
        _freeOrders.Add(order);
    }

    private void RemoveTeam(int team)
    {
        ref TeamRow row = ref _teams[team];
        ref Counts counts = ref SumsOf(row.Item).Counts;
        counts.AddTeam(TeamState.Open);
        counts.AddTeam(row.State);
        _directory.Evict(row.Id);
        DropInvite(team);
        if (Named(team) == 0)
        {
            FreeTeam(team);
            return;
        }

        (long id, long deadline, int item) = (row.Id, row.DeadlineMs, row.Item);
        row = default;
        (row.Id, row.DeadlineMs, row.Item, row.Flags) = (id, deadline, item, TeamFlags.Stub);
    }

    private void FreeTeam(int team)
    {
        _teams[team] = default;
        _freeTeams.Add(team);
    }

    private int Named(int team) => team <= _named.Count ? _named[team] : 0;

    /// <summary>An order names a team from now on without being a member.</summary>
    private void Name(int team)
    {
        if (team != 0 && _evicted is not null)
        {
            while (_named.Count < team)
            {
                _named.Add();
            }

            _named[team]++;
        }
    }

    private void Unname(int team)
    {
        if (team != 0 && --_named[team] == 0 && (_teams[team].Flags & TeamFlags.Stub) != TeamFlags.None)
        {
            FreeTeam(team);
        }
    }

    private ref EvictedSums SumsOf(int item) => ref _evictedSums[PartitionOf(_items[item].Id)];

    /// <summary>Keeps what the counts are checked against, and the pieces that a limit to come would have to count (R42).</summary>
    private void CountEvicted(int order, int sign)
    {
        ref OrderRow row = ref _orders[order];
        int shipped = (row.Flags & OrderFlags.Shipped) != OrderFlags.None ? sign : 0;
        ref Counts counts = ref SumsOf(row.Item).Counts;
        if (row.State >= OrderState.Waiting)
        {
            counts.AddOrders(row.State, sign);
        }

        counts.OrdersShipped += shipped;
        counts.OrdersBought += WasBought(row) ? sign : 0;
        if (row.Campaign != 0)
        {
            _campaigns[row.Campaign].EvictedCounts.OrdersShipped += shipped;
            _campaigns[row.Campaign].CountEvicted(row.Buyer, row.State, TakesSeat(row) ? sign : 0, sign * PiecesOf(row), sign);
        }
    }
}

/// <summary>What the evicted rows of a partition add up to.</summary>
internal struct EvictedSums
{
    public ulong Hash;
    public Counts Counts;
}
