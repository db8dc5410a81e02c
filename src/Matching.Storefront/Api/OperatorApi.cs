using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Operations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>What operators look at, and the manual clock.</summary>
internal static class OperatorApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder operate = api.MapGroup("/operator").RequireAuthorization(ShopRoles.Operator).WithTags("Operator");
        operate.MapGet("/counts", async (MatchingEngine engine) => TypedResults.Ok(CountsReading.Of(await engine.CountAsync())))
            .Described("countAll", "Teams and orders, counted (R19)");
        operate.MapGet("/seconds", (SecondReadings readings) => TypedResults.Ok(readings.All()))
            .Described("listSeconds", "What the charts show, a point a second");
        operate.MapPost("/clock/advance", AdvanceAsync).Described("advanceClock", "Moves the manual clock (R43)");
    }

    private static async Task<Results<Ok<long>, ProblemHttpResult>> AdvanceAsync(
        AdvanceBody body, MatchingEngine engine, IOptions<MatchingOptions> options)
    {
        if (!options.Value.ManualClock)
        {
            return Problems.Of(
                StatusCodes.Status409Conflict, "SystemClock", "the engine runs on the system clock; Matching:ManualClock is off", 43);
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
