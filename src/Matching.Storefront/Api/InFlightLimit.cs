using System.Threading.RateLimiting;
using Matching.Storefront.Components;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>
/// How many requests the shop works on at once. Loaded beyond its capacity, a shop that takes all lets each wait for those before it,
/// longer every second; so what is too much is refused at once, and what is accepted stays quick. There is no queue: the web server's own
/// is one already. It stands before everything that costs, and behind the reading of the body (<see cref="SmallBodies"/>): a place is never
/// held by who sends slowly. Pages have a bound of their own, so that machines lock no people out, and so have files; health, metrics and
/// the operator's addresses have none: they are for seeing what goes on. Nor has a page that is watched: <see cref="LiveParts"/>
/// makes as many at once as this lets through, and lets others wait.
/// </summary>
internal static class InFlightLimit
{
    // A file costs a small part of a page, and a page brings a dozen.
    private const int FilesForAPage = 8;

    private static readonly string[] Unbounded = ["/health", "/metrics", "/operator", "/api/operator"];

    private static readonly QuickRefusal Busy = new(
        StatusCodes.Status503ServiceUnavailable,
        """
        {"type":"/rules#r35","title":"Busy","status":503,"detail":"the shop works on as many requests as it takes at once (Storefront:RequestsInFlight); nothing was done, send the same again after Retry-After seconds (R35)","rule":"R35"}
        """,
        "人太多了", "Too many people at once",
        "人太多了，请稍后重试同一步。", "Too many people at once. Nothing was done; please repeat the same step in a moment.");

    /// <summary>Puts it where it is called; before the endpoint, the caller and his language are known.</summary>
    public static void Use(IApplicationBuilder app) => app.UseRateLimiter(new RateLimiterOptions
    {
        RejectionStatusCode = StatusCodes.Status503ServiceUnavailable,
        GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(PartitionOf),
        OnRejected = async (rejected, _) => await Busy.WriteAsync(rejected.HttpContext),
    });

    private static RateLimitPartition<string> PartitionOf(HttpContext http)
    {
        if (StorefrontApp.IsUnder(http.Request, Unbounded) || LiveParts.IsAsked(http))
        {
            return RateLimitPartition.GetNoLimiter("unbounded");
        }

        int most = http.RequestServices.GetRequiredService<IOptions<StorefrontOptions>>().Value.RequestsInFlight;
        return ShopFiles.Asks(http) ? Bounded("files", most * FilesForAPage)
            : StorefrontApp.IsForMachines(http.Request) ? Bounded("machines", most)
            : Bounded("people", most);
    }

    private static RateLimitPartition<string> Bounded(string whom, int most) =>
        RateLimitPartition.GetConcurrencyLimiter(whom, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
}
