using Microsoft.AspNetCore.Authorization;

namespace Matching.Storefront.Accounts;

/// <summary>Who somebody is, and the policies of the same names that ask for it.</summary>
public static class ShopRoles
{
    public const string Buyer = "buyer";
    public const string Merchant = "merchant";
    public const string Operator = "operator";

    /// <summary>Any of them.</summary>
    public const string Anybody = "anybody";

    public static IReadOnlyList<string> All { get; } = [Buyer, Merchant, Operator];

    /// <summary>One policy a role. What names no policy at all needs somebody signed in, so forgetting one closes a door.</summary>
    public static void AddPolicies(AuthorizationOptions options)
    {
        foreach (string role in All)
        {
            options.AddPolicy(role, policy => policy.RequireRole(role).RequireClaim(Caller.IdClaim));
        }

        options.AddPolicy(Anybody, policy => policy.RequireRole(All));
        options.FallbackPolicy = options.GetPolicy(Anybody);
    }
}
