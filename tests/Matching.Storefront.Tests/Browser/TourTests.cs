using System.Collections.Concurrent;
using System.Globalization;
using Matching.Engine;
using Matching.Storefront.Tests.Shop;
using Microsoft.Playwright;

namespace Matching.Storefront.Tests.Browser;

/// <summary>
/// Every page: it loads without an error in the console, fits its window, and its screenshot is kept. In Chinese on a desktop and in
/// English on a phone; with MATCHING_ALL_PAGES=1 both languages on both.
/// </summary>
[Collection(nameof(BrowserCollection))]
public sealed class TourTests(Chromium chromium)
{
    private static readonly (string Person, string Path, string Name)[] Stops =
    [
        ("", "/", "home"), ("", "/item/101", "item"), ("", "/item/104", "sold-alone"), ("", "/sign-in", "sign-in"),
            ("", "/nowhere", "not-found"), ("", "/rules", "rules"),
        ("lin", "/orders", "orders"), ("lin", "/item/101", "item-own"), ("lin", "/item/101/team/{paying}", "team-paying"),
            ("lin", "/item/203/team/{expired}", "team-expired"),
        ("merchant1", "/merchant", "merchant"), ("merchant1", "/merchant/campaigns", "campaigns"),
            ("merchant1", "/merchant/orders", "ship"),
        ("merchant1", "/merchant/refunds", "refund-requests"), ("operator", "/operator", "operator"), ("lin", "/buy/101/7777", "buy"),
            ("operator", "/operator/refunds", "refunds-owed"),
    ];

    private const string OutsideItsPanel =
        "[...document.querySelectorAll('.panel input, .panel select, .panel .button')].filter(e => !e.closest('.scroll') && "
            + "e.getBoundingClientRect().width > 0"
        + " && e.getBoundingClientRect().right > e.closest('.panel').getBoundingClientRect().right).map(e => e.name || "
            + "e.textContent.trim())";

    [BrowserFact]
    public async Task Every_page_loads_without_an_error_and_is_no_wider_than_its_window()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        (long paying, long expired) = await FillAsync(shop);
        string Named(string path) => path
            .Replace("{paying}", paying.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{expired}", expired.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var wrong = new ConcurrentQueue<string>();
        bool all = Environment.GetEnvironmentVariable("MATCHING_ALL_PAGES") == "1";
        await Task.WhenAll(VisitAsync(shop, Named, "zh", phone: false, wrong), VisitAsync(shop, Named, "en", phone: true, wrong));
        if (all)
        {
            await Task.WhenAll(VisitAsync(shop, Named, "en", phone: false, wrong), VisitAsync(shop, Named, "zh", phone: true, wrong));
        }

        Assert.Empty(wrong);
    }

    private async Task VisitAsync(RunningShop shop, Func<string, string> named, string language, bool phone, ConcurrentQueue<string> wrong)
    {
        foreach (IGrouping<string, (string Person, string Path, string Name)> person in Stops.GroupBy(stop => stop.Person))
        {
            IPage page = await chromium.WindowAsync(shop, person.Key.Length == 0 ? null : person.Key, language, phone);
            page.Console += (_, message) =>
            {
                if (message.Type == "error" && !page.Url.EndsWith("/nowhere", StringComparison.Ordinal))
                {
                    wrong.Enqueue($"{page.Url}: {message.Text}");
                }
            };
            foreach ((_, string path, string name) in person)
            {
                await page.GotoAsync(named(path));
                await Chromium.ShotAsync(page, $"{name}-{language}{(phone ? "-phone" : "")}");
                int over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                string[] outside = await page.EvaluateAsync<string[]>(OutsideItsPanel);
                if (outside.Length > 0)
                {
                    wrong.Enqueue($"{path} in {language}: outside its panel: {string.Join(", ", outside)}");
                }

                if (over > 0)
                {
                    wrong.Enqueue($"{path} in {language} is {over} px wider than its window");
                }
            }

            await page.Context.CloseAsync();
        }
    }

    /// <summary>Something of everything: open, formed, shipped, expired, refunded, asked back, of an item that is not sold.</summary>
    /// <returns>A team whose last seat is being paid, and one that did not form.</returns>
    private static async Task<(long Paying, long Expired)> FillAsync(RunningShop shop)
    {
        using HttpClient merchant = shop.Merchant1();
        long order = 1;
        foreach (long buyer in (long[])[1001, 1002, 1003, 1004, 2001, 2002, 2003])
        {
            using HttpClient client = shop.Buyer(buyer);
            await client.AskAsync(ShopCalls.Of(order++, "quick-join"), new { });
            await client.AskAsync(ShopCalls.Of(order++, "quick-join", item: 202), new { });
        }

        using HttpClient lin = shop.Buyer(1001);
        await merchant.AskAsync("/api/merchant/items/101/orders/1/ship");
        await lin.AskAsync(ShopCalls.Of(1, "request-refund"));
        long expired = (await lin.AskAsync(ShopCalls.Of(90, "open-team", item: 203), new { })).Number("team");
        await shop.AdvanceAsync(TimeSpan.FromHours(25));
        long paying = (await lin.AskAsync(ShopCalls.Of(91, "open-team"), new { })).Number("team");
        using HttpClient holder = shop.Buyer(3001);
        await holder.AskAsync(ShopCalls.Of(93, "hold"), new { team = paying });
        await shop.Engine.SoloBuyAsync(new SoloBuyRequest(Item: 999, Buyer: 1001, Order: 94) { Amount = 4_500 });
        await lin.AskAsync(ShopCalls.Of(92, "solo-buy", item: 103), new { });
        foreach (long buyer in (long[])[1002, 2001, 2002])
        {
            using HttpClient client = shop.Buyer(buyer);
            await client.AskAsync(ShopCalls.Of(200 + buyer, "open-team"), new { });
        }

        await merchant.AskAsync("/api/merchant/campaign-requests/1/publish", new
        {
            item = 102,
            teamSize = 3,
            groupPriceFen = 23900,
            leaderPriceFen = 19900,
            soloPriceFen = 32800,
            endMs = shop.Engine.Now + (7L * 86_400_000),
            quotaSeats = 300,
        });
        return (paying, expired);
    }
}
