using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R21 and R42: what terms say to one buyer and one order.</summary>
public sealed class AudienceTests
{
    private static readonly BuyerFacts s_unknown = new(BuyerStanding.Unknown, 0);
    private static readonly BuyerFacts s_new = new(BuyerStanding.New, 1);
    private static readonly BuyerFacts s_old = new(BuyerStanding.Old, 3);

    private static Verdict Ask(AudienceRule rule, BuyerFacts buyer, bool leads = false, long atMs = 1_000) =>
        Audience.Check(new CampaignTerms { StartMs = 1_000, Audience = rule }, buyer, leads, atMs);

    [Fact]
    public void R21_A_campaign_for_all_asks_nothing_of_a_buyer() => Assert.True(Ask(default, s_unknown).Ok);

    [Fact]
    public void R21_New_buyers_join_a_team_that_an_old_customer_may_lead()
    {
        AudienceRule rule = new(AudienceKind.NewBuyersOnly);
        Assert.True(Ask(rule, s_new).Ok);
        Assert.Equal(new Verdict(Outcome.NotEligible, 21, Why.NewBuyersOnly), Ask(rule, s_old));
        Assert.Equal(Why.NewBuyersOnly, Ask(rule, s_unknown).Why);
        Assert.True(Ask(rule, s_old, leads: true).Ok);
    }

    [Fact]
    public void R21_Old_customers_come_first_for_exactly_the_early_window()
    {
        AudienceRule rule = new(AudienceKind.OldCustomersFirst, EarlyMs: 50);
        Assert.True(Ask(rule, s_old, atMs: 1_000).Ok);
        Assert.Equal(new Verdict(Outcome.NotEligible, 21, Why.OldCustomersFirst), Ask(rule, s_new, atMs: 1_049));
        Assert.Equal(Why.OldCustomersFirst, Ask(rule, s_unknown, leads: true, atMs: 1_049).Why);
        Assert.True(Ask(rule, s_new, atMs: 1_050).Ok);
    }

    [Fact]
    public void R21_A_tier_opens_the_campaign_to_itself_and_above()
    {
        AudienceRule rule = new(AudienceKind.TierAndAbove, MinTier: 3);
        Assert.True(Ask(rule, s_old).Ok);
        Assert.Equal(new Verdict(Outcome.NotEligible, 21, Why.BelowTier), Ask(rule, s_new));
        Assert.False(Ask(rule, s_unknown, leads: true).Ok);
    }

    [Fact]
    public void R42_Limits_count_this_order_and_the_buyers_others()
    {
        CampaignTerms terms = new() { PerOrderPieces = 2, PerBuyerPieces = 3 };
        Assert.True(Admission.Limits(terms, 2, 1).Ok);
        Assert.Equal(new Verdict(Outcome.LimitReached, 42, Why.PerOrderLimit), Admission.Limits(terms, 3, 0));
        Assert.Equal(new Verdict(Outcome.LimitReached, 42, Why.PerBuyerLimit), Admission.Limits(terms, 2, 2));
        Assert.True(Admission.Limits(new CampaignTerms(), int.MaxValue, long.MaxValue / 2).Ok);
    }

    [Fact]
    public void R42_A_quota_has_room_for_whole_teams_only()
    {
        Assert.True(Admission.Quota(10, 8, 2).Ok);
        Assert.Equal(new Verdict(Outcome.SoldOut, 42, Why.SoldOut), Admission.Quota(10, 9, 2));
        Assert.Equal(new Verdict(Outcome.SoldOut, 42, Why.SoldOut), Admission.Quota(10, 30, 2));
        Assert.True(Admission.Quota(0, long.MaxValue / 2, 2).Ok);
    }
}
