using System.Net;
using System.Text;
using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matching.Storefront.Tests.Api;

/// <summary>
/// Who may call what: every endpoint, by everybody there is. Money above all (R33, R37, R46): only a payment provider and a back end say
/// that some came, only a provider and an operator that some went back, and a button pays in the demo alone.
/// </summary>
public sealed class AccessTableTests
{
    private const string BuyerPeople = "buyer demo back-end";
    private const string BackEnd = "back-end";
    private const string Demo = "demo";
    private const string Merchant = "merchant";
    private const string Operator = "operator";
    private const string SaysPaid = "back-end payments";
    private const string SettlesRefunds = "payments operator";
    private const string Anybody = "buyer demo back-end payments merchant operator";
    private const string Everybody = "stranger " + Anybody;

    /// <summary>All that the shop answers, and whom. An endpoint that is not here fails the test.</summary>
    private static readonly (string Who, string[] Endpoints)[] Table =
    [
        (Everybody,
        [
            "GET /", "GET /sign-in", "GET /item/{Id:long}", "GET /item/{Id:long}/teams", "POST /item/{Id:long}/teams",
                "GET /item/{Id:long}/team/{Team:long}", "GET /rules",
                "GET /health", "GET /openapi/{documentName}.json",
            // In Development only.
            "GET /scalar/{documentName?}", "GET /scalar/scalar.js", "GET /scalar/scalar.aspnetcore.js", "GET /scalar/favicon.svg",
            "GET /api/items", "GET /api/items/{item}", "GET /api/items/{item}/teams", "GET /api/items/{item}/teams/{team}",
            "POST /account/language", "POST /account/sign-in", "POST /", "POST /sign-in", "POST /rules", "POST /item/{Id:long}",
                "POST /item/{Id:long}/team/{Team:long}",
            "GET /_framework/opaque-redirect",
        ]),
        (Anybody, ["POST /account/sign-out", "GET /api/antiforgery"]),
        (BuyerPeople,
        [
            "GET /orders", "GET /order/{Id:long}/{Order:long}", "POST /order/{Id:long}/{Order:long}",
                "GET /pay/{Id:long}/{Order:long}", "GET /buy/{Id:long}/{Order:long}", "POST /orders",
                "POST /pay/{Id:long}/{Order:long}", "POST /buy/{Id:long}/{Order:long}",
            "POST /do/hold", "POST /do/release", "POST /do/refund", "POST /do/withdraw",
            "GET /api/orders", "GET /api/items/{item}/orders/{order}", "POST /api/items/{item}/orders/{order}/hold",
                "POST /api/items/{item}/orders/{order}/release",
            "POST /api/items/{item}/orders/{order}/request-refund", "POST /api/items/{item}/orders/{order}/withdraw-refund",
        ]),
        (BackEnd,
        [
            "POST /api/items/{item}/orders/{order}/open-team", "POST /api/items/{item}/orders/{order}/quick-join",
            "POST /api/items/{item}/orders/{order}/join-team", "POST /api/items/{item}/orders/{order}/solo-buy",
            "POST /api/joins",
        ]),
        (Demo, ["POST /do/pay", "POST /do/solo"]),
        (SaysPaid, ["POST /api/items/{item}/orders/{order}/pay"]),
        (SettlesRefunds, ["GET /api/refunds", "POST /api/items/{item}/orders/{order}/refund-done"]),
        (Merchant,
        [
            "GET /merchant", "GET /merchant/orders", "GET /merchant/refunds", "GET /merchant/campaigns",
            "GET /merchant/promotions", "GET /merchant/channels", "POST /merchant/promotions", "POST /merchant/channels",
            "POST /do/sale", "POST /do/sale-off", "POST /do/chat", "POST /do/chat-off", "POST /do/venue-apply", "POST /do/venue-leave",
            "POST /merchant", "POST /merchant/orders", "POST /merchant/refunds", "POST /merchant/campaigns",
            "POST /do/ship", "POST /do/approve", "POST /do/reject", "POST /do/end-campaign",
            "GET /api/merchant/items", "GET /api/merchant/items/{item}/orders", "GET /api/merchant/items/{item}/counts",
                "GET /api/merchant/refund-requests",
            "POST /api/merchant/items/{item}/orders/{order}/ship", "POST /api/merchant/items/{item}/orders/{order}/approve-refund",
            "POST /api/merchant/items/{item}/orders/{order}/reject-refund", "GET /api/merchant/campaigns",
            "POST /api/merchant/campaign-requests/{request}/publish", "POST /api/merchant/campaign-requests/{request}/end",
        ]),
        (Operator,
        [
            "GET /operator/calendar", "GET /operator/trail", "POST /operator/calendar", "POST /operator/trail",
            "POST /do/big-day", "POST /do/big-day-off", "POST /do/venue", "POST /do/venue-off",
            "GET /operator", "GET /operator/refunds", "POST /operator", "POST /operator/refunds", "POST /do/refund-done",
                "POST /do/advance",
            "GET /api/operator/counts", "GET /api/operator/seconds", "POST /api/operator/clock/advance", "GET /health/facts",
                "GET /metrics",
        ]),
    ];

    [Fact]
    public async Task Everybody_may_do_what_the_table_says_and_nothing_else()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        Assert.Equal(
            Table.SelectMany(row => row.Endpoints).Order(StringComparer.Ordinal),
            MappedEndpoint.Of(shop).Select(endpoint => endpoint.ToString()).Distinct(StringComparer.Ordinal));
        Assert.Empty(await TryAllAsync(shop));
    }

    [Fact]
    public async Task A_way_planted_for_a_buyer_to_say_that_he_paid_is_found()
    {
        await using RunningShop shop = await RunningShop.StartAsync(ShopPages.WithDemo, "Development", plant: app =>
            app.MapPost("/do/pay-quietly", () => Results.Ok()).RequireAuthorization(Storefront.Accounts.ShopRoles.Buyer));

        IReadOnlyList<string> found = await TryAllAsync(shop);

        Assert.Equal(["POST /do/pay-quietly lets in back-end buyer demo; the table says nobody"], found);
    }

    [Fact]
    public async Task Outside_Development_nobody_pays_by_a_button()
    {
        await using RunningShop shop = await RunningShop.StartAsync(ShopPages.WithDemo, "Production");
        foreach (HttpClient client in (IEnumerable<HttpClient>)[
            shop.Buyer(1), shop.Machine("buyer-77-key"), shop.Payments(), shop.Operator(), shop.Merchant1()])
        {
            using (client)
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await client.AskAsync("/do/pay")).Status);
                Assert.Equal(HttpStatusCode.Forbidden, (await client.AskAsync("/do/solo")).Status);
            }
        }
    }

    private static async Task<IReadOnlyList<string>> TryAllAsync(RunningShop shop)
    {
        (string Name, HttpClient Client)[] people =
        [
            ("stranger", shop.Stranger()), ("buyer", shop.Machine("buyer-77-key")), ("demo", await shop.SignedInAsync("lin")),
                ("back-end", shop.Buyer(77)),
            ("payments", shop.Payments()), ("merchant", shop.Merchant1()), ("operator", shop.Operator()),
        ];
        List<string> complaints = [];
        foreach (MappedEndpoint endpoint in MappedEndpoint.Of(shop).DistinctBy(endpoint => endpoint.ToString()))
        {
            List<string> letIn = [];
            foreach ((string name, HttpClient client) in people)
            {
                if (await IsLetInAsync(client, endpoint))
                {
                    letIn.Add(name);
                }
            }

            string listed = Table.FirstOrDefault(row => row.Endpoints.Contains(endpoint.ToString(), StringComparer.Ordinal)).Who ?? "";
            if (Sorted(letIn) != Sorted(listed.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                complaints.Add($"{endpoint} lets in {Sorted(letIn)}; the table says {(listed.Length == 0 ? "nobody" : listed)}");
            }
        }

        foreach ((_, HttpClient client) in people)
        {
            client.Dispose();
        }

        return complaints;
    }

    /// <summary>Whether the door opens: what is behind it may still refuse the body, the form's token, or the order.</summary>
    private static async Task<bool> IsLetInAsync(HttpClient client, MappedEndpoint endpoint)
    {
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), endpoint.Path("101", "51"));
        request.Content = endpoint.Method != "POST" ? null
            : endpoint.Pattern.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}", Encoding.UTF8, "application/json")
            : new FormUrlEncodedContent([]);
        using HttpResponseMessage response = await client.SendAsync(request);
        bool sentToSignIn = response.Headers.Location?.OriginalString.Contains("/sign-in", StringComparison.Ordinal) == true;
        return !sentToSignIn && response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
}
