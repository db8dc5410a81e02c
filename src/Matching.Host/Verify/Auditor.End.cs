using Matching.Core;

namespace Matching.Host.Verify;

/// <summary>What must hold where the journal ends: conservation (R41), and nothing overdue that a decision passed over (R36).</summary>
internal sealed partial class Auditor
{
    private bool _ended;

    /// <summary>Checks the end and counts. Call it once, behind the last event.</summary>
    public Counts End()
    {
        if (_ended)
        {
            throw new InvalidOperationException("the audit has ended");
        }

        _ended = true;
        var counts = new Counts { AfterSale = _afterSale };
        CountTeams(ref counts);
        CountOrders(ref counts);
        CheckMoney();
        return counts;
    }

    private void CountTeams(ref Counts counts)
    {
        for (int row = 0; row < _teams.Count; row++)
        {
            ref TeamRow team = ref _teams[row];
            counts.TeamsOpened++;
            switch (team.Standing)
            {
                case Standing.Open: counts.TeamsOpen++; break;
                case Standing.Formed: counts.TeamsFormed++; break;
                case Standing.Expired: counts.TeamsExpired++; break;
                case Standing.Dissolved: counts.TeamsDissolved++; break;
                case Standing.Merged: counts.TeamsMerged++; break;
            }

            if (team.Standing == Standing.Open)
            {
                CheckOpen(row, team);
            }
        }
    }

    private void CheckOpen(int row, in TeamRow team)
    {
        if (team.Paid >= team.Size)
        {
            Fail("R30", $"team {_teams.KeyOf(row).A} is full and never formed");
        }

        long passedMs = _items[_items.Find(team.Item, 0)].LastDecisionMs;
        if (team.DeadlineMs <= passedMs)
        {
            Fail(
                "R36",
                $"team {_teams.KeyOf(row).A} is still open; its deadline {team.DeadlineMs} lies behind a decision of its item at "
                + $"{passedMs}");
        }

        if (team.Paid == 0)
        {
            Fail("R7", $"team {_teams.KeyOf(row).A} is open without a member");
        }
    }

    private void CountOrders(ref Counts counts)
    {
        for (int row = 0; row < _orders.Count; row++)
        {
            ref OrderRow order = ref _orders[row];
            counts.OrdersShipped += order.WasShipped ? 1 : 0;
            counts.OrdersBought += order.WasBought ? 1 : 0;
            switch (order.Phase)
            {
                case Phase.Waiting: counts.Waiting++; break;
                case Phase.Formed: counts.Formed++; break;
                case Phase.Shipped: counts.Shipped++; break;
                case Phase.Bought: counts.Bought++; break;
                case Phase.RefundOwed: counts.RefundOwed++; break;
                case Phase.Refunded: counts.Refunded++; break;
            }

            bool stranded = order.Phase switch
            {
                Phase.Waiting => order.Team == 0 || _teams[order.Team - 1].Standing != Standing.Open,
                Phase.Formed => order.Team == 0 || _teams[order.Team - 1].Standing != Standing.Formed,
                Phase.None or Phase.Left or Phase.Granted => true,
                _ => false,
            };
            if (stranded)
            {
                Fail(
                    "R41",
                    $"order {_orders.KeyOf(row).B} of item {_orders.KeyOf(row).A} is left {order.Phase}: neither in an open or formed "
                    + "team nor owed a refund");
            }
        }
    }
}
