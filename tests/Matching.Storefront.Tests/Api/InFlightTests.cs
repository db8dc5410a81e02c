using System.Net;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>A shop that is asked more than it works on at once refuses the rest at once, and stays to be looked at.</summary>
public sealed class InFlightTests : IDisposable
{
    private const int Most = 2;

    private readonly HeldRequests _held = new();

    [Fact]
    public async Task One_request_more_than_the_shop_works_on_at_once_is_refused_with_a_reason_and_done_nothing_of()
    {
        await using RunningShop shop = await StartAsync();
        using HttpClient lin = shop.Buyer(1);
        await _held.HoldAsync(lin, "/api/held", Most);
        ulong before = await shop.Engine.StateHashAsync();

        using HttpResponseMessage response = await lin.PostAsync(new Uri(ShopCalls.Of(11, "quick-join"), UriKind.Relative), content: null);
        Heard refused = await ShopCalls.HeardAsync(response);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Busy", "R35", "503"),
            (refused.Status, refused.Text("title"), refused.Text("rule"), refused.Text("status")));
        Assert.Contains("RequestsInFlight", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("1", response.Headers.RetryAfter!.ToString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(before, await shop.Engine.StateHashAsync());
        await _held.LetGoAsync();
    }

    [Fact]
    public async Task What_was_refused_is_taken_once_those_before_it_are_answered()
    {
        await using RunningShop shop = await StartAsync();
        using HttpClient lin = shop.Buyer(1);
        await _held.HoldAsync(lin, "/api/held", Most);
        Heard refused = await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { });
        await _held.LetGoAsync();

        Heard again = await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal((HttpStatusCode.OK, "Opened", "False"), (again.Status, again.Text("outcome"), again.Text("repeated")));
    }

    [Fact]
    public async Task Machines_that_take_every_place_lock_out_neither_people_nor_those_who_watch()
    {
        await using RunningShop shop = await StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using HttpClient watch = shop.Operator();
        using HttpClient browser = shop.Browser();
        await _held.HoldAsync(lin, "/api/held", Most);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await watch.ReadAsync("/api/items")).Status);
        foreach (string path in (string[])["/health", "/health/facts", "/metrics", "/api/operator/counts", "/shop.css"])
        {
            Assert.Equal((path, HttpStatusCode.OK), (path, (await watch.ReadAsync(path)).Status));
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.ReadAsync("/item/101")).Status);
        await _held.LetGoAsync();
    }

    [Fact]
    public async Task People_who_are_too_many_see_a_page_that_says_so()
    {
        await using RunningShop shop = await StartAsync();
        using HttpClient browser = shop.Browser();
        using HttpClient lin = shop.Buyer(1);
        await _held.HoldAsync(browser, "/held", Most);

        using HttpResponseMessage refused = await browser.GetAsync(new Uri("/item/101", UriKind.Relative));
        string page = await refused.Content.ReadAsStringAsync();

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "text/html"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Contains("人太多了", page, StringComparison.Ordinal);
        Assert.Contains("Too many people", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await lin.ReadAsync("/api/items")).Status);
        await _held.LetGoAsync();
    }

    public void Dispose() => _held.Dispose();

    private Task<RunningShop> StartAsync() => RunningShop.StartAsync(
        new Dictionary<string, string?>(
            StringComparer.Ordinal)
        { ["Storefront:RequestsInFlight"] = Most.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        plant: _held.Plant);
}
