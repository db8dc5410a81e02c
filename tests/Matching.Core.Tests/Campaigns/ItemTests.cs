using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R45: whose an item is.</summary>
public sealed class ItemTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void R45_An_item_belongs_to_who_registered_it_and_others_neither_set_nor_publish_it()
    {
        _shop.Merchant(1);
        _shop.Merchant(2);
        Assert.Equal(ControlOutcome.Registered, _shop.Item(100, 1).Outcome);
        AssertRefused(_shop.Item(100, 2), ControlOutcome.NotEligible, 45);
        AssertRefused(_shop.Publish(2, 100), ControlOutcome.NotEligible, 45);
        Assert.True(_shop.Publish(1, 100).Ok);
        Assert.Equal((1, 1), (_shop.Book.MerchantOf(100), _shop.Book.ScheduleOf(100).Merchant));
    }

    [Fact]
    public void R45_An_item_belongs_to_who_first_published_it_also_when_its_campaign_is_deleted()
    {
        long campaign = _shop.Published(1, 100);
        _shop.Delete(campaign);
        _shop.Merchant(2);
        _shop.Now += 2 * Shop.DayMs;
        AssertRefused(_shop.Publish(2, 100), ControlOutcome.NotEligible, 45);
        AssertRefused(_shop.Item(100, 2), ControlOutcome.NotEligible, 45);
        Assert.Equal((1, 1), (_shop.Book.MerchantOf(100), _shop.Book.ScheduleOf(100).Merchant));
    }

    [Fact]
    public void R45_A_hand_over_names_the_present_merchant_and_then_the_new_one_publishes()
    {
        _shop.Merchant(2);
        _shop.Item(100, 1);
        AssertRefused(_shop.Item(100, 2, from: 3), ControlOutcome.NotEligible, 45);
        AssertRefused(_shop.Item(200, 2, from: 3), ControlOutcome.NotEligible, 45);
        Assert.True(_shop.Item(100, 2, from: 1).Ok);
        AssertRefused(_shop.Item(100, 1), ControlOutcome.NotEligible, 45);
        Assert.True(_shop.Publish(2, 100).Ok);
        Assert.Equal([100], _shop.Book.ItemsOf(2));
        Assert.Empty(_shop.Book.ItemsOf(1));
    }

    [Fact]
    public void R12_The_category_an_item_is_registered_with_bars_its_publishing_too()
    {
        _shop.Merchant(1);
        Assert.True(_shop.Item(100, 1, category: "insurance").Ok);
        AssertRefused(_shop.Publish(1, 100, category: "toys"), ControlOutcome.NotEligible, 12);
        _shop.Item(100, 1, category: "toys");
        Assert.True(_shop.Publish(1, 100, category: "toys").Ok);
    }

    [Fact]
    public void R13_comes_before_R45_and_R45_before_R12()
    {
        _shop.Item(100, 1);
        AssertRefused(_shop.Publish(2, 100, category: "insurance"), ControlOutcome.NotEligible, 13);
        _shop.Merchant(2);
        AssertRefused(_shop.Publish(2, 100, category: "insurance"), ControlOutcome.NotEligible, 45);
    }

    [Fact]
    public void R45_An_item_passes_through_255_merchants_and_no_more_and_a_former_one_is_no_more()
    {
        _shop.Item(100, 1);
        for (long merchant = 2; merchant <= 255; merchant++)
        {
            Assert.True(_shop.Item(100, merchant, from: merchant - 1).Ok);
        }

        AssertRefused(_shop.Item(100, 256, from: 255), ControlOutcome.LimitReached, 45);
        Assert.True(_shop.Item(100, 1, from: 255).Ok);
        Assert.True(_shop.Item(100, 7, from: 1).Ok);
        _shop.Book.Validate();
    }

    [Fact]
    public void R45_What_was_registered_and_handed_over_is_saved_loaded_and_hashed()
    {
        _shop.Item(100, 1, category: "服饰鞋包");
        ulong registered = _shop.Book.StateHash();
        _shop.Item(100, 2, from: 1, category: "toys");
        _shop.Item(100, 1, from: 2, category: "服饰鞋包");
        Assert.NotEqual(registered, _shop.Book.StateHash());
        var again = new ControlBook(new ControlOptions());
        _shop.Book.Save((_, bytes) => again.Load(bytes));
        Assert.Equal(_shop.Book.StateHash(), again.StateHash());
        Assert.Equal(new RegisteredItem(100, 1, "服饰鞋包"), again.FindItem(100));
        again.Validate();
    }

    private static void AssertRefused(ControlAnswer answer, ControlOutcome outcome, int rule) =>
        Assert.Equal((outcome, rule), (answer.Outcome, answer.Rule));
}
