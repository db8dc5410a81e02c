using Matching.Core;

namespace Matching.Audit;

/// <summary>What the events amount to: to be compared with what somebody else makes of them.</summary>
public sealed partial class Auditor
{
    /// <summary>Every order, in the order in which they came to be.</summary>
    public IEnumerable<AuditedOrder> Orders
    {
        get
        {
            (Int128 Owed, Int128 Refunded)[] money = EntriesByOrder();
            for (int row = 0; row < money.Length; row++)
            {
                OrderRow order = _orders[row];
                (long item, long id) = _orders.KeyOf(row);
                yield return new AuditedOrder(
                    item, id, order.Buyer, order.Team == 0 ? 0 : _teams.KeyOf(order.Team - 1).A, order.State, order.Request,
                    order.WasShipped, order.Paid, order.Kept, money[row].Owed, money[row].Refunded);
            }
        }
    }

    /// <summary>Every team, in order of opening.</summary>
    public IEnumerable<AuditedTeam> Teams
    {
        get
        {
            for (int row = 0; row < _teams.Count; row++)
            {
                TeamRow team = _teams[row];
                int left = team.State == TeamState.Open ? team.Size - team.Paid - team.Held : 0;
                yield return new AuditedTeam(
                    team.Item, _teams.KeyOf(row).A, team.State, team.InviteOnly, team.Size, left, team.Price, team.DeadlineMs,
                    team.Campaign, MembersOf(team));
            }
        }
    }

    /// <summary>The refunds that are owed (R37), in no order.</summary>
    public IEnumerable<RefundView> RefundsOwed =>
        from entry in _entries
        where !entry.Value.IsDone
        let order = _orders.KeyOf(entry.Key.Order)
        select new RefundView(
            order.A, order.B, _orders[entry.Key.Order].Buyer, entry.Key.Cause, entry.Key.Payment, entry.Value.Fen, entry.Value.SinceMs);

    /// <summary>Counts, of one item or of all (R19).</summary>
    /// <param name="item">The item; 0 for all.</param>
    public Counts Count(long item = 0)
    {
        Counts counts = default;
        for (int row = 0; row < _teams.Count; row++)
        {
            if (item == 0 || _teams[row].Item == item)
            {
                CountTeam(_teams[row].State, ref counts);
            }
        }

        for (int row = 0; row < _orders.Count; row++)
        {
            if (item == 0 || _orders.KeyOf(row).A == item)
            {
                CountOrder(_orders[row], ref counts);
            }
        }

        return counts;
    }

    private static void CountTeam(TeamState state, ref Counts counts)
    {
        counts.TeamsOpened++;
        switch (state)
        {
            case TeamState.Open: counts.TeamsOpen++; break;
            case TeamState.Formed: counts.TeamsFormed++; break;
            case TeamState.Expired: counts.TeamsExpired++; break;
            case TeamState.Dissolved: counts.TeamsDissolved++; break;
            case TeamState.Merged: counts.TeamsMerged++; break;
        }
    }

    private static void CountOrder(in OrderRow order, ref Counts counts)
    {
        counts.AfterSale += order.WasGranted ? 1 : 0;
        counts.OrdersShipped += order.WasShipped ? 1 : 0;
        counts.OrdersBought += order.WasBought ? 1 : 0;
        switch (order.State)
        {
            case OrderState.Waiting: counts.Waiting++; break;
            case OrderState.Formed: counts.Formed++; break;
            case OrderState.Shipped: counts.Shipped++; break;
            case OrderState.Bought: counts.Bought++; break;
            case OrderState.RefundOwed: counts.RefundOwed++; break;
            case OrderState.Refunded: counts.Refunded++; break;
        }
    }

    // The latest stands first; behind those of a merged team come the ones of the team that took them in.
    private List<long> MembersOf(in TeamRow team)
    {
        List<long> members = [];
        for (int at = team.First; at != 0 && members.Count < team.Paid; at = _orders[at - 1].Next)
        {
            if (_orders[at - 1].State != OrderState.Held)
            {
                members.Add(_orders[at - 1].Buyer);
            }
        }

        members.Reverse();
        return members;
    }
}
