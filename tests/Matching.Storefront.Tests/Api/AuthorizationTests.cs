using System.Net;
using System.Text;
using Matching.Core;
using Matching.Storefront.Accounts;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>Every door of the shop, tried by everybody who should not come in.</summary>
public sealed class AuthorizationTests(OpenShop open) : IClassFixture<OpenShop>
{
    /// <summary>What anybody may see. A new endpoint is not on this list by accident.</summary>
    private static readonly string[] Public =
    [
        "GET /", "GET /sign-in", "GET /item/{Id:long}", "GET /item/{Id:long}/team/{Team:long}", "GET /live",
        "GET /api/items", "GET /api/items/{item}", "GET /api/items/{item}/teams", "GET /api/items/{item}/teams/{team}",
        "GET /health", "GET /openapi/{documentName}.json", "POST /account/language", "POST /account/sign-in",
    ];

    private readonly RunningShop _shop = open.Shop;

    [Fact]
    public void Every_endpoint_names_a_policy_or_stands_on_the_list_of_public_ones()
    {
        IReadOnlyList<MappedEndpoint> endpoints = MappedEndpoint.Of(_shop);

        Assert.True(endpoints.Count > 40, $"only {endpoints.Count} endpoints were found");
        Assert.DoesNotContain(endpoints, endpoint => !endpoint.Anonymous && !endpoint.Policies.Any(IsPolicy));
        Assert.Equal(
            Public.Order(StringComparer.Ordinal),
            endpoints.Where(endpoint => endpoint.Anonymous && !(endpoint.IsPage && endpoint.Method == "POST") && !endpoint.Pattern.StartsWith("/_framework", StringComparison.Ordinal)
                && !endpoint.Pattern.StartsWith("/_blazor", StringComparison.Ordinal)).Select(endpoint => endpoint.ToString()));
    }

    [Fact]
    public async Task Without_credentials_every_closed_endpoint_answers_401_with_a_reason() =>
        await ExpectAsync(_shop.Stranger, endpoint => !endpoint.Anonymous, HttpStatusCode.Unauthorized);

    [Fact]
    public async Task With_an_unknown_key_every_closed_endpoint_answers_401() =>
        await ExpectAsync(() => _shop.Machine("not a key"), endpoint => !endpoint.Anonymous, HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_back_end_that_names_no_buyer_is_answered_401() =>
        await ExpectAsync(() => _shop.Machine("any-buyer-key"), endpoint => endpoint.Policies.Contains(ShopRoles.Buyer), HttpStatusCode.Unauthorized);

    [Theory]
    [InlineData("any-buyer-key", ShopRoles.Buyer)]
    [InlineData("merchant-1-key", ShopRoles.Merchant)]
    [InlineData("operator-key", ShopRoles.Operator)]
    public async Task With_another_roles_key_every_endpoint_answers_403(string key, string role) =>
        await ExpectAsync(
            () => _shop.Machine(key, role == ShopRoles.Buyer ? 1 : 0),
            endpoint => !endpoint.Anonymous && !endpoint.Policies.Contains(role) && !endpoint.Policies.Contains(ShopRoles.Anybody),
            HttpStatusCode.Forbidden);

    [Fact]
    public async Task A_buyer_neither_sees_nor_changes_another_ones_order()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });
        await lin.AskAsync(ShopCalls.Of(12, "hold", RunningShop.ItemOfMerchant2), new { });
        ulong before = await _shop.Engine.StateHashAsync();

        Heard seen = await may.ReadAsync("/api/items/101/orders/11");
        Heard paid = await may.AskAsync(ShopCalls.Of(12, "pay", RunningShop.ItemOfMerchant2), new { });
        Heard released = await may.AskAsync(ShopCalls.Of(12, "release", RunningShop.ItemOfMerchant2));
        Heard refund = await may.AskAsync(ShopCalls.Of(11, "request-refund"));
        Heard withdrawn = await may.AskAsync(ShopCalls.Of(11, "withdraw-refund"));
        Heard list = await may.ReadAsync("/api/orders");

        Assert.All((Heard[])[seen, paid, released, refund, withdrawn], heard => Assert.Equal((HttpStatusCode.NotFound, "UnknownOrder"), (heard.Status, heard.Text("title"))));
        Assert.Equal(0, list.Body.GetArrayLength());
        Assert.Equal(before, await _shop.Engine.StateHashAsync());
    }

    [Fact]
    public async Task A_merchant_neither_sees_nor_changes_orders_of_another_ones_item()
    {
        using HttpClient lin = _shop.Buyer(31);
        using HttpClient may = _shop.Buyer(32);
        using HttpClient merchant2 = _shop.Merchant2();
        await lin.AskAsync(ShopCalls.Of(21, "quick-join"), new { });
        await may.AskAsync(ShopCalls.Of(22, "quick-join"), new { });
        await may.AskAsync(ShopCalls.Of(22, "request-refund"));
        ulong before = await _shop.Engine.StateHashAsync();

        Heard[] all =
        [
            await merchant2.ReadAsync("/api/merchant/items/101/orders"), await merchant2.ReadAsync("/api/merchant/items/101/counts"),
            await merchant2.AskAsync("/api/merchant/items/101/orders/21/ship"), await merchant2.AskAsync("/api/merchant/items/101/orders/22/approve-refund"),
            await merchant2.AskAsync("/api/merchant/items/101/orders/22/reject-refund"),
        ];

        Assert.All(all, heard => Assert.Equal((HttpStatusCode.Forbidden, "NotYourItem"), (heard.Status, heard.Text("title"))));
        Assert.Equal(before, await _shop.Engine.StateHashAsync());
    }

    [Fact]
    public async Task A_buyers_own_key_cannot_act_for_somebody_else()
    {
        using HttpClient gadget = _shop.Machine("buyer-77-key", buyer: 1);
        await gadget.AskAsync(ShopCalls.Of(41, "solo-buy"), new { });

        OrderView? order = await _shop.Engine.FindOrderAsync(RunningShop.Item, 41);

        Assert.Equal(77, order?.Buyer);
    }

    private static bool IsPolicy(string policy) => policy == ShopRoles.Anybody || ShopRoles.All.Contains(policy, StringComparer.Ordinal);

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
