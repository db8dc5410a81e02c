using System.Net;
using System.Text;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matching.Storefront.Tests.Api;

/// <summary>Every door of the shop, tried by everybody who should not come in.</summary>
public sealed class AuthorizationTests(OpenShop open) : IClassFixture<OpenShop>
{
    /// <summary>What anybody may see. A new endpoint is not on this list by accident.</summary>
    private static readonly string[] Public =
    [
        "GET /", "GET /sign-in", "GET /item/{Id:long}", "GET /item/{Id:long}/teams",
            "GET /item/{Id:long}/team/{Team:long}", "GET /rules",
        "GET /api/items", "GET /api/items/{item}", "GET /api/items/{item}/teams", "GET /api/items/{item}/teams/{team}",
        "GET /health", "GET /openapi/{documentName}.json", "POST /account/language", "POST /account/sign-in",
    ];

    private readonly RunningShop _shop = open.Shop;

    [Fact]
    public void Every_endpoint_names_a_policy_or_stands_on_the_list_of_public_ones()
    {
        IReadOnlyList<MappedEndpoint> endpoints = MappedEndpoint.Of(_shop);

        Assert.True(endpoints.Count > 40, $"only {endpoints.Count} endpoints were found");
        Assert.Empty(WithoutPolicy(endpoints));
        Assert.Equal(Public.Order(StringComparer.Ordinal), OpenToAll(endpoints).Select(endpoint => endpoint.ToString()));
    }

    [Fact]
    public async Task An_endpoint_planted_without_a_policy_is_found_and_closed_all_the_same()
    {
        await using RunningShop planted = await RunningShop.StartAsync(plant: app =>
        {
            app.MapGet("/api/planted", () => "secret");
            app.MapGet("/api/open", () => "secret").AllowAnonymous();
        });
        IReadOnlyList<MappedEndpoint> endpoints = MappedEndpoint.Of(planted);

        Assert.Equal(["GET /api/planted"], WithoutPolicy(endpoints).Select(endpoint => endpoint.ToString()));
        Assert.Equal(["GET /api/open"], OpenToAll(endpoints).Select(endpoint => endpoint.ToString()).Except(Public));
        using HttpClient stranger = planted.Stranger();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.ReadAsync("/api/planted")).Status);
    }

    [Fact]
    public async Task Without_credentials_every_closed_endpoint_answers_401_with_a_reason() =>
        await ExpectAsync(_shop.Stranger, endpoint => !endpoint.Anonymous, HttpStatusCode.Unauthorized);

    [Fact]
    public async Task With_an_unknown_key_every_closed_endpoint_answers_401() =>
        await ExpectAsync(() => _shop.Machine("not a key"), endpoint => !endpoint.Anonymous, HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_back_end_that_names_no_buyer_is_answered_401() =>
        await ExpectAsync(() => _shop.Machine("any-buyer-key"), endpoint => endpoint.Policies.Any(
            policy => policy is ShopRoles.Buyer or ShopRoles.BackEnd or ShopRoles.SaysPaid) && endpoint.Pattern != "/api/joins",
            HttpStatusCode.Unauthorized);

    [Theory]
    [InlineData("not a key", null, "the key is not known")]
    [InlineData("any-buyer-key", null, "name him in X-Buyer, a whole number from 1 to 9223372036854775807, not ''")]
    [InlineData("any-buyer-key", "-1", "not '-1'")]
    [InlineData("any-buyer-key", "9223372036854775808", "not '9223372036854775808'")]
    [InlineData("merchant-1-key", "1", "X-Buyer goes with a back end's key only")]
    public async Task A_key_that_is_refused_says_what_is_wrong_with_it(string key, string? buyer, string said)
    {
        using HttpClient machine = _shop.Machine(key);
        machine.DefaultRequestHeaders.Add(ApiKeyHandler.BuyerHeader, buyer is null ? [] : [buyer]);

        Heard heard = await machine.ReadAsync("/api/orders");

        Assert.Equal((HttpStatusCode.Unauthorized, "NotSignedIn"), (heard.Status, heard.Text("title")));
        Assert.Contains(said, heard.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buyer_neither_sees_nor_changes_another_ones_order()
    {
        Assert.Empty(await Intruder.AsAnotherBuyerAsync(_shop));
        using HttpClient may = _shop.Buyer(Intruder.Id);
        Assert.Equal(0, (await may.ReadAsync("/api/orders")).Body.GetArrayLength());
    }

    [Fact]
    public async Task Endpoints_planted_to_show_or_change_another_ones_order_are_found()
    {
        await using RunningShop planted = await RunningShop.StartAsync(plant: app =>
        {
            app.MapGet("/api/items/{item}/orders/{order}/peek", async (long item, long order, MatchingEngine engine) =>
                (await engine.FindOrderAsync(item, order))?.Amount).RequireAuthorization(ShopRoles.Buyer);
            app.MapPost("/api/items/{item}/orders/{order}/quiet-release", async (long item, long order, MatchingEngine engine) =>
            {
                await engine.ReleaseAsync(item, order);
                return Results.Problem("there is no such order", statusCode: StatusCodes.Status404NotFound, title: "UnknownOrder");
            }).RequireAuthorization(ShopRoles.Buyer);
            app.MapPost("/api/merchant/items/{item}/orders/{order}/anybodys-ship", (long item, long order, MatchingEngine engine) =>
                engine.ShipAsync(item, order).AsTask()).RequireAuthorization(ShopRoles.Merchant);
        });

        IReadOnlyList<string> asBuyer = await Intruder.AsAnotherBuyerAsync(planted);
        IReadOnlyList<string> asMerchant = await Intruder.AsAnotherMerchantAsync(planted);

        Assert.Contains(
            asBuyer, complaint => complaint.StartsWith("GET /api/items/{item}/orders/{order}/peek answered 200", StringComparison.Ordinal));
        Assert.Contains(asBuyer,
            complaint => complaint.StartsWith("POST /api/items/{item}/orders/{order}/quiet-release changed", StringComparison.Ordinal));
        Assert.Contains(asMerchant, complaint =>
            complaint.StartsWith("POST /api/merchant/items/{item}/orders/{order}/anybodys-ship answered 200", StringComparison.Ordinal));
        Assert.Equal(3, asBuyer.Count + asMerchant.Count);
    }

    [Fact]
    public async Task A_merchant_neither_sees_nor_changes_orders_of_another_ones_item() =>
        Assert.Empty(await Intruder.AsAnotherMerchantAsync(_shop));

    [Fact]
    public async Task A_buyers_own_key_cannot_act_for_somebody_else()
    {
        using HttpClient forged = _shop.Machine("buyer-77-key", buyer: 1);
        Heard refused = await forged.AskAsync(ShopCalls.Of(41, "hold"), new { });
        using HttpClient gadget = _shop.Machine("buyer-77-key");
        await gadget.AskAsync(ShopCalls.Of(42, "hold"), new { });

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Null(await _shop.Engine.FindOrderAsync(RunningShop.Item, 41));
        Assert.Equal(77, (await _shop.Engine.FindOrderAsync(RunningShop.Item, 42))?.Buyer);
    }

    private static IEnumerable<MappedEndpoint> WithoutPolicy(IEnumerable<MappedEndpoint> endpoints) =>
        endpoints.Where(endpoint => !endpoint.Anonymous && !endpoint.Policies.Any(IsPolicy));

    private static IEnumerable<MappedEndpoint> OpenToAll(IEnumerable<MappedEndpoint> endpoints) => endpoints.Where(endpoint =>
        endpoint.Anonymous && !(endpoint.IsPage && endpoint.Method == "POST")
            && !endpoint.Pattern.StartsWith("/_framework", StringComparison.Ordinal)
        && !endpoint.Pattern.StartsWith("/_blazor", StringComparison.Ordinal));

    private static bool IsPolicy(string policy) => policy != "(signed in)" && ShopRoles.Whom(policy).Length > 0;

    /// <summary>Calls every chosen endpoint as somebody who may not, and sees that nothing changed.</summary>
    private async Task ExpectAsync(Func<HttpClient> who, Func<MappedEndpoint, bool> chosen, HttpStatusCode status)
    {
        using HttpClient owner = _shop.Buyer(5);
        await owner.AskAsync(ShopCalls.Of(51, "open-team"), new { });
        ulong before = await _shop.Engine.StateHashAsync();
        using HttpClient client = who();
        int tried = 0;
        foreach (MappedEndpoint endpoint in MappedEndpoint.Of(_shop).Where(chosen))
        {
            using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), endpoint.Path("101", "51"));
            request.Content = endpoint.Method != "POST" ? null
                : endpoint.Pattern.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}", Encoding.UTF8, "application/json")
                : new FormUrlEncodedContent([]);
            using HttpResponseMessage response = await client.SendAsync(request);
            Heard heard = await ShopCalls.HeardAsync(response);
            Assert.True(heard.Status == status, $"{endpoint} answered {(int)heard.Status} instead of {(int)status}");
            Assert.False(string.IsNullOrEmpty(heard.Text("detail")), $"{endpoint} gave no reason");
            tried++;
        }

        Assert.True(tried >= 5, $"only {tried} endpoints were tried");
        Assert.Equal(before, await _shop.Engine.StateHashAsync());
    }
}
