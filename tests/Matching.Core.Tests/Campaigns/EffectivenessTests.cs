using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R14, R15, R34: when a campaign has effect.</summary>
public sealed class EffectivenessTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void An_item_without_a_campaign_opens_nothing()
    {
        Assert.Equal(new Verdict(Outcome.NoCampaign, 10, Why.NoCampaign, long.MaxValue), _shop.ToOpen(100));
        Assert.True(_shop.ToJoin(100).Ok);
    }

    [Theory]
    [InlineData(PromotionKind.FlashSale, Why.FlashSale)]
    [InlineData(PromotionKind.MassSale, Why.MassSale)]
    public void R14_A_sale_stops_opening_and_joining_from_its_first_to_before_its_last_instant(PromotionKind kind, Why why)
    {
        _shop.Published(1, 100);
        long startMs = _shop.Now + 1_000;
        Assert.Equal(ControlOutcome.Registered, _shop.Sale(100, 1, kind, startMs, startMs + 50).Outcome);

        Assert.True(_shop.ToOpen(100, startMs - 1).Ok);
        Assert.True(_shop.ToJoin(100, startMs - 1).Ok);
        Assert.Equal(startMs, _shop.ToJoin(100, startMs - 1).HoldsUntilMs);
        foreach (long atMs in new[] { startMs, startMs + 49 })
        {
            Verdict expected = new(Outcome.CampaignNotEffective, 14, why, startMs + 50);
            Assert.Equal(expected, _shop.ToOpen(100, atMs));
            Assert.Equal(expected, _shop.ToJoin(100, atMs));
        }

        Assert.True(_shop.ToOpen(100, startMs + 50).Ok);
        Assert.True(_shop.ToJoin(100, startMs + 50).Ok);
        Assert.True(_shop.ToOpen(101, startMs).Outcome == Outcome.NoCampaign && _shop.ToJoin(101, startMs).Ok);
    }

    [Fact]
    public void R14_A_sale_called_off_or_moved_stops_nothing()
    {
        _shop.Published(1, 100);
        _shop.Sale(100, 1, PromotionKind.FlashSale, _shop.Now, _shop.Now + 100);
        Assert.Equal(Why.FlashSale, _shop.ToOpen(100).Why);
        _shop.Sale(100, 1, PromotionKind.FlashSale, _shop.Now + 50, _shop.Now + 100);
        Assert.True(_shop.ToOpen(100).Ok);
        Promotion first = new(1, PromotionKind.None, 0, 0);
        ControlCommand off = new() { Operation = ControlOperation.RemovePromotion, Item = 100, Promotion = first };
        Assert.Equal(ControlOutcome.Removed, _shop.Send(off).Outcome);
        Assert.True(_shop.ToOpen(100, _shop.Now + 50).Ok);
        Assert.Equal((ControlOutcome.UnknownPromotion, (byte)14), (_shop.Send(off).Outcome, _shop.Send(off).Rule));
    }

    [Fact]
    public void R14_The_65th_sale_to_come_is_refused_and_those_that_are_over_make_room()
    {
        for (int id = 1; id <= 64; id++)
        {
            Assert.True(_shop.Sale(100, id, PromotionKind.FlashSale, _shop.Now, _shop.Now + id).Ok);
        }

        Assert.Equal(ControlOutcome.LimitReached, _shop.Sale(100, 65, PromotionKind.FlashSale, _shop.Now, _shop.Now + 100).Outcome);
        _shop.Now++;
        Assert.True(_shop.Sale(100, 65, PromotionKind.FlashSale, _shop.Now, _shop.Now + 100).Ok);
        Assert.DoesNotContain(_shop.Book.ScheduleOf(100).Promotions, sale => sale.Id == 1);
        Assert.Equal(ControlOutcome.BadRequest, _shop.Sale(100, 66, PromotionKind.FlashSale, 0, _shop.Now).Outcome);
    }

    [Theory]
    [InlineData(MerchantKind.C2C, Grade.TripleS, true)]
    [InlineData(MerchantKind.C2C, Grade.DoubleS, false)]
    [InlineData(MerchantKind.C2C, Grade.S, false)]
    [InlineData(MerchantKind.Brand, Grade.TripleS, true)]
    [InlineData(MerchantKind.Brand, Grade.DoubleS, true)]
    [InlineData(MerchantKind.Brand, Grade.S, false)]
    public void R15_A_big_day_of_the_grade_that_concerns_the_merchant_stops_everything_after_its_warm_up(
        MerchantKind kind, Grade grade, bool stops)
    {
        _shop.Published(1, 100, kind);
        long dayMs = _shop.Now + (3 * Shop.DayMs);
        _shop.BigDay(11, grade, _shop.Now + Shop.DayMs, dayMs, dayMs + Shop.DayMs);

        Assert.Equal(Why.Effective, _shop.ToOpen(100).Why);
        Assert.Equal(stops ? Why.WarmUp : Why.Effective, _shop.ToOpen(100, dayMs - 1).Why);
        Assert.True(_shop.ToOpen(100, dayMs - 1).Ok);
        Verdict onTheDay = _shop.ToJoin(100, dayMs);
        Assert.Equal(stops ? (Outcome.CampaignNotEffective, (byte)15) : (Outcome.None, (byte)0), (onTheDay.Outcome, onTheDay.Rule));
        Assert.Equal(onTheDay, _shop.ToOpen(100, dayMs));
        Assert.True(_shop.ToOpen(100, dayMs + Shop.DayMs).Ok);
    }

    [Fact]
    public void R15_A_deleted_campaigns_open_teams_are_not_joined_on_a_big_day_either()
    {
        long campaign = _shop.Published(1, 100);
        _shop.BigDay(11, Grade.TripleS, _shop.Now + 10, _shop.Now + 10, _shop.Now + 20);
        _shop.Delete(campaign);
        Assert.True(_shop.ToJoin(100).Ok);
        Assert.Equal(Why.BigDay, _shop.ToJoin(100, _shop.Now + 10).Why);
        Assert.Equal(Outcome.NoCampaign, _shop.ToOpen(100, _shop.Now + 10).Outcome);
    }

    [Fact]
    public void R15_A_change_of_the_merchants_kind_reaches_his_items_schedules()
    {
        _shop.Published(1, 100, MerchantKind.C2C);
        _shop.Published(2, 200, MerchantKind.C2C);
        _shop.Book.TakeTouched(out _);
        _shop.Merchant(1, MerchantKind.Brand);
        ItemSchedule touched = Assert.Single(_shop.Book.TakeTouched(out BigDayCalendar? calendar));
        Assert.Equal((100L, MerchantKind.Brand), (touched.Item, touched.Kind));
        Assert.Null(calendar);
        _shop.Merchant(1, MerchantKind.Brand, PrivateTraffic.LiveRoom);
        Assert.Empty(_shop.Book.TakeTouched(out _));
    }

    [Fact]
    public void R34_Before_its_window_and_after_its_end_nothing_opens_but_open_teams_are_joined()
    {
        _shop.Merchant(1);
        long startMs = _shop.Now + 100;
        long campaign = _shop.Publish(1, 100, Shop.Terms(startMs + 100) with { StartMs = startMs }).Campaign;

        Assert.Equal(new Verdict(Outcome.CampaignNotEffective, 34, Why.NotStarted, startMs), _shop.ToOpen(100));
        Assert.Equal(new Verdict(Outcome.None, 0, Why.Effective, startMs + 100), _shop.ToOpen(100, startMs));
        Assert.Equal((Outcome.CampaignNotEffective, (byte)34, Why.Ended), Parts(_shop.ToOpen(100, startMs + 100)));
        _shop.Now = startMs + 7;
        _shop.End(campaign);
        Assert.Equal((Outcome.CampaignNotEffective, (byte)34, Why.Ended), Parts(_shop.ToOpen(100)));
        Assert.True(_shop.ToJoin(100).Ok);
        _shop.Sale(100, 1, PromotionKind.MassSale, _shop.Now, _shop.Now + 5);
        Assert.Equal((Outcome.CampaignNotEffective, (byte)14, Why.MassSale), Parts(_shop.ToJoin(100)));
    }

    [Fact]
    public void A_schedule_says_by_itself_what_the_control_book_would_only_later_have_done()
    {
        _shop.Merchant(1);
        _shop.Publish(1, 100, Shop.Terms(_shop.Now + 100));
        ItemSchedule before = Assert.Single(_shop.Book.TakeTouched(out _));
        _shop.Now += 100;
        _shop.Book.Sweep(_shop.Now);
        ItemSchedule after = Assert.Single(_shop.Book.TakeTouched(out _));

        Assert.False(after.Terms!.Enabled);
        Assert.Equal(_shop.Now, after.DecidedAtMs);
        Assert.Equal(
            Parts(Effectiveness.ToOpen(after, BigDayCalendar.Empty, _shop.Now)),
            Parts(Effectiveness.ToOpen(before, BigDayCalendar.Empty, _shop.Now)));
    }

    [Fact]
    public void Every_reason_has_words_that_cite_its_rule()
    {
        foreach (Why why in Enum.GetValues<Why>())
        {
            string words = new Verdict(Outcome.None, 0, why).Reason;
            Assert.Equal(why == Why.Effective, words.Length == 0);
            Assert.True(why == Why.Effective || words.Contains("(R", StringComparison.Ordinal), words);
        }
    }

    private static (Outcome Outcome, byte Rule, Why Why) Parts(Verdict verdict) => (verdict.Outcome, verdict.Rule, verdict.Why);
}
