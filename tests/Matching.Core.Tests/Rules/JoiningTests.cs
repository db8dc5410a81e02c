namespace Matching.Core.Tests.Rules;

/// <summary>R1–R6, R30–R32, R34, R39: opening, joining, expiring.</summary>
public sealed class JoiningTests
{
    [Fact]
    public void R2_who_opens_a_team_leads_it()
    {
        var desk = new Desk(teamSize: 3);
        Answer opened = desk.Open(buyer: 1, order: 11);
        Assert.Equal(Outcome.Opened, opened.Outcome);
        Assert.Equal((2, desk.Now + Desk.Day), (opened.SeatsLeft, opened.Deadline));
        Assert.Equal(1, desk.Team(opened.Team).Leader);
    }

    [Fact]
    public void R2_an_invite_only_team_of_before_there_were_invites_is_neither_listed_nor_joined_by_quick_join_but_by_its_id()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11, inviteOnly: true).Team;
        Assert.Empty(desk.Listed);
        Assert.Equal(Outcome.Opened, desk.Quick(2, 12).Outcome);
        Assert.Equal(Outcome.Formed, desk.Join(team, 3, 13).Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(78)]
    public void R2_without_the_invite_an_invite_only_team_is_as_one_that_does_not_exist_open_or_formed(long wrong)
    {
        var desk = new Desk();
        Answer opened = desk.Open(1, 11, inviteOnly: true, invite: 77);
        Assert.Equal((Outcome.Opened, 77L), (opened.Outcome, opened.Invite));
        desk.Open(2, 12);
        AssertUnknown(desk, opened.Team, wrong);
        Assert.Equal(Outcome.Formed, desk.Join(opened.Team, 4, 14, invite: 77).Outcome);
        AssertUnknown(desk, opened.Team, wrong);
        Assert.Equal(Outcome.Full, desk.Join(opened.Team, 5, 15, invite: 77).Outcome);
    }

    private static void AssertUnknown(Desk desk, long team, long invite)
    {
        const long Nowhere = 1L << 40;
        foreach (Operation operation in new[] { Operation.JoinTeam, Operation.Hold })
        {
            var ask = new Command { Operation = operation, Buyer = 3, Order = 13, Invite = invite };
            Answer hidden = desk.Do(ask with { Team = team });
            Assert.Equal(desk.Do(ask with { Team = Nowhere }) with { Team = team }, hidden);
            Assert.Equal((Outcome.UnknownTeam, team), (hidden.Outcome, hidden.Team));
        }
    }

    [Fact]
    public void R2_the_invite_comes_again_with_a_repeat_to_who_sits_in_the_team_also_after_a_restart()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Open(1, 11, inviteOnly: true, invite: long.MaxValue).Team;
        desk.Restart();
        Answer again = desk.Open(1, 11, inviteOnly: true, invite: 5);
        Assert.Equal((true, long.MaxValue, long.MaxValue), (again.Repeated, again.Invite, desk.Team(team).Invite));
        desk.Join(team, 2, 12, invite: long.MaxValue);
        desk.Leave(11);
        Assert.Equal(0, desk.Open(1, 11, inviteOnly: true).Invite);
        Assert.Equal(Outcome.Joined, desk.Join(team, 3, 13, invite: long.MaxValue).Outcome);
    }

    [Fact]
    public void R2_an_invite_is_ignored_for_a_public_team()
    {
        var desk = new Desk();
        Answer opened = desk.Open(1, 11, invite: 77);
        Assert.Equal(0, opened.Invite);
        Assert.Equal(Outcome.Formed, desk.Join(opened.Team, 2, 12, invite: 5).Outcome);
    }

    [Fact]
    public void R3_a_join_one_millisecond_before_the_deadline_is_in_time_and_at_the_deadline_late()
    {
        foreach ((long early, Outcome outcome) in new[] { (1L, Outcome.Formed), (0L, Outcome.TooLate) })
        {
            var desk = new Desk();
            Answer opened = desk.Open(1, 11);
            desk.Now = opened.Deadline - early;
            Assert.Equal(outcome, desk.Join(opened.Team, 2, 12).Outcome);
        }
    }

    [Fact]
    public void R4_quick_join_seats_strangers_together_or_opens()
    {
        var desk = new Desk();
        Assert.Equal(Outcome.Opened, desk.Quick(1, 11).Outcome);
        Answer formed = desk.Quick(2, 12);
        Assert.Equal((Outcome.Formed, 0), (formed.Outcome, formed.SeatsLeft));
        Assert.Equal(Outcome.Opened, desk.Quick(3, 13).Outcome);
    }

    [Fact]
    public void R4_a_named_price_considers_only_teams_of_that_price()
    {
        var desk = new Desk();
        Answer dear = desk.Quick(1, 11, price: 900);
        Answer cheap = desk.Quick(2, 12, price: 800);
        Assert.Equal((Outcome.Opened, Outcome.Opened), (dear.Outcome, cheap.Outcome));
        Assert.Equal(cheap.Team, desk.Quick(3, 13, price: 800).Team);
        Assert.Equal(dear.Team, desk.Quick(4, 14).Team);
    }

    [Fact]
    public void R6_an_unformed_team_expires_at_its_deadline_and_every_paid_order_is_owed_a_refund()
    {
        var desk = new Desk(teamSize: 3);
        Answer opened = desk.Quick(1, 11, amount: 500);
        desk.Quick(2, 12, amount: 600);
        desk.Now = opened.Deadline;
        Assert.Equal(TeamState.Expired, desk.Team(opened.Team).State);
        Assert.Equal([(11L, 500L, opened.Deadline), (12L, 600L, opened.Deadline)], desk.Owed.Select(r => (r.Order, r.Amount, r.Since)));
        Assert.All(desk.Owed, refund => Assert.Equal(RefundCause.Expired, refund.Cause));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void R30_a_full_team_refuses_the_next_join(int size)
    {
        var desk = new Desk(teamSize: size);
        long team = desk.Open(1, 11).Team;
        for (int member = 2; member < size; member++)
        {
            Assert.Equal(Outcome.Joined, desk.Join(team, member, 10 + member).Outcome);
        }

        Assert.Equal(Outcome.Formed, desk.Join(team, size, 10 + size).Outcome);
        Answer refused = desk.Join(team, 99, 99);
        Assert.Equal((Outcome.Full, 30, false), (refused.Outcome, refused.Rule, refused.Ok));
        Assert.Equal(OrderState.None, desk.Order(99).State);
    }

    [Fact]
    public void R31_a_buyer_never_joins_his_own_team_nor_opens_a_second_one()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Open(1, 11).Team;
        foreach (Answer refused in new[] { desk.Join(team, 1, 12), desk.Quick(1, 13), desk.Open(1, 14), desk.Hold(1, 15) })
        {
            Assert.Equal((Outcome.AlreadyMember, 31, team), (refused.Outcome, refused.Rule, refused.Team));
        }
    }

    [Fact]
    public void R31_holds_across_a_crowd_of_open_teams_of_one_item()
    {
        var desk = new Desk();
        for (long buyer = 1; buyer <= 30; buyer++)
        {
            Assert.Equal(Outcome.Opened, desk.Open(buyer, buyer).Outcome);
        }

        Assert.All(Enumerable.Range(1, 30), buyer => Assert.Equal(Outcome.AlreadyMember, desk.Quick(buyer, 100 + buyer).Outcome));
    }

    [Fact]
    public void R31_who_promises_to_open_may_take_no_seat_and_promise_no_second_time_and_is_told_the_order()
    {
        var desk = new Desk(teamSize: 3);
        desk.Hold(1, 11);
        long team = desk.Open(2, 12).Team;
        foreach (Answer refused in new[] { desk.Join(team, 1, 13), desk.Quick(1, 14), desk.Open(1, 15), desk.Hold(1, 16),
            desk.Hold(1, 17, openNew: true), desk.Hold(1, 18, team) })
        {
            Assert.Equal((Outcome.AlreadyMember, 31, 0L, 11L), (refused.Outcome, refused.Rule, refused.Team, refused.Holding));
            Assert.Contains("promise", Words.Reason(refused), StringComparison.Ordinal);
        }

        desk.On(Operation.Release, 11);
        Assert.Equal(Outcome.Joined, desk.Join(team, 1, 13).Outcome);
    }

    [Fact]
    public void R31_promises_are_found_among_many_seats_and_after_a_restart_and_end_with_their_hold()
    {
        var desk = new Desk();
        for (long buyer = 1; buyer <= 30; buyer++)
        {
            Assert.Equal(Outcome.Held, desk.Hold(buyer, buyer, openNew: true).Outcome);
        }

        desk.Restart();
        Assert.All(Enumerable.Range(1, 30), buyer => Assert.Equal(buyer, desk.Quick(buyer, 100 + buyer).Holding));
        desk.Now += Desk.HoldMs;
        Assert.Equal(Outcome.Opened, desk.Quick(1, 101).Outcome);
        Assert.Equal(Outcome.Formed, desk.Quick(2, 102).Outcome);
    }

    [Fact]
    public void R31_a_late_payment_of_a_buyer_who_promises_to_open_is_owed_back_and_the_promise_stays()
    {
        var desk = new Desk();
        desk.Now = desk.Hold(1, 11).Until;
        desk.Hold(1, 12);
        Assert.Equal(Outcome.RefundOwed, desk.Pay(11).Outcome);
        Assert.Equal(RefundCause.LatePayment, desk.Owed.Single().Cause);
        Assert.Equal(Outcome.Opened, desk.Pay(12).Outcome);
    }

    [Fact]
    public void R31_a_hold_whose_team_dissolves_still_counts_as_its_buyers_one()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Open(1, 11).Team;
        desk.Hold(2, 12, team);
        desk.Leave(11);
        Answer refused = desk.Quick(2, 13);
        Assert.Equal((Outcome.AlreadyMember, 0L, 12L), (refused.Outcome, refused.Team, refused.Holding));
        Assert.Equal(Outcome.Opened, desk.Pay(12).Outcome);
    }

    [Fact]
    public void R32_quick_join_takes_the_fewest_seats_left_then_the_nearest_deadline()
    {
        var desk = new Desk(teamSize: 3);
        long oldest = desk.Open(1, 11).Team;
        desk.Now += 10;
        long fuller = desk.Open(2, 12).Team;
        desk.Join(fuller, 3, 13);
        desk.Now += 10;
        long youngest = desk.Open(4, 14).Team;
        Assert.Equal([fuller, oldest, youngest], desk.Listed);
        Assert.Equal(fuller, desk.Quick(5, 15).Team);
        Assert.Equal(oldest, desk.Quick(6, 16).Team);
    }

    [Fact]
    public void R34_a_team_keeps_its_size_when_the_options_change_at_a_restart()
    {
        var desk = new Desk(teamSize: 3);
        long team = desk.Open(1, 11).Team;
        var later = new Book(desk.Book.Options with { TeamSize = 2 });
        ReadOnlySpan<byte> events = desk.Book.Events.Written;
        EventCodec.Read(events, out Event e);
        later.Apply(e);
        Assert.Equal(3, later.FindTeam(Desk.Item, team, desk.Now)!.Size);
    }

    [Fact]
    public void R39_a_refusal_names_its_rule_and_the_best_other_open_team()
    {
        var desk = new Desk();
        long full = desk.Quick(1, 11).Team;
        desk.Quick(2, 12);
        long other = desk.Open(3, 13).Team;
        Answer refused = desk.Join(full, 4, 14);
        Assert.Equal((Outcome.Full, other), (refused.Outcome, refused.Suggest));
        Assert.NotEmpty(Words.Reason(refused));
    }

    [Fact]
    public void R39_nothing_is_suggested_to_who_has_a_seat_or_promises_to_open()
    {
        var desk = new Desk();
        long full = desk.Quick(1, 11).Team;
        desk.Quick(2, 12);
        desk.Open(3, 13);
        desk.Hold(4, 14, openNew: true);
        Assert.Equal((Outcome.Full, 0L), (desk.Join(full, 3, 15).Outcome, desk.Join(full, 3, 15).Suggest));
        Assert.Equal((Outcome.Full, 0L), (desk.Join(full, 4, 15).Outcome, desk.Join(full, 4, 15).Suggest));
        Assert.Equal((Outcome.NotFormed, 0L), (desk.On(Operation.Ship, 13).Outcome, desk.On(Operation.Ship, 13).Suggest));
    }

    [Fact]
    public void R39_after_an_expiry_the_buyer_is_pointed_to_a_team_that_is_open()
    {
        var desk = new Desk();
        desk.Now = desk.Open(1, 11).Deadline;
        long other = desk.Open(2, 12).Team;
        Assert.Equal(
            (Outcome.RefundOwed, other), (desk.On(Operation.RequestRefund, 11).Outcome, desk.On(Operation.RequestRefund, 11).Suggest));
    }

    [Fact]
    public void A_team_of_another_item_is_unknown()
    {
        var desk = new Desk();
        long team = desk.Open(1, 11).Team;
        Answer refused = desk.Do(new Command { Operation = Operation.JoinTeam, Item = 8, Team = team, Buyer = 2, Order = 12 });
        Assert.Equal((Outcome.UnknownTeam, 0), (refused.Outcome, refused.Rule));
    }
}
