using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>Lists longer than a page: each entry is on exactly one page, for machines and for people.</summary>
public sealed partial class ListTests
{
    private const int Orders = 65;

    [Fact]
    public async Task Refunds_owed_are_reached_beyond_a_page_by_machines_and_by_people()
    {
        await using RunningShop shop = await OwingAsync();
        using HttpClient watch = shop.Operator();
        List<long> found = [];
        for (int skip = 0; skip < Orders; skip += 25)
        {
            Heard page = await watch.ReadAsync(string.Create(CultureInfo.InvariantCulture, $"/api/refunds?take=25&skip={skip}"));
            found.AddRange(page.Body.EnumerateArray().Select(refund => refund.GetProperty("order").GetInt64()));
        }

        Assert.Equal(Enumerable.Range(1, Orders).Select(order => (long)order), found.Order());
        Assert.Equal(HttpStatusCode.BadRequest, (await watch.ReadAsync("/api/refunds?skip=-1")).Status);
        Assert.Equal((30, 30, 5), await CountRowsAsync(await shop.SignedInAsync("operator"), "/operator/refunds", "data-test=\"refund\""));
    }

    [Fact]
    public async Task Refund_requests_wait_on_pages_that_leave_none_out()
    {
        await using RunningShop shop = await AskedAsync();
        using HttpClient merchant = shop.Merchant1();
        using HttpClient other = shop.Merchant2();
        Heard first = await merchant.ReadAsync("/api/merchant/refund-requests?take=40");
        long place = first.Body.EnumerateArray().Last().GetProperty("place").GetInt64();
        Heard rest =
            await merchant.ReadAsync(string.Create(CultureInfo.InvariantCulture, $"/api/merchant/refund-requests?take=40&after={place}"));

        Assert.Equal(
            Enumerable.Range(1, Orders).Select(order => (long)order),
            first.Body.EnumerateArray().Concat(rest.Body.EnumerateArray())
                .Select(request => request.GetProperty("order").GetProperty("order").GetInt64()));
        Assert.Equal(0, (await other.ReadAsync("/api/merchant/refund-requests")).Body.GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await merchant.ReadAsync("/api/merchant/refund-requests?take=0")).Status);
        Assert.Equal(
            (30, 30, 5), await CountRowsAsync(await shop.SignedInAsync("merchant1"), "/merchant/refunds", "data-test=\"request\""));
    }

    [Fact]
    public async Task A_merchant_reaches_every_order_of_an_item_and_an_address_typed_at_will_shows_a_page()
    {
        await using RunningShop shop = await AskedAsync();
        HttpClient merchant = await shop.SignedInAsync("merchant1");

        Assert.Equal((30, 30, 5), await CountRowsAsync(merchant, "/merchant/orders?item=101", "data-test=\"order\""));
        foreach (string typed in (string[])[
            "/merchant/orders?before=x", "/merchant/refunds?after=-7", "/merchant/orders?item=101&before=99999999999999999999"])
        {
            using HttpResponseMessage page = await merchant.GetAsync(new Uri(typed, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }
    }

    private static async Task<RunningShop> AskedAsync()
    {
        RunningShop shop = await ShopPages.OpenWithDemoAsync();
        for (int order = 1; order <= Orders; order++)
        {
            using HttpClient buyer = shop.Buyer(5_000 + order);
            await buyer.AskAsync(ShopCalls.Of(order, "solo-buy"), new { });
            await buyer.AskAsync(ShopCalls.Of(order, "request-refund"));
        }

        return shop;
    }

    private static async Task<RunningShop> OwingAsync()
    {
        RunningShop shop = await AskedAsync();
        using HttpClient merchant = shop.Merchant1();
        for (int order = 1; order <= Orders; order++)
        {
            await merchant.AskAsync(string.Create(CultureInfo.InvariantCulture, $"/api/merchant/items/101/orders/{order}/approve-refund"));
        }

        return shop;
    }

    /// <summary>Follows the pages by their links.</summary>
    private static async Task<(int First, int Second, int Third)> CountRowsAsync(HttpClient browser, string path, string row)
    {
        List<int> rows = [];
        for (string? next = path; next is not null;)
        {
            string page = await browser.GetStringAsync(new Uri(next, UriKind.Relative));
            rows.Add(page.Split(row).Length - 1);
            next = NextPage().Match(page) is { Success: true } link ? WebUtility.HtmlDecode(link.Groups["path"].Value) : null;
        }

        Assert.Equal(3, rows.Count);
        return (rows[0], rows[1], rows[2]);
    }

    [GeneratedRegex("href=\"(?<path>[^\"]+)\" data-test=\"next-page\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NextPage();
}
