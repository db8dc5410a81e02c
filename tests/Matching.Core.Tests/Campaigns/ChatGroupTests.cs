using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R18: what a chat group carries.</summary>
public sealed class ChatGroupTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void R18_A_chat_group_carries_ten_live_activities_and_an_ended_campaign_frees_its_place()
    {
        _shop.Merchant(1);
        for (int item = 1; item <= 11; item++)
        {
            Assert.True(_shop.Publish(1, item).Ok);
        }

        for (int campaign = 1; campaign <= 10; campaign++)
        {
            Assert.Equal(ControlOutcome.Registered, _shop.ToChat(5, campaign).Outcome);
        }

        ControlAnswer refused = _shop.ToChat(5, 11);
        Assert.Equal((ControlOutcome.LimitReached, (byte)18), (refused.Outcome, refused.Rule));
        Assert.Equal(ControlOutcome.LimitReached, _shop.Register(5, ActivityKind.CoinCheckIn, 1).Outcome);
        Assert.True(_shop.ToChat(6, 11).Ok);

        _shop.End(3);
        Assert.True(_shop.ToChat(5, 11).Ok);
        Assert.DoesNotContain(_shop.Book.FindChat(5, _shop.Now).Live, activity => activity.Id == 3);
    }

    [Fact]
    public void R18_The_card_on_top_goes_by_the_rules_order_and_then_by_time_of_listing()
    {
        long campaign = _shop.Published(1, 100);
        Assert.Null(_shop.Book.FindChat(5, _shop.Now).Top);
        ActivityKind[] rising =
        [
            ActivityKind.RewardedTasks, ActivityKind.EarlyPurchase, ActivityKind.GroupBuy, ActivityKind.FlashPurchase,
            ActivityKind.RedPacketFountain, ActivityKind.CoinCheckIn,
        ];
        foreach (ActivityKind kind in rising)
        {
            Assert.True(kind == ActivityKind.GroupBuy ? _shop.ToChat(5, campaign).Ok : _shop.Register(5, kind, 70).Ok);
            Assert.Equal(kind, _shop.Book.FindChat(5, _shop.Now).Top!.Kind);
        }

        Assert.True(_shop.Register(5, ActivityKind.CoinCheckIn, 7).Ok);
        Assert.Equal(70, _shop.Book.FindChat(5, _shop.Now).Top!.Id);
    }

    [Fact]
    public void R18_A_campaign_without_effect_is_not_the_top_card()
    {
        long campaign = _shop.Published(1, 100);
        _shop.ToChat(5, campaign);
        _shop.Register(5, ActivityKind.RewardedTasks, 70);
        Assert.Equal(ActivityKind.GroupBuy, Top());
        _shop.Sale(100, 1, PromotionKind.FlashSale, _shop.Now + 1, _shop.Now + 2);
        _shop.BigDay(1, Grade.TripleS, _shop.Now, _shop.Now + 3, _shop.Now + 4);
        _shop.Now++;
        Assert.Equal(ActivityKind.RewardedTasks, Top());
        _shop.Now++;
        Assert.Equal(ActivityKind.GroupBuy, Top());
        _shop.Now++;
        Assert.Equal(ActivityKind.RewardedTasks, Top());
        _shop.Now++;
        Assert.Equal(ActivityKind.GroupBuy, Top());
        _shop.Change(campaign, _shop.TermsForDays(3));
        long later = _shop.Publish(1, 101, _shop.TermsForDays(3) with { StartMs = _shop.Now + 5 }).Campaign;
        _shop.ToChat(6, later);
        Assert.Null(_shop.Book.FindChat(6, _shop.Now).Top);

        ActivityKind Top() => _shop.Book.FindChat(5, _shop.Now).Top!.Kind;
    }

    [Fact]
    public void R18_Who_lacks_the_chat_group_tool_publishes_to_no_chat_group()
    {
        _shop.Merchant(1, tools: PrivateTraffic.Feed | PrivateTraffic.LiveRoom);
        long campaign = _shop.Publish(1, 100).Campaign;
        ControlAnswer refused = _shop.ToChat(5, campaign);
        Assert.Equal((ControlOutcome.NotEligible, (byte)18), (refused.Outcome, refused.Rule));
        _shop.Merchant(1);
        Assert.True(_shop.ToChat(5, campaign).Ok);
    }

    [Fact]
    public void R18_A_registered_activity_frees_its_place_at_its_end_or_when_withdrawn()
    {
        Shop shop = new(new ControlOptions { MaxLivePerChat = 1 });
        shop.Register(5, ActivityKind.EarlyPurchase, 1, shop.Now + 100);
        Assert.Equal(ControlOutcome.BadRequest, shop.Register(5, ActivityKind.EarlyPurchase, 2, shop.Now).Outcome);
        shop.Now += 99;
        Assert.Equal(ControlOutcome.LimitReached, shop.Register(5, ActivityKind.EarlyPurchase, 2).Outcome);
        shop.Now++;
        Assert.True(shop.Register(5, ActivityKind.EarlyPurchase, 2).Ok);
        Activity second = new(ActivityKind.EarlyPurchase, 2);
        ControlCommand off = new() { Operation = ControlOperation.WithdrawFromChat, Chat = 5, Activity = second };
        Assert.Equal(ControlOutcome.Withdrawn, shop.Send(off).Outcome);
        Assert.Equal((ControlOutcome.UnknownActivity, (byte)18), (shop.Send(off).Outcome, shop.Send(off).Rule));
        Assert.Empty(shop.Book.FindChat(5, shop.Now).Live);
    }

    [Fact]
    public void R18_Only_a_live_campaign_goes_to_a_chat_group_and_only_once()
    {
        long campaign = _shop.Published(1, 100);
        Assert.True(_shop.ToChat(5, campaign).Ok);
        Assert.Equal(ControlOutcome.AlreadyListed, _shop.ToChat(5, campaign).Outcome);
        Assert.Equal(ControlOutcome.BadRequest, _shop.Register(5, ActivityKind.GroupBuy, campaign).Outcome);
        _shop.End(campaign);
        Assert.Equal(ControlOutcome.AlreadyEnded, _shop.ToChat(6, campaign).Outcome);
        Assert.Equal(ControlOutcome.UnknownCampaign, _shop.ToChat(6, 9).Outcome);
    }
}
