using Matching.Kit;

namespace Matching.Core.Tests.Properties;

/// <summary>
/// The promises by name, each checked on random scripts by what the events say, without the twin: so a defect that book and
/// twin had in common would still break a promise here.
/// </summary>
public sealed class PromiseTests
{
    private static int Programs => Math.Max(200, Campaign.Programs / 4);

    [Fact]
    public void No_order_ships_unformed() => Campaign.Run(Programs, script => EachItem(script, events =>
    {
        var teamOf = new Dictionary<long, long>();
        var formed = new HashSet<long>();
        foreach (Event e in events)
        {
            switch (e.Kind)
            {
                case EventKind.TeamOpened or EventKind.SeatTaken:
                    teamOf[e.Order] = e.Team;
                    break;
                case EventKind.SoloBought:
                    teamOf[e.Order] = 0;
                    formed.Add(0);
                    break;
                case EventKind.TeamMerged:
                    teamOf.Where(pair => pair.Value == e.Team).Select(pair => pair.Key).ToList()
                        .ForEach(order => teamOf[order] = e.OtherTeam);
                    break;
                case EventKind.TeamFormed:
                    formed.Add(e.Team);
                    break;
                case EventKind.Shipped when !teamOf.TryGetValue(e.Order, out long team) || !formed.Contains(team):
                    return $"R5: order {e.Order} shipped and its team had not formed";
            }
        }

        return null;
    }));

    [Fact]
    public void No_team_is_over_its_size() => Campaign.Run(Programs, script => EachItem(script, events =>
    {
        var size = new Dictionary<long, int>();
        var taken = new Dictionary<long, HashSet<long>>();
        foreach (Event e in events)
        {
            switch (e.Kind)
            {
                case EventKind.TeamOpened:
                    size[e.Team] = e.Size;
                    taken[e.Team] = [e.Order];
                    break;
                case EventKind.SeatTaken or EventKind.HoldPlaced when e.Team != 0:
                    taken[e.Team].Add(e.Order);
                    break;
                case EventKind.HoldEnded or EventKind.HoldReleased or EventKind.MemberLeft:
                    taken.Values.ToList().ForEach(orders => orders.Remove(e.Order));
                    break;
                case EventKind.TeamMerged:
                    taken[e.OtherTeam].UnionWith(taken[e.Team]);
                    break;
                case EventKind.TeamFormed when taken[e.Team].Count != size[e.Team]:
                    return $"R30: team {e.Team} formed with {taken[e.Team].Count} of {size[e.Team]}";
            }

            if (e.Team != 0 && taken.TryGetValue(e.Team, out HashSet<long>? seats) && seats.Count > size[e.Team])
            {
                return $"R30: team {e.Team} of {size[e.Team]} has {seats.Count} seats taken";
            }
        }

        return null;
    }));

    [Fact]
    public void A_buyer_has_one_seat_or_promise_of_an_item() => Campaign.Run(Programs, script => EachItem(script, events =>
    {
        // By order: who has it, and the team, 0 for a promise to open.
        var seats = new Dictionary<long, (long Buyer, long Team)>();
        foreach (Event e in events)
        {
            switch (e.Kind)
            {
                case EventKind.TeamOpened or EventKind.SeatTaken or EventKind.HoldPlaced:
                    seats[e.Order] = (e.Buyer, e.Team);
                    break;
                case EventKind.HoldEnded or EventKind.HoldReleased or EventKind.MemberLeft:
                    seats.Remove(e.Order);
                    break;
                case EventKind.RefundOwed when e.Cause is RefundCause.LatePayment:
                    seats.Remove(e.Order);
                    break;
                case EventKind.TeamMerged:
                    seats.Where(seat => seat.Value.Team == e.Team).ToList()
                        .ForEach(seat => seats[seat.Key] = seat.Value with { Team = e.OtherTeam });
                    break;
                case EventKind.TeamDissolved:
                    seats.Where(seat => seat.Value.Team == e.Team).ToList().ForEach(seat => seats[seat.Key] = seat.Value with { Team = 0 });
                    break;
                case EventKind.TeamFormed or EventKind.TeamExpired:
                    seats.Where(seat => seat.Value.Team == e.Team).ToList().ForEach(seat => seats.Remove(seat.Key));
                    break;
            }

            if (seats.Values.Select(seat => seat.Buyer).Distinct().Count() < seats.Count)
            {
                return $"R31: with order {e.Order}, buyer {e.Buyer} has two seats or promises";
            }
        }

        return null;
    }));

    [Fact]
    public void Money_is_conserved() => Campaign.Run(Programs, script =>
    {
        var run = Run.Of(script);
        run.Book.Sweep(run.Now, int.MaxValue);
        foreach ((long item, IReadOnlyList<Event> events) in run.Items)
        {
            OrderView[] orders = [.. run.Orders.Where(order => order.Item == item && order.State >= OrderState.Waiting)];
            long[] going = [.. events.Where(e => e.Kind == EventKind.RefundOwed && TakesTheOrder(e)).Select(e => e.Order).Order()];
            long[] saySo = [
                .. orders.Where(order => order.State is OrderState.RefundOwed or OrderState.Refunded).Select(order => order.Order).Order()];
            if (!going.SequenceEqual(saySo))
            {
                return $"R37: refunds arose for orders {string.Join(',', going)} of item {item}, and orders {string.Join(',', saySo)} say so";
            }

            Counts counts = run.Book.CountItem(item, run.Now);
            if (counts.Waiting + counts.Formed + counts.Shipped + counts.Bought + counts.RefundOwed + counts.Refunded != orders.Length)
            {
                return $"R41: the counts of item {item} are not its {orders.Length} paid orders";
            }
        }

        long open =
            run.Items.Sum(item => item.Events.Sum(e => e.Kind == EventKind.RefundOwed ? 1 : e.Kind == EventKind.RefundDone ? -1 : 0));
        int listed = run.Book.RefundsOwed(int.MaxValue).Count;
        return open == listed ? null : $"R37: {open} refunds are owed and {listed} are listed";
    });

    /// <summary>With this entry the order itself is owed back; others leave it as it is (R35, R46).</summary>
    private static bool TakesTheOrder(in Event e) =>
        e.Cause is not (RefundCause.SecondPayment or RefundCause.Overpaid or RefundCause.PriceDifference)
        && (e.Cause != RefundCause.Underpaid || e.Via != Operation.None);

    [Fact]
    public void An_answer_repeated_is_the_same_answer() => Campaign.Run(Programs, script =>
    {
        var run = Run.Of(script);

        foreach ((Command command, Answer first) in run.Answers.Where(a => a.Answer.Ok))
        {
            int events = run.Items.Sum(item => item.Events.Count);
            run.Book.Sweep(run.Now, int.MaxValue);
            int due = run.Items.Sum(item => item.Events.Count) - events;
            Answer again = run.Book.Execute(command with { At = 0 }, run.Now);
            bool asked = command.Operation is Operation.RequestRefund or Operation.RejectRefund or Operation.WithdrawRefund;
            if (!again.Repeated && (asked || command is { Operation: Operation.RefundDone, ByKey: false }))
            {
                // Asked anew after a rejection (R7), or of the next refund of an order with several (R37): no repeat.
                continue;
            }

            if (!again.Repeated || again.Outcome != first.Outcome || (!asked && again.Team != first.Team) || again.Until != first.Until
                || again.Owed != first.Owed)
            {
                return $"R35: {Show.Command(command)} was answered {first.Outcome} team {first.Team}, and sent again {again.Outcome} team {again.Team}";
            }

            if (run.Items.Sum(item => item.Events.Count) != events + due)
            {
                return $"R35: {Show.Command(command)} sent again changed something";
            }
        }

        return null;
    });

    [Fact]
    public void Replay_gives_the_same_state() => Campaign.Run(Programs, script =>
    {
        var run = Run.Of(script);
        Book replayed = run.Book.ReplayedAsOne();
        replayed.Validate();
        return replayed.StateHash() == run.Book.StateHash && replayed.CountAll() == run.Book.CountAll()
            ? null
            : "R38: what was journaled gives another state";
    });

    [Fact]
    public void Expiry_is_never_early_and_never_missed() => Campaign.Run(Programs, script =>
    {
        var run = Run.Of(script);
        run.Book.Sweep(run.Now, int.MaxValue);
        return run.Items.Select(item => OfExpiry(item.Events, run.Now)).FirstOrDefault(broken => broken is not null);
    });

    private static string? OfExpiry(IReadOnlyList<Event> events, long now)
    {
        var deadlines = new Dictionary<long, long>();
        foreach (Event e in events)
        {
            switch (e.Kind)
            {
                case EventKind.TeamOpened:
                    deadlines[e.Team] = e.Deadline;
                    break;
                case EventKind.SeatTaken when e.At >= deadlines[e.Team]:
                    return $"R3: a seat of team {e.Team} was taken at {e.At}, its deadline is {deadlines[e.Team]}";
                case EventKind.TeamExpired or EventKind.TeamMerged when e.At != deadlines[e.Team]:
                    return $"R36: team {e.Team} ended at {e.At}, its deadline is {deadlines[e.Team]}";
                case EventKind.TeamFormed when e.At >= deadlines[e.Team]:
                    return $"R36: team {e.Team} formed at {e.At}, its deadline is {deadlines[e.Team]}";
            }

            if (e.Kind is EventKind.TeamFormed or EventKind.TeamExpired or EventKind.TeamMerged or EventKind.TeamDissolved)
            {
                deadlines.Remove(e.Team);
            }
        }

        (long team, long deadline) = deadlines.FirstOrDefault(pair => pair.Value <= now);
        return team == 0 ? null : $"R36: team {team} should have ended at {deadline}, and it is {now}";
    }

    private static string? EachItem(Script script, Func<IReadOnlyList<Event>, string?> broken)
    {
        var run = Run.Of(script);
        run.Book.Sweep(run.Now, int.MaxValue);
        return run.Items.Select(item => broken(item.Events)).FirstOrDefault(text => text is not null);
    }
}
