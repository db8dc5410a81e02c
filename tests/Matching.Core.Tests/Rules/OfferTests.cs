using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Rules;

/// <summary>
/// R14, R15, R21, R23, R34 and the limits of R42 at the item: what a campaign lets through, what is frozen, what is counted and given back.
/// </summary>
public sealed class OfferTests
{
    private const long Day = Desk.Day;

    private static readonly CampaignTerms s_terms = Desk.Terms with { HoldMs = 600_000 };

    [Fact]
    public void R10_nothing_opens_where_campaigns_are_required_and_there_is_none()
    {
        var book = new Book(new BookOptions { CampaignsRequired = true });
        book.Execute(
            new Command { Operation = Operation.QuickJoin, Item = 1, Buyer = 1, Order = 1, Quantity = 1 }, 1_000, out Answer answer);
        Assert.Equal((Outcome.NoCampaign, 10), (answer.Outcome, answer.Rule));
        Assert.Equal(0, book.Events.Count);
    }

    [Fact]
    public void R34_terms_are_frozen_into_a_team_and_later_changes_touch_later_teams_only()
    {
        Desk desk = With(s_terms);
        long before = desk.Quick(1, 11).Team;
        Give(desk, s_terms with { Version = 2, TeamSize = 3, GroupPriceFen = 700 });
        long after = desk.Open(2, 12).Team;
        Assert.Equal((2, 800L, 5L), (desk.Team(before).Size, desk.Team(before).Price, desk.Team(before).Campaign));
        Assert.Equal((3, 700L), (desk.Team(after).Size, desk.Team(after).Price));
    }

    [Fact]
    public void R34_after_the_end_open_teams_are_still_joined_and_nothing_opens()
    {
        Desk desk = With(s_terms);
        long team = desk.Quick(1, 11).Team;
        Give(desk, s_terms with { Enabled = false, EndMs = desk.Now });
        Answer refused = desk.Open(2, 12);
        Assert.Equal((Outcome.CampaignNotEffective, 34, team), (refused.Outcome, refused.Rule, refused.Suggest));
        Assert.Equal(Outcome.Formed, desk.Quick(3, 13).Outcome);
        Assert.Equal(Outcome.CampaignNotEffective, desk.Quick(4, 14).Outcome);
    }

    [Fact]
    public void R14_a_flash_sale_stops_opening_and_joining_for_exactly_as_long_as_it_runs_and_deadlines_stay()
    {
        Desk desk = With(s_terms, new Promotion(1, PromotionKind.FlashSale, 5_000, 6_000));
        Answer opened = desk.Quick(1, 11);
        foreach ((long now, Outcome outcome) in new[] { (4_999L, Outcome.Full), (5_000L, Outcome.CampaignNotEffective),
            (5_999L, Outcome.CampaignNotEffective), (6_000L, Outcome.Full) })
        {
            desk.Now = now;
            if (now == 4_999)
            {
                Assert.Equal(Outcome.Held, desk.Hold(2, 12, opened.Team).Outcome);
            }

            Assert.Equal(outcome, desk.Join(opened.Team, 3, 13).Outcome);
        }

        Assert.Equal(opened.Deadline, desk.Team(opened.Team).Deadline);
    }

    [Fact]
    public void R33_a_payment_in_time_is_seated_although_a_sale_began_and_a_late_one_is_owed_back()
    {
        foreach ((long paidAt, Outcome outcome) in new[] { (600_999L, Outcome.Opened), (601_000L, Outcome.RefundOwed) })
        {
            Desk desk = With(s_terms, new Promotion(1, PromotionKind.MassSale, 5_000, 10 * Day));
            Assert.Equal(601_000, desk.Hold(1, 11).Until);
            desk.Now = paidAt;
            Assert.Equal(outcome, desk.Pay(11).Outcome);
        }
    }

    [Fact]
    public void R33_a_payment_in_time_keeps_its_price_and_a_late_one_goes_to_the_best_team_whatever_its_price_is_now()
    {
        foreach ((long paidAt, Outcome outcome) in new[] { (600_999L, Outcome.Opened), (601_000L, Outcome.Formed) })
        {
            Desk desk = With(s_terms);
            desk.Hold(1, 11);
            Give(desk, s_terms with { Version = 2, GroupPriceFen = 700 });
            long cheaper = desk.Open(2, 12).Team;
            desk.Now = paidAt;
            Answer paid = desk.Pay(11);
            Assert.Equal((outcome, outcome == Outcome.Formed), (paid.Outcome, paid.Team == cheaper));
            Assert.Equal(outcome == Outcome.Formed ? 700 : 800, desk.Team(paid.Team).Price);
        }
    }

    [Fact]
    public void R21_an_old_buyer_may_lead_where_only_new_ones_may_join()
    {
        Desk desk = With(s_terms with { Audience = new AudienceRule(AudienceKind.NewBuyersOnly) });
        long team = desk.Quick(1, 11).Team;
        Answer old = desk.Do(Joining(team, 2, 12, BuyerStanding.Old));
        Assert.Equal((Outcome.NotEligible, 21), (old.Outcome, old.Rule));
        Assert.Equal(Outcome.Formed, desk.Do(Joining(team, 3, 13, BuyerStanding.New)).Outcome);
        Assert.Equal(Outcome.Opened, desk.Quick(4, 14).Outcome);
        Assert.Equal(Outcome.Opened, desk.Quick(5, 15).Outcome);
        Assert.Equal(
            (0L, 1L), (desk.Book.CountSource(5, Source.Unknown).NewBuyerJoins - 1, desk.Book.CountSource(5, Source.Unknown).Joins));
    }

    [Fact]
    public void R42_a_limit_a_buyer_is_released_by_expiry_and_counts_what_he_had_before_it_came()
    {
        Desk desk = With(s_terms);
        Answer first = desk.Quick(1, 11);
        Give(desk, s_terms with { Version = 2, PerBuyerPieces = 1 });
        desk.Quick(2, 12);
        Assert.Equal((Outcome.LimitReached, 42), (desk.Open(1, 13).Outcome, desk.Open(1, 13).Rule));
        Assert.Equal(Outcome.LimitReached, desk.Open(2, 14).Outcome);
        long alone = desk.Open(3, 15).Team;
        desk.Now = first.Deadline + Day;
        Assert.Equal(TeamState.Expired, desk.Team(alone).State);
        Assert.Equal(Outcome.Opened, desk.Open(3, 16).Outcome);
    }

    [Fact]
    public void R19_counts_of_a_campaign_and_its_merchant_follow_its_orders()
    {
        Desk desk = With(s_terms);
        desk.Quick(1, 11);
        desk.Quick(2, 12);
        desk.On(Operation.Ship, 11);
        Counts counts = desk.Book.CountCampaign(5)!.Value;
        Assert.Equal((1, 1, 1, 1), (counts.TeamsOpened, counts.TeamsFormed, counts.Formed, counts.Shipped));
        Assert.Equal(counts, desk.Book.CountMerchant(9));
        Assert.Equal((1L, 1L, 2L), (desk.Book.CountSource(5, Source.Unknown).Opens, desk.Book.CountSource(5, Source.Unknown).Joins,
            desk.Book.CountSource(5, Source.Unknown).FormedOrders));
    }

    [Fact]
    public void R23_what_a_channel_brought_is_net_of_refunds()
    {
        Desk desk = With(s_terms);
        desk.Quick(1, 11, amount: 1990);
        desk.Quick(2, 12, amount: 1990);
        Assert.Equal((2L, (Int128)(2 * 1990)), Formed(desk));
        desk.On(Operation.Ship, 12);
        desk.Leave(11);
        Assert.Equal((1L, (Int128)1990), Formed(desk));
        desk.Leave(12);
        Assert.Equal((0L, (Int128)0), Formed(desk));
    }

    private static (long, Int128) Formed(Desk desk) =>
        (desk.Book.CountSource(5, Source.Unknown).FormedOrders, desk.Book.CountSource(5, Source.Unknown).FormedFen);

    private static Command Joining(long team, long buyer, long order, BuyerStanding standing) => new()
    {
        Operation = Operation.JoinTeam,
        Team = team,
        Buyer = buyer,
        Order = order,
        BuyerFacts = new BuyerFacts(standing, 0),
    };

    private static Desk With(CampaignTerms terms, params Promotion[] promotions)
    {
        var desk = new Desk();
        Give(desk, terms, promotions);
        return desk;
    }

    private static void Give(Desk desk, CampaignTerms terms, params Promotion[] promotions) => desk.Give(terms, promotions);
}
