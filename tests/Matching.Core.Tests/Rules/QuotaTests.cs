using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Rules;

/// <summary>
/// R42, R33, R39 at the item: a quota is taken a whole team at a time, and payments and suggestions go where the buyer may sit.
/// </summary>
public sealed class QuotaTests
{
    private static readonly CampaignTerms s_terms = Desk.Terms with { HoldMs = 600_000 };

    [Fact]
    public void R42_no_team_opens_that_the_quota_cannot_fill()
    {
        Desk desk = With(3);
        long team = desk.Quick(1, 11).Team;
        Assert.Equal((Outcome.SoldOut, 42), (desk.Open(2, 12).Outcome, desk.Open(2, 12).Rule));
        Assert.Equal(team, desk.Open(2, 12).Suggest);
        Assert.Equal(Outcome.Formed, desk.Quick(2, 12).Outcome);
        Answer third = desk.Quick(3, 13);
        Assert.Equal((Outcome.SoldOut, 42, 0L), (third.Outcome, third.Rule, third.Suggest));
        Assert.Contains("no room for one team more", Words.Reason(third), StringComparison.Ordinal);
        Assert.Empty(desk.Listed);
    }

    [Fact]
    public void R42_joins_and_holds_in_an_open_team_take_no_seats_of_their_own()
    {
        Desk desk = With(3, size: 3);
        long team = desk.Open(1, 11).Team;
        Assert.Equal(Outcome.Held, desk.Hold(2, 12, team).Outcome);
        Assert.Equal(Outcome.Joined, desk.Join(team, 3, 13).Outcome);
        Assert.Equal(Outcome.Formed, desk.Pay(12).Outcome);
    }

    [Fact]
    public void R42_a_promise_to_open_takes_a_whole_team_and_gives_it_back_when_it_ends_or_is_paid_into_another()
    {
        Desk desk = With(4);
        long until = desk.Hold(1, 11).Until;
        long team = desk.Quick(2, 12).Team;
        Assert.Equal(Outcome.SoldOut, desk.Open(3, 13).Outcome);
        Assert.Equal((Outcome.Formed, team), (desk.Pay(11).Outcome, desk.Order(11).Team));
        Assert.Equal(Outcome.Held, desk.Hold(3, 13).Outcome);
        Assert.Equal(Outcome.SoldOut, desk.Hold(4, 14, openNew: true).Outcome);
        desk.Now = until;
        Assert.Equal(OrderState.HoldEnded, desk.Order(13).State);
        Assert.Equal(Outcome.Held, desk.Hold(4, 14).Outcome);
        desk.On(Operation.Release, 14);
        Assert.Equal(Outcome.Opened, desk.Quick(5, 15).Outcome);
    }

    [Fact]
    public void R42_an_expired_team_gives_back_all_and_a_refund_before_shipping_one_seat()
    {
        Desk desk = With(4);
        desk.Now = desk.Quick(1, 11).Deadline;
        desk.Quick(2, 12);
        desk.Quick(3, 13);
        desk.Quick(4, 14);
        desk.Quick(5, 15);
        Assert.Equal(Outcome.SoldOut, desk.Quick(6, 16).Outcome);
        desk.On(Operation.Ship, 12);
        desk.Leave(12);
        desk.Leave(13);
        Assert.Equal(Outcome.SoldOut, desk.Quick(6, 16).Outcome);
        desk.Leave(14);
        Assert.Equal(Outcome.Opened, desk.Quick(6, 16).Outcome);
    }

    [Fact]
    public void R42_a_merged_team_gives_back_its_seats_and_the_survivor_keeps_its_own()
    {
        Desk desk = With(4);
        Answer first = desk.Open(1, 11);
        desk.Now += 10;
        Answer second = desk.Open(2, 12);
        Assert.Equal(Outcome.SoldOut, desk.Open(3, 13).Outcome);
        desk.Now = first.Deadline;
        Assert.Equal((TeamState.Merged, TeamState.Formed), (desk.Team(first.Team).State, desk.Team(second.Team).State));
        Assert.Equal(Outcome.Opened, desk.Open(3, 13).Outcome);
        Assert.Equal(Outcome.SoldOut, desk.Open(4, 14).Outcome);
    }

    [Fact]
    public void R42_a_change_of_the_quota_takes_nothing_back()
    {
        Desk desk = With(4);
        long team = desk.Open(1, 11).Team;
        desk.Hold(2, 12, openNew: true);
        desk.Give(s_terms with { Version = 2, QuotaSeats = 2 });
        Assert.Equal(Outcome.Formed, desk.Join(team, 3, 13).Outcome);
        Assert.Equal(Outcome.Opened, desk.Pay(12).Outcome);
        Assert.Equal(Outcome.SoldOut, desk.Open(4, 14).Outcome);
        desk.Give(s_terms with { Version = 3, QuotaSeats = 6 });
        Assert.Equal(Outcome.Opened, desk.Open(4, 14).Outcome);
    }

    [Fact]
    public void R42_a_late_payment_opens_only_where_the_quota_has_room()
    {
        foreach ((long quota, Outcome outcome) in new[] { (3L, Outcome.RefundOwed), (4L, Outcome.Opened) })
        {
            Desk desk = With(quota);
            desk.Now = desk.Hold(1, 11).Until;
            desk.Quick(2, 12);
            desk.Quick(3, 13);
            Assert.Equal(outcome, desk.Pay(11).Outcome);
        }
    }

    [Fact]
    public void R7_R42_promises_of_a_dissolved_team_take_seats_in_the_order_of_holding_while_there_is_room()
    {
        Desk desk = With(3, size: 3);
        long team = desk.Open(1, 11).Team;
        desk.Hold(2, 19, team);
        desk.Hold(3, 12, team);
        desk.Leave(11);
        Assert.Equal(Outcome.SoldOut, desk.Open(4, 14).Outcome);
        Answer without = desk.Pay(12);
        Assert.Equal((Outcome.RefundOwed, RefundCause.LatePayment), (without.Outcome, desk.Owed.Single(r => r.Order == 12).Cause));
        Assert.Equal(Outcome.Opened, desk.Pay(19).Outcome);
        Assert.Equal(Outcome.SoldOut, desk.Open(4, 14).Outcome);
    }

    [Fact]
    public void R7_R42_a_promise_without_seats_is_seated_where_a_team_is_open_or_opens_where_there_is_room_again()
    {
        Desk desk = Dissolved();
        long team = desk.Pay(12).Team;
        Assert.Equal((Outcome.Joined, team), (desk.Pay(13).Outcome, desk.Order(13).Team));

        desk = Dissolved();
        desk.On(Operation.Release, 12);
        Assert.Equal(Outcome.Opened, desk.Pay(13).Outcome);

        static Desk Dissolved()
        {
            Desk desk = With(3, size: 3);
            long team = desk.Open(1, 11).Team;
            desk.Hold(2, 12, team);
            desk.Hold(3, 13, team);
            desk.Leave(11);
            return desk;
        }
    }

    [Fact]
    public void R42_what_a_dissolved_team_left_without_seats_is_the_same_after_a_restart_although_the_quota_changed_meanwhile()
    {
        Desk desk = With(3, size: 3);
        long team = desk.Open(1, 11).Team;
        desk.Hold(2, 12, team);
        desk.Hold(3, 13, team);
        desk.Leave(11);
        var again = new Book(desk.Book.Options);
        again.SetSchedule(new ItemSchedule(Desk.Item, 0, MerchantKind.C2C, s_terms with { TeamSize = 3, QuotaSeats = 3 }, []));
        again.SetSchedule(
            new ItemSchedule(Desk.Item, 0, MerchantKind.C2C, s_terms with { Version = 2, TeamSize = 3, QuotaSeats = 300 }, []));
        ReadOnlySpan<byte> events = desk.Book.Events.Written;
        while (!events.IsEmpty)
        {
            events = events[EventCodec.Read(events, out Event e)..];
            again.Apply(e);
        }

        again.Validate();
        Assert.Equal(desk.Book.StateHash(), again.StateHash());
    }

    [Fact]
    public void R33_R42_a_payment_is_moved_only_into_a_team_whose_limits_its_buyer_keeps()
    {
        Desk desk = With(0);
        desk.Give(s_terms with { PerBuyerPieces = 1 });
        desk.Quick(1, 11);
        desk.Quick(2, 12);
        long limited = desk.Quick(3, 13).Team;
        desk.Give(s_terms with { Version = 2 });
        Answer held = desk.Hold(1, 14, openNew: true);
        Assert.Equal(Outcome.Held, held.Outcome);
        desk.Now = held.Until;
        Answer late = desk.Pay(14);
        Assert.Equal((Outcome.Opened, true), (late.Outcome, late.Team != limited));
    }

    [Fact]
    public void R4_R42_quick_join_passes_over_teams_whose_limits_the_buyer_has_reached()
    {
        Desk desk = With(0);
        desk.Give(s_terms with { PerBuyerPieces = 1 });
        desk.Quick(1, 11);
        desk.Quick(2, 12);
        long limited = desk.Quick(3, 13).Team;
        Assert.Equal((Outcome.LimitReached, 0L), (desk.Quick(1, 14).Outcome, desk.Quick(1, 14).Suggest));
        desk.Give(s_terms with { Version = 2 });
        Answer opened = desk.Quick(1, 14);
        Assert.Equal((Outcome.Opened, true), (opened.Outcome, opened.Team != limited));
    }

    [Fact]
    public void R21_R39_a_refusal_suggests_no_team_that_would_refuse_this_buyer_too()
    {
        Desk desk = With(0);
        desk.Give(s_terms with { Audience = new AudienceRule(AudienceKind.NewBuyersOnly) });
        long full = desk.Quick(1, 11).Team;
        desk.Join(full, 2, 12, BuyerStanding.New);
        long open = desk.Open(3, 13).Team;
        Assert.Equal((Outcome.Full, 0L), (desk.Join(full, 4, 14).Outcome, desk.Join(full, 4, 14).Suggest));
        Assert.Equal(
            (Outcome.Full, open), (desk.Join(full, 4, 14, BuyerStanding.New).Outcome, desk.Join(full, 4, 14, BuyerStanding.New).Suggest));
    }

    [Fact]
    public void R4_R39_a_request_that_names_its_price_is_pointed_to_teams_of_that_price_only()
    {
        Desk desk = With(2);
        long open = desk.Quick(1, 11).Team;
        desk.Give(s_terms with { Version = 2, GroupPriceFen = 700, QuotaSeats = 2 });
        Assert.Equal((Outcome.SoldOut, 0L), (desk.Quick(2, 12, price: 700).Outcome, desk.Quick(2, 12, price: 700).Suggest));
        Assert.Equal((Outcome.SoldOut, open), (desk.Open(2, 12).Outcome, desk.Open(2, 12).Suggest));
    }

    private static Desk With(long quota, int size = 2)
    {
        var desk = new Desk();
        desk.Give(s_terms with { QuotaSeats = quota, TeamSize = size });
        return desk;
    }
}
