using Matching.Storefront.Tests.Shop;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Matching.Storefront.Tests.Browser;

/// <summary>People in browsers of their own, at the running shop.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class ShoppingTests(Chromium chromium)
{
    [BrowserFact]
    public async Task Two_strangers_in_two_browsers_form_a_team()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage lin = await chromium.WindowAsync(shop, "lin");
        IPage may = await chromium.WindowAsync(shop, "may");
        await may.GotoAsync("/item/101");
        await Expect(may.GetByTestId("no-teams")).ToBeVisibleAsync();

        await lin.GotoAsync("/item/101");
        await lin.GetByTestId("open").ClickAsync();
        await Expect(lin.GetByTestId("pay-amount")).ToHaveTextAsync("¥119");
        await lin.GetByTestId("pay").ClickAsync();
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Waiting");

        // May's page was open all the time: the team appears on it by itself.
        await Expect(may.GetByTestId("team")).ToHaveCountAsync(1);
        await Chromium.ShotAsync(may, "item-with-open-team");
        await may.GetByTestId("join").ClickAsync();
        await may.GetByTestId("pay").ClickAsync();
        await Expect(may.GetByTestId("notice")).ToHaveAttributeAsync("data-word", "OkFormed");
        await Expect(may.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Formed");
        await Chromium.ShotAsync(may, "formed");

        // And so does the news on Lin's.
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Formed");
    }

    [BrowserFact]
    public async Task A_third_who_comes_too_late_is_offered_another_team()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        using HttpClient one = shop.Buyer(1);
        using HttpClient two = shop.Buyer(2);
        using HttpClient three = shop.Buyer(3);
        long full = (await one.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");
        IPage zhou = await chromium.WindowAsync(shop, "zhou");

        // His page does not learn what happens next.
        await zhou.RouteAsync("**/live**", route => route.AbortAsync());
        await zhou.GotoAsync("/item/101");
        await Expect(zhou.GetByTestId("team")).ToHaveCountAsync(1);
        await two.AskAsync(ShopCalls.Of(12, "join-team"), new { team = full });
        long other = (await three.AskAsync(ShopCalls.Of(13, "open-team"), new { })).Number("team");

        await zhou.GetByTestId("join").ClickAsync();
        await Expect(zhou.GetByTestId("notice")).ToHaveAttributeAsync("data-word", "NoFull");
        await Chromium.ShotAsync(zhou, "full-with-suggestion");
        await zhou.GetByTestId("suggested").ClickAsync();
        await zhou.GetByTestId("pay").ClickAsync();
        await Expect(zhou.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Formed");

        Assert.Equal(Core.TeamState.Formed, (await shop.Engine.FindTeamAsync(RunningShop.Item, other))?.State);
    }

    [BrowserFact]
    public async Task A_share_link_joins_the_leaders_team_after_signing_in()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage lin = await chromium.WindowAsync(shop, "lin");
        await lin.GotoAsync("/item/202");
        await lin.GetByTestId("open").ClickAsync();
        await lin.GetByTestId("pay").ClickAsync();
        await lin.GetByTestId("invite").ClickAsync();
        string link = await lin.GetByTestId("share-link").InputValueAsync();
        await Chromium.ShotAsync(lin, "share");

        IPage su = await chromium.WindowAsync(shop);
        await su.GotoAsync(link);
        await su.GetByTestId("join-this").ClickAsync();
        await su.GetByTestId("person-su").ClickAsync();
        await Expect(su).ToHaveURLAsync(link);
        await su.GetByTestId("join-this").ClickAsync();
        await su.GetByTestId("pay").ClickAsync();
        await Expect(su.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Formed");
        await Expect(lin.GetByTestId("team-state")).ToHaveAttributeAsync("data-state", "Formed");
    }

    [BrowserFact]
    public async Task The_ship_button_is_live_only_once_the_team_has_formed()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        using HttpClient one = shop.Buyer(1);
        using HttpClient two = shop.Buyer(2);
        await one.AskAsync(ShopCalls.Of(11, "quick-join"), new { });
        IPage merchant = await chromium.WindowAsync(shop, "merchant1");
        await merchant.GotoAsync("/merchant/orders?item=101");
        ILocator first = merchant.Locator("tr[data-order='11']");
        await Expect(first.GetByTestId("ship")).ToHaveCountAsync(0);
        await Expect(first.GetByTestId("why-not")).ToHaveTextAsync("Its team has not formed yet, so it may not ship.");

        await two.AskAsync(ShopCalls.Of(12, "quick-join"), new { });
        await Chromium.ShotAsync(merchant, "merchant-orders");
        await first.GetByTestId("ship").ClickAsync();

        await Expect(merchant.GetByTestId("notice")).ToHaveAttributeAsync("data-word", "OkShipped");
        await Expect(first.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Shipped");
        await Expect(first.GetByTestId("ship")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_team_expires_when_the_manual_clock_passes_its_deadline_and_the_refund_is_paid_out()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage lin = await chromium.WindowAsync(shop, "lin");
        await lin.GotoAsync("/item/301");
        await lin.GetByTestId("open").ClickAsync();
        await lin.GetByTestId("pay").ClickAsync();
        await lin.GotoAsync("/orders");
        await Expect(lin.GetByTestId("countdown")).ToHaveTextAsync("24:00:00");

        IPage watch = await chromium.WindowAsync(shop, "operator");
        await Chromium.SureAsync(watch, "plus-hour");
        await Expect(lin.GetByTestId("countdown")).ToHaveTextAsync("23:00:00");
        await Chromium.SureAsync(watch, "plus-day");
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "RefundOwed");
        await Expect(watch.GetByTestId("expired")).ToHaveTextAsync("1");

        await watch.GotoAsync("/operator/refunds");
        await Chromium.SureAsync(watch, "refund-done");
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Refunded");
    }

    [BrowserFact]
    public async Task A_refund_is_asked_for_and_granted_and_the_seat_is_free_again()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage lin = await chromium.WindowAsync(shop, "lin");
        await lin.GotoAsync("/item/101");
        await lin.GetByTestId("open").ClickAsync();
        await lin.GetByTestId("pay").ClickAsync();
        await lin.GotoAsync("/orders");
        await lin.GetByTestId("refund").ClickAsync();
        await lin.GetByTestId("reason").SelectOptionAsync("TooSlow");
        await lin.GetByTestId("refund-yes").ClickAsync();
        await Expect(lin.GetByTestId("refund-pending")).ToBeVisibleAsync();

        IPage merchant = await chromium.WindowAsync(shop, "merchant1");
        await merchant.GotoAsync("/merchant/refunds");
        await Expect(merchant.GetByTestId("reason")).ToContainTextAsync("It takes too long");
        await Chromium.ShotAsync(merchant, "merchant-refunds");
        await Chromium.SureAsync(merchant, "approve");
        await Expect(merchant.GetByTestId("notice")).ToHaveAttributeAsync("data-word", "OkLeft");
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "RefundOwed");
    }

    [BrowserFact]
    public async Task What_is_being_asked_stays_while_news_comes_and_gives_way_to_it_afterwards()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        using HttpClient back = shop.Buyer(1001);
        using HttpClient may = shop.Buyer(1002);
        await back.AskAsync(ShopCalls.Of(11, "open-team"), new { });
        IPage lin = await chromium.WindowAsync(shop, "lin");
        await lin.GotoAsync("/orders");
        await lin.GetByTestId("refund").ClickAsync();
        await lin.GetByTestId("reason").SelectOptionAsync("Damaged");

        await may.AskAsync(ShopCalls.Of(12, "quick-join"), new { });
        await Expect(lin.Locator("live-part[waits]")).ToHaveCountAsync(1);
        await Expect(lin.GetByTestId("reason")).ToHaveValueAsync("Damaged");
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Waiting");

        await lin.Locator("[popovertargetaction=hide]").ClickAsync();
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "Formed");
    }

    [BrowserFact]
    public async Task Who_left_while_paying_finds_the_way_back_and_who_was_too_late_a_next_step()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage lin = await chromium.WindowAsync(shop, "lin", phone: true);
        await lin.GotoAsync("/item/101");
        await lin.GetByTestId("open").ClickAsync();
        await Expect(lin.GetByTestId("pay-amount")).ToBeVisibleAsync();
        foreach (string page in (string[])["/", "/item/101", "/item/101/teams", "/orders?tab=ToPay"])
        {
            await lin.GotoAsync(page);
            await lin.GetByTestId("go-on-paying").ClickAsync();
            await Expect(lin.GetByTestId("countdown")).ToHaveTextAsync("00:15:00");
        }

        await shop.AdvanceAsync(TimeSpan.FromMinutes(15));
        await Expect(lin.GetByTestId("state")).ToHaveAttributeAsync("data-state", "HoldEnded");
        await lin.GetByTestId("again").ClickAsync();
        await lin.GetByTestId("open").ClickAsync();
        await lin.GetByTestId("pay").ClickAsync();
        await lin.GotoAsync("/orders?tab=ToForm");
        await lin.GetByTestId("order-detail").ClickAsync();
        await Expect(lin.GetByTestId("timeline").Locator("li")).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task The_language_switch_changes_every_word_and_stays()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage page = await chromium.WindowAsync(shop);
        await page.GotoAsync("/item/101");
        await Expect(page.GetByTestId("solo")).ToContainTextAsync("Buy alone");
        await page.GetByTestId("zh").ClickAsync();
        await Expect(page.GetByTestId("solo")).ToContainTextAsync("单独购买");
        await page.GotoAsync("/");
        await Expect(page.Locator("h1")).ToContainTextAsync("一起买");
        await page.GetByTestId("en").ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Buy together");
    }

    [BrowserFact]
    public async Task Rule_errors_of_a_campaign_stand_at_their_fields_until_it_is_right()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        IPage merchant = await chromium.WindowAsync(shop, "merchant1");
        await merchant.GotoAsync("/merchant/campaigns");
        await merchant.GetByTestId("item").SelectOptionAsync("104");
        await merchant.GetByTestId("TeamSize").FillAsync("9");
        await merchant.GetByTestId("GroupYuan").FillAsync("90");
        await merchant.GetByTestId("SoloYuan").FillAsync("100");
        await merchant.GetByTestId("publish").ClickAsync();
        await Expect(merchant.GetByTestId("wrong-TeamSize")).ToContainTextAsync("R1");
        await Expect(merchant.GetByTestId("GroupYuan")).ToHaveValueAsync("90");
        await merchant.GetByTestId("TeamSize").FillAsync("3");
        await merchant.GetByTestId("publish").ClickAsync();
        await Expect(merchant.GetByTestId("wrong-Item")).ToContainTextAsync("R12");
        await Chromium.ShotAsync(merchant, "campaign-error");
        await merchant.GetByTestId("item").SelectOptionAsync("101");
        await merchant.GetByTestId("publish").ClickAsync();
        await Expect(merchant.GetByTestId("campaign")).ToHaveCountAsync(1);

        IPage buyer = await chromium.WindowAsync(shop, "lin");
        await buyer.GotoAsync("/item/101");
        await Expect(buyer.GetByTestId("group-price")).ToHaveTextAsync("¥90");
    }
}
