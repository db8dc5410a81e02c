using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Rules;

/// <summary>R46: an amount due is compared with what is paid; R33, R42: pieces are the hold's.</summary>
public sealed class DueTests
{
    private readonly Desk _desk = new();
    private int _versions;

    [Fact]
    public void A_hold_of_259_yuan_paid_with_1_fen_seats_nobody_and_lives_on()
    {
        _desk.Open(11, 1);
        long team = _desk.Listed[0];
        Assert.Equal(Outcome.Held, Hold(2, team, due: 25_900).Outcome);

        Answer tooLittle = _desk.Pay(2, payment: 71, amount: 1);

        Assert.Equal((Outcome.RefundOwed, true, 1L), (tooLittle.Outcome, tooLittle.Ok, tooLittle.Owed));
        Assert.Equal(
            (OrderState.Held, 1L, 0L, 1L), (_desk.Order(2).State, _desk.Order(2).Amount, _desk.Order(2).Kept, _desk.Order(2).Owed));
        Assert.Equal((RefundCause.Underpaid, 71L, 1L), _desk.Owed.Select(r => (r.Cause, r.Payment, r.Amount)).Single());
        Assert.Equal(Outcome.Formed, _desk.Pay(2, payment: 72, amount: 25_900).Outcome);
        Assert.Equal((25_901L, 25_900L, 1L), (_desk.Order(2).Amount, _desk.Order(2).Kept, _desk.Order(2).Owed));
    }

    [Fact]
    public void What_was_too_little_is_repeated_by_its_own_id_alone_and_by_none_where_it_had_none()
    {
        Hold(2, team: 0, due: 500);
        _desk.Pay(2, payment: 71, amount: 499);
        Assert.True(_desk.Pay(2, payment: 71, amount: 500) is { Repeated: true, Outcome: Outcome.RefundOwed, Owed: 499 });
        Assert.True(_desk.Pay(2, payment: 0, amount: 498) is { Repeated: false, Outcome: Outcome.RefundOwed, Owed: 498 });
        Assert.True(_desk.Pay(2, payment: 0, amount: 500) is { Repeated: true, Outcome: Outcome.RefundOwed, Owed: 498 });
        Assert.Equal(Outcome.Opened, _desk.Pay(2, payment: 72, amount: 500).Outcome);
        Assert.True(_desk.Pay(2, payment: 72, amount: 1) is { Repeated: true, Outcome: Outcome.Opened, Owed: 0 });
        Assert.True(_desk.Pay(2, payment: 71, amount: 1) is { Repeated: true, Outcome: Outcome.RefundOwed, Owed: 499 });
        Assert.Equal(5, _desk.Pay(2, payment: 73, amount: 5).Owed);
        Assert.Equal((RefundCause.SecondPayment, 5L), (_desk.Owed[^1].Cause, _desk.Owed[^1].Amount));
    }

    [Fact]
    public void Late_and_too_little_is_too_little_and_of_a_released_hold_it_is_a_payment_unknown()
    {
        Hold(2, team: 0, due: 500);
        Hold(3, team: 0, due: 500, buyer: 13);
        _desk.On(Operation.Release, 3);
        _desk.Now += Desk.HoldMs;

        _desk.Pay(2, amount: 499);
        _desk.Pay(3, amount: 499);

        Assert.Equal([(2L, RefundCause.Underpaid), (3L, RefundCause.UnknownPayment)], _desk.Owed.Select(r => (r.Order, r.Cause)));
        Assert.Equal((OrderState.HoldEnded, OrderState.RefundOwed), (_desk.Order(2).State, _desk.Order(3).State));
    }

    [Fact]
    public void What_is_paid_too_much_goes_back_and_the_rest_is_kept_to_the_end()
    {
        Answer opened = _desk.Do(Join(Operation.OpenTeam, 1, 11) with { DueNamed = true, Due = 500, Amount = 900 });

        Assert.Equal((Outcome.Opened, 400L), (opened.Outcome, opened.Owed));
        Assert.Equal((900L, 500L, 400L, 0L), Money(1));
        Assert.Equal(Outcome.Refunded, _desk.On(Operation.RefundDone, 1, RefundCause.Overpaid).Outcome);
        Assert.Equal((OrderState.Waiting, (900L, 500L, 0L, 400L)), (_desk.Order(1).State, Money(1)));

        _desk.Now += Desk.Day;

        Assert.Equal((RefundCause.Expired, 500L), _desk.Owed.Select(r => (r.Cause, r.Amount)).Single());
        Assert.Equal((OrderState.RefundOwed, (900L, 0L, 500L, 400L)), (_desk.Order(1).State, Money(1)));
        _desk.On(Operation.RefundDone, 1, RefundCause.Expired);
        Assert.Equal((OrderState.Refunded, (900L, 0L, 0L, 900L)), (_desk.Order(1).State, Money(1)));
    }

    [Theory]
    [InlineData(Operation.OpenTeam)]
    [InlineData(Operation.QuickJoin)]
    [InlineData(Operation.JoinTeam)]
    [InlineData(Operation.SoloBuy)]
    public void A_join_or_purchase_that_brings_too_little_makes_an_order_whose_money_is_owed_and_nothing_else(Operation operation)
    {
        _desk.Open(11, 1);
        long team = _desk.Listed[0];
        Command join =
            Join(operation, 2, 12) with { DueNamed = true, Due = 500, Amount = 499, Team = operation == Operation.JoinTeam ? team : 0 };

        Answer first = _desk.Do(join);

        Assert.Equal((Outcome.RefundOwed, true, 499L), (first.Outcome, first.Ok, first.Owed));
        Assert.Equal((OrderState.RefundOwed, 12L, (499L, 0L, 499L, 0L)), (_desk.Order(2).State, _desk.Order(2).Buyer, Money(2)));
        Assert.Equal(RefundCause.Underpaid, _desk.Owed.Single().Cause);
        Assert.Equal([11L], _desk.Team(team).Members);
        Answer again = _desk.Do(join with { Amount = 500 });
        Assert.Equal((first.Outcome, first.Team, true, 499L), (again.Outcome, again.Team, again.Repeated, again.Owed));
        Assert.Equal(operation == Operation.JoinTeam ? Outcome.OrderConflict : Outcome.RefundOwed,
            _desk.Do(join with { Team = join.Team + 1024 }).Outcome);
        _desk.Restart();
        _desk.On(Operation.RefundDone, 2);
        Assert.Equal((OrderState.Refunded, (499L, 0L, 0L, 499L)), (_desk.Order(2).State, Money(2)));
        Assert.Equal(Outcome.Formed, _desk.Do(Join(Operation.QuickJoin, 3, 12) with { DueNamed = true, Due = 500, Amount = 500 }).Outcome);
    }

    [Fact]
    public void Refusals_come_before_what_is_paid_is_looked_at()
    {
        _desk.Open(11, 1);
        Assert.Equal(Outcome.AlreadyMember, _desk.Do(Join(Operation.QuickJoin, 2, 11) with { DueNamed = true, Due = 500 }).Outcome);
    }

    [Fact]
    public void A_due_of_0_is_a_due_and_without_one_nothing_is_compared()
    {
        Assert.Equal(700, _desk.Do(Join(Operation.SoloBuy, 1, 11) with { DueNamed = true, Due = 0, Amount = 700 }).Owed);
        Assert.Equal(0, _desk.Do(Join(Operation.SoloBuy, 2, 12) with { Amount = 700 }).Owed);
        Assert.Equal((700L, 700L, 0L, 0L), Money(2));
    }

    [Theory]
    [InlineData(900, 500, 900, 1, 400, RefundCause.PriceDifference)] // cheaper: the difference goes back
    [InlineData(900, 500, 800, 1, 400, RefundCause.PriceDifference)] // with the same discount
    [InlineData(900, 500, 1_700, 2, 800, RefundCause.PriceDifference)] // for each piece
    [InlineData(900, 500, 300, 1, 300, RefundCause.PriceDifference)] // never below 0 due
    [InlineData(500, 900, 500, 1, 500, RefundCause.LatePayment)] // dearer is not considered, nor opened
    public void A_late_payment_moved_to_another_price_owes_that_teams_price(
        long heldPrice, long laterPrice, long due, int pieces, long owed, RefundCause cause)
    {
        Offer(heldPrice);
        Hold(2, team: 0, due, quantity: pieces);
        Offer(laterPrice);
        _desk.Now += Desk.HoldMs;
        _desk.Do(Join(Operation.OpenTeam, 1, 11));

        Answer paid = _desk.Pay(2, payment: 71, amount: due);

        Assert.Equal((cause, owed), _desk.Owed.Select(r => (r.Cause, r.Amount)).Single());
        Assert.Equal((cause == RefundCause.PriceDifference ? Outcome.Formed : Outcome.RefundOwed, owed), (paid.Outcome, paid.Owed));
        Assert.Equal(cause == RefundCause.PriceDifference ? (due, due - owed, owed, 0L) : (due, 0L, due, 0L), Money(2));
        Assert.Equal(owed, _desk.Pay(2, payment: 71, amount: due).Owed);
    }

    [Fact]
    public void A_late_payment_of_a_hold_without_an_amount_due_goes_to_any_price_as_ever()
    {
        Offer(500);
        _desk.Hold(12, 2);
        Offer(900);
        _desk.Now += Desk.HoldMs;
        _desk.Do(Join(Operation.OpenTeam, 1, 11));
        Answer paid = _desk.Pay(2, amount: 500);
        Assert.Equal((Outcome.Formed, 0L), (paid.Outcome, paid.Owed));
    }

    [Fact]
    public void A_late_payment_may_open_at_a_lower_price_and_what_is_too_much_goes_back_in_two_entries()
    {
        Offer(900);
        Hold(2, team: 0, due: 900);
        Offer(500);
        _desk.Now += Desk.HoldMs;

        Answer paid = _desk.Pay(2, payment: 71, amount: 1_000);

        Assert.Equal((Outcome.Opened, 500L), (paid.Outcome, paid.Owed));
        Assert.Equal([(RefundCause.Overpaid, 100L), (RefundCause.PriceDifference, 400L)], _desk.Owed.Select(r => (r.Cause, r.Amount)));
        Assert.Equal((1_000L, 500L, 500L, 0L), Money(2));
    }

    [Fact]
    public void A_payment_that_names_other_pieces_than_its_hold_is_a_bad_request_also_sent_again_and_after_a_release()
    {
        _desk.Hold(11, 1);
        Answer refused = _desk.Do(new Command { Operation = Operation.Pay, Order = 1, Quantity = 50, Amount = 1 });
        Assert.Equal((Outcome.BadRequest, 33, Why.OtherPieces), (refused.Outcome, refused.Rule, refused.Why));
        Assert.Equal(OrderState.Held, _desk.Order(1).State);
        Assert.Equal(Outcome.Opened, _desk.Pay(1).Outcome);
        Assert.Equal(Outcome.BadRequest, _desk.Do(new Command { Operation = Operation.Pay, Order = 1, Quantity = 50 }).Outcome);
        _desk.Hold(12, 2, openNew: true);
        _desk.On(Operation.Release, 2);
        Assert.Equal(Outcome.BadRequest, _desk.Do(new Command { Operation = Operation.Pay, Order = 2, Quantity = 50 }).Outcome);
    }

    [Fact]
    public void Money_is_never_refused_for_the_pieces_of_an_order_that_no_hold_made()
    {
        _desk.Solo(11, 1);
        Assert.Equal(Outcome.RefundOwed, _desk.Do(new Command { Operation = Operation.Pay, Order = 1, Quantity = 50, Amount = 5 }).Outcome);
        Assert.Equal(Outcome.RefundOwed, _desk.Do(new Command { Operation = Operation.Pay, Order = 9, Quantity = 50, Amount = 5 }).Outcome);
        Assert.Equal(50, _desk.Order(9).Quantity);
    }

    [Fact]
    public void Source_sharer_and_the_rest_of_a_hold_are_its_orders_to_the_end_of_its_life()
    {
        Command hold = Join(Operation.Hold, 1, 11) with
        {
            Source = Source.ShareLink,
            Sharer = 77,
            BuyerFacts = new BuyerFacts(BuyerStanding.New, 3),
            DueNamed = true,
            Due = 500,
            Quantity = 2,
        };
        _desk.Do(hold);
        _desk.Restart();
        _desk.Pay(1, amount: 500);
        _desk.Now += Desk.Day + Desk.HoldMs;

        OrderView order = _desk.Order(1);
        Assert.Equal((OrderState.RefundOwed, Source.ShareLink, 77L, true, (byte)3, 500L, 2),
            (order.State, order.Source, order.Sharer, order.NewBuyer, order.Tier, order.Due, order.Quantity));
    }

    /// <summary>The item is on offer at a price from now on.</summary>
    private void Offer(long price) => _desk.Give(new CampaignTerms
    {
        Campaign = 5,
        Version = ++_versions,
        Merchant = 9,
        Item = Desk.Item,
        Enabled = true,
        EndMs = 100 * Desk.Day,
        TeamSize = 2,
        GroupPriceFen = price,
        SoloPriceFen = 2_000,
        HoldMs = Desk.HoldMs,
    });

    private static Command Join(Operation operation, long order, long buyer) =>
        new() { Operation = operation, Order = order, Buyer = buyer, Quantity = 1 };

    private Answer Hold(long order, long team, long due, long buyer = 12, int quantity = 1) =>
        _desk.Do(Join(Operation.Hold, order, buyer) with { Team = team, DueNamed = true, Due = due, Quantity = quantity });

    private (Int128 Paid, long Kept, Int128 Owed, Int128 Refunded) Money(long order) =>
        _desk.Order(order) is var o ? (o.Amount, o.Kept, o.Owed, o.Refunded) : default;
}
