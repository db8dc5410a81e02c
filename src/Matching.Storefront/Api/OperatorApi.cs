using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Operations;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>What operators and the payment system's machine do.</summary>
internal static class OperatorApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder operate = api.MapGroup("/operator").RequireAuthorization(ShopRoles.Operator).WithTags("Operator");
        operate.MapGet("/counts", async (MatchingEngine engine) => TypedResults.Ok(CountsReading.Of(await engine.CountAsync())))
            .WithSummary("Teams and orders, counted (R19)");
        operate.MapGet("/refunds", RefundsAsync).WithSummary("Refunds owed, oldest first (R37); skip leaves out the oldest, which move up as they are acknowledged");
        operate.MapGet("/seconds", (SecondReadings readings) => TypedResults.Ok(readings.All())).WithSummary("What the charts show, a point a second");
        operate.MapPost("/clock/advance", AdvanceAsync).WithSummary("Moves the manual clock (R43)");

        RouteGroupBuilder order = operate.MapGroup("/items/{item}/orders/{order}");
        order.MapPost("/paid", (long item, long order, PaidBody body, OperatorDesk desk) =>
                desk.PaidAsync(item, order, body.Payment.GetValueOrDefault(), body.AmountFen, body.Quantity).ToHttpAsync(item))
            .WithSummary("A payment has arrived, for whichever order (R33)");
        order.MapPost("/refund-done", (long item, long order, RefundDoneBody body, OperatorDesk desk) =>
                desk.RefundDoneAsync(item, order, body.Cause, body.Payment.GetValueOrDefault()).ToHttpAsync(item))
            .WithSummary("A refund went back (R37)");
    }

    private static async Task<Results<Ok<IEnumerable<RefundReading>>, ProblemHttpResult>> RefundsAsync(OperatorDesk desk, int take = 50, int skip = 0) =>
        (Ranges.Take(take) ?? Ranges.Skip(skip)) is { } wrong
            ? Problems.BadRequest(wrong)
            : TypedResults.Ok((await desk.RefundsOwedAsync(skip, take)).Select(RefundReading.Of));

    private static async Task<Results<Ok<long>, ProblemHttpResult>> AdvanceAsync(
        AdvanceBody body, MatchingEngine engine, IOptions<MatchingOptions> options)
    {
        if (!options.Value.ManualClock)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "SystemClock", "the engine runs on the system clock; Matching:ManualClock is off", 43);
        }

        try
        {
            return TypedResults.Ok(await engine.AdvanceAsync(body.To));
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "to")
        {
            return Problems.BadRequest($"to is {body.To}, but the clock is further already; time never goes back (R43)", 43);
        }
    }
}
