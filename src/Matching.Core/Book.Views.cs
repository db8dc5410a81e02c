using Matching.Structures;

namespace Matching.Core;

/// <summary>What readers see. A read of an item first acts on its overdue teams (R36): its events go where a command's would.</summary>
public sealed partial class Book
{
    /// <summary>Whether an order of an item exists. Acts on nothing.</summary>
    public bool Knows(long item, long order) => FindItem(item) is var row and not 0 && FindOrder(row, order) != 0;

    /// <summary>An order of an item.</summary>
    /// <returns>False when the item has no such order.</returns>
    public bool FindOrder(long item, long order, long now, out OrderView view)
    {
        int slot = ReadItem(item, now);
        int found = slot == 0 ? 0 : FindOrder(slot, order);
        OrderView? seen = found != 0 ? ViewOf(found) : Unwritten(Family.KeyOfOrder(item, order))?.FindOrder(order);
        view = seen.GetValueOrDefault();
        return seen is not null;
    }

    /// <summary>A team of an item; null when it has no such team.</summary>
    public TeamView? FindTeam(long item, long team, long now)
    {
        int slot = ReadItem(item, now);
        int found = slot == 0 ? 0 : FindTeam(slot, team);
        if (found == 0)
        {
            return Unwritten(Family.KeyOfTeam(item, team))?.FindTeam(team);
        }

        ref TeamRow row = ref _teams[found];
        var members = new List<long>(row.Paid);
        for (int order = row.FirstMember; order != 0; order = _orders[order].NextMember)
        {
            members.Add(_orders[order].Buyer);
        }

        FrozenTerms terms = _terms[row.Terms];
        return new TeamView(
            item, team, row.State, row.InviteOnly, row.Size, row.State == TeamState.Open ? row.SeatsLeft : 0, terms.Price,
            row.DeadlineMs - terms.LifeMs, row.DeadlineMs, row.ClosedAtMs,
            row.MergedInto == 0 ? 0 : _teams[row.MergedInto].Id, members.Count == 0 ? 0 : members[0], members,
            terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id)
        {
            Invite = InviteOf(found),
        };
    }

    /// <summary>The item's public teams with seats left, in R32 order.</summary>
    /// <param name="item">The item.</param>
    /// <param name="now">The clock, in ms since 1970.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="to">Where they are added.</param>
    public void OpenTeams(long item, long now, int take, ICollection<OpenTeamView> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        int slot = ReadItem(item, now);
        int root = slot == 0 ? 0 : _items[slot].Joinable;
        for (int team = Treap.First(Nearest, root); team != 0 && take > 0; team = Treap.Next(Nearest, root, team), take--)
        {
            ref TeamRow row = ref _teams[team];
            to.Add(new OpenTeamView(row.Id, row.Size, row.SeatsLeft, row.DeadlineMs, _terms[row.Terms].Price));
        }
    }

    /// <summary>Counts of one item (R19).</summary>
    public Counts CountItem(long item, long now)
    {
        int slot = ReadItem(item, now);
        if (slot == 0)
        {
            return default;
        }

        ref ItemRow row = ref _items[slot];
        Counts counts = new()
        {
            TeamsOpened = row.OpenTeams + row.TeamsFormed + row.TeamsExpired + row.TeamsDissolved + row.TeamsMerged,
            TeamsFormed = row.TeamsFormed,
            TeamsExpired = row.TeamsExpired,
            TeamsDissolved = row.TeamsDissolved,
            TeamsMerged = row.TeamsMerged,
            TeamsOpen = row.OpenTeams,
            AfterSale = row.AfterSale,
            OrdersBought = row.OrdersBought,
            OrdersShipped = row.OrdersShipped,
        };
        for (int state = 0; state < 6; state++)
        {
            counts.AddOrders((OrderState)((int)OrderState.Waiting + state), row.Paid[state]);
        }

        return counts;
    }

    /// <summary>Counts of all items of the book, as they stand (R19).</summary>
    public Counts CountAll() => _counts;

    /// <summary>The refunds owed, oldest first, as they stand (R37).</summary>
    /// <param name="take">How many at most.</param>
    /// <param name="to">Where they are added.</param>
    public void RefundsOwed(int take, ICollection<RefundView> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        foreach (int refund in _refunds.Owed().Take(take))
        {
            ref readonly RefundRow row = ref _refunds[refund];
            ref OrderRow order = ref _orders[row.Order];
            to.Add(new RefundView(
                _items[order.Item].Id, order.Id, order.Buyer, row.Cause, _payments.Whole(row.Payment), row.Amount, row.SinceMs));
        }
    }

    private int ReadItem(long id, long now)
    {
        Now = Math.Max(Now, now);
        int item = FindItem(id);
        if (item != 0)
        {
            ActOnOverdue(ref _items[item], item);
        }

        return item;
    }

    private OrderView ViewOf(int order)
    {
        ref OrderRow row = ref _orders[order];
        int team = PresentTeam(order);
        // Of slot 0 nothing was ever said.
        OrderDetails details = _holds[row.Side].Details;
        return ViewOf(row, _items[row.Item].Id, team == 0 ? 0 : _teams[team].Id, row.Hold == 0 ? 0 : _holds[row.Hold].UntilMs,
            MerchantOf(order), details, MoneyOf(order));
    }

    /// <summary>An order's row as a reader sees it; what it says of other rows is given, and its links are not looked at.</summary>
    internal static OrderView ViewOf(
        in OrderRow row, long item, long team, long untilMs, long merchant, in OrderDetails details, in OrderMoney money) =>
        new(item, row.Id, row.Buyer, team, row.State, row.Request, (row.Flags & OrderFlags.Shipped) != OrderFlags.None,
            money.Paid, row.Quantity, untilMs, row.Source)
        {
            Merchant = merchant,
            Sharer = details.Sharer,
            NewBuyer = (row.Flags & OrderFlags.NewBuyer) != OrderFlags.None,
            Tier = row.Tier,
            Due = details.Due,
            Kept = money.Kept,
            Owed = money.Owed,
            Refunded = money.Refunded,
        };
}
