namespace Matching.Storefront.Operations;

/// <summary>Headers that keep a browser from doing with the pages what the shop never does.</summary>
internal static class SecurityHeaders
{
    // Styles inline: the charts place their parts by style attributes. Scripts never.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    // The description of the API, in Development: its page has a script of its own, which makes others.
    private const string PolicyOfReference = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(static state =>
        {
            var http = (HttpContext)state;
            IHeaderDictionary headers = http.Response.Headers;
            bool reference = http.GetEndpoint() is not null
                && http.Request.Path.StartsWithSegments("/scalar", StringComparison.OrdinalIgnoreCase);
            headers.ContentSecurityPolicy = reference ? PolicyOfReference : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return Task.CompletedTask;
        }, http);
        return next(http);
    }
}
