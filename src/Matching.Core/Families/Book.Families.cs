using Matching.Core.Tables;
using Matching.Structures;

namespace Matching.Core;

/// <content>
/// Families: what leaves the book together. A closed team with its members' orders, and the team it absorbed (R40); or an order that
/// sits in none. A family is closed when no event can come to it but by a command that names one of its orders: teams not open, orders
/// shipped, refunded, or never paid, nothing owed, nothing asked.
/// <para>
/// The owner lists closed families as they close, and evicts those that its ledger holds for good. Counts stay, and so does the sum of the
/// evicted rows' hashes: a state hashes alike whatever of it was evicted, and when. A team that orders outside its family still
/// name (they once held a seat of it) leaves a stub behind: its id and deadline, which is all they need.
/// </para>
/// </content>
public sealed partial class Book
{
    private readonly FreeSlots _freeTeams = new();
    private readonly FreeSlots _freeOrders = new();
    private readonly FreeSlots _freeHolds = new();
    private readonly FreeSlots _freeRefunds = new();
    private readonly ClosedQueue _closed = new();

    // How many orders name a team without being a member of it: by a hold that was placed in it, or because they left it.
    private readonly Rows<int> _named = new();
    private OrderFilter? _evicted;

    // What the evicted rows of a partition hashed and counted to.
    private EvictedSums[] _evictedSums = [];
    private int _epoch;

    /// <summary>The owner's count at which families close from now on; compared with wrap-around.</summary>
    public int Epoch
    {
        get => _epoch;

        // 0 is "long ago": of rows that came from the ledger.
        set => _epoch = value == 0 ? 1 : value;
    }

    /// <summary>Whether closed families leave this book.</summary>
    public bool Evicts => _evicted is not null;

    /// <summary>Closed families in the book, waiting to be evicted. 0 where the book keeps everything.</summary>
    public long ClosedWaiting => _closed.Count;

    /// <summary>Orders in memory.</summary>
    public int OrdersHere => _orders.Count - _freeOrders.Count;

    /// <summary>Teams in memory, stubs included.</summary>
    public int TeamsHere => _teams.Count - _freeTeams.Count;

    /// <summary>Holds and refund entries in memory.</summary>
    public int HoldsAndRefundsHere => _holds.Count - _freeHolds.Count + _refunds.Count - _freeRefunds.Count;

    /// <summary>Counts of what was evicted, within those of the book.</summary>
    public Counts CountEvicted()
    {
        Counts sum = default;
        Array.ForEach(_evictedSums, evicted => sum.Add(evicted.Counts));
        return sum;
    }

    /// <summary>Bytes of the filter of evicted orders; 0 where the book keeps everything.</summary>
    public long FilterBytes => _evicted?.Bytes ?? 0;

    /// <summary>Closed families leave this book from now on, by <see cref="Evict"/>. To be called before the first event.</summary>
    /// <param name="expectedOrders">Orders that will be evicted, of all partitions: the filter's first size; it grows.</param>
    public void KeepOnlyOpen(long expectedOrders)
    {
        Epoch = 1;
        _evicted = new OrderFilter(expectedOrders);
        _evictedSums = new EvictedSums[BookOptions.Partitions];
    }

    /// <summary>Evicts closed families, the first closed first.</summary>
    /// <param name="families">How many at most are looked at.</param>
    /// <param name="epoch">Only those closed by then.</param>
    /// <param name="sink">Where their records go first; null where the ledger has them.</param>
    /// <returns>True when none closed by then is left.</returns>
    public bool Evict(int families, int epoch, FamilySink? sink)
    {
        for (; _closed.Count > 0 && IsBy(_closed.Peek().Epoch, epoch); families--)
        {
            if (families == 0)
            {
                return false;
            }

            ClosedFamily family = _closed.Peek();
            _closed.Drop();
            EvictIfClosed(family, sink);
        }

        return true;
    }

    private static bool IsBy(int one, int other) => one - other <= 0;

    private void EvictIfClosed(in ClosedFamily family, FamilySink? sink)
    {
        if (family.Id < 0)
        {
            int team = _directory.Find(~family.Id);
            if (team != 0 && _teams[team].State == TeamState.Dissolved)
            {
                EvictFamily(team, 0, sink);
            }

            return;
        }

        // What changed since and closed again stands in the queue again, further behind.
        int order = FindOrder(family.Item, family.Id);
        if (order != 0 && _orders[order].ClosedIn == family.Epoch && IsFamilyClosed(order, family.Epoch))
        {
            EvictFamily(SeatOf(order), order, sink);
        }
    }

    /// <summary>An order may have closed just now, and with it its family.</summary>
    private void NoteClosed(int item, int order)
    {
        if (_evicted is not null && IsClosed(order))
        {
            _orders[order].ClosedIn = _epoch;
            if (IsFamilyClosed(order, _epoch))
            {
                _closed.Add(new ClosedFamily(_orders[order].Id, item, _epoch));
            }
        }
    }

    private void NoteDissolved(int item, int team)
    {
        if (_evicted is not null)
        {
            _closed.Add(new ClosedFamily(~_teams[team].Id, item, _epoch));
        }
    }

    private bool IsClosed(int order)
    {
        ref OrderRow row = ref _orders[order];
        bool final = row.State is OrderState.HoldEnded or OrderState.Released or OrderState.Refunded
            || (row.State == OrderState.Shipped && row.Request != RequestState.Pending);
        for (int refund = row.FirstRefund; refund != 0 && final; refund = _refunds[refund].Next)
        {
            final = _refunds[refund].Done;
        }

        return final;
    }

    private bool IsFamilyClosed(int order, int epoch)
    {
        int team = SeatOf(order);
        if (team == 0)
        {
            return IsClosed(order);
        }

        if (_teams[team].State == TeamState.Open)
        {
            return false;
        }

        for (int member = _teams[team].FirstMember; member != 0; member = _orders[member].NextMember)
        {
            if (!IsClosed(member) || (_orders[member].ClosedIn != 0 && !IsBy(_orders[member].ClosedIn, epoch)))
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
    private void EvictFamily(int team, int order, FamilySink? sink)
    {
        int absorbed = AbsorbedBy(team);
        ulong hash = HashOfFamily(team, absorbed, order);
        if (sink is not null)
        {
            WriteFamily(team, absorbed, order, hash, sink);
        }

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

        for (int refund = row.FirstRefund; refund != 0;)
        {
            int gone = refund;
            refund = _refunds[refund].Next;
            _payments.Drop(_refunds[gone].Payment);
            _refunds[gone] = default;
            _freeRefunds.Add(gone);
        }

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
