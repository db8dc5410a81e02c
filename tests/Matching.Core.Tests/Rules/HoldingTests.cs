using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Rules;

/// <summary>R33, R35, R44: holds, their payments, and money that is never silent.</summary>
public sealed class HoldingTests
{
    [Fact]
    public void R33_a_held_seat_is_taken_for_everybody_else_and_members_listed_are_the_paid_ones()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        Answer held = desk.Hold(2, 12, team);
        Assert.Equal((Outcome.Held, desk.Now + Desk.HoldMs, 0), (held.Outcome, held.Until, held.SeatsLeft));
        Assert.Equal((Outcome.Full, 30), (desk.Join(team, 3, 13).Outcome, desk.Join(team, 3, 13).Rule));
        Assert.Equal([1L], desk.Team(team).Members);
        Assert.Empty(desk.Listed);
    }

    [Fact]
    public void R33_a_hold_ends_with_its_team_at_the_latest()
    {
        var desk = new Desk();
        Answer opened = desk.Open(1, 11);
        desk.Now = opened.Deadline - 5;
        Assert.Equal(opened.Deadline, desk.Hold(2, 12, opened.Team).Until);
    }

    [Fact]
    public void R33_a_payment_in_time_takes_the_held_seat_and_forms_the_team()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Now = desk.Hold(2, 12, team).Until - 1;
        Answer paid = desk.Pay(12, payment: 900, amount: 700);
        Assert.Equal((Outcome.Formed, team, false), (paid.Outcome, paid.Team, paid.Rerouted));
        Assert.Equal((OrderState.Formed, 700L), (desk.Order(12).State, desk.Order(12).Amount));
    }

    [Fact]
    public void R33_a_payment_at_the_end_is_late_and_seated_again_where_the_seat_is_still_free()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Now = desk.Hold(2, 12, team).Until;
        Assert.Equal(OrderState.HoldEnded, desk.Order(12).State);
        Answer paid = desk.Pay(12);
        Assert.Equal((Outcome.Formed, team, false), (paid.Outcome, paid.Team, paid.Rerouted));
    }

    [Fact]
    public void R33_a_late_payment_moves_to_the_best_other_team_when_its_seat_went()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Now = desk.Hold(2, 12, team).Until;
        desk.Join(team, 3, 13);
        long other = desk.Open(4, 14).Team;
        Answer paid = desk.Pay(12);
        Assert.Equal((Outcome.Formed, other, true), (paid.Outcome, paid.Team, paid.Rerouted));
        Answer again = desk.Pay(12);
        Assert.Equal((Outcome.Formed, other, true, true), (again.Outcome, again.Team, again.Rerouted, again.Repeated));
    }

    [Fact]
    public void R33_a_late_payment_opens_a_team_when_there_is_no_other()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Now = desk.Hold(2, 12, team).Until;
        desk.Join(team, 3, 13);
        Answer paid = desk.Pay(12);
        Assert.Equal((Outcome.Opened, true), (paid.Outcome, paid.Rerouted));
        Assert.Equal(2, desk.Team(paid.Team).Leader);
    }

    [Fact]
    public void R33_a_late_payment_of_a_buyer_who_sits_elsewhere_is_owed_back()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Now = desk.Hold(2, 12, team).Until;
        desk.Open(2, 13);
        Answer paid = desk.Pay(12, amount: 400);
        Assert.Equal((Outcome.RefundOwed, true), (paid.Outcome, paid.Ok));
        Assert.Equal((12L, 400L, RefundCause.LatePayment), desk.Owed.Select(r => (r.Order, r.Amount, r.Cause)).Single());
    }

    [Fact]
    public void R33_a_hold_without_a_team_is_a_promise_and_opens_one_when_paid()
    {
        var desk = new Desk();
        Answer held = desk.Hold(1, 11);
        Assert.Equal((Outcome.Held, 0L), (held.Outcome, held.Team));
        Assert.Equal(0, desk.Counts.TeamsOpened);
        Assert.Equal(Outcome.Opened, desk.Pay(11).Outcome);
    }

    [Fact]
    public void R33_a_promise_acts_as_quick_join_when_paid_unless_it_insists_on_a_new_team()
    {
        foreach ((bool insists, Outcome outcome) in new[] { (false, Outcome.Formed), (true, Outcome.Opened) })
        {
            var desk = new Desk();
            desk.Hold(1, 11, openNew: insists);
            desk.Open(2, 12);
            Assert.Equal(outcome, desk.Pay(11).Outcome);
        }
    }

    [Fact]
    public void R33_a_released_seat_is_free_and_a_payment_for_it_is_owed_back()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Hold(2, 12, team);
        Assert.Equal(Outcome.Released, desk.On(Operation.Release, 12).Outcome);
        Assert.Equal([team], desk.Listed);
        Assert.Equal(Outcome.RefundOwed, desk.Pay(12).Outcome);
        Assert.Equal(RefundCause.UnknownPayment, desk.Owed.Single().Cause);
    }

    [Fact]
    public void R33_a_payment_of_an_unknown_order_is_owed_back_and_its_order_id_is_taken()
    {
        var desk = new Desk();
        Assert.Equal(Outcome.RefundOwed, desk.Pay(11, payment: 5, amount: 300).Outcome);
        Assert.True(desk.Pay(11, payment: 5).Repeated);
        Assert.Single(desk.Owed);
        Assert.Equal((Outcome.OrderConflict, 35), (desk.Quick(1, 11).Outcome, desk.Quick(1, 11).Rule));
    }

    [Fact]
    public void R35_a_second_payment_id_is_a_refund_of_its_own_and_leaves_the_order_alone()
    {
        var desk = new Desk();
        desk.Hold(1, 11);
        desk.Pay(11, payment: 1, amount: 500);
        Assert.Equal(Outcome.RefundOwed, desk.Pay(11, payment: 2, amount: 500).Outcome);
        Assert.True(desk.Pay(11, payment: 2).Repeated);
        Assert.Equal((RefundCause.SecondPayment, 2L), desk.Owed.Select(r => (r.Cause, r.Payment)).Single());
        Assert.Equal(OrderState.Waiting, desk.Order(11).State);
    }

    [Fact]
    public void R35_a_repeat_returns_the_first_outcome_and_team_and_changes_nothing_also_after_a_restart()
    {
        var desk = new Desk();
        Answer first = desk.Quick(1, 11);
        desk.Quick(2, 12);
        desk.Restart();
        int events = desk.Book.Events.Count;
        Answer again = desk.Quick(1, 11);
        Assert.Equal((Outcome.Opened, first.Team, first.Deadline, true, 0),
            (again.Outcome, again.Team, again.Deadline, again.Repeated, again.SeatsLeft));
        Assert.Equal(events, desk.Book.Events.Count);
    }

    [Fact]
    public void R35_the_same_order_with_other_fields_or_from_another_operation_is_a_conflict()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Quick(1, 11).Team;
        Assert.All(
            new[] { desk.Quick(2, 11), desk.Open(1, 11), desk.Join(team, 1, 11), desk.Hold(1, 11), desk.Solo(1, 11) },
            answer => Assert.Equal((Outcome.OrderConflict, 35, false), (answer.Outcome, answer.Rule, answer.Ok)));
    }

    [Fact]
    public void R35_a_conflict_says_what_of_the_order_is_another()
    {
        var desk = new Desk(teamSize: 3);
        desk.Quick(1, 11);
        long second = desk.Open(2, 12).Team;
        desk.Join(second, 3, 13);
        Conflicts(Why.OtherBuyer, "of another buyer (R35)", desk.Quick(2, 11));
        Conflicts(Why.OtherOperation, "from another operation (R35)", desk.Solo(1, 11));
        Conflicts(Why.OtherTeam, "for another team (R35)", desk.Join(second + 1, 3, 13));

        desk.Hold(4, 14);
        desk.Pay(14);
        Conflicts(Why.PaidAlready, "a payment for the hold has come", desk.On(Operation.Release, 14));
        Conflicts(Why.OtherOperation, "from another operation (R35)", desk.On(Operation.Release, 11));
        Assert.Equal((Why.Effective, true), (desk.Quick(1, 11).Why, desk.Quick(1, 11).Repeated));

        static void Conflicts(Why why, string said, Answer answer)
        {
            Assert.Equal((Outcome.OrderConflict, 35, why), (answer.Outcome, answer.Rule, answer.Why));
            Assert.Contains(said, Words.Reason(answer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void R35_a_refusal_is_not_remembered_and_the_same_order_may_try_again()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.Hold(2, 12, team);
        Assert.Equal(Outcome.Full, desk.Join(team, 3, 13).Outcome);
        desk.On(Operation.Release, 12);
        Assert.Equal(Outcome.Formed, desk.Join(team, 3, 13).Outcome);
    }
}
