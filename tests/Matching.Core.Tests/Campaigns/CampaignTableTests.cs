using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R10–R13, R34: what may be published, and what its end leaves behind.</summary>
public sealed class CampaignTableTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void A_published_campaign_gets_an_id_and_the_defaults_it_did_not_name()
    {
        _shop.Merchant(1);
        ControlAnswer answer = _shop.Publish(1, 100, _shop.TermsForDays(7));

        Assert.Equal((ControlOutcome.Published, true, 1L), (answer.Outcome, answer.Ok, answer.Campaign));
        CampaignTerms terms = _shop.Book.ScheduleOf(100).Terms!;
        Assert.Equal((1L, 1L, 100L, 1, true), (terms.Campaign, terms.Merchant, terms.Item, terms.Version, terms.Enabled));
        Assert.Equal((_shop.Now, 900_000L, true), (terms.StartMs, terms.HoldMs, terms.Merge));
        Assert.True(_shop.ToOpen(100).Ok);
    }

    [Fact]
    public void R10_The_16th_live_campaign_is_refused_until_one_ends()
    {
        _shop.Merchant(1);
        for (int item = 1; item <= 15; item++)
        {
            Assert.True(_shop.Publish(1, item).Ok);
        }

        ControlAnswer refused = _shop.Publish(1, 16);
        Assert.Equal((ControlOutcome.LimitReached, (byte)10), (refused.Outcome, refused.Rule));
        Assert.Equal("merchant 1 has 15 live campaigns; at most 15 are allowed, one must end or be deleted first (R10)", refused.Reason);

        Assert.True(_shop.End(7).Ok);
        Assert.Equal(16, _shop.Publish(1, 16).Campaign);
        Assert.Equal(ControlOutcome.LimitReached, _shop.Publish(1, 17).Outcome);
        Assert.True(_shop.Delete(8).Ok);
        Assert.True(_shop.Publish(1, 17).Ok);
    }

    [Fact]
    public void R10_A_campaign_that_waits_for_its_window_counts_and_one_whose_window_is_over_does_not()
    {
        Shop shop = new(new ControlOptions { MaxLivePerMerchant = 1 });
        shop.Merchant(1);
        long startMs = shop.Now + 1_000;
        Assert.True(shop.Publish(1, 100, Shop.Terms(startMs + 1_000) with { StartMs = startMs }).Ok);
        Assert.Equal(ControlOutcome.LimitReached, shop.Publish(1, 101).Outcome);
        shop.Now = startMs + 999;
        Assert.Equal(ControlOutcome.LimitReached, shop.Publish(1, 101).Outcome);
        shop.Now = startMs + 1_000;
        Assert.Equal(ControlOutcome.Published, shop.Publish(1, 101).Outcome);
    }

    [Fact]
    public void R10_Another_merchants_campaigns_do_not_count()
    {
        Shop shop = new(new ControlOptions { MaxLivePerMerchant = 1 });
        shop.Published(1, 100);
        shop.Published(2, 200);
        Assert.Equal([2L], shop.Book.LiveCampaignsOf(2, shop.Now));
    }

    [Fact]
    public void R11_The_first_millisecond_after_24_hours_ends_the_cool_down()
    {
        long campaign = _shop.Published(1, 100);
        long endMs = _shop.Now;
        _shop.End(campaign);

        _shop.Now = endMs + Shop.DayMs - 1;
        ControlAnswer refused = _shop.Publish(1, 100);
        Assert.Equal((ControlOutcome.NotEligible, (byte)11, endMs + Shop.DayMs), (refused.Outcome, refused.Rule, refused.RetryAt));
        Assert.Contains($"until {endMs + Shop.DayMs}", refused.Reason, StringComparison.Ordinal);

        _shop.Now = endMs + Shop.DayMs;
        Assert.Equal(ControlOutcome.Published, _shop.Publish(1, 100).Outcome);
    }

    [Fact]
    public void R11_A_window_that_is_over_starts_the_cool_down_at_its_end_however_late_it_is_seen()
    {
        _shop.Merchant(1);
        long endMs = _shop.Now + 1_000;
        _shop.Publish(1, 100, Shop.Terms(endMs));

        _shop.Now = endMs + Shop.DayMs - 1;
        Assert.Equal(endMs + Shop.DayMs, _shop.Publish(1, 100).RetryAt);
        _shop.Now = endMs + Shop.DayMs;
        Assert.True(_shop.Publish(1, 100).Ok);
    }

    [Fact]
    public void R11_Deleting_a_campaign_that_ran_starts_the_cool_down_and_deleting_it_later_does_not_end_it()
    {
        _shop.Delete(_shop.Published(1, 100));
        Assert.Equal((byte)11, _shop.Publish(1, 100).Rule);

        long other = _shop.Published(1, 101);
        _shop.End(other);
        _shop.Delete(other);
        Assert.Equal((byte)11, _shop.Publish(1, 101).Rule);
    }

    [Fact]
    public void R11_A_campaign_deleted_before_it_began_leaves_no_cool_down_and_an_ended_one_does()
    {
        _shop.Merchant(1);
        CampaignTerms later = _shop.TermsForDays(7) with { StartMs = _shop.Now + 1 };
        _shop.Delete(_shop.Publish(1, 100, later).Campaign);
        ControlAnswer again = _shop.Publish(1, 100, later);
        Assert.True(again.Ok);
        _shop.End(again.Campaign);
        Assert.Equal((byte)11, _shop.Publish(1, 100, later).Rule);
    }

    [Fact]
    public void R11_An_item_is_in_one_live_campaign_at_a_time()
    {
        long campaign = _shop.Published(1, 100);
        ControlAnswer refused = _shop.Publish(1, 100);
        Assert.Equal((ControlOutcome.NotEligible, (byte)11, campaign), (refused.Outcome, refused.Rule, refused.Campaign));
    }

    [Theory]
    [InlineData("insurance")]
    [InlineData("flightTickets")]
    [InlineData("PrescriptionDrugs")]
    [InlineData("farmSupplies")]
    [InlineData("virtualGoods ")]
    [InlineData("\u3000InsuranCe\t")]
    public void R12_A_closed_category_is_refused(string category)
    {
        _shop.Merchant(1);
        ControlAnswer refused = _shop.Publish(1, 100, category: category);
        Assert.Equal((ControlOutcome.NotEligible, (byte)12), (refused.Outcome, refused.Rule));
        Assert.Contains(category, refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MerchantKind.C2C, Grade.TripleS, true)]
    [InlineData(MerchantKind.C2C, Grade.DoubleS, false)]
    [InlineData(MerchantKind.Brand, Grade.DoubleS, true)]
    [InlineData(MerchantKind.Brand, Grade.S, false)]
    public void R15_Nothing_is_published_on_the_day_of_a_top_grade_promotion_also_for_later(MerchantKind kind, Grade grade, bool refused)
    {
        _shop.Merchant(1, kind);
        long endMs = _shop.Now + Shop.DayMs;
        _shop.BigDay(1, grade, _shop.Now - 5, _shop.Now + 1, endMs);
        Assert.True(_shop.Publish(1, 99).Ok);
        _shop.Now++;
        ControlAnswer answer = _shop.Publish(1, 100, _shop.TermsForDays(9) with { StartMs = endMs + 1 });
        Assert.Equal((!refused, refused ? 15 : 0, refused ? endMs : 0), (answer.Ok, answer.Rule, answer.RetryAt));
        Assert.True(_shop.Change(1, _shop.TermsForDays(8)).Ok);
        _shop.Now = endMs;
        Assert.True(_shop.Publish(1, 101).Ok);
    }

    [Fact]
    public void R12_The_list_is_an_option()
    {
        Shop shop = new(new ControlOptions { ClosedCategories = ["toys"] });
        shop.Merchant(1);
        Assert.Equal((byte)12, shop.Publish(1, 100, category: "toys").Rule);
        Assert.True(shop.Publish(1, 100, category: "insurance").Ok);
        Assert.Equal(17, Categories.ClosedByDefault.Count);
    }

    [Fact]
    public void R13_A_merchant_publishes_only_with_a_private_traffic_tool_switched_on()
    {
        Assert.Equal((ControlOutcome.NotEligible, (byte)13), (_shop.Publish(1, 100).Outcome, _shop.Publish(1, 100).Rule));
        _shop.Merchant(1, tools: PrivateTraffic.None);
        Assert.Equal((byte)13, _shop.Publish(1, 100).Rule);
        _shop.Merchant(1, tools: PrivateTraffic.ChatGroup);
        Assert.True(_shop.Publish(1, 100).Ok);
        _shop.Merchant(1, tools: PrivateTraffic.None);
        Assert.True(_shop.ToOpen(100).Ok);
    }

    [Fact]
    public void R34_A_change_makes_a_new_version_and_touches_nothing_that_was_handed_out()
    {
        long campaign = _shop.Published(1, 100);
        CampaignTerms frozen = _shop.Book.ScheduleOf(100).Terms!;
        CampaignTerms copy = frozen with { };

        CampaignTerms asked = _shop.TermsForDays(9) with { TeamSize = 2, GroupPriceFen = 7_000, HoldMs = 60_000, Merge = false };
        ControlAnswer answer = _shop.Change(campaign, asked);

        Assert.Equal((ControlOutcome.Changed, campaign), (answer.Outcome, answer.Campaign));
        CampaignTerms current = _shop.Book.ScheduleOf(100).Terms!;
        Assert.Equal(
            asked with { Campaign = campaign, Merchant = 1, Item = 100, Version = 2, Enabled = true, StartMs = frozen.StartMs }, current);
        Assert.Equal(copy, frozen);
    }

    [Fact]
    public void R34_A_window_may_be_cut_short_but_not_begin_anew()
    {
        long campaign = _shop.Published(1, 100);
        _shop.Now += 10;
        ControlAnswer refused = _shop.Change(campaign, _shop.TermsForDays(1) with { StartMs = _shop.Now });
        Assert.Equal((ControlOutcome.BadRequest, (byte)34), (refused.Outcome, refused.Rule));
        Assert.Equal(ControlOutcome.BadRequest, _shop.Change(campaign, Shop.Terms(_shop.Now)).Outcome);

        Assert.True(_shop.Change(campaign, Shop.Terms(_shop.Now + 5)).Ok);
        Assert.True(_shop.ToOpen(100, _shop.Now + 4).Ok);
        Assert.Equal(Why.Ended, _shop.ToOpen(100, _shop.Now + 5).Why);
    }

    [Fact]
    public void R34_What_ended_is_neither_changed_nor_ended_again_and_what_is_unknown_is_unknown()
    {
        long campaign = _shop.Published(1, 100);
        _shop.End(campaign);
        Assert.Equal(ControlOutcome.AlreadyEnded, _shop.Change(campaign, _shop.TermsForDays(1)).Outcome);
        Assert.Equal(ControlOutcome.AlreadyEnded, _shop.End(campaign).Outcome);
        Assert.Equal(ControlOutcome.UnknownCampaign, _shop.End(99).Outcome);
        Assert.Equal(ControlOutcome.Deleted, _shop.Delete(campaign).Outcome);
        Assert.Equal(ControlOutcome.UnknownCampaign, _shop.Delete(campaign).Outcome);
        Assert.Null(_shop.Book.FindCampaign(campaign, _shop.Now));
    }

    [Fact]
    public void A_field_out_of_its_range_is_named_with_its_value_and_rule()
    {
        _shop.Merchant(1);
        CampaignTerms fine = _shop.TermsForDays(7);
        (CampaignTerms Terms, int Rule, string Words)[] wrong =
        [
            (fine with { TeamSize = 4 }, 1, "teamSize is 4; 2 … 3"),
            (fine with { TeamSize = 1 }, 1, "teamSize is 1; 2 … 3"),
            (fine with { TeamSize = 100_000 }, 1, "teamSize is 100000; 2 … 3"),
            (fine with { EndMs = _shop.Now }, 34, $"endMs is {_shop.Now}"),
            (fine with { StartMs = fine.EndMs }, 34, $"must come after startMs {fine.EndMs}"),
            (fine with { GroupPriceFen = 10_001 }, 34, "groupPriceFen is 10001"),
            (fine with { GroupPriceFen = 0 }, 34, "groupPriceFen is 0"),
            (fine with { LeaderPriceFen = 8_001 }, 34, "leaderPriceFen is 8001"),
            (fine with { SoloPriceFen = 0 }, 9, "soloPriceFen is 0"),
            (fine with { QuotaSeats = 2 }, 42, "quotaSeats is 2"),
            (fine with { PerOrderPieces = -1 }, 42, "perOrderPieces is -1"),
            (fine with { PerBuyerPieces = -1 }, 42, "perBuyerPieces is -1"),
            (fine with { HoldMs = 86_400_001 }, 33, "holdMs is 86400001"),
            (fine with { Audience = new AudienceRule((AudienceKind)9) }, 21, "audience is 9"),
            (fine with { Audience = new AudienceRule(AudienceKind.OldCustomersFirst) }, 21, "earlyMs is 0"),
            (fine with { Audience = new AudienceRule(AudienceKind.All, MinTier: 2) }, 21, "minTier is 2"),
        ];
        foreach ((CampaignTerms terms, int rule, string words) in wrong)
        {
            ulong before = _shop.Book.StateHash();
            ControlAnswer answer = _shop.Publish(1, 100, terms);
            Assert.Equal((ControlOutcome.BadRequest, false, rule), (answer.Outcome, answer.Ok, answer.Rule));
            Assert.Contains(words, answer.Reason, StringComparison.Ordinal);
            Assert.Contains($"(R{rule})", answer.Reason, StringComparison.Ordinal);
            Assert.Equal(before, _shop.Book.StateHash());
        }
    }

    [Fact]
    public void An_option_out_of_its_range_is_named()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ControlBook(new ControlOptions { MaxTeamSize = 1 }));
        Assert.Contains("MaxTeamSize is 1", error.Message, StringComparison.Ordinal);
    }
}
