using System.Globalization;
using System.Security.Claims;

namespace Matching.Storefront.Accounts;

/// <summary>How somebody came in.</summary>
public enum Entrance
{
    /// <summary>With a key of his own.</summary>
    Key = 0,

    /// <summary>With the key of a back end, which names the buyer it acts for.</summary>
    BackEnd = 1,

    /// <summary>By the demo sign-in.</summary>
    Demo = 2,
}

/// <summary>Who is asking, out of a cookie or a key.</summary>
/// <param name="Role">One of <see cref="ShopRoles.All"/>.</param>
/// <param name="Id">The buyer's or merchant's id; 0 for an operator and a payment provider.</param>
/// <param name="Name">For greeting him.</param>
/// <param name="Entrance">How he came in.</param>
public sealed record Caller(string Role, long Id, string Name, Entrance Entrance = Entrance.Key)
{
    public const string IdClaim = "shop:id";

    private const string EntranceClaim = "shop:entrance";

    /// <summary>The claims that say so.</summary>
    /// <param name="scheme">What authenticated him.</param>
    /// <param name="session">His session's claim; none for a key.</param>
    public ClaimsPrincipal ToPrincipal(string scheme, params Claim[] session)
    {
        string id = Id.ToString(CultureInfo.InvariantCulture);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, $"{Role}:{id}"),
                new Claim(ClaimTypes.Name, Name),
                new Claim(ClaimTypes.Role, Role),
                new Claim(IdClaim, id),
                new Claim(EntranceClaim, Entrance.ToString()),
                .. session,
            ],
            scheme));
    }

    /// <summary>Null for somebody not signed in.</summary>
    public static Caller? Of(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(ClaimTypes.Role) is { } role
        && long.TryParse(principal.FindFirstValue(IdClaim), NumberStyles.None, CultureInfo.InvariantCulture, out long id)
        && Enum.TryParse(principal.FindFirstValue(EntranceClaim), out Entrance entrance)
            ? new Caller(role, id, principal.FindFirstValue(ClaimTypes.Name) ?? role, entrance)
            : null;

    /// <summary>The id of a caller whose policy was checked.</summary>
    public static long IdOf(ClaimsPrincipal principal) => Known(principal).Id;

    /// <summary>A caller whose policy was checked.</summary>
    public static Caller Known(ClaimsPrincipal principal) =>
        Of(principal)
            ?? throw new InvalidOperationException("an endpoint asked who the caller is, but has no policy that makes sure of one");
}
