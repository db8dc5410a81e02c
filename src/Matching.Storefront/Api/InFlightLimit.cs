using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>
/// How many requests the shop works on at once. Loaded beyond its capacity, a shop that takes all lets each wait for those before it, longer every second; so what
/// is too much is refused at once, and what is accepted stays quick. There is no queue: the web server's own is one already. It stands before everything
/// that costs, and its refusals are bytes made beforehand, or refusing would itself take the time of those accepted. Pages have a bound of their own, so that machines lock no
/// people out; files, health, metrics and the operator's addresses have none: they are for seeing what goes on.
/// </summary>
internal static class InFlightLimit
{
    private const string RetryAfterSeconds = "1";

    private static readonly string[] Unbounded = ["/health", "/metrics", "/operator", "/api/operator", "/_framework", "/_blazor"];

    private static readonly byte[] Problem = Encoding.UTF8.GetBytes(
        """
        {"type":"/rules#r35","title":"Busy","status":503,"detail":"the shop works on as many requests as it takes at once (Storefront:RequestsInFlight); nothing was done, send the same again after Retry-After seconds (R35)","rule":"R35"}
        """);

    // Who is looked at before his language is known is told in both.
    private static readonly byte[] Page = Encoding.UTF8.GetBytes(
        """
        <!DOCTYPE html>
        <html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1.0"><title>人太多了 · Too many people at once</title><link rel="stylesheet" href="/shop.css"></head>
        <body><main><section class="empty" role="alert" data-test="status" data-code="503"><h1>人太多了，请稍后重试同一步。</h1><p lang="en">Too many people at once. Nothing was done; please repeat the same step in a moment.</p></section></main></body></html>
        """);

    /// <summary>Puts it where it is called; before the endpoint, the caller and his language are known.</summary>
    public static void Use(IApplicationBuilder app) => app.UseRateLimiter(new RateLimiterOptions
    {
        RejectionStatusCode = StatusCodes.Status503ServiceUnavailable,
        GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(PartitionOf),
        OnRejected = RefuseAsync,
    });

    private static RateLimitPartition<string> PartitionOf(HttpContext http)
    {
        if (ShopLimits.IsFile(http.Request) || StorefrontApp.IsUnder(http.Request, Unbounded))
        {
            return RateLimitPartition.GetNoLimiter("unbounded");
        }

        int most = http.RequestServices.GetRequiredService<IOptions<StorefrontOptions>>().Value.RequestsInFlight;
        return RateLimitPartition.GetConcurrencyLimiter(
            StorefrontApp.IsForMachines(http.Request) ? "machines" : "people", _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
    }

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        HttpResponse response = rejected.HttpContext.Response;
        bool people = Statuses.IsForPeople(rejected.HttpContext.Request);
        byte[] body = people ? Page : Problem;
        response.Headers.RetryAfter = RetryAfterSeconds;
        response.Headers.CacheControl = "no-store";
        response.ContentType = people ? "text/html; charset=utf-8" : "application/problem+json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }
}
