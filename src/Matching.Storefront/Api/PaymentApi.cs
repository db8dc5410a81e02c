using System.Security.Claims;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>What a payment provider says: money came, money went back.</summary>
internal static class PaymentApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder money = api.MapGroup("").WithTags("Payments");
        money.MapPost("/items/{item}/orders/{order}/pay", (long item, long order, PayBody body, ClaimsPrincipal user, PaymentDesk desk) =>
                desk.PaidAsync(BuyerOf(user), item, order, body.Payment.GetValueOrDefault(), body.AmountFen).ToHttpAsync(item))
            .RequireAuthorization(ShopRoles.SaysPaid)
            .Described(
                "pay",
                "A payment has arrived, for whichever order: money is never silent; a back end that names another one's order is told "
                + "nothing of it (R33)");
        money.MapGet("/refunds", RefundsAsync).RequireAuthorization(ShopRoles.SettlesRefunds)
            .Described(
                "listRefundsOwed", "Refunds owed, oldest first (R37); skip leaves out the oldest, which move up as they are acknowledged");
        money.MapPost("/items/{item}/orders/{order}/refund-done", (long item, long order, RefundDoneBody body, PaymentDesk desk) =>
                desk.RefundDoneAsync(item, order, body.Key).ToHttpAsync(item))
            .RequireAuthorization(ShopRoles.SettlesRefunds)
            .Described("refundDone", "The refund of a listed key went back (R37)");
    }

    /// <summary>The buyer a back end acts for; 0 for a provider, which knows orders and no buyers.</summary>
    private static long BuyerOf(ClaimsPrincipal user) => Caller.Known(user) is { Role: ShopRoles.Buyer, Id: var buyer } ? buyer : 0;

    private static async Task<Results<Ok<IEnumerable<RefundReading>>,
        ProblemHttpResult>> RefundsAsync(PaymentDesk desk, int take = 50, int skip = 0) =>
        (Ranges.Take(take) ?? Ranges.Skip(skip)) is { } wrong
            ? Problems.BadRequest(wrong)
            : TypedResults.Ok((await desk.RefundsOwedAsync(skip, take)).Select(RefundReading.Of));
}
