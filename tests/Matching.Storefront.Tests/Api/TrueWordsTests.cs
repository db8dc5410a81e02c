using System.Globalization;
using System.Resources;
using Matching.Core;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>What the pages state of money and seats is so (R6, R30, R33, R37).</summary>
public sealed class TrueWordsTests
{
    private const long HoldMs = 900_000;

    [Fact]
    public async Task The_operators_tile_and_chart_count_the_ledgers_entries_and_not_the_orders_R37()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient watch = await shop.SignedInAsync("operator");
        using HttpClient payments = shop.Payments();
        using HttpClient lin = shop.Buyer(1);
        await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });
        foreach (int payment in (int[])[1, 2, 3])
        {
            await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 100, payment });
        }

        await payments.AskAsync(ShopCalls.Of(99, "pay"), new { amountFen = 100, payment = 4 });
        Assert.Equal(("4", 4), (await TileAsync(watch, "owed"), (await shop.Engine.RefundsOwedAsync(10)).Count));
        await payments.AskAsync(ShopCalls.Of(11, "refund-done"), new { key = (await shop.Engine.RefundsOwedAsync(2))[1].Key });
        Assert.Equal(("3", 3), (await TileAsync(watch, "owed"), (await shop.Engine.RefundsOwedAsync(10)).Count));

        await shop.AdvanceAsync(TimeSpan.FromHours(24));

        Assert.Equal(("4", 4), (await TileAsync(watch, "owed"), (await shop.Engine.RefundsOwedAsync(10)).Count));
    }

    [Fact]
    public async Task A_team_that_did_not_form_is_not_said_to_be_refunded_while_its_money_is_owed_R6_R37()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using HttpClient browser = shop.Browser();
        long team = (await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");
        await shop.AdvanceAsync(TimeSpan.FromHours(24));
        Assert.Equal(OrderState.RefundOwed, (await shop.Engine.FindOrderAsync(RunningShop.Item, 11))?.State);

        string headline = ShopPages.TextOf(await browser.PageAsync($"/item/101/team/{team}"), "team-state");

        Assert.Equal("未成团，已付款项原路退回", headline);
    }

    [Fact]
    public async Task A_last_seat_that_is_being_paid_is_said_to_be_and_when_it_may_come_free_R33()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient backEnd = shop.Buyer(1001);
        using HttpClient may = shop.Buyer(2);
        long team = (await backEnd.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");
        string page = $"/item/101/team/{team}";
        Assert.Equal("还差 1 人", ShopPages.TextOf(await lin.PageAsync(page), "still-needed"));
        await may.AskAsync(ShopCalls.Of(12, "hold"), new { team });
        await shop.AdvanceAsync(TimeSpan.FromMinutes(1));

        foreach (string path in (string[])[page, "/item/101", "/orders", "/pay/101/11"])
        {
            string text = await lin.PageAsync(path);
            Assert.DoesNotContain("还差 0 人", text, StringComparison.Ordinal);
            Assert.Equal("最后 1 席付款中，约 14 分钟后可能空出", ShopPages.TextOf(text, "last-paying"));
        }

        await may.AskAsync(ShopCalls.Of(12, "release"));
        Assert.Equal("还差 1 人", ShopPages.TextOf(await lin.PageAsync(page), "still-needed"));
    }

    [Fact]
    public async Task Of_several_seats_being_paid_the_first_to_come_free_is_told_and_those_paying_are_counted()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync(("Matching:Book:TeamSize", "3"));
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient backEnd = shop.Buyer(1001);
        long team = (await backEnd.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");
        string page = $"/item/101/team/{team}";
        await shop.Buyer(2).AskAsync(ShopCalls.Of(12, "hold"), new { team });
        Assert.Equal("还差 1 人，1 人付款中", ShopPages.TextOf(await lin.PageAsync(page), "still-needed"));
        await shop.AdvanceAsync(TimeSpan.FromMinutes(5));
        await shop.Buyer(3).AskAsync(ShopCalls.Of(13, "hold"), new { team });

        Assert.Contains("约 10 分钟后", ShopPages.TextOf(await lin.PageAsync(page), "last-paying"), StringComparison.Ordinal);
        await shop.Buyer(2).AskAsync(ShopCalls.Of(12, "pay"), new { amountFen = 11_900 });
        Assert.Contains("约 15 分钟后", ShopPages.TextOf(await lin.PageAsync(page), "last-paying"), StringComparison.Ordinal);
        await shop.AdvanceAsync(TimeSpan.FromMilliseconds(HoldMs));
        Assert.Equal("还差 1 人", ShopPages.TextOf(await lin.PageAsync(page), "still-needed"));
    }

    [Fact]
    public async Task Hours_are_those_of_the_terms_and_not_always_24()
    {
        await using RunningShop shop = await RunningShop.StartAsync([new("Matching:Book:TeamLifeMs", "7200000")]);
        using HttpClient browser = shop.Browser();

        Assert.Contains("2 小时没成团", await browser.PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains("2 小时未成团", await browser.PageAsync("/item/101"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payments_are_called_a_demo_where_they_are_one_only()
    {
        await using RunningShop real = await RunningShop.StartAsync();
        await using RunningShop demo = await ShopPages.OpenWithDemoAsync();

        Assert.DoesNotContain("演示付款", await real.Browser().PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains("演示付款", await demo.Browser().PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cause_of_a_refund_has_its_words()
    {
        ResourceSet words = new ResourceManager("Matching.Storefront.Resources.Texts", typeof(Texts).Assembly)
            .GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!;

        foreach (RefundCause cause in Enum.GetValues<RefundCause>().Where(cause => cause != RefundCause.None))
        {
            Assert.True(words.GetString("Cause" + cause) is not null, $"no words for {cause}");
        }
    }

    private static async Task<string> TileAsync(HttpClient browser, string name) =>
        ShopPages.TextOf(await browser.PageAsync("/operator"), name);
}
