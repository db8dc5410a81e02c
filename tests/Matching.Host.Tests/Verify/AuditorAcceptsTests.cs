using Matching.Core;

namespace Matching.Host.Tests.Verify;

/// <summary>Journals that keep the rules: the auditor must find nothing, or its word is worth nothing.</summary>
public sealed class AuditorAcceptsTests
{
    [Fact]
    public void A_team_that_forms_ships_and_gets_a_refund_after_sale_is_fine()
    {
        Story story = new Story().Open(1, 1024, 1, 11).Seat(2, 1024, 2, 12).Form(2, 1024).Ship(3, 1)
            .Ask(4, 1).Reject(5, 1).Ask(6, 1).Grant(7, 1).Owe(7, 1, RefundCause.AfterSale).PayBack(8, 1, RefundCause.AfterSale);
        Assert.Equal("", story.Audit());
        Assert.Equal((1, 1, 1, 1, 1),
            (story.Counts.TeamsOpened, story.Counts.TeamsFormed, story.Counts.Formed, story.Counts.Refunded, story.Counts.AfterSale));
    }

    [Fact]
    public void A_team_that_expires_owes_every_order_and_the_buyer_may_sit_again()
    {
        Story story = new Story().Open(1, 1024, 1, 11, size: 3).Seat(2, 1024, 2, 12).Ask(3, 2).Expire(101, 1024, 1, 2)
            .Open(101, 2048, 3, 11).Advance(150);
        Assert.Equal("", story.Audit());
        Assert.Equal((1, 1, 2, 1), (story.Counts.TeamsExpired, story.Counts.TeamsOpen, story.Counts.RefundOwed, story.Counts.Waiting));
    }

    [Fact]
    public void Leaving_hands_the_seat_on_and_the_last_one_dissolves_the_team_so_that_its_hold_becomes_a_promise()
    {
        Story story = new Story().Open(1, 1024, 1, 11).Hold(2, 2, 12, 1024, 50).Ask(3, 1).Leave(4, 1024, 1).Dissolve(4, 1024)
            .Open(5, 2048, 3, 13).Seat(6, 2048, 2, 12, Operation.Pay).Form(6, 2048);
        Assert.Equal("", story.Audit());
        Assert.Equal((1, 1), (story.Counts.TeamsDissolved, story.Counts.TeamsFormed));
    }

    [Fact]
    public void Holds_are_paid_in_time_end_and_are_paid_late_or_are_given_back()
    {
        Story story = new Story().Open(1, 1024, 1, 11, size: 3)
            .Hold(2, 2, 12, 1024, 20).Seat(3, 1024, 2, 12, Operation.Pay)
            .Hold(4, 3, 13, 1024, 20).EndHold(20, 3).Seat(21, 1024, 3, 13, Operation.Pay).Form(21, 1024)
            .Hold(22, 4, 14, 0, 40).Release(23, 4).Owe(24, 4, RefundCause.UnknownPayment)
            .Hold(25, 5, 15, 0, 40).Open(26, 2048, 5, 15, via: Operation.Pay)
            .Hold(27, 6, 16, 0, 40).EndHold(40, 6).Owe(41, 6, RefundCause.LatePayment)
            .Owe(42, 99, RefundCause.UnknownPayment).PayBack(43, 99, RefundCause.UnknownPayment);
        Assert.Equal("", story.Audit());
        Assert.Equal((2, 3, 1, 1), (story.Counts.RefundOwed, story.Counts.Formed, story.Counts.Waiting, story.Counts.Refunded));
    }

    [Fact]
    public void A_quota_is_taken_by_whole_teams_and_given_back_by_what_does_not_form()
    {
        Story story = new Story().Offer(4).Open(1, 1024, 1, 11).Hold(2, 2, 12, 0, 50).Open(3, 2048, 2, 12, via: Operation.Pay)
            .Seat(4, 2048, 3, 13).Form(4, 2048).Expire(101, 1024, 1).Open(102, 3072, 4, 14).Seat(103, 3072, 5, 15).Form(103, 3072)
            .Ask(104, 2).Grant(105, 2).Owe(105, 2, RefundCause.AfterSale).Ask(106, 3).Grant(107, 3).Owe(107, 3, RefundCause.AfterSale)
                .Open(108, 4096, 6, 16)
            .Offer(2).Seat(109, 4096, 7, 17).Form(109, 4096);
        Assert.Equal("", story.Audit());
    }

    [Fact]
    public void A_shard_that_has_not_heard_of_a_smaller_quota_decides_by_the_one_its_events_name()
    {
        Story story = new Story().Offer(9).Open(1, 1024, 1, 11, size: 3).Offer(3).Open(2, 2048, 2, 12, size: 3, version: 1);
        Assert.Equal("", story.Audit());
    }

    [Fact]
    public void What_an_earlier_version_decided_is_judged_by_its_own_rules()
    {
        Story story = new Story().Offer(2).Open(1, 1024, 1, 11).Open(2, 2048, 2, 12).Hold(3, 3, 11, 0, 50).Upgrade();
        Assert.Equal("", story.Audit());
        Assert.Equal("4 R42", story.Hold(4, 4, 14, 0, 50).Audit());
    }

    [Fact]
    public void Two_teams_that_fit_merge_at_the_deadline_of_the_first()
    {
        Story story = new Story().Open(1, 1024, 1, 11, size: 3).Open(2, 2048, 2, 12, size: 3, via: Operation.OpenTeam)
            .Seat(3, 2048, 3, 13, Operation.JoinTeam)
            .Merge(101, 1024, 2048).Form(101, 2048).Ship(101, 1);
        Assert.Equal("", story.Audit());
        Assert.Equal((1, 1, 2, 1), (story.Counts.TeamsMerged, story.Counts.TeamsFormed, story.Counts.Formed, story.Counts.Shipped));
    }

    [Fact]
    public void Solo_orders_and_second_payments_are_fine()
    {
        Story story = new Story().Solo(1, 1, 11).Owe(2, 1, RefundCause.SecondPayment, 77).Owe(3, 1, RefundCause.SecondPayment, 78)
            .PayBack(4, 1, RefundCause.SecondPayment, 77).Ship(5, 1);
        Assert.Equal("", story.Audit());
        Assert.Equal(1, story.Counts.Shipped);
    }

    [Fact]
    public void The_same_numbers_in_another_item_are_other_orders()
    {
        Assert.Equal("", new Story().Open(5, 1024, 1, 11).Open(1, 1025, 1, 11, item: 8).Audit());
    }
}
