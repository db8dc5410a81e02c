using Matching.Core;

namespace Matching.Benchmarks.Peers;

/// <summary>One item of the plain version. Its lock is the item itself.</summary>
internal sealed class PlainItem(long id)
{
    public long Id { get; } = id;

    /// <summary>Joinable teams in R32 order.</summary>
    public List<PlainTeam> Joinable { get; } = new(2);

    /// <summary>Open teams by deadline, then id.</summary>
    public List<PlainTeam> Open { get; } = new(2);

    /// <summary>Every order ever, by its id (R35).</summary>
    public Dictionary<long, PlainOrder> Orders { get; } = [];

    public Counts Counts;

    /// <summary>The open team that a buyer sits in (R31).</summary>
    public PlainTeam? TeamOf(long buyer)
    {
        foreach (PlainTeam team in Open)
        {
            foreach (PlainOrder member in team.Members)
            {
                if (member.Buyer == buyer)
                {
                    return team;
                }
            }
        }

        return null;
    }

    /// <summary>The best team (R32), of one price when that is not negative, but not this one.</summary>
    public PlainTeam? Best(long price, PlainTeam? but = null)
    {
        foreach (PlainTeam team in Joinable)
        {
            if (team != but && (price < 0 || team.Price == price))
            {
                return team;
            }
        }

        return null;
    }

    public void List(PlainTeam team)
    {
        int at = Joinable.BinarySearch(team, NearestFirst.Instance);
        Joinable.Insert(~at, team);
    }

    public void Move(PlainOrder order, OrderState to)
    {
        Count(order.State, -1);
        Count(to, 1);
        order.State = to;
    }

    private void Count(OrderState state, int orders)
    {
        switch (state)
        {
            case OrderState.Waiting:
                Counts.Waiting += orders;
                break;
            case OrderState.Formed:
                Counts.Formed += orders;
                break;
            case OrderState.RefundOwed:
                Counts.RefundOwed += orders;
                break;
        }
    }
}

/// <summary>One team of the plain version.</summary>
internal sealed class PlainTeam(long id, PlainItem item, int size, long price, long deadlineMs)
{
    public long Id { get; } = id;

    public PlainItem Item { get; } = item;

    public int Size { get; } = size;

    public long Price { get; } = price;

    public long DeadlineMs { get; } = deadlineMs;

    public TeamState State { get; set; } = TeamState.Open;

    public List<PlainOrder> Members { get; } = new(size);

    public int SeatsLeft => Size - Members.Count;
}

/// <summary>R32: fewest seats left, then the nearest deadline, then the oldest.</summary>
internal sealed class NearestFirst : Comparer<PlainTeam>
{
    public static NearestFirst Instance { get; } = new();

    public override int Compare(PlainTeam? x, PlainTeam? y) =>
        x!.SeatsLeft != y!.SeatsLeft ? x.SeatsLeft.CompareTo(y.SeatsLeft)
        : x.DeadlineMs != y.DeadlineMs ? x.DeadlineMs.CompareTo(y.DeadlineMs)
        : x.Id.CompareTo(y.Id);
}

/// <summary>One order of the plain version.</summary>
internal sealed class PlainOrder(in Command c, PlainTeam team)
{
    public long Id { get; } = c.Order;

    public long Buyer { get; } = c.Buyer;

    public long Amount { get; } = c.Amount;

    public int Quantity { get; } = c.Quantity;

    public Operation CreatedBy { get; } = c.Operation;

    public PlainTeam Team { get; } = team;

    public OrderState State { get; set; }

    public Outcome First { get; set; }
}
