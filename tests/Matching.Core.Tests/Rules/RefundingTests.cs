namespace Matching.Core.Tests.Rules;

/// <summary>R5, R7–R9, R36, R37, R40, R41: the ship gate, refunds, rescue.</summary>
public sealed class RefundingTests
{
    [Fact]
    public void R5_an_order_ships_only_once_its_own_team_has_formed()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        Answer refused = desk.On(Operation.Ship, 11);
        Assert.Equal((Outcome.NotFormed, 5, team), (refused.Outcome, refused.Rule, refused.Team));
        desk.Join(team, 2, 12);
        Assert.Equal(Outcome.Shipped, desk.On(Operation.Ship, 11).Outcome);
        Assert.True(desk.On(Operation.Ship, 11).Repeated);
        Assert.Equal(Outcome.UnknownOrder, desk.On(Operation.Ship, 99).Outcome);
    }

    [Fact]
    public void R5_a_moved_order_ships_by_the_team_it_sits_in_not_by_the_one_it_held()
    {
        var desk = new Desk(teamSize: 2);
        long held = desk.Open(1, 11).Team;
        desk.Now = desk.Hold(2, 12, held).Until;
        desk.Join(held, 3, 13);
        Answer paid = desk.Pay(12);
        Assert.NotEqual(held, paid.Team);
        Assert.Equal(TeamState.Formed, desk.Team(held).State);
        Assert.Equal(Outcome.NotFormed, desk.On(Operation.Ship, 12).Outcome);
    }

    [Fact]
    public void R7_leaving_frees_the_seat_and_the_next_member_leads()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Open(1, 11).Team;
        desk.Join(team, 2, 12);
        Assert.Equal(Outcome.Left, desk.Leave(11).Outcome);
        Assert.Equal((2L, 2), (desk.Team(team).Leader, desk.Team(team).SeatsLeft));
        Assert.Equal((11L, RefundCause.Left), desk.Owed.Select(r => (r.Order, r.Cause)).Single());
        Assert.Equal(0, desk.Counts.AfterSale);
        Assert.Equal(Outcome.Joined, desk.Join(team, 1, 14).Outcome);
    }

    [Fact]
    public void R7_the_last_one_leaving_dissolves_the_team_and_its_holds_become_promises()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Open(1, 11).Team;
        long until = desk.Hold(2, 12, team).Until;
        desk.Leave(11);
        Assert.Equal(TeamState.Dissolved, desk.Team(team).State);
        Assert.Equal((Outcome.Closed, 7), (desk.Join(team, 3, 13).Outcome, desk.Join(team, 3, 14).Rule));
        Assert.Equal((OrderState.Held, 0L, until), (desk.Order(12).State, desk.Order(12).Team, desk.Order(12).Until));
        Answer paid = desk.Pay(12);
        Assert.Equal((Outcome.Opened, true), (paid.Outcome, paid.Rerouted));
    }

    [Fact]
    public void R7_a_pending_request_keeps_the_seat_and_stops_shipping_until_answered()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        desk.On(Operation.RequestRefund, 11);
        desk.Join(team, 2, 12);
        Assert.Equal((Outcome.RefundPending, 7), (desk.On(Operation.Ship, 11).Outcome, desk.On(Operation.Ship, 11).Rule));
        desk.On(Operation.RejectRefund, 11);
        Assert.Equal(Outcome.Shipped, desk.On(Operation.Ship, 11).Outcome);
    }

    [Fact]
    public void R7_a_request_may_be_withdrawn_and_made_anew()
    {
        var desk = new Desk();
        desk.Open(1, 11);
        desk.On(Operation.RequestRefund, 11);
        Assert.True(desk.On(Operation.RequestRefund, 11).Repeated);
        Assert.Equal(Outcome.RefundWithdrawn, desk.On(Operation.WithdrawRefund, 11).Outcome);
        Assert.Equal(Outcome.NotRequested, desk.On(Operation.ApproveRefund, 11).Outcome);
        Assert.False(desk.On(Operation.RequestRefund, 11).Repeated);
        Assert.Equal(Outcome.Left, desk.On(Operation.ApproveRefund, 11).Outcome);
    }

    [Fact]
    public void R7_expiry_overrides_a_pending_request()
    {
        var desk = new Desk();
        Answer opened = desk.Open(1, 11);
        desk.On(Operation.RequestRefund, 11);
        desk.Now = opened.Deadline;
        Assert.Equal(Outcome.RefundOwed, desk.On(Operation.ApproveRefund, 11).Outcome);
        Assert.Equal(RefundCause.Expired, desk.Owed.Single().Cause);
    }

    [Fact]
    public void R8_a_refund_after_forming_touches_nobody_else_and_a_shipped_order_stays_known_as_shipped()
    {
        var desk = new Desk();
        desk.Quick(1, 11);
        long team = desk.Quick(2, 12).Team;
        desk.On(Operation.Ship, 11);
        Assert.Equal(Outcome.AfterSale, desk.Leave(11).Outcome);
        Assert.Equal((OrderState.RefundOwed, true), (desk.Order(11).State, desk.Order(11).WasShipped));
        Assert.Equal((TeamState.Formed, 2), (desk.Team(team).State, desk.Team(team).Members.Count));
        Assert.Equal(Outcome.Shipped, desk.On(Operation.Ship, 12).Outcome);
        Assert.Equal(1, desk.Counts.AfterSale);
    }

    [Fact]
    public void R9_a_solo_order_ships_at_once_and_is_refunded_after_sale()
    {
        var desk = new Desk();
        Assert.Equal(Outcome.Bought, desk.Solo(1, 11).Outcome);
        Assert.Equal(Outcome.Shipped, desk.On(Operation.Ship, 11).Outcome);
        Assert.Equal(Outcome.AfterSale, desk.Leave(11).Outcome);
    }

    [Fact]
    public void R36_sweeps_change_no_outcome_and_act_at_the_deadlines_own_time()
    {
        foreach (bool swept in new[] { false, true })
        {
            var desk = new Desk();
            Answer opened = desk.Open(1, 11);
            desk.Now = opened.Deadline + 12_345;
            if (swept)
            {
                Assert.True(desk.Book.Sweep(desk.Now, int.MaxValue));
            }

            Assert.Equal(opened.Deadline, desk.Team(opened.Team).ClosedAt);
        }
    }

    [Fact]
    public void R37_refunds_are_listed_oldest_first_and_acknowledged_one_by_one()
    {
        var desk = new Desk();
        desk.Open(1, 11);
        desk.Now += 10;
        desk.Solo(2, 12);
        desk.Leave(12);
        desk.Now += Desk.Day;
        Assert.Equal([12L, 11L], desk.Owed.Select(r => r.Order));
        Assert.Equal((Outcome.NotOwed, 37),
            (desk.On(Operation.RefundDone, 12, RefundCause.Expired).Outcome, desk.On(Operation.RefundDone, 12, RefundCause.Expired).Rule));
        Assert.Equal(Outcome.Refunded, desk.On(Operation.RefundDone, 12).Outcome);
        Assert.True(desk.On(Operation.RefundDone, 12).Repeated);
        Assert.Equal((OrderState.Refunded, 11L), (desk.Order(12).State, desk.Owed.Single().Order));
    }

    [Fact]
    public void R37_without_a_key_the_oldest_refund_still_owed_is_acknowledged_and_only_where_none_is_it_is_a_repeat()
    {
        var desk = new Desk();
        desk.Open(1, 11);
        desk.Pay(11, payment: 21, amount: 70);
        desk.Now += Desk.Day;
        Assert.Equal([RefundCause.SecondPayment, RefundCause.Expired], desk.Owed.Select(refund => refund.Cause));
        Assert.Equal((Outcome.Refunded, false), Said(desk.On(Operation.RefundDone, 11)));
        Assert.Equal((Outcome.Refunded, true), Said(desk.On(Operation.RefundDone, 11, RefundCause.SecondPayment)));
        Assert.Equal(OrderState.RefundOwed, desk.Order(11).State);
        Assert.Equal((Outcome.Refunded, false), Said(desk.On(Operation.RefundDone, 11)));
        Assert.Equal(OrderState.Refunded, desk.Order(11).State);
        Assert.Equal((Outcome.Refunded, true), Said(desk.On(Operation.RefundDone, 11)));
        Assert.Equal((Outcome.NotOwed, false), Said(desk.On(Operation.RefundDone, 11, RefundCause.Left)));
        Assert.Empty(desk.Owed);
    }

    [Fact]
    public void R37_of_a_cause_named_the_oldest_still_owed_is_acknowledged()
    {
        var desk = new Desk();
        desk.Solo(1, 11);
        desk.Pay(11, payment: 21, amount: 70);
        desk.Pay(11, payment: 22, amount: 80);
        desk.Leave(11);
        Assert.False(desk.On(Operation.RefundDone, 11, RefundCause.SecondPayment).Repeated);
        Assert.Equal([22L, 0L], desk.Owed.Select(refund => refund.Payment));
        Assert.False(desk.On(Operation.RefundDone, 11, RefundCause.SecondPayment).Repeated);
        Assert.True(desk.On(Operation.RefundDone, 11, RefundCause.SecondPayment).Repeated);
        Assert.Equal([RefundCause.AfterSale], desk.Owed.Select(refund => refund.Cause));
    }

    [Fact]
    public void R37_by_its_key_one_refund_is_acknowledged_whatever_else_is_owed_and_sent_again_it_is_a_repeat()
    {
        var desk = new Desk();
        desk.Solo(1, 11);
        desk.Pay(11, payment: 0, amount: 60);
        desk.Pay(11, payment: 21, amount: 70);
        desk.Pay(11, payment: 22, amount: 80);
        desk.Leave(11);
        RefundView[] owed = [.. desk.Owed];
        Assert.Equal(4, owed.DistinctBy(refund => refund.Key, StringComparer.Ordinal).Count());
        foreach (RefundView refund in owed.Reverse())
        {
            Assert.Equal((Outcome.Refunded, false), Said(desk.Done(11, refund.Key)));
            Assert.Equal((Outcome.Refunded, true), Said(desk.Done(11, refund.Key)));
            Assert.DoesNotContain(refund, desk.Owed);
        }

        Assert.Empty(desk.Owed);
        Assert.Equal((Outcome.Refunded, true), Said(desk.Done(11, owed[0].Key)));
    }

    [Theory]
    [InlineData("7:11:left")]
    [InlineData("7:12:afterSale")]
    [InlineData("8:11:afterSale")]
    [InlineData("7:11:secondPayment:22")]
    [InlineData("7:11:secondPayment:021")]
    [InlineData("7:11:secondPayment:18446744073709551615")]
    [InlineData("7:11:secondPayment")]
    [InlineData("7:11:AfterSale")]
    [InlineData(" 7:11:afterSale")]
    [InlineData("")]
    [InlineData("a key")]
    public void R37_a_key_of_another_order_or_of_no_refund_is_not_owed(string key)
    {
        var desk = new Desk();
        desk.Solo(1, 11);
        desk.Solo(1, 12);
        desk.Pay(11, payment: 21, amount: 70);
        desk.Leave(11);
        desk.Leave(12);
        Answer answer = desk.Done(11, key);
        Assert.Equal((Outcome.NotOwed, (byte)37, false), (answer.Outcome, answer.Rule, answer.Ok));
        Assert.Equal(3, desk.Owed.Count);
        Assert.Equal(Outcome.UnknownOrder, desk.Done(13, key).Outcome);
    }

    private static (Outcome Outcome, bool Repeated) Said(in Answer answer) => (answer.Outcome, answer.Repeated);

    [Fact]
    public void R40_at_its_deadline_a_team_is_absorbed_by_one_that_it_fills_exactly()
    {
        var desk = new Desk(teamSize: 3);
        Answer older = desk.Open(1, 11);
        desk.Now += 100;
        long fuller = desk.Open(2, 12).Team;
        desk.Join(fuller, 3, 13);
        desk.Now = older.Deadline;
        TeamView survivor = desk.Team(fuller);
        Assert.Equal((TeamState.Formed, older.Deadline, 2L), (survivor.State, survivor.ClosedAt, survivor.Leader));
        Assert.Equal([2L, 3L, 1L], survivor.Members);
        Assert.Equal((TeamState.Merged, fuller), (desk.Team(older.Team).State, desk.Team(older.Team).MergedInto));
        Assert.Equal(fuller, desk.Order(11).Team);
        Assert.Equal(Outcome.Shipped, desk.On(Operation.Ship, 11).Outcome);
        Assert.Equal(older.Team, desk.Open(1, 11).Team);
    }

    [Fact]
    public void R40_equal_deadlines_do_not_merge_nor_does_a_team_with_a_live_hold_nor_where_it_is_switched_off()
    {
        var same = new Desk();
        Answer first = same.Open(1, 11);
        same.Open(2, 12);
        same.Now = first.Deadline;
        Assert.Equal(2, same.Counts.TeamsExpired);

        var held = new Desk(teamSize: 3);
        first = held.Open(1, 11);
        held.Now += 100;
        long other = held.Open(2, 12).Team;
        held.Now = first.Deadline - 1;
        held.Hold(3, 13, other);
        held.Now = first.Deadline;
        Assert.Equal(TeamState.Expired, held.Team(first.Team).State);

        var off = new Desk(rescue: false);
        first = off.Open(1, 11);
        off.Now += 100;
        off.Open(2, 12);
        off.Now = first.Deadline;
        Assert.Equal(TeamState.Expired, off.Team(first.Team).State);
    }

    [Fact]
    public void R41_teams_opened_are_open_formed_expired_dissolved_and_merged()
    {
        var desk = new Desk();
        desk.Quick(1, 11);
        desk.Quick(2, 12);
        desk.Open(3, 13);
        desk.Leave(13);
        Answer older = desk.Open(4, 14);
        desk.Now += 100;
        desk.Open(5, 15);
        desk.Now = older.Deadline;
        Counts counts = desk.Counts;
        Assert.Equal((4, 2, 0, 1, 1, 0),
            (counts.TeamsOpened, counts.TeamsFormed, counts.TeamsExpired, counts.TeamsDissolved, counts.TeamsMerged, counts.TeamsOpen));
        Assert.Equal((4, 1), (counts.Formed, counts.RefundOwed));
    }
}
