using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Matching.Core.Campaigns;
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
        ("lin", "/orders", "orders"), ("lin", "/orders?tab=AfterSale", "orders-after-sale"), ("lin", "/order/101/1", "order"),
            ("", "/item/101/teams", "teams"), ("lin", "/pay/102/95", "pay"), ("lin", "/pay/105/96", "pay-ended"),
            ("lin", "/item/101", "item-own"), ("lin", "/item/101/team/{paying}", "team-paying"), ("lin", "/", "home-own"),
            ("lin", "/item/203/team/{expired}", "team-expired"),
        ("merchant1", "/merchant", "merchant"), ("merchant1", "/merchant/campaigns", "campaigns"),
            ("merchant1", "/merchant/orders", "ship"),
        ("merchant1", "/merchant/refunds", "refund-requests"), ("merchant1", "/merchant/promotions?item=102&for=FlashSale", "promotions"),
            ("merchant1", "/merchant/channels", "channels"),
            ("operator", "/operator/calendar", "calendar"), ("operator", "/operator/trail", "trail"),
            ("merchant1", "/merchant/campaigns?edit=1", "campaign-edit"),
        ("operator", "/operator", "operator"), ("lin", "/buy/101/7777", "buy"),
            ("operator", "/operator/refunds", "refunds-owed"),
    ];

    private const int MostHead = 110;

    private static readonly AxeRunOptions Wcag = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
        ResultTypes = [ResultType.Violations],
    };

    private const string OutsideItsPanel =
        "[...document.querySelectorAll('.panel input, .panel select, .panel .button')].filter(e => !e.closest('.scroll') && "
            + "e.getBoundingClientRect().width > 0"
        + " && e.getBoundingClientRect().right > e.closest('.panel').getBoundingClientRect().right).map(e => e.name || "
            + "e.textContent.trim())";

    [BrowserFact]
    public async Task Every_page_loads_without_an_error_and_is_no_wider_than_its_window()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        Tour tour = await FillAsync(shop);
        await Task.WhenAll(VisitAsync(tour, "zh", phone: false, LooksAsync), VisitAsync(tour, "en", phone: true, LooksAsync));
        if (Environment.GetEnvironmentVariable("MATCHING_ALL_PAGES") == "1")
        {
            await Task.WhenAll(VisitAsync(tour, "en", phone: false, LooksAsync), VisitAsync(tour, "zh", phone: true, LooksAsync));
        }

        Assert.True(tour.Wrong.IsEmpty, string.Join(Environment.NewLine, tour.Wrong));
    }

    [BrowserFact]
    public async Task No_page_has_a_fault_that_axe_finds()
    {
        await using RunningShop shop = await Chromium.OpenShopAsync();
        Tour tour = await FillAsync(shop);
        await Task.WhenAll(VisitAsync(tour, "zh", phone: false, FaultsAsync), VisitAsync(tour, "en", phone: true, FaultsAsync));

        Assert.True(tour.Wrong.IsEmpty, string.Join(Environment.NewLine, tour.Wrong));
    }

    /// <summary>A merchant may type any name, and one long word once made a page ten windows wide.</summary>
    [BrowserFact]
    public async Task A_name_of_one_long_word_makes_no_page_wider_than_its_window()
    {
        using var house = new Storehouse();
        string word = new('W', 300);
        await using RunningShop shop = await house.OpenAsync(item => item["title"] = new JsonObject { ["zh"] = word, ["en"] = word });
        Tour tour = await FillAsync(shop);

        await VisitAsync(tour, "en", phone: true, LooksAsync, "long-");

        Assert.True(tour.Wrong.IsEmpty, string.Join(Environment.NewLine, tour.Wrong));
    }

    private async Task VisitAsync(
        Tour tour, string language, bool phone, Func<IPage, string, Task<IEnumerable<string>>> look, string before = "")
    {
        foreach (IGrouping<string, (string Person, string Path, string Name)> person in Stops.GroupBy(stop => stop.Person))
        {
            IPage page = await chromium.WindowAsync(tour.Shop, person.Key.Length == 0 ? null : person.Key, language, phone);
            page.Console += (_, message) =>
            {
                if (message.Type == "error" && !page.Url.EndsWith("/nowhere", StringComparison.Ordinal))
                {
                    tour.Wrong.Enqueue($"{page.Url}: {message.Text}");
                }
            };
            foreach ((_, string path, string name) in person)
            {
                await page.GotoAsync(tour.Named(path));
                foreach (string fault in await look(page, $"{before}{name}-{language}{(phone ? "-phone" : "")}"))
                {
                    tour.Wrong.Enqueue($"{path} in {language}{(phone ? " on a phone" : "")}: {fault}");
                }
            }

            await page.Context.CloseAsync();
        }
    }

    /// <summary>Keeps the page's screenshot; what stands out of it, or a head that takes a phone's window.</summary>
    private static async Task<IEnumerable<string>> LooksAsync(IPage page, string name)
    {
        await Chromium.ShotAsync(page, name);
        int over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        int head = await page.EvaluateAsync<int>("document.querySelector('.top').offsetHeight");
        string[] outside = await page.EvaluateAsync<string[]>(OutsideItsPanel);
        return
        [
            .. outside.Select(what => $"{what} is outside its panel"),
            .. over > 0 ? [$"{over} px wider than its window"] : Array.Empty<string>(),
            .. head > MostHead ? [$"the head is {head} px high"] : Array.Empty<string>(),
        ];
    }

    /// <summary>What axe finds against WCAG 2.2 AA, contrast and targets of 24 px among it.</summary>
    private static async Task<IEnumerable<string>> FaultsAsync(IPage page, string name) =>
        (await page.RunAxe(Wcag)).Violations.SelectMany(rule =>
            rule.Nodes.Select(node => $"{rule.Id} ({rule.Impact}): {node.Html}: {node.Any.FirstOrDefault()?.Message}"));

    /// <summary>Something of everything: open, formed, shipped, expired, refunded, asked back, of an item that is not sold.</summary>
    private static async Task<Tour> FillAsync(RunningShop shop)
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
        await lin.AskAsync(ShopCalls.Of(96, "hold", item: 105), new { });
        await shop.AdvanceAsync(TimeSpan.FromHours(25));
        await lin.AskAsync(ShopCalls.Of(95, "hold", item: 102), new { });
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
        await shop.ControlAsync(1, new ControlCommand
        {
            Operation = ControlOperation.SetVenue,
            Venue = 5,
            Plan = VenuePlan.EveryWeek(DayOfWeek.Friday),
        });
        await shop.ControlAsync(2, new ControlCommand { Operation = ControlOperation.ApplyToVenue, Venue = 5, Campaign = 1 });
        await shop.ControlAsync(3, new ControlCommand { Operation = ControlOperation.PublishToChat, Chat = 8, Campaign = 1 });
        await shop.ControlAsync(4, new ControlCommand
        {
            Operation = ControlOperation.SetPromotion,
            Item = 101,
            Promotion = new Promotion(1, PromotionKind.FlashSale, shop.Engine.Now + 86_400_000, shop.Engine.Now + 172_800_000),
        });
        await shop.ControlAsync(5, new ControlCommand
        {
            Operation = ControlOperation.SetBigDay,
            BigDay = new BigDay(1, Grade.TripleS, shop.Engine.Now + 3_600_000, shop.Engine.Now + 86_400_000, shop.Engine.Now + 172_800_000),
        });
        return new Tour(shop, paying, expired);
    }

    /// <summary>A filled shop, and what was found wrong with it.</summary>
    /// <param name="Shop">The shop.</param>
    /// <param name="Paying">A team whose last seat is being paid.</param>
    /// <param name="Expired">One that did not form.</param>
    private sealed record Tour(RunningShop Shop, long Paying, long Expired)
    {
        public ConcurrentQueue<string> Wrong { get; } = new();

        public string Named(string path) => path
            .Replace("{paying}", Paying.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{expired}", Expired.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
