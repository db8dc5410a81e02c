using Matching.Core;

namespace Matching.Kit;

/// <summary>What a reader sees.</summary>
public sealed partial class Twin
{
    /// <inheritdoc/>
    public long HighestOrder => _orders.Select(o => o.Id).DefaultIfEmpty(0).Max();

    /// <inheritdoc/>
    public IReadOnlyList<Event> EventsOf(long item) => _events.GetValueOrDefault(item, []);

    /// <inheritdoc/>
    public OrderView? FindOrder(long item, long order, long now)
    {
        ActOnRead(item, now);
        return _orders.Find(o => o.Item == item && o.Id == order) is { } o
            ? ViewOf(o)
            : null;
    }

    /// <inheritdoc/>
    public TeamView? FindTeam(long item, long team, long now)
    {
        ActOnRead(item, now);
        return TeamOf(item, team) is { } t
            ? new(item, t.Id, t.State, t.InviteOnly, t.Size, SeatsLeft(t), t.Price, t.OpenedAt, t.Deadline, t.ClosedAt,
                t.MergedInto?.Id ?? 0, LeaderOf(t), t.Members.ConvertAll(m => m.Buyer), t.Terms.Offer?.Campaign ?? 0)
            {
                Invite = t.Invite,
            }
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<OpenTeamView> OpenTeams(long item, long now, int take)
    {
        ActOnRead(item, now);
        return [.. Listed(item).Take(take).Select(t => new OpenTeamView(t.Id, t.Size, SeatsLeft(t), t.Deadline, t.Price))];
    }

    /// <inheritdoc/>
    public Counts CountItem(long item, long now)
    {
        ActOnRead(item, now);
        return Count(t => t.Item == item, o => o.Item == item);
    }

    /// <inheritdoc/>
    public Counts CountAll() => Count(_ => true, _ => true);

    /// <inheritdoc/>
    public IReadOnlyList<RefundView> RefundsOwed(int take) => [.. _refunds
        .Where(r => !r.IsDone).OrderBy(r => r.Since).Take(take)
        .Select(r => new RefundView(r.Order.Item, r.Order.Id, r.Order.Buyer, r.Cause, r.Payment, r.Amount, r.Since))];

    private OrderView ViewOf(TwinOrder o)
    {
        List<TwinRefund> refunds = _refunds.FindAll(r => r.Order == o);
        return new(o.Item, o.Id, o.Buyer, o.Team?.Id ?? 0, o.State, o.Request, o.EverShipped, o.Paid, o.Quantity, o.Until, o.Source)
        {
            Sharer = o.Sharer,
            Due = o.Due,
            NewBuyer = o.IsNew,
            Tier = o.Facts.Tier,
            Merchant = o.Merchant,
            Kept = o.IsUnpaid || o.IsClosed ? 0 : o.Kept,
            Owed = refunds.Where(r => !r.IsDone).SumFen(r => r.Amount),
            Refunded = refunds.Where(r => r.IsDone).SumFen(r => r.Amount),
        };
    }

    private void ActOnRead(long item, long now)
    {
        _now = Math.Max(_now, now);
        ActOnOverdue(item, _now);
    }

    private long LeaderOf(TwinTeam team) => team.Members.Count == 0 ? 0
        : Has(Mutant.LeaderNotPassedOn) ? team.FirstLeader : team.Members[0].Buyer;

    private Counts Count(Func<TwinTeam, bool> teams, Func<TwinOrder, bool> orders)
    {
        long Teams(TeamState state) => _teams.Where(teams).Count(t => t.State == state);
        long Orders(OrderState state) => _orders.Where(orders).Count(o => o.State == state);
        return new()
        {
            TeamsOpened = _teams.Where(teams).Count(),
            TeamsOpen = Teams(TeamState.Open),
            TeamsFormed = Teams(TeamState.Formed),
            TeamsExpired = Teams(TeamState.Expired),
            TeamsDissolved = Teams(TeamState.Dissolved),
            TeamsMerged = Teams(TeamState.Merged),
            Waiting = Orders(OrderState.Waiting),
            Formed = Orders(OrderState.Formed),
            Shipped = Orders(OrderState.Shipped),
            Bought = Orders(OrderState.Bought),
            RefundOwed = Orders(OrderState.RefundOwed),
            Refunded = Orders(OrderState.Refunded),
            AfterSale = _orders.Where(orders).Count(o => o.Approval?.Outcome == Outcome.AfterSale),
            OrdersBought = _orders.Where(orders).Count(o => o.EverBought),
            OrdersShipped = _orders.Where(orders).Count(o => Has(Mutant.ShippedNowForEver) ? o.State == OrderState.Shipped : o.EverShipped),
        };
    }
}
