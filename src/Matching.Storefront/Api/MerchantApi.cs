using System.Security.Claims;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>What a merchant does with his own items.</summary>
internal static class MerchantApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder merchant = api.MapGroup("/merchant/items").RequireAuthorization(ShopRoles.Merchant).WithTags("Merchant");
        merchant.MapGet("/", (ClaimsPrincipal user, Catalogue catalogue, Offers offers) =>
                TypedResults.Ok(catalogue.ItemsOf(Caller.IdOf(user)).Select(item => ItemReading.Of(item, offers))))
            .Described("listMyItems", "His items");
        merchant.MapGet("/{item}/orders", OrdersAsync).Described("listOrdersOfItem", "Orders of one of his items, newest first");
        api.MapGet("/merchant/refund-requests", RequestsAsync).RequireAuthorization(ShopRoles.Merchant).WithTags("Merchant")
            .Described("listRefundRequests", "Refund requests that wait for his word, oldest first (R7)");
        merchant.MapGet("/{item}/counts", CountsAsync).Described("countItem", "Teams and orders of one of his items, counted (R19)");

        RouteGroupBuilder order = merchant.MapGroup("/{item}/orders/{order}");
        Plain(order, "/ship", "ship", "Dispatches an order whose team has formed (R5)",
            (desk, merchant, item, order) => desk.ShipAsync(merchant, item, order));
        Plain(order, "/approve-refund", "approveRefund", "Grants a refund (R7, R8)",
            (desk, merchant, item, order) => desk.ApproveRefundAsync(merchant, item, order));
        Plain(order, "/reject-refund", "rejectRefund", "Refuses a refund (R7)",
            (desk, merchant, item, order) => desk.RejectRefundAsync(merchant, item, order));
    }

    private static void Plain(
        RouteGroupBuilder order, string verb, string id, string summary, Func<MerchantDesk, long, long, long, Task<Reply>> ask) =>
        order.MapPost(verb,
            (long item, long order, ClaimsPrincipal user, MerchantDesk desk) => ask(desk, Caller.IdOf(user), item, order).ToHttpAsync(item))
            .TakesNoBody().Described(id, summary);

    private static async Task<Results<Ok<IEnumerable<ListedOrder>>, ProblemHttpResult>> OrdersAsync(
        long item, ClaimsPrincipal user, MerchantDesk desk, int take = 50, long before = 0)
    {
        if (Ranges.Take(take) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        long merchant = Caller.IdOf(user);
        return await desk.CheckOrdersAsync(merchant, item) is var denial and not Denial.None
            ? Problems.Of(denial, item)
            : TypedResults.Ok((await desk.OrdersAsync(merchant, item, take, before)).Select(ListedOrder.Of));
    }

    private static async Task<Results<Ok<IEnumerable<ListedOrder>>, ProblemHttpResult>> RequestsAsync(
        ClaimsPrincipal user, OrderIndex orders, int take = 50, long after = 0)
    {
        if (Ranges.Take(take) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        return TypedResults.Ok((await orders.ReadAsync(await orders.RequestsAsync(Caller.IdOf(user), take, after))).Select(ListedOrder.Of));
    }

    private static async Task<Results<Ok<CountsReading>, ProblemHttpResult>> CountsAsync(
        long item, ClaimsPrincipal user, MerchantDesk desk, MatchingEngine engine) =>
        desk.Check(Caller.IdOf(user), item) is var denial and not Denial.None
            ? Problems.Of(denial, item)
            : TypedResults.Ok(CountsReading.Of(await engine.CountAsync(item)));
}
