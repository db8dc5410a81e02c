using System.Globalization;
using System.Security.Claims;

namespace Matching.Storefront.Accounts;

/// <summary>Who is asking, out of a cookie or a key.</summary>
/// <param name="Role">One of <see cref="ShopRoles.All"/>.</param>
/// <param name="Id">The buyer's or merchant's id; 0 for an operator.</param>
/// <param name="Name">For greeting him.</param>
public sealed record Caller(string Role, long Id, string Name)
{
    public const string IdClaim = "shop:id";

    /// <summary>The claims that say so.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        string id = Id.ToString(CultureInfo.InvariantCulture);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, $"{Role}:{id}"),
                new Claim(ClaimTypes.Name, Name),
                new Claim(ClaimTypes.Role, Role),
                new Claim(IdClaim, id),
            ],
            scheme));
    }

    /// <summary>Null for somebody not signed in.</summary>
    public static Caller? Of(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(ClaimTypes.Role) is { } role
        && long.TryParse(principal.FindFirstValue(IdClaim), NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? new Caller(role, id, principal.FindFirstValue(ClaimTypes.Name) ?? role)
            : null;

    /// <summary>The id of a caller whose policy was checked.</summary>
    public static long IdOf(ClaimsPrincipal principal) =>
        Of(principal)?.Id ?? throw new InvalidOperationException("an endpoint asked who the caller is, but has no policy that makes sure of one");
}
