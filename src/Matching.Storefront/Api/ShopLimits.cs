using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>How much one caller may ask, and how large.</summary>
internal static class ShopLimits
{
    public const string SignIn = "sign-in";

    // Asked by those who watch the shop, perhaps from the address its visitors come from.
    private static readonly string[] Watching = ["/health", "/metrics"];

    /// <summary>Adds the limiter of each caller's requests (<see cref="StorefrontOptions.RequestsPerSecond"/>) and of sign-ins.</summary>
    public static void AddRates(IServiceCollection services)
    {
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<TimeProvider, IOptions<StorefrontOptions>>(
            (limiter, time, options) => SetRates(limiter, time, options.Value));
    }

    private static void SetRates(RateLimiterOptions limiter, TimeProvider time, StorefrontOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = new CallerRates<HttpContext>(time, options.RequestsBurst, options.RequestsPerSecond, CallerOf);
        limiter.AddPolicy(SignIn, http => RateLimitPartition.GetFixedWindowLimiter(
            AddressOf(http),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = options.SignInsPerMinute, Window = TimeSpan.FromMinutes(1) }));
        limiter.OnRejected = RejectAsync;
    }

    /// <summary>Refuses a body announced too large before anything is read of it; Kestrel ends one that was not announced.</summary>
    public static async Task RefuseLargeAsync(HttpContext http, RequestDelegate next)
    {
        long most = OptionsOf(http).MaxBodyBytes;
        if (http.Request.ContentLength > most)
        {
            await Problems.Of(
                StatusCodes.Status413PayloadTooLarge, "TooLarge",
                string.Create(CultureInfo.InvariantCulture, $"the body has {http.Request.ContentLength} bytes; at most {most} are read"))
                .ExecuteAsync(http);
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most;
        }

        await next(http);
    }

    /// <summary>True for files of the pages, which cost a disk read and come by the dozen.</summary>
    public static bool IsFile(HttpRequest request) =>
        Path.HasExtension(request.Path.Value) && HttpMethods.IsGet(request.Method) && !StorefrontApp.IsForMachines(request);

    private static string? CallerOf(HttpContext http) => IsFile(http.Request) || StorefrontApp.IsUnder(http.Request, Watching)
        ? null
        : http.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value ?? AddressOf(http);

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        HttpContext http = rejected.HttpContext;
        http.Response.Headers.RetryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)
            ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture)
            : "1";
        await Problems.Of(StatusCodes.Status429TooManyRequests, "TooManyRequests", "too many requests from one caller; try again after Retry-After seconds")
            .ExecuteAsync(http);
    }

    private static string AddressOf(HttpContext http) => "address " + http.Connection.RemoteIpAddress;

    private static StorefrontOptions OptionsOf(HttpContext http) => http.RequestServices.GetRequiredService<IOptions<StorefrontOptions>>().Value;
}
