using Matching.Core;

namespace Matching.Host.Tests.Verify;

/// <summary>One planted violation each: the auditor must name its rule and its place.</summary>
public sealed class AuditorRefusesTests
{
    private static Story Opened => new Story().Open(1, 1024, 1, 11);

    private static Story FormedTeam => Opened.Seat(2, 1024, 2, 12).Form(2, 1024);

    [Fact]
    public void A_team_of_one() => Assert.Equal("0 R1", new Story().Open(1, 1024, 1, 11, size: 1).Form(1, 1024).Audit());

    [Fact]
    public void A_member_too_many() =>
        Assert.Equal("2 R30, 2 R30, 3 R30", Opened.Seat(2, 1024, 2, 12).Seat(3, 1024, 3, 13).Form(3, 1024).Audit());

    [Fact]
    public void A_join_of_a_formed_team() => Assert.Equal("3 R30", FormedTeam.Seat(3, 1024, 3, 13).Audit());

    [Fact]
    public void A_full_team_that_was_not_formed() => Assert.Equal("2 R30", Opened.Seat(2, 1024, 2, 12).Audit());

    [Fact]
    public void A_team_formed_with_a_free_seat() => Assert.Equal("1 R30", Opened.Form(2, 1024).Audit());

    [Fact]
    public void A_live_hold_counts_as_a_seat() =>
        Assert.Equal("2 R30, 3 R30", Opened.Hold(2, 2, 12, 1024, 50).Seat(3, 1024, 3, 13).Audit());

    [Fact]
    public void A_buyer_twice_in_a_team() => Assert.Equal("1 R31", new Story().Open(1, 1024, 1, 11, size: 3).Seat(2, 1024, 2, 11).Audit());

    [Fact]
    public void A_buyer_in_two_open_teams_of_an_item() => Assert.Equal("1 R31", Opened.Open(2, 2048, 2, 11).Audit());

    [Fact]
    public void A_held_seat_beside_a_paid_one() => Assert.Equal("2 R31", Opened.Open(2, 2048, 2, 12).Hold(3, 3, 11, 2048, 50).Audit());

    [Fact]
    public void A_promise_beside_a_seat_and_a_seat_beside_a_promise()
    {
        Assert.Equal("1 R31", Opened.Hold(2, 2, 11, 0, 50).Audit());
        Assert.Equal("1 R31", new Story().Hold(1, 1, 11, 0, 50).Open(2, 1024, 2, 11).Audit());
        Assert.Equal("1 R31", new Story().Hold(1, 1, 11, 0, 50).Hold(2, 2, 11, 0, 50).Audit());
    }

    [Fact]
    public void A_seat_beside_the_promise_that_a_dissolved_team_left() =>
        Assert.Equal("6 R31", Opened.Hold(2, 2, 12, 1024, 50).Ask(3, 1).Leave(4, 1024, 1).Dissolve(4, 1024).Open(5, 2048, 3, 12).Audit());

    [Fact]
    public void A_team_that_the_quota_cannot_fill()
    {
        Assert.Equal("2 R42", new Story().Offer(3).Open(1, 1024, 1, 11).Open(2, 2048, 2, 12).Audit());
        Assert.Equal("2 R42", new Story().Offer(3).Hold(1, 1, 11, 0, 50).Open(2, 1024, 2, 12).Audit());
        Assert.Equal("2 R42", new Story().Offer(3).Open(1, 1024, 1, 11).Hold(2, 2, 12, 0, 50).Audit());
    }

    [Fact]
    public void A_late_payment_that_opens_beyond_the_quota() => Assert.Equal(
        "4 R42", new Story().Offer(2).Hold(1, 1, 11, 0, 10).EndHold(10, 1).Open(11, 1024, 2, 12).Open(12, 2048, 1, 11, via: Operation.Pay)
            .Audit());

    [Fact]
    public void A_promise_left_without_seats_that_opens_where_there_is_no_room() => Assert.Equal(
        "8 R42", Deserted(3, without: 1).Open(6, 2048, 3, 13, size: 3, via: Operation.Pay).Audit());

    [Fact]
    public void Promises_of_a_dissolved_team_that_all_take_seats_where_there_are_none() =>
        Assert.Equal("7 R42", Deserted(3, without: 0).Audit());

    [Fact]
    public void A_promise_of_a_dissolved_team_left_without_seats_that_there_are() => Assert.Equal("7 R42", Deserted(6, without: 1).Audit());

    private static Story Deserted(long quota, int without) => new Story().Offer(quota)
        .Open(1, 1024, 1, 11, size: 3).Hold(2, 2, 12, 1024, 50, size: 3).Hold(3, 3, 13, 1024, 50, size: 3)
        .Ask(4, 1).Leave(5, 1024, 1).Dissolve(5, 1024, without);

    [Fact]
    public void A_seat_at_the_deadline() =>
        Assert.Equal("1 R3", new Story().Open(1, 1024, 1, 11, size: 3).Seat(101, 1024, 2, 12).Audit().Split(", ")[0]);

    [Fact]
    public void A_forming_at_the_deadline() =>
        Assert.Contains("2 R36", Opened.Seat(101, 1024, 2, 12).Form(101, 1024).Audit(), StringComparison.Ordinal);

    [Fact]
    public void An_expiry_before_the_deadline() => Assert.Equal("1 R36", Opened.Expire(100, 1024).Audit().Split(", ")[0]);

    [Fact]
    public void An_expiry_that_bears_a_later_time() => Assert.Equal("1 R36, 2 R6", Opened.Expire(102, 1024, 1).Audit());

    [Fact]
    public void An_expiry_of_a_formed_team() => Assert.Equal("3 R30", FormedTeam.Expire(101, 1024).Audit());

    [Fact]
    public void An_expiry_behind_a_decision_made_at_that_time() =>
        Assert.Equal("2 R36", Opened.Solo(101, 2, 12).Expire(101, 1024, 1).Audit());

    [Fact]
    public void A_team_left_open_though_its_item_went_past_its_deadline() => Assert.Equal("2 R36", Opened.Solo(102, 2, 12).Audit());

    [Fact]
    public void An_item_whose_time_goes_back() => Assert.Equal("1 R36", new Story().Open(5, 1024, 1, 11).Solo(4, 2, 12).Audit());

    [Fact]
    public void A_clock_that_goes_back() => Assert.Equal("1 R43", new Story().Advance(5).Advance(4).Audit());

    [Fact]
    public void A_hole_in_the_sequence() => Assert.Equal("2 R38", Opened.Gap().Open(2, 2048, 2, 12).Audit());

    [Fact]
    public void An_expired_order_that_nobody_owes() => Assert.Equal("2 R41", Opened.Expire(101, 1024).Audit());

    [Fact]
    public void A_refund_for_expiry_of_an_open_team() => Assert.Equal("1 R6", Opened.Owe(5, 1, RefundCause.Expired).Audit());

    [Fact]
    public void A_refund_owed_twice() => Assert.Equal("3 R6", Opened.Expire(101, 1024, 1, 1).Audit());

    [Fact]
    public void A_member_who_left_and_is_owed_nothing() =>
        Assert.Equal("4 R41", new Story().Open(1, 1024, 1, 11, size: 3).Ask(3, 1).Seat(3, 1024, 2, 12).LeaveUnpaid(4, 1024, 1).Audit());

    [Fact]
    public void A_member_who_leaves_without_having_asked() => Assert.Equal("1 R7, 2 R7", Opened.Leave(4, 1024, 1).Audit());

    [Fact]
    public void A_team_dissolved_with_a_member() => Assert.Equal("1 R7, 2 R41", Opened.Dissolve(4, 1024).Audit());

    [Fact]
    public void A_team_left_open_without_a_member() => Assert.Equal("4 R7", Opened.Ask(3, 1).Leave(4, 1024, 1).Audit());

    [Fact]
    public void An_order_seated_twice() => Assert.Equal("1 R35", new Story().Open(1, 1024, 1, 11, size: 3).Seat(2, 1024, 1, 12).Audit());

    [Fact]
    public void A_team_opened_twice() => Assert.Equal("1 R41", Opened.Open(2, 1024, 2, 12).Audit());

    [Fact]
    public void A_team_that_the_item_does_not_have() => Assert.Equal("1 R41", Opened.Seat(2, 4096, 2, 12).Audit());

    [Fact]
    public void Shipping_before_forming() => Assert.Equal("1 R5", Opened.Ship(2, 1).Audit());

    [Fact]
    public void Shipping_twice() => Assert.Equal("4 R5", FormedTeam.Ship(3, 1).Ship(4, 1).Audit());

    [Fact]
    public void Shipping_what_is_owed_back() =>
        Assert.Equal("6 R5", FormedTeam.Ask(3, 1).Grant(4, 1).Owe(4, 1, RefundCause.AfterSale).Ship(5, 1).Audit());

    [Fact]
    public void Shipping_while_a_refund_request_waits() => Assert.Equal("4 R7", FormedTeam.Ask(3, 1).Ship(4, 1).Audit());

    [Fact]
    public void A_refund_after_sale_that_nobody_asked_for() =>
        Assert.Equal("3 R8, 4 R8", FormedTeam.Grant(3, 1).Owe(3, 1, RefundCause.AfterSale).Audit());

    [Fact]
    public void A_refund_after_sale_granted_and_not_owed() => Assert.Equal("5 R41", FormedTeam.Ask(3, 1).Grant(3, 1).Audit());

    [Fact]
    public void A_request_ended_that_was_not_made() => Assert.Equal("3 R7", FormedTeam.Reject(3, 1).Audit());

    [Fact]
    public void A_request_made_twice() => Assert.Equal("4 R7", FormedTeam.Ask(3, 1).Ask(4, 1).Audit());

    [Fact]
    public void Money_that_goes_back_without_being_owed() => Assert.Equal("3 R37", FormedTeam.PayBack(3, 1, RefundCause.AfterSale).Audit());

    [Fact]
    public void Money_that_goes_back_twice() =>
        Assert.Equal(
            "4 R37", Opened.Expire(101, 1024, 1).PayBack(102, 1, RefundCause.Expired).PayBack(103, 1, RefundCause.Expired).Audit());

    [Fact]
    public void Money_that_goes_back_for_another_cause() =>
        Assert.Equal("3 R37", Opened.Expire(101, 1024, 1).PayBack(102, 1, RefundCause.Left).Audit());

    [Fact]
    public void A_second_payment_owed_back_twice() =>
        Assert.Equal(
            "2 R37", new Story().Solo(1, 1, 11).Owe(2, 1, RefundCause.SecondPayment, 5).Owe(3, 1, RefundCause.SecondPayment, 5).Audit());

    [Fact]
    public void A_second_payment_of_an_order_never_paid() =>
        Assert.Equal("0 R35", new Story().Owe(2, 1, RefundCause.SecondPayment, 5).Audit());

    [Fact]
    public void A_hold_that_lasts_longer_than_its_team() => Assert.Equal("1 R33", Opened.Hold(2, 2, 12, 1024, 102).Audit());

    [Fact]
    public void A_hold_that_promises_another_size_than_its_team_has() =>
        Assert.Equal("1 R33", Opened.Hold(2, 2, 12, 1024, 50, size: 3).Audit());

    [Fact]
    public void A_promise_of_a_team_of_one() => Assert.Equal("0 R1", new Story().Hold(1, 1, 11, 0, 50, size: 1).Audit());

    [Fact]
    public void A_hold_left_live_though_its_item_went_past_its_end() =>
        Assert.Equal("3 R36", Opened.Hold(2, 2, 12, 0, 50).Solo(50, 3, 13).Audit());

    [Fact]
    public void A_hold_that_ends_at_another_time_than_its_own() =>
        Assert.Equal("2 R33", Opened.Hold(2, 2, 12, 1024, 50).EndHold(51, 2).Audit());

    [Fact]
    public void A_hold_paid_after_its_end_as_if_it_lived() =>
        Assert.Equal("2 R33", Opened.Hold(2, 2, 12, 1024, 50).Seat(50, 1024, 2, 12, Operation.Pay).Form(50, 1024).Audit());

    [Fact]
    public void A_hold_paid_in_time_and_seated_elsewhere() =>
        Assert.Equal(
            "3 R33", Opened.Open(2, 2048, 2, 12).Hold(3, 3, 13, 1024, 50).Seat(4, 2048, 3, 13, Operation.Pay).Form(4, 2048).Audit());

    [Fact]
    public void A_payment_that_seats_an_order_never_held() => Assert.Equal("1 R33", Opened.Seat(2, 1024, 2, 12, Operation.Pay).Audit());

    [Fact]
    public void A_payment_that_seats_another_buyer_than_the_one_who_held() =>
        Assert.Equal("2 R35", Opened.Hold(2, 2, 12, 1024, 50).Seat(4, 1024, 2, 13, Operation.Pay).Form(4, 1024).Audit());

    [Fact]
    public void An_expiry_with_a_live_hold() => Assert.Equal("2 R33", Opened.Hold(2, 2, 12, 1024, 101).Expire(101, 1024, 1).Audit());

    [Fact]
    public void A_quick_join_into_an_invite_only_team() =>
        Assert.Equal("1 R2", new Story().Open(1, 1024, 1, 11, size: 3, inviteOnly: true).Seat(2, 1024, 2, 12).Audit());

    [Fact]
    public void An_invite_of_a_public_team() => Assert.Equal("0 R2", new Story().Open(1, 1024, 1, 11, invite: 77).Audit());

    [Fact]
    public void A_payment_moved_into_an_invite_only_team() =>
        Assert.Equal("2 R2",
            new Story().Open(1, 1024, 1, 11, size: 3, inviteOnly: true).Hold(2, 2, 12, 0, 50).Seat(3, 1024, 2, 12, Operation.Pay).Audit());

    [Theory]
    [InlineData(1, 0, 3, false, 0)] // too few together
    [InlineData(2, 9, 3, false, 0)] // another price
    [InlineData(2, 0, 4, false, 0)] // another size
    [InlineData(2, 0, 3, true, 0)] // the survivor is invite-only
    [InlineData(2, 0, 3, false, 101)] // equal deadlines
    public void A_merge_of_teams_that_do_not_fit(int members, long price, int size, bool inviteOnly, long deadline)
    {
        Story story = new Story().Open(1, 1024, 1, 11, size: 3)
            .Open(2, 2048, 2, 12, size: size, via: Operation.OpenTeam, inviteOnly: inviteOnly, price: price, deadline: deadline);
        for (int member = 1; member < members; member++)
        {
            story.Seat(3, 2048, 2 + member, 12 + member, Operation.JoinTeam);
        }

        Assert.Contains("R40", story.Merge(101, 1024, 2048).Form(101, 2048).Audit(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_before_the_deadline() =>
        Assert.Equal("3 R40", new Story().Open(1, 1024, 1, 11, size: 3).Open(2, 2048, 2, 12, size: 3, via: Operation.OpenTeam)
            .Seat(3, 2048, 3, 13, Operation.JoinTeam).Merge(100, 1024, 2048).Form(100, 2048).Audit());
}
