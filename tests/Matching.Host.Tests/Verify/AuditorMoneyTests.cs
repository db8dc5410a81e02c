using Matching.Core;

namespace Matching.Host.Tests.Verify;

/// <summary>R46 as the auditor keeps it, order by order: paid = kept + owed + refunded, and what is kept is what was due.</summary>
public sealed class AuditorMoneyTests
{
    private const RefundCause Underpaid = RefundCause.Underpaid, Overpaid = RefundCause.Overpaid,
        PriceDifference = RefundCause.PriceDifference;

    /// <summary>One order alone, 900 fen paid where 500 were due.</summary>
    private static Story Alone => new Story().Solo(1, 1, 11).Of(amount: 900, due: 500);

    /// <summary>A promise of two pieces at 900 each, 1,700 due, that ended; and a team of another at 500.</summary>
    private static Story Promise => new Story().Hold(1, 2, 12, 0, 10).Of(due: 1_700, price: 900, quantity: 2).EndHold(10, 2)
        .Open(11, 1024, 1, 11, price: 500);

    [Fact]
    public void What_is_too_much_goes_back_and_the_rest_with_the_order() => Assert.Equal("", Alone
        .Owe(1, 1, Overpaid).Of(amount: 400).PayBack(2, 1, Overpaid)
        .Ask(3, 1).Grant(4, 1).Owe(4, 1, RefundCause.AfterSale).Of(amount: 500).PayBack(5, 1, RefundCause.AfterSale).Audit());

    [Fact]
    public void Too_little_for_a_hold_and_then_enough() => Assert.Equal("", new Story()
        .Hold(1, 1, 11, 0, 50).Of(due: 500, quantity: 1).Owe(2, 1, Underpaid, 71).Of(amount: 499).Owe(3, 1, Underpaid, 72).Of(amount: 1)
        .Open(4, 1024, 1, 11, via: Operation.Pay).Of(amount: 500, quantity: 1).PayBack(5, 1, Underpaid, 71).Expire(104, 1024)
            .Owe(104, 1, RefundCause.Expired).Of(amount: 500).Audit());

    [Fact]
    public void Too_little_for_a_join() => Assert.Equal("", new Story()
        .Owe(1, 1, Underpaid).Of(amount: 499, due: 500, via: Operation.QuickJoin).PayBack(2, 1, Underpaid).Audit());

    [Fact]
    public void A_payment_moved_to_a_cheaper_team_with_the_difference_before_the_forming() => Assert.Equal("", Promise
        .Seat(12, 1024, 2, 12, Operation.Pay).Of(amount: 1_800, quantity: 2).Owe(12, 2, Overpaid).Of(amount: 100)
            .Owe(12, 2, PriceDifference).Of(amount: 800)
        .Form(12, 1024).Audit());

    [Fact]
    public void A_payment_of_less_than_is_due_that_is_taken_for_one() =>
        Assert.Equal("0 R46, 1 R46", new Story().Solo(1, 1, 11).Of(amount: 499, due: 500).Audit());

    [Fact]
    public void Too_much_that_is_kept() => Assert.Equal("1 R46", Alone.Audit());

    [Fact]
    public void Less_given_back_than_was_too_much() => Assert.Equal("2 R46", Alone.Owe(1, 1, Overpaid).Of(amount: 399).Audit());

    [Fact]
    public void A_difference_for_one_piece_where_there_are_two() => Assert.Equal("6 R46", Promise
        .Seat(12, 1024, 2, 12, Operation.Pay).Of(amount: 1_700, quantity: 2).Owe(12, 2, PriceDifference).Of(amount: 400).Form(12, 1024)
            .Audit());

    [Fact]
    public void A_refund_of_more_than_is_kept() => Assert.Equal("4 R46, 5 R46", Alone
        .Owe(1, 1, Overpaid).Of(amount: 400).Ask(3, 1).Grant(4, 1).Owe(4, 1, RefundCause.AfterSale).Of(amount: 900).Audit());

    [Fact]
    public void A_difference_where_no_amount_due_was_named() =>
        Assert.Equal("1 R46", new Story().Solo(1, 1, 11).Of(amount: 900).Owe(1, 1, Overpaid).Of(amount: 400).Audit());

    [Fact]
    public void Enough_that_goes_back_as_too_little() =>
        Assert.Equal("1 R46", new Story().Hold(1, 1, 11, 0, 50).Of(due: 500).Owe(2, 1, Underpaid).Of(amount: 500).Audit());

    [Fact]
    public void Too_little_that_goes_back_twice() =>
        Assert.Equal("2 R37",
            new Story().Hold(1, 1, 11, 0, 50).Of(due: 500).Owe(2, 1, Underpaid, 71).Of(amount: 1).Owe(3, 1, Underpaid, 71).Audit());

    [Fact]
    public void A_payment_for_other_pieces_than_its_holds() => Assert.Equal("1 R33", new Story()
        .Hold(1, 1, 11, 0, 50).Of(quantity: 2).Open(4, 1024, 1, 11, via: Operation.Pay).Of(quantity: 50).Audit());
}
