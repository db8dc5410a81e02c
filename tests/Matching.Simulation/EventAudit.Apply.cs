using Matching.Core;

namespace Matching.Simulation;

/// <content>One event after the other.</content>
internal sealed partial class EventAudit
{
    private void Apply(in Event e)
    {
        if (e.Kind == EventKind.TimeAdvanced)
        {
            return;
        }

        if (e.Order != 0)
        {
            Find(e).Kinds.Add(e.Kind);
        }

        switch (e.Kind)
        {
            case EventKind.TeamOpened:
                SimulationException.Unless(
                    IsPromised(e) || mayHaveSize(e),
                        $"R1, R30: team {e.Team} of item {e.Item} opened with size {e.Size} by order {e.Order} via {e.Via} at {e.At}, "
                        + $"campaign {e.Campaign}");
                SimulationException.Unless(Teams.TryAdd(e.Team, new TeamFacts(e.Item, e.Size, e.Deadline)), $"team {e.Team} opened twice");
                Seat(e).OpenedTeam = true;
                break;
            case EventKind.SeatTaken:
                Seat(e);
                break;
            case EventKind.TeamFormed:
                Form(e);
                break;
            case EventKind.TeamExpired or EventKind.TeamDissolved or EventKind.TeamMerged:
                End(e);
                break;
            case EventKind.HoldPlaced or EventKind.HoldEnded or EventKind.HoldReleased:
                Hold(e);
                break;
            case EventKind.RefundOwed or EventKind.RefundDone:
                Refund(e);
                break;
            default:
                Order(e);
                break;
        }
    }

    private OrderFacts Find(in Event e)
    {
        if (!Orders.TryGetValue((e.Item, e.Order), out OrderFacts? facts))
        {
            Orders.Add((e.Item, e.Order), facts = new OrderFacts
            {
                Buyer = e.Buyer,
                Source = e.Source,
                Sharer = e.Sharer,
                Merchant = e.Merchant,
                Due = e.DueNamed ? e.Due : null,
            });
        }

        return facts;
    }

    // A payment opens the team its hold was promised; a late one may come under later terms (R33).
    private bool IsPromised(in Event e) => e.Via == Operation.Pay && e.Size == Find(e).HeldSize;

    private TeamFacts OpenTeam(long id, in Event e)
    {
        TeamFacts team = Teams[id];
        SimulationException.Unless(team.State == TeamState.Open, $"{e.Kind} in team {id}, which is {team.State}");
        return team;
    }

    private OrderFacts Seat(in Event e)
    {
        TeamFacts team = OpenTeam(e.Team, e);
        OrderFacts facts = Find(e);
        SimulationException.Unless(facts.SeatTeam == 0 && facts.State is OrderState.None or OrderState.Held or OrderState.HoldEnded,
            $"R35: order {e.Order} is seated, and was {facts.State}");
        DropHold(facts, e.Order);
        SimulationException.Unless(e.At < team.Deadline, $"R3: order {e.Order} seated at {e.At}, deadline {team.Deadline}");
        SimulationException.Unless(team.Orders.Count + team.Holds.Count < team.Size, $"R30: a seat too many in team {e.Team}");
        foreach (long other in team.Orders)
        {
            SimulationException.Unless(
                Orders[(e.Item, other)].Buyer != facts.Buyer, $"R31: buyer {facts.Buyer} sits twice in team {e.Team}");
        }

        team.Orders.Add(e.Order);
        Pay(facts, e);
        facts.State = OrderState.Waiting;
        facts.SeatTeam = facts.Team = e.Team;
        return facts;
    }

    private void Form(in Event e)
    {
        TeamFacts team = OpenTeam(e.Team, e);
        SimulationException.Unless(team.Orders.Count == team.Size && e.At < team.Deadline,
            $"R30, R36: team {e.Team} forms with {team.Orders.Count} of {team.Size} at {e.At}");
        team.State = TeamState.Formed;
        foreach (long order in team.Orders)
        {
            Orders[(e.Item, order)].State = OrderState.Formed;
        }

        if (e.Order != 0)
        {
            Find(e).FormedTeam = true;
        }

        coverage.Add(Happening.TeamFormed);
    }

    private void End(in Event e)
    {
        TeamFacts team = OpenTeam(e.Team, e);
        SimulationException.Unless(e.Kind == EventKind.TeamDissolved ? team.Orders.Count == 0 : e.At == team.Deadline
            && team.Holds.Count == 0, $"R36, R7: {e.Kind} of team {e.Team} at {e.At}");
        switch (e.Kind)
        {
            case EventKind.TeamExpired:
                team.State = TeamState.Expired;
                coverage.Add(Happening.TeamExpired);
                break;
            case EventKind.TeamDissolved:
                team.State = TeamState.Dissolved;
                foreach (long order in team.Holds)
                {
                    Orders[(e.Item, order)].Team = 0;
                }

                team.Holds.Clear();
                coverage.Add(Happening.TeamDissolved);
                break;
            default:
                Merge(team, OpenTeam(e.OtherTeam, e), e);
                coverage.Add(Happening.TeamMerged);
                break;
        }
    }

    private void Merge(TeamFacts team, TeamFacts other, in Event e)
    {
        SimulationException.Unless(
            other.Deadline > e.At && other.Holds.Count == 0 && other.Orders.Count + team.Orders.Count == other.Size,
            $"R40: team {e.Team} merged into {e.OtherTeam}");
        team.State = TeamState.Merged;
        foreach (long order in team.Orders)
        {
            other.Orders.Add(order);
            Orders[(e.Item, order)].Team = e.OtherTeam;
        }
    }

    private void Hold(in Event e)
    {
        OrderFacts facts = Find(e);
        if (e.Kind != EventKind.HoldPlaced)
        {
            SimulationException.Unless(
                facts.State is OrderState.Held or OrderState.HoldEnded, $"R33: {e.Kind} of order {e.Order}, which is {facts.State}");
            DropHold(facts, e.Order);
            facts.State = e.Kind == EventKind.HoldEnded ? OrderState.HoldEnded : OrderState.Released;
            return;
        }

        SimulationException.Unless(facts.State == OrderState.None, $"R35: a hold for order {e.Order}, which is {facts.State}");
        facts.State = OrderState.Held;
        facts.HeldTeam = facts.Team = e.Team;
        facts.Until = e.Deadline;
        facts.HeldSize = e.Size;
        if (e.Team != 0)
        {
            TeamFacts team = OpenTeam(e.Team, e);
            SimulationException.Unless(team.Orders.Count + team.Holds.Count < team.Size, $"R30: a hold too many in team {e.Team}");
            SimulationException.Unless(e.Size == team.Size, $"R33: a hold of order {e.Order} in team {e.Team} promises size {e.Size}");
            team.Holds.Add(e.Order);
        }
        else
        {
            SimulationException.Unless(mayHaveSize(e), $"R1, R33: order {e.Order} is promised a team of size {e.Size}");
        }
    }

    private void DropHold(OrderFacts facts, long order)
    {
        if (facts is { State: OrderState.Held, Team: > 0 })
        {
            Teams[facts.Team].Holds.Remove(order);
        }
    }

    private void Refund(in Event e)
    {
        (RefundCause cause, PaymentId payment) = (e.Cause, e.Payment);
        OrderFacts facts = Find(e);
        RefundFacts? entry = facts.Refunds.Find(known => known.Cause == cause && known.Payment == payment);
        if (e.Kind == EventKind.RefundOwed)
        {
            SimulationException.Unless(entry is null, $"R37: {cause} is owed twice for order {e.Order}");
            facts.Refunds.Add(new RefundFacts(cause, payment, e.Buyer, e.Amount, e.At));
        }
        else
        {
            SimulationException.Unless(entry is { IsDone: false }, $"R37: {cause} of order {e.Order} goes back and is not owed");
            entry!.IsDone = true;
        }

        bool part = cause is RefundCause.Overpaid or RefundCause.PriceDifference;
        bool beside = cause == RefundCause.SecondPayment || (cause == RefundCause.Underpaid && facts.Until != 0);
        if (e.Kind == EventKind.RefundOwed)
        {
            bool brought = beside || cause is RefundCause.LatePayment or RefundCause.UnknownPayment or RefundCause.Underpaid;
            facts.Paid += brought ? e.Amount : 0;
            facts.Kept -= brought ? 0 : e.Amount;
        }

        if (!part && !beside)
        {
            DropHold(facts, e.Order);
            facts.State = e.Kind == EventKind.RefundOwed ? OrderState.RefundOwed : OrderState.Refunded;
            facts.IsPending = false;
        }
    }

    private static void Pay(OrderFacts facts, in Event e)
    {
        SimulationException.Unless(
            e.Amount >= (facts.Due ?? 0), $"R46: order {e.Order} is taken for paid with {e.Amount} fen, {facts.Due} were due");
        facts.Paid += e.Amount;
        facts.Kept = e.Amount;
    }

    private void Order(in Event e)
    {
        OrderFacts facts = Find(e);
        switch (e.Kind)
        {
            case EventKind.SoloBought:
                SimulationException.Unless(facts.State == OrderState.None, $"R35: order {e.Order} bought, and was {facts.State}");
                Pay(facts, e);
                facts.State = OrderState.Bought;
                facts.Solo = true;
                break;
            case EventKind.Shipped:
                SimulationException.Unless(
                    facts.State is OrderState.Formed or OrderState.Bought && !facts.IsPending,
                        $"R5: order {e.Order} shipped, and was {facts.State}");
                facts.State = OrderState.Shipped;
                break;
            case EventKind.RefundRequested:
                facts.IsPending = true;
                break;
            case EventKind.RefundRejected or EventKind.RefundWithdrawn:
                facts.IsPending = false;
                break;
            case EventKind.MemberLeft:
                SimulationException.Unless(facts.State == OrderState.Waiting, $"R7: order {e.Order} left, and was {facts.State}");
                OpenTeam(facts.Team, e).Orders.Remove(e.Order);
                facts.State = OrderState.None;
                break;
            case EventKind.AfterSaleGranted:
                SimulationException.Unless(
                    facts.State is OrderState.Formed or OrderState.Shipped or OrderState.Bought,
                        $"R8: after-sale of order {e.Order}, which is {facts.State}");
                facts.State = OrderState.None;
                break;
            default:
                throw new SimulationException($"an event of kind {e.Kind}");
        }
    }
}
