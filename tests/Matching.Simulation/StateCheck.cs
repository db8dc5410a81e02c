using Matching.Core;
using Matching.Engine;
using Matching.Kit.Engine;

namespace Matching.Simulation;

/// <summary>After a recovery: everything answered against the events, and everything the engine says against the same events.</summary>
internal sealed class StateCheck(Machine machine, MatchingEngine engine, EventAudit audit, Outside outside, int items)
{
    /// <summary>Runs it. No time passes meanwhile.</summary>
    /// <param name="share">Of the orders and teams, one in so many is looked at.</param>
    public void Run(int share)
    {
        machine.IsQuiet = true;

        // What was overdue is acted on now, so that no later look changes anything (R36).
        for (int item = 1; item <= items; item++)
        {
            Ask(engine.CountAsync(RandomCommands.ItemOf(item)));
        }

        audit.Reread(machine.Journal!);
        audit.CheckAtRest();
        foreach (Sent sent in outside.Sents)
        {
            if (sent.Accepted is { } answer)
            {
                SimulationException.Unless(Happened(sent.Command, answer), $"R38: lost: {Outside.Show(sent)}");
            }
        }

        string? broken = Ask(engine.BrokenAsync());
        SimulationException.Unless(broken is null, $"{broken}");
        CheckOrders(share);
        CheckTeams(share);
        CheckRefunds();
        CheckCounts();
        machine.IsQuiet = false;
    }

    private T Ask<T>(ValueTask<T> wait) => machine.Loops.Run(wait);

    private bool Happened(in Command command, in Answer answer)
    {
        if (!audit.Orders.TryGetValue((command.Item, command.Order), out OrderFacts? order))
        {
            return false;
        }

        return answer.Outcome switch
        {
            Outcome.Opened => order.OpenedTeam && order.SeatTeam == answer.Team,
            Outcome.Joined => !order.OpenedTeam && order.SeatTeam == answer.Team,
            Outcome.Formed => order.FormedTeam && order.SeatTeam == answer.Team,
            Outcome.Held => order.Kinds.Contains(EventKind.HoldPlaced) && order.Until == answer.Until,
            Outcome.Released => order.Kinds.Contains(EventKind.HoldReleased),
            Outcome.Bought => order.Solo,
            Outcome.RefundRequested => order.Kinds.Contains(EventKind.RefundRequested),
            Outcome.Left => order.Kinds.Contains(EventKind.MemberLeft),
            Outcome.AfterSale => order.Kinds.Contains(EventKind.AfterSaleGranted),
            Outcome.RefundRejected => order.Kinds.Contains(EventKind.RefundRejected),
            Outcome.RefundWithdrawn => order.Kinds.Contains(EventKind.RefundWithdrawn),
            Outcome.Shipped => order.Kinds.Contains(EventKind.Shipped),
            Outcome.Refunded => order.Kinds.Contains(EventKind.RefundDone),
            Outcome.RefundOwed => order.Refunds.Count > 0,
            _ => false,
        };
    }

    private void CheckOrders(int share)
    {
        int number = 0;
        foreach (((long item, long order), OrderFacts facts) in audit.Orders)
        {
            if (++number % share != 0)
            {
                continue;
            }

            OrderView? view = Ask(engine.FindOrderAsync(item, order));
            SimulationException.Unless(
                view is { } found && found.State == facts.State && found.Buyer == facts.Buyer
                    && (facts.SeatTeam == 0 || found.Team == facts.Team)
                && found.WasShipped == facts.Kinds.Contains(EventKind.Shipped)
                && (found.Source, found.Sharer, found.Merchant, found.Due) == (facts.Source, facts.Sharer, facts.Merchant, facts.Due)
                && (found.Amount, found.Kept, found.Owed, found.Refunded) == (facts.Paid, facts.Kept, facts.Owed, facts.Refunded),
                $"R38, R41, R46: order {order} of item {item} is {facts.State} in team {facts.Team} by the events, and the engine "
                    + $"says {view}");
        }
    }

    private void CheckTeams(int share)
    {
        int number = 0;
        foreach ((long id, TeamFacts team) in audit.Teams)
        {
            if (++number % share != 0)
            {
                continue;
            }

            TeamView? view = Ask(engine.FindTeamAsync(team.Item, id));
            bool right = view is not null && view.State == team.State && view.Members.Count == team.Orders.Count
                && view.Members.Count <= view.Size;
            for (int i = 0; right && i < team.Orders.Count; i++)
            {
                right = audit.Orders[(team.Item, team.Orders[i])].Buyer == view!.Members[i];
            }

            SimulationException.Unless(right,
                $"R30, R38: team {id} is {team.State} with {team.Orders.Count} of {team.Size} by the events, and the engine says {view}");
        }
    }

    private void CheckRefunds()
    {
        IReadOnlyList<RefundView> owed = Ask(engine.RefundsOwedAsync(int.MaxValue));
        int expected = 0;
        foreach (OrderFacts order in audit.Orders.Values)
        {
            foreach (RefundFacts refund in order.Refunds)
            {
                expected += refund.IsDone ? 0 : 1;
            }
        }

        SimulationException.Unless(
            owed.Count == expected, $"R37: {expected} refunds are owed by the events, and the engine lists {owed.Count}");
        long since = 0;
        foreach (RefundView view in owed)
        {
            OrderFacts order = audit.Orders[(view.Item, view.Order)];
            SimulationException.Unless(
                view.Since >= since && order.Refunds.Exists(
                    r => !r.IsDone && (r.Cause, r.Payment, r.Amount, r.Since) == (view.Cause, view.Payment, view.Amount, view.Since)),
                $"R37: the engine lists {view}");
            since = view.Since;
        }
    }

    private void CheckCounts()
    {
        Counts expected = default;
        foreach (TeamFacts team in audit.Teams.Values)
        {
            expected.TeamsOpened++;
            switch (team.State)
            {
                case TeamState.Open: expected.TeamsOpen++; break;
                case TeamState.Formed: expected.TeamsFormed++; break;
                case TeamState.Expired: expected.TeamsExpired++; break;
                case TeamState.Dissolved: expected.TeamsDissolved++; break;
                default: expected.TeamsMerged++; break;
            }
        }

        foreach (OrderFacts order in audit.Orders.Values)
        {
            expected.OrdersBought += order.Kinds.Contains(EventKind.SoloBought) ? 1 : 0;
            expected.OrdersShipped += order.Kinds.Contains(EventKind.Shipped) ? 1 : 0;
            switch (order.State)
            {
                case OrderState.Waiting: expected.Waiting++; break;
                case OrderState.Formed: expected.Formed++; break;
                case OrderState.Shipped: expected.Shipped++; break;
                case OrderState.Bought: expected.Bought++; break;
                case OrderState.RefundOwed: expected.RefundOwed++; break;
                case OrderState.Refunded: expected.Refunded++; break;
                default: break;
            }
        }

        Counts counts = Ask(engine.CountAsync());
        expected.AfterSale = counts.AfterSale;
        SimulationException.Unless(
            counts == expected, $"R41: by the events {Kit.Show.Counts(expected)}, and the engine counts {Kit.Show.Counts(counts)}");
    }
}
