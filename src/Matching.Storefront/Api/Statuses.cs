using System.Globalization;
using Matching.Storefront.Components;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Matching.Storefront.Api;

/// <summary>A reason for every bare status: problem details for machines, a page for people.</summary>
internal static class Statuses
{
    private const string NotSignedIn = "NotSignedIn";

    /// <summary>
    /// Sees to it that no refusal leaves without words. Not the framework's status pages: a page's own refusal has a content
    /// type already, and those then leave it empty.
    /// </summary>
    public static async Task FillAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0 })
        {
            http.Response.ContentType = null;
            await WriteAsync(http);
        }
    }

    /// <summary>404 for what no endpoint answers, signed in or not: who mistypes an address should not be asked to sign in first.</summary>
    public static Task RefuseUnknownAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not null)
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    public static Task WriteAsync(HttpContext http)
    {
        int code = http.Response.StatusCode;
        return IsForPeople(http.Request) ? ShowAsync(http, code) : Problem(code).ExecuteAsync(http);
    }

    /// <summary>
    /// 415 for a body in other letters than UTF-8: the framework ends in an exception where it does not know a charset, and takes the
    /// quotes of <c>charset="utf-8"</c> for part of its name.
    /// </summary>
    public static Task RefuseCharsetAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.ContentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) is not true
            || !MediaTypeHeaderValue.TryParse(http.Request.ContentType, out MediaTypeHeaderValue? type) || !type.Charset.HasValue)
        {
            return next(http);
        }

        StringSegment charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.Of(
                StatusCodes.Status415UnsupportedMediaType, "WrongMediaType", $"the body's charset is '{charset}'; this shop reads utf-8")
                    .ExecuteAsync(http);
        }

        type.Charset = charset;
        http.Request.ContentType = type.ToString();
        return next(http);
    }

    /// <summary>A form without its token, in this shop's words; the framework's are for who wrote the page.</summary>
    public static Task RefuseForgedAsync(HttpContext http, RequestDelegate next) =>
        http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false } ? next(http)
            : IsForPeople(http.Request) ? ShowAsync(http, StatusCodes.Status400BadRequest)
            : Problems.BadRequest("the form came without its antiforgery token, or with an old one: load its page again")
                .ExecuteAsync(http);

    /// <summary>401 with what is wrong with the key that came.</summary>
    public static Task RefuseKeyAsync(HttpContext http, string why) =>
        Problems.Of(StatusCodes.Status401Unauthorized, NotSignedIn, why).ExecuteAsync(http);

    /// <summary>True for a browser that shows what it gets.</summary>
    public static bool IsForPeople(HttpRequest request) =>
        !StorefrontApp.IsForMachines(request)
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static async Task ShowAsync(HttpContext http, int code)
    {
        // The services of a page that failed half-way are spent: this one is made with its own.
        IServiceProvider spent = http.RequestServices;
        await using AsyncServiceScope fresh = spent.CreateAsyncScope();
        http.RequestServices = fresh.ServiceProvider;
        // A page that found nothing has left this header, and the framework's renderer fails when it is there already.
        http.Response.Headers.Remove("blazor-enhanced-nav");
        try
        {
            await new RazorComponentResult<App>(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(App.Code)] = code })
            {
                StatusCode = code,
                PreventStreamingRendering = true,
            }.ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = spent;
        }
    }

    /// <summary>What a bare status says.</summary>
    public static ProblemHttpResult Problem(int code)
    {
        (string title, string detail) = code switch
        {
            StatusCodes.Status400BadRequest => ("BadRequest", "the request cannot be read, or a form came without its antiforgery token"),
            StatusCodes.Status401Unauthorized => (
                NotSignedIn, "send a known key in X-Api-Key (a back end's buyer key also X-Buyer), or sign in with a cookie"),
            StatusCodes.Status403Forbidden => ("Forbidden", "your role may not do this"),
            StatusCodes.Status404NotFound => ("NotFound", "there is nothing at this address"),
            StatusCodes.Status405MethodNotAllowed => ("MethodNotAllowed", "this address does not take this method"),
            StatusCodes.Status413PayloadTooLarge => ("TooLarge", "the body is larger than this shop reads"),
            StatusCodes.Status415UnsupportedMediaType =>
                ("WrongMediaType", "the body must be application/json, or a form where a page posts one"),
            StatusCodes.Status500InternalServerError => ("Broken", "something is wrong in the shop; it was logged"),
            _ => (code.ToString(CultureInfo.InvariantCulture), "the request was not answered"),
        };
        return Problems.Of(code, title, detail);
    }
}
