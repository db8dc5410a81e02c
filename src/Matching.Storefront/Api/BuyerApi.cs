using System.Security.Claims;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>
/// What a buyer does. The caller chooses the order's id; sending the same again gives the first outcome, marked as a repeat,
/// and changes nothing (R35).
/// </summary>
internal static class BuyerApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder buyer = api.MapGroup("").RequireAuthorization(ShopRoles.Buyer).WithTags("Buyer");
        buyer.MapGet("/orders", OrdersAsync).WithSummary("His orders, newest first");

        RouteGroupBuilder order = buyer.MapGroup("/items/{item}/orders/{order}");
        order.MapGet("/", OrderAsync).WithSummary("One of his orders");
        order.MapPost("/open-team", (long item, long order, OpenTeamBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.OpenTeamAsync(Caller.IdOf(user), item, order, body.Quantity, body.InviteOnly, body.Source).ToHttpAsync(item))
            .WithSummary("Opens a team and pays (R2)");
        order.MapPost("/quick-join", (long item, long order, QuickJoinBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.QuickJoinAsync(Caller.IdOf(user), item, order, body.Quantity, body.Source).ToHttpAsync(item))
            .WithSummary("Joins any stranger's team, or opens one, and pays (R4)");
        order.MapPost("/join-team", (long item, long order, JoinTeamBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.JoinTeamAsync(Caller.IdOf(user), item, body.Team, order, body.Quantity, body.Source).ToHttpAsync(item))
            .WithSummary("Joins a named team and pays (R4)");
        order.MapPost("/hold", (long item, long order, HoldBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.HoldAsync(Caller.IdOf(user), item, order, body.Team.GetValueOrDefault(), body.Open, body.Source).ToHttpAsync(item))
            .WithSummary("Keeps a seat while the payment runs (R33)");
        order.MapPost("/pay", (long item, long order, PayBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.PayAsync(Caller.IdOf(user), item, order, body.Payment.GetValueOrDefault(), body.Quantity).ToHttpAsync(item))
            .WithSummary("Pays for a hold (R33)");
        order.MapPost("/solo-buy", (long item, long order, SoloBuyBody body, ClaimsPrincipal user, BuyerDesk desk) =>
                desk.SoloBuyAsync(Caller.IdOf(user), item, order, body.Quantity).ToHttpAsync(item))
            .WithSummary("Buys alone at the normal price (R9)");
        Plain(order, "/release", "Gives a hold back (R33)", (desk, buyer, item, order) => desk.ReleaseAsync(buyer, item, order));
        Plain(order, "/request-refund", "Asks for the money (R7, R8)", (desk, buyer, item, order) => desk.RequestRefundAsync(buyer, item, order));
        Plain(order, "/withdraw-refund", "Takes that request back (R7)", (desk, buyer, item, order) => desk.WithdrawRefundAsync(buyer, item, order));
    }

    private static void Plain(RouteGroupBuilder order, string verb, string summary, Func<BuyerDesk, long, long, long, Task<Reply>> ask) =>
        order.MapPost(verb, (long item, long order, ClaimsPrincipal user, BuyerDesk desk) => ask(desk, Caller.IdOf(user), item, order).ToHttpAsync(item))
            .TakesNoBody().WithSummary(summary);

    private static async Task<Results<Ok<OrderReading>, ProblemHttpResult>> OrderAsync(long item, long order, ClaimsPrincipal user, BuyerDesk desk) =>
        await desk.FindOrderAsync(Caller.IdOf(user), item, order) is { } found
            ? TypedResults.Ok(OrderReading.Of(found))
            : Problems.Of(Reply.UnknownOrder(item, order).Answer);

    private static async Task<Results<Ok<IEnumerable<ListedOrder>>, ProblemHttpResult>> OrdersAsync(
        ClaimsPrincipal user, OrderIndex orders, MatchingEngine engine, int take = 20, long before = 0)
    {
        if (Ranges.Take(take) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        IReadOnlyList<PlacedOrder> found = await orders.ReadAsync(await orders.OfBuyerAsync(Caller.IdOf(user), take, before));
        return TypedResults.Ok(found.Select(ListedOrder.Of));
    }
}
