using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Rules;

/// <summary>R19: orders by present state and what they ever were, for an item, a campaign and a merchant; unknown ids say so.</summary>
public sealed class CountsTests
{
    private static readonly CampaignTerms s_terms = Desk.Terms;

    private readonly Desk _desk = new();

    [Fact]
    public void What_went_back_after_sale_stays_known_as_formed_and_shipped_and_solo_orders_count_for_the_merchant()
    {
        _desk.Give(s_terms);
        _desk.Quick(11, 1);
        _desk.Quick(12, 2);
        _desk.Solo(13, 3);
        _desk.Solo(14, 4);
        _desk.On(Operation.Ship, 1);
        _desk.On(Operation.Ship, 3);
        foreach (long order in (long[])[1, 2, 3])
        {
            _desk.Leave(order);
            _desk.On(Operation.RefundDone, order);
        }

        Assert.Equal((2L, 2L, 3L, 2L), Ever(_desk.Counts));
        Assert.Equal((2L, 1L, 2L, 0L), Ever(_desk.Book.CountCampaign(5)!.Value));
        Assert.Equal(_desk.Counts, _desk.Book.CountMerchant(9));
        Assert.Equal((0L, 1L, 3L), (_desk.Counts.Shipped, _desk.Counts.Bought, _desk.Counts.Refunded));
    }

    [Fact]
    public void A_campaign_or_merchant_that_never_was_counts_nothing_not_zeros()
    {
        _desk.Give(s_terms);
        Assert.Equal(default(Counts), _desk.Book.CountCampaign(5));
        Assert.Equal(default(Counts), _desk.Book.CountMerchant(9));
        Assert.Null(_desk.Book.CountCampaign(6));
        Assert.Null(_desk.Book.CountMerchant(10));
        Assert.Equal(default, _desk.Counts);
    }

    private static (long Formed, long Shipped, long Refunded, long Bought) Ever(in Counts counts) =>
        (counts.OrdersFormed, counts.OrdersShipped, counts.OrdersRefunded, counts.OrdersBought);
}
