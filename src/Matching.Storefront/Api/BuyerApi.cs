using System.Security.Claims;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>
/// What a buyer does, and what a shop's back end buys for him once it has his money. The caller chooses the order's id; sending the same
/// again gives the first outcome, marked as a repeat, and changes nothing (R35).
/// </summary>
internal static class BuyerApi
{
    private const string OrderPath = "/items/{item}/orders/{order}";

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder buyer = api.MapGroup("").RequireAuthorization(ShopRoles.Buyer).WithTags("Buyer");
        buyer.MapGet("/orders", OrdersAsync).Described("listMyOrders", "His orders, newest first");

        RouteGroupBuilder order = buyer.MapGroup(OrderPath);
        order.MapGet("/", OrderAsync).Described("getMyOrder", "One of his orders");
        order.MapPost("/hold", (long item, long order, HoldBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.HoldAsync(
                    Caller.IdOf(user), item, order, body.Team.GetValueOrDefault(), body.Invite.GetValueOrDefault(), body.Open,
                        body.ToPurchase()).ToHttpAsync(item))
            .Described("hold", "Keeps a seat while the payment runs (R33)");
        Plain(order, "/release", "release", "Gives a hold back (R33)", (desk, buyer, item, order) => desk.ReleaseAsync(buyer, item, order));
        Plain(order, "/request-refund", "requestRefund", "Asks for the money (R7, R8)",
            (desk, buyer, item, order) => desk.RequestRefundAsync(buyer, item, order));
        Plain(order, "/withdraw-refund", "withdrawRefund", "Takes that request back (R7)",
            (desk, buyer, item, order) => desk.WithdrawRefundAsync(buyer, item, order));
        MapPurchases(api.MapGroup(OrderPath).RequireAuthorization(ShopRoles.BackEnd).WithTags("Back end"));
    }

    /// <summary>What seats or buys as paid: the caller says that the money has come.</summary>
    private static void MapPurchases(RouteGroupBuilder order)
    {
        order.MapPost("/open-team", (long item, long order, OpenTeamBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.OpenTeamAsync(Caller.IdOf(user), item, order, body.InviteOnly, body.ToPurchase()).ToHttpAsync(item))
            .Described("openTeam", "Opens a team for a buyer who has paid (R2)");
        order.MapPost("/quick-join", (long item, long order, BoughtBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.QuickJoinAsync(Caller.IdOf(user), item, order, body.ToPurchase()).ToHttpAsync(item))
            .Described("quickJoin", "Joins any stranger's team, or opens one, for a buyer who has paid (R4)");
        order.MapPost("/join-team", (long item, long order, JoinTeamBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.JoinTeamAsync(Caller.IdOf(user), item, body.Team, body.Invite.GetValueOrDefault(), order, body.ToPurchase())
                    .ToHttpAsync(item))
            .Described("joinTeam", "Joins a named team for a buyer who has paid (R4)");
        order.MapPost("/solo-buy", (long item, long order, BoughtBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.SoloBuyAsync(Caller.IdOf(user), item, order, body.ToPurchase()).ToHttpAsync(item))
            .Described("soloBuy", "Buys alone at the normal price for a buyer who has paid (R9)");
    }

    private static void Plain(
        RouteGroupBuilder order, string verb, string id, string summary, Func<BuyerDesk, long, long, long, Task<Reply>> ask) =>
        order.MapPost(verb,
            (long item, long order, ClaimsPrincipal user, BuyerDesk desk) => ask(desk, Caller.IdOf(user), item, order).ToHttpAsync(item))
            .TakesNoBody().Described(id, summary);

    private static async Task<Results<Ok<OrderReading>, ProblemHttpResult>> OrderAsync(
        long item, long order, ClaimsPrincipal user, BuyerDesk desk) =>
        await desk.FindOrderAsync(Caller.IdOf(user), item, order) is { } found
            ? TypedResults.Ok(OrderReading.Of(found))
            : Problems.Of(Reply.UnknownOrder(item, order).Answer);

    private static async Task<Results<Ok<IEnumerable<ListedOrder>>, ProblemHttpResult>> OrdersAsync(
        ClaimsPrincipal user, OrderIndex orders, int take = 20, long before = 0)
    {
        if (Ranges.Take(take) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        IReadOnlyList<PlacedOrder> found = await orders.ReadAsync(await orders.OfBuyerAsync(Caller.IdOf(user), take, before));
        return TypedResults.Ok(found.Select(ListedOrder.Of));
    }
}
