using System.Globalization;
using Matching.Storefront.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace Matching.Storefront.Accounts;

/// <summary>What the pages' plain forms post to: signing in and out, the language. Each carries an antiforgery token.</summary>
internal static class AccountForms
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/account/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(ShopLimits.SignIn).ExcludeFromDescription();
        app.MapPost("/account/sign-out", SignOutAsync).RequireAuthorization(ShopRoles.Anybody).ExcludeFromDescription();
        app.MapPost("/account/language", SetLanguage).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, DemoPeople people, Sessions sessions, [FromForm] string? person, [FromForm] string? back)
    {
        if (people.All.Count == 0)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, "NoDemoSignIn", "the demo sign-in is off: it exists in the Development environment only");
        }

        if (people.Find(person) is not { } found)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "BadRequest", "person names nobody of the demo");
        }

        // A new session each time: whoever knew the one before must not be signed in as somebody else by it.
        const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        sessions.End(http.User);
        await http.SignInAsync(Scheme, found.Caller.ToPrincipal(Scheme, sessions.Begin()));
        return Results.LocalRedirect(LocalPath.Of(back, found.Caller.Role switch
        {
            ShopRoles.Merchant => "/merchant",
            ShopRoles.Operator => "/operator",
            _ => "/",
        }));
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, Sessions sessions, [FromForm] string? back)
    {
        sessions.End(http.User);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect(LocalPath.Of(back, "/"));
    }

    private static IResult SetLanguage(HttpContext http, [FromForm] string? to, [FromForm] string? back)
    {
        if (to is null || !StorefrontApp.Languages.Contains(to, StringComparer.Ordinal))
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, "BadRequest", $"to must be one of {string.Join(", ", StorefrontApp.Languages)}");
        }

        http.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo(to))),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true });
        return Results.LocalRedirect(LocalPath.Of(back, "/"));
    }
}
