using Microsoft.AspNetCore.Authorization;

namespace Matching.Storefront.Accounts;

/// <summary>
/// Who somebody is, and the policies that ask for it: one of the same name for each role, and those of money. Only a payment provider and a
/// shop's own back end know that a payment happened; a buyer who could say so would make up refunds (R33 makes one of every second
/// payment).
/// </summary>
public static class ShopRoles
{
    public const string Buyer = "buyer";
    public const string Merchant = "merchant";
    public const string Operator = "operator";

    /// <summary>The payment provider's machine.</summary>
    public const string Payments = "payments";

    /// <summary>Policy: any of them.</summary>
    public const string Anybody = "anybody";

    /// <summary>Policy: a shop's back end, which takes the money and then buys for the buyer it names.</summary>
    public const string BackEnd = "back-end";

    /// <summary>Policy: who may say that a payment happened.</summary>
    public const string SaysPaid = "says-paid";

    /// <summary>Policy: who may see what is owed back, and say that it went back (R37).</summary>
    public const string SettlesRefunds = "settles-refunds";

    /// <summary>Policy: a buyer of the demo sign-in, for whom a button stands for the payment provider.</summary>
    public const string DemoBuyer = "demo-buyer";

    public static IReadOnlyList<string> All { get; } = [Buyer, Merchant, Operator, Payments];

    /// <summary>All policies. What names none needs somebody signed in, so forgetting one closes a door.</summary>
    public static void AddPolicies(AuthorizationOptions options)
    {
        foreach (string role in All)
        {
            options.AddPolicy(role, policy => policy.RequireRole(role).RequireClaim(Caller.IdClaim));
        }

        options.AddPolicy(Anybody, policy => policy.RequireRole(All));
        options.AddPolicy(BackEnd, policy => policy.RequireAssertion(context => IsBuyerBy(context, Entrance.BackEnd)));
        options.AddPolicy(SaysPaid, policy => policy.RequireAssertion(
            context => context.User.IsInRole(Payments) || IsBuyerBy(context, Entrance.BackEnd)));
        options.AddPolicy(SettlesRefunds, policy => policy.RequireRole(Payments, Operator));
        options.AddPolicy(DemoBuyer, policy => policy.RequireAssertion(context => IsBuyerBy(context, Entrance.Demo)));
        options.FallbackPolicy = options.GetPolicy(Anybody);
    }

    /// <summary>Whom a policy lets in, in words.</summary>
    public static string Whom(string policy) => policy switch
    {
        Buyer => "a buyer, or a back end that acts for him",
        Merchant => "a merchant",
        Operator => "an operator",
        Payments => "a payment provider",
        BackEnd => "a shop's back end, which has the buyer's money",
        SaysPaid => "a payment provider, or a shop's back end",
        SettlesRefunds => "a payment provider, or an operator",
        DemoBuyer => "a buyer of the demo sign-in",
        Anybody => "anybody signed in",
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "no policy of this shop"),
    };

    private static bool IsBuyerBy(AuthorizationHandlerContext context, Entrance entrance) =>
        Caller.Of(context.User) is { Role: Buyer } caller && caller.Entrance == entrance;
}
