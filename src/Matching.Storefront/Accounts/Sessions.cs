using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Caching.Memory;

namespace Matching.Storefront.Accounts;

/// <summary>
/// Who is signed in. A cookie says whose session it is, and is good while that session is known here: signing out ends it for every copy of
/// the cookie. Sessions are in memory, so a restart ends all; one that nobody used for <see cref="Life"/> is forgotten, and of more than
/// <see cref="Most"/> those longest unused. Any thread.
/// </summary>
internal sealed class Sessions : IDisposable
{
    /// <summary>How long a session lives that nobody uses.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int Most = 100_000;
    private const string SessionClaim = "shop:session";

    private readonly MemoryCache _live = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <summary>A new session; its claim goes into the cookie.</summary>
    public Claim Begin()
    {
        string session = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _live.Set(session, true, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Life });
        return new Claim(SessionClaim, session);
    }

    /// <summary>Ends the session of this principal; of one without a session, nothing.</summary>
    public void End(ClaimsPrincipal? principal)
    {
        if (IdOf(principal) is { } session)
        {
            _live.Remove(session);
        }
    }

    /// <summary>Turns a cookie away whose session has ended.</summary>
    public Task CheckAsync(CookieValidatePrincipalContext cookie)
    {
        if (IdOf(cookie.Principal) is not { } session || !_live.TryGetValue(session, out _))
        {
            cookie.RejectPrincipal();
        }

        return Task.CompletedTask;
    }

    /// <summary>True while the session of this principal is known; of one without a session, always.</summary>
    public bool IsGood(ClaimsPrincipal principal) => IdOf(principal) is not { } session || _live.TryGetValue(session, out _);

    public void Dispose() => _live.Dispose();

    private static string? IdOf(ClaimsPrincipal? principal) => principal?.FindFirstValue(SessionClaim);
}
