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

        long actedUntilMs = engine.Now;

        // What was overdue is acted on now, so that no later look changes anything (R36).
        for (int item = 1; item <= items; item++)
        {
            Ask(engine.CountAsync(RandomCommands.ItemOf(item)));
        }

        audit.Reread(machine.Journal!);
        foreach (Sent sent in outside.Sents)
        {
            if (sent.Accepted is { } answer)
            {
                SimulationException.Unless(Happened(sent.Command, answer), $"R38: lost: {Outside.Show(sent)}");
            }
        }

        string? broken = Ask(engine.BrokenAsync());
        SimulationException.Unless(broken is null, $"{broken}");
        string? difference = audit.History.Difference(
            actedUntilMs,
            (item, order) => Ask(engine.FindOrderAsync(item, order)),
            (item, team) => Ask(engine.FindTeamAsync(item, team)),
            Ask(engine.RefundsOwedAsync(int.MaxValue)),
            item => Ask(item == 0 ? engine.CountAsync() : engine.CountAsync(item)),
            share);
        SimulationException.Unless(difference is null, $"{difference}");
        machine.IsQuiet = false;
    }

    private T Ask<T>(ValueTask<T> wait) => machine.Loops.Run(wait);

    /// <summary>Whether the order's events say what its answer said, of the very seat, hold or refund that was asked for.</summary>
    private bool Happened(Command command, Answer answer)
    {
        IReadOnlyList<Event> events = audit.History.Of(command.Item, command.Order);
        bool Some(EventKind kind, Func<Event, bool>? such = null) => events.Any(e => e.Kind == kind && such?.Invoke(e) != false);
        bool InTeam(Event e) => e.Team == answer.Team;

        // A repeat may name another amount, and no payment: the first one is meant (R35).
        bool BroughtIt(Event e) => answer.Repeated || e.Amount == command.Amount;
        bool IsSeat(Event e) => InTeam(e) && BroughtIt(e);
        bool IsOfPayment(Event e) => e.Payment == command.Payment || (answer.Repeated && command.Payment.IsNone);
        return answer.Outcome switch
        {
            Outcome.Opened => Some(EventKind.TeamOpened, IsSeat),
            Outcome.Joined => Some(EventKind.SeatTaken, IsSeat),
            Outcome.Formed => Some(EventKind.SeatTaken, IsSeat) && Some(EventKind.TeamFormed, InTeam),
            Outcome.Held => Some(EventKind.HoldPlaced, e => InTeam(e) && e.Deadline == answer.Until),
            Outcome.Released => Some(EventKind.HoldReleased),
            Outcome.Bought => Some(EventKind.SoloBought, BroughtIt),
            Outcome.RefundRequested => Some(EventKind.RefundRequested),
            Outcome.Left => Some(EventKind.MemberLeft),
            Outcome.AfterSale => Some(EventKind.AfterSaleGranted),
            Outcome.RefundRejected => Some(EventKind.RefundRejected),
            Outcome.RefundWithdrawn => Some(EventKind.RefundWithdrawn),
            Outcome.Shipped => Some(EventKind.Shipped),
            Outcome.Refunded => Some(EventKind.RefundDone, e => IsMeant(command, e)),
            Outcome.RefundOwed => Some(EventKind.RefundOwed, e => IsOfPayment(e) && e.Amount == answer.Owed && e.Cause is
                RefundCause.LatePayment or RefundCause.UnknownPayment or RefundCause.SecondPayment or RefundCause.Underpaid),
            _ => false,
        };
    }

    // An entry by its key; else any of the cause and the payment that are named, where they are (R37).
    private static bool IsMeant(in Command command, in Event e) => command.ByKey
        ? RefundKey.Of(e.Item, e.Order, e.Cause, e.Payment)
            .Equals(RefundKey.Of(command.Item, command.Order, command.Cause, command.Payment), StringComparison.Ordinal)
        : (command.Cause == RefundCause.None || e.Cause == command.Cause) && (command.Payment.IsNone || e.Payment == command.Payment);
}
