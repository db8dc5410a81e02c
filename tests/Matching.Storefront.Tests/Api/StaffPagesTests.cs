using System.Globalization;
using System.Net;
using Matching.Core.Campaigns;
using Matching.Storefront.Shop;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>What merchants and operators do by pages, as a browser without scripts does it.</summary>
public sealed class StaffPagesTests
{
    private const long DayMs = 86_400_000;

    [Fact]
    public async Task A_sale_that_a_merchant_enters_rules_over_his_campaign_until_it_is_removed_R14()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient merchant = await shop.SignedInAsync("merchant1");
        await shop.PublishAsync();
        await shop.AdvanceAsync(TimeSpan.FromHours(1));
        string now = Field(shop, 0), later = Field(shop, DayMs);
        const string Page = "/merchant/promotions";

        await DoAsync(merchant, Page, "/do/sale", ("item", "101"), ("kind", "FlashSale"), ("start", now), ("end", later));
        Assert.Contains("data-test=\"sale-row\"", await merchant.PageAsync(Page), StringComparison.Ordinal);
        Assert.Equal(Why.FlashSale, (await shop.Engine.EffectivenessOfAsync(101)).Why);
        Assert.Equal("¥168", (await merchant.PageAsync(Page + "?item=101&for=ThirtyDays")).Between("group-price\">", "<"));

        await DoAsync(merchant, Page, "/do/sale", ("item", "201"), ("kind", "FlashSale"), ("start", now), ("end", later));
        Assert.Equal("DenialNotYourItem", await NoticeAsync(merchant, Page));
        await DoAsync(merchant, Page, "/do/sale", ("item", "101"), ("kind", "MassSale"), ("start", later), ("end", now));
        string refused = ShopPages.TextOf(await merchant.PageAsync(Page), "notice-reason");
        Assert.Contains("UTC+8", refused, StringComparison.Ordinal);
        Assert.Contains(now.Replace('T', ' '), refused, StringComparison.Ordinal);

        string id = (await merchant.PageAsync(Page)).Between("name=\"id\" value=\"", "\"");
        await DoAsync(merchant, Page, "/do/sale-off", ("item", "101"), ("id", id));
        Assert.True((await shop.Engine.EffectivenessOfAsync(101)).Ok);
    }

    [Fact]
    public async Task On_an_operators_big_day_publishing_is_refused_in_words_and_with_the_hour_it_ends_R15()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient watch = await shop.SignedInAsync("operator");
        using HttpClient merchant = await shop.SignedInAsync("merchant1");
        string end = Field(shop, DayMs);
        await DoAsync(watch, "/operator/calendar", "/do/big-day", ("grade", "TripleS"), ("start", Field(shop, -DayMs)), ("end", end));

        string page = await PublishAsync(merchant, end: Field(shop, 5 * DayMs));

        string said = page.Between("data-test=\"wrong-\"", "</time>");
        Assert.StartsWith(">大促当天不能发布活动", said, StringComparison.Ordinal);
        Assert.Contains(end.Replace('T', ' '), said[said.IndexOf("可重试时间", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("data-test=\"big-day-row\"", await merchant.PageAsync("/merchant/promotions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_is_published_to_come_changed_and_copied_and_goes_to_a_group_and_a_venue_R18_R20_R34()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient watch = await shop.SignedInAsync("operator");
        using HttpClient merchant = await shop.SignedInAsync("merchant1");
        await DoAsync(watch, "/operator/calendar", "/do/venue", ("day", "Friday"));
        await PublishAsync(merchant, end: Field(shop, 5 * DayMs), ("Draft.Start", Field(shop, DayMs)), ("Draft.Audience", "NewBuyersOnly"));
        CampaignTerms terms = (await shop.Engine.FindCampaignAsync(1))!;
        Assert.Equal(
            (AudienceKind.NewBuyersOnly, shop.Engine.Now + DayMs), (terms.Audience.Kind, terms.StartMs + (shop.Engine.Now % 60_000)));

        await PublishAsync(merchant, end: Field(shop, 9 * DayMs), ("Draft.Campaign", "1"), ("Draft.GroupYuan", "88"));
        terms = (await shop.Engine.FindCampaignAsync(1))!;
        Assert.Equal((2, 8_800L), (terms.Version, terms.GroupPriceFen));
        string copy = await merchant.PageAsync("/merchant/campaigns?copy=1");
        Assert.Contains("name=\"Draft.GroupYuan\" type=\"text\" value=\"88.00\"", copy, StringComparison.Ordinal);
        Assert.Contains("name=\"Draft.Campaign\" value=\"0\"", copy, StringComparison.Ordinal);

        string venue = (await watch.PageAsync("/operator/calendar")).Between("name=\"venue\" value=\"", "\"");
        await DoAsync(merchant, "/merchant/channels", "/do/venue-apply", ("campaign", "1"), ("venue", venue));
        await DoAsync(merchant, "/merchant/channels", "/do/chat", ("campaign", "1"), ("chat", "8"));
        Assert.Contains("群 8", ShopPages.TextOf(await merchant.PageAsync("/merchant/channels"), "chat-row"), StringComparison.Ordinal);
        Assert.Equal([1L], (await shop.Engine.FindVenueAsync(long.Parse(venue, CultureInfo.InvariantCulture)))!.Applied);
        using HttpClient other = await shop.SignedInAsync("merchant2");
        await DoAsync(other, "/merchant/channels", "/do/chat-off", ("campaign", "1"), ("chat", "8"));
        Assert.Single((await shop.Engine.FindChatAsync(8)).Live);
    }

    [Fact]
    public async Task A_merchants_orders_are_found_by_number_item_state_and_day_and_what_he_did_is_in_the_trail()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient merchant = await shop.SignedInAsync("merchant1");
        using HttpClient watch = await shop.SignedInAsync("operator");
        using HttpClient lin = shop.Buyer(1);
        await lin.AskAsync(ShopCalls.Of(11, "solo-buy"), new { });
        await lin.AskAsync(ShopCalls.Of(12, "solo-buy", item: 102), new { });
        await DoAsync(merchant, "/merchant/orders", "/do/ship", ("item", "101"), ("order", "11"));
        await shop.AdvanceAsync(TimeSpan.FromDays(2));
        await lin.AskAsync(ShopCalls.Of(13, "open-team"), new { });
        string today = Field(shop, 0)[..10], before = Field(shop, -DayMs)[..10];

        foreach ((string asked, string found) in ((string, string)[])[
            ("", "13 12 11"), ("?number=12", "12"), ("?item=101", "13 11"), ("?tab=ToShip", "12"), ("?tab=ToForm", "13"),
            ($"?from={today}", "13"), ($"?to={before}", "12 11"), ("?number=99", "")])
        {
            string page = await merchant.PageAsync("/merchant/orders" + asked);
            IEnumerable<string> rows = page.Split("data-test=\"order\" data-order=\"")[1..].Select(row => row.Split('"')[0]);
            Assert.Equal(found, string.Join(' ', rows));
        }

        string trail = ShopPages.TextOf(await watch.PageAsync("/operator/trail"), "trail-row");
        Assert.Contains("Hillside Tea", trail, StringComparison.Ordinal);
        Assert.Contains("ship", trail, StringComparison.Ordinal);
        Assert.Contains("101 / 11", trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trail_outlives_the_shop_and_a_line_that_a_crash_cut_is_dropped()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("matching-trail-").FullName, "trail.jsonl");
        foreach (int start in (int[])[1, 2])
        {
            await using (RunningShop shop = await ShopPages.OpenWithDemoAsync(("Storefront:TrailFile", file)))
            {
                using HttpClient watch = await shop.SignedInAsync("operator");
                await DoAsync(watch, "/operator", "/do/advance", ("by", "60000"));
                Assert.Equal(start, (await watch.PageAsync("/operator/trail")).Split("data-test=\"trail-row\"").Length - 1);
            }

            await File.AppendAllTextAsync(file, "{\"at\":17");
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static string Field(RunningShop shop, long inMs) =>
        Storefront.Components.ShopTime.Field(shop.Engine.Now + inMs);

    private static async Task DoAsync(HttpClient browser, string page, string verb, params (string Name, string Value)[] fields)
    {
        // Behind the fresh id that every form brings, an order's own.
        var all = new (string, string)[] { ("order", OrderIds.Next().ToString(CultureInfo.InvariantCulture)), ("back", page) }
            .Concat(fields).GroupBy(field => field.Item1, StringComparer.Ordinal).Select(group => group.Last());
        using HttpResponseMessage response = await browser.SubmitFromAsync(page, verb, [.. all]);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    private static async Task<string> NoticeAsync(HttpClient browser, string page) =>
        (await browser.PageAsync(page)).Between("data-word=\"", "\"");

    private static async Task<string> PublishAsync(HttpClient merchant, string end, params (string Name, string Value)[] more)
    {
        var fields = new (string, string)[]
        {
            ("_handler", "publish"), ("Draft.Request", OrderIds.Next().ToString(CultureInfo.InvariantCulture)), ("Draft.Item", "101"),
            ("Draft.TeamSize", "2"), ("Draft.GroupYuan", "99"), ("Draft.SoloYuan", "168"), ("Draft.End", end),
        }.Concat(more).GroupBy(field => field.Item1, StringComparer.Ordinal).Select(group => group.Last());
        using HttpResponseMessage response = await merchant.SubmitFromAsync("/merchant/campaigns", "/merchant/campaigns", [.. fields]);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
