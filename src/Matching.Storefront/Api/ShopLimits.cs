using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>How much one caller may ask.</summary>
internal static class ShopLimits
{
    public const string SignIn = "sign-in";

    // Asked by those who watch the shop, perhaps from the address its visitors come from.
    private static readonly string[] Watching = ["/health", "/metrics"];

    /// <summary>Adds the limiter of each caller's requests (<see cref="StorefrontOptions.RequestsPerSecond"/>) and of sign-ins.</summary>
    public static void AddRates(IServiceCollection services)
    {
        services.AddRateLimiter();
        services.AddSingleton(provider =>
        {
            StorefrontOptions options = provider.GetRequiredService<IOptions<StorefrontOptions>>().Value;
            return new CallerRates<HttpContext>(
                provider.GetRequiredService<TimeProvider>(), options.RequestsBurst, options.RequestsPerSecond, CallerOf);
        });
        services.AddOptions<RateLimiterOptions>().Configure<CallerRates<HttpContext>, IOptions<StorefrontOptions>>(
            (limiter, rates, options) => SetRates(limiter, rates, options.Value));
    }

    private static void SetRates(RateLimiterOptions limiter, CallerRates<HttpContext> rates, StorefrontOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = rates;
        limiter.AddPolicy(SignIn, http => RateLimitPartition.GetFixedWindowLimiter(
            AddressOf(http),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = options.SignInsPerMinute, Window = TimeSpan.FromMinutes(1) }));
        limiter.OnRejected = RejectAsync;
    }

    /// <summary>By whom somebody is signed in as; only of others, the address.</summary>
    private static string? CallerOf(HttpContext http) => ShopFiles.Asks(http) || StorefrontApp.IsUnder(http.Request, Watching)
        ? null
        : http.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value ?? AddressOf(http);

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        HttpContext http = rejected.HttpContext;
        http.Response.Headers.RetryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)
            ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture)
            : "1";
        await Problems.Of(StatusCodes.Status429TooManyRequests, "TooManyRequests",
            "too many requests from one caller; try again after Retry-After seconds")
            .ExecuteAsync(http);
    }

    private static string AddressOf(HttpContext http) => "address " + Addresses.Of(http.Connection.RemoteIpAddress);
}
