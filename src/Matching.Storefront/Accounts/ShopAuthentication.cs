using Matching.Storefront.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Matching.Storefront.Accounts;

/// <summary>Cookies for people, keys for machines. A request that brings a key is judged by it alone.</summary>
internal static class ShopAuthentication
{
    public const string EitherScheme = "CookieOrKey";
    public const string CookieName = "shop";
    public const string SignInPath = "/sign-in";

    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, options => options.ForwardDefaultSelector = http =>
                ApiKeyHandler.HasKey(http.Request) ? ApiKeyHandler.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(Cookie);
        services.AddSingleton<Sessions>();
        services.AddAuthorization(ShopRoles.AddPolicies);
        services.AddCascadingAuthenticationState();
    }

    private static void Cookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = CookieName;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Sessions.Life;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "back";
        options.Events.OnValidatePrincipal = cookie => cookie.HttpContext.RequestServices.GetRequiredService<Sessions>().CheckAsync(cookie);
        options.Events.OnRedirectToLogin = redirect => Answer(redirect, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = redirect => Answer(redirect, StatusCodes.Status403Forbidden);
    }

    /// <summary>Machines get a status; only a person who asked for a page is sent to sign in.</summary>
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> redirect, int status)
    {
        if (status == StatusCodes.Status401Unauthorized && HttpMethods.IsGet(redirect.Request.Method)
            && Statuses.IsForPeople(redirect.Request))
        {
            redirect.Response.Redirect(redirect.RedirectUri);
        }
        else
        {
            redirect.Response.StatusCode = status;
        }

        return Task.CompletedTask;
    }
}
