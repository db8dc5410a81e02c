using System.Globalization;
using System.Net;
using System.Text;
using Matching.Storefront.Accounts;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>
/// Somebody with good credentials who tries every endpoint of his role on what is another one's. Whatever lets him is a complaint.
/// </summary>
internal static class Intruder
{
    /// <summary>The buyer he is.</summary>
    public const long Id = 62;

    private const long OwnerId = 61;

    /// <summary>Every buyer's endpoint that names an order, on a paid, a pending, a held and a bought order of somebody else.</summary>
    public static async Task<IReadOnlyList<string>> AsAnotherBuyerAsync(RunningShop shop)
    {
        using HttpClient owner = shop.Buyer(OwnerId);
        await owner.AskAsync(ShopCalls.Of(611, "open-team"), new { inviteOnly = true });
        await owner.AskAsync(ShopCalls.Of(612, "hold", RunningShop.ItemOfMerchant2), new { open = true });
        await owner.AskAsync(ShopCalls.Of(613, "solo-buy"), new { });
        await owner.AskAsync(ShopCalls.Of(614, "solo-buy"), new { });
        await owner.AskAsync(ShopCalls.Of(614, "request-refund"));
        using HttpClient intruder = shop.Buyer(Id);
        IEnumerable<MappedEndpoint> endpoints = MappedEndpoint.Of(shop).Where(endpoint =>
            endpoint.Policies.Any(policy => policy is ShopRoles.Buyer or ShopRoles.BackEnd or ShopRoles.SaysPaid)
                && endpoint.Pattern.Contains("{order", StringComparison.OrdinalIgnoreCase)
            // Pages take forms of their own nowhere, and /buy is a form for an order yet to be, which looks at the visitor's own only.
            // Money that came counts whoever is named with it (R33); PaymentTests see what it tells him.
            && !endpoint.Pattern.EndsWith("/pay", StringComparison.Ordinal)
            && !(endpoint.IsPage && (endpoint.Method == "POST" || endpoint.Pattern.StartsWith("/buy/", StringComparison.Ordinal))));
        return await TryAsync(
            shop, intruder, endpoints,
                [(RunningShop.Item, 611), (RunningShop.ItemOfMerchant2, 612), (RunningShop.Item, 613), (RunningShop.Item, 614)],
            HttpStatusCode.NotFound);
    }

    /// <summary>
    /// Every merchant's endpoint that names an item, on another merchant's item with an order to ship and a request to decide.
    /// </summary>
    public static async Task<IReadOnlyList<string>> AsAnotherMerchantAsync(RunningShop shop)
    {
        using HttpClient owner = shop.Buyer(OwnerId + 2);
        await owner.AskAsync(ShopCalls.Of(631, "solo-buy"), new { });
        await owner.AskAsync(ShopCalls.Of(632, "solo-buy"), new { });
        await owner.AskAsync(ShopCalls.Of(632, "request-refund"));
        using HttpClient intruder = shop.Merchant2();
        IEnumerable<MappedEndpoint> endpoints = MappedEndpoint.Of(shop).Where(endpoint =>
            endpoint.Policies.Contains(ShopRoles.Merchant) && endpoint.Pattern.Contains("{item}", StringComparison.Ordinal));
        return await TryAsync(shop, intruder, endpoints, [(RunningShop.Item, 631), (RunningShop.Item, 632)], HttpStatusCode.Forbidden);
    }

    private static async Task<IReadOnlyList<string>> TryAsync(
        RunningShop shop, HttpClient intruder, IEnumerable<MappedEndpoint> endpoints, IReadOnlyList<(long Item, long Order)> orders,
            params HttpStatusCode[] allowed)
    {
        List<string> complaints = [];
        int tried = 0;
        ulong before = await shop.Engine.StateHashAsync();
        foreach (MappedEndpoint endpoint in endpoints)
        {
            foreach ((long item, long order) in orders)
            {
                tried++;
                using var request = new HttpRequestMessage(
                    new HttpMethod(endpoint.Method),
                        endpoint.Path(item.ToString(CultureInfo.InvariantCulture), order.ToString(CultureInfo.InvariantCulture)));
                request.Content = endpoint.Method == "POST" ? BodyOf(endpoint) : null;
                using HttpResponseMessage response = await intruder.SendAsync(request);
                ulong after = await shop.Engine.StateHashAsync();
                string? wrong = !allowed.Contains(response.StatusCode) ? $"answered {(int)response.StatusCode}" : after != before
                    ? "changed something" : null;
                before = after;
                if (wrong is not null)
                {
                    complaints.Add($"{endpoint} {wrong} for item {item}, order {order}");
                    break;
                }
            }
        }

        Assert.True(tried >= 5, $"only {tried} calls were made");
        return complaints;
    }

    // What each of them takes, so that no refusal is one of the body.
    private static StringContent? BodyOf(MappedEndpoint endpoint) =>
        endpoint.Pattern.EndsWith("/join-team", StringComparison.Ordinal)
            ? new StringContent("{\"team\":1024}", Encoding.UTF8, "application/json")
        : endpoint.Pattern.Split('/')[^1] is "open-team" or "quick-join" or "hold" or "solo-buy"
            ? new StringContent("{}", Encoding.UTF8, "application/json")
        : null;
}
