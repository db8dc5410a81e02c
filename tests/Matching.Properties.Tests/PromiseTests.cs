using Matching.Core;
using Matching.Kit;

namespace Matching.Properties.Tests;

/// <summary>
/// The promises, checked on random scripts by what the events say, without the twin: so a defect that book and twin had in common would
/// still break a promise here.
/// </summary>
public sealed class PromiseTests
{
    private static int Programs => Math.Max(200, Campaign.Programs / 4);

    [Fact]
    public void What_happens_breaks_no_rule_and_is_what_readers_see() => Campaign.Run(Programs, script =>
    {
        var run = Run.Of(script);
        run.Book.Sweep(run.Now, int.MaxValue);
        return run.Book.Audited().Difference(
            run.Now,
            (item, order) => run.Book.FindOrder(item, order, run.Now),
            (item, team) => run.Book.FindTeam(item, team, run.Now),
            run.Book.RefundsOwed(int.MaxValue),
            item => item == 0 ? run.Book.CountAll() : run.Book.CountItem(item, run.Now));
    });

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
}
