using Matching.Storefront.Shop;

namespace Matching.Storefront.Accounts;

/// <summary>Somebody the demo can sign in as.</summary>
/// <param name="Key">What the form sends.</param>
/// <param name="Caller">Who it is.</param>
public sealed record DemoPerson(string Key, Caller Caller);

/// <summary>The people of the demo sign-in: a few buyers, every merchant of the catalogue, one operator. Nobody outside Development.</summary>
public sealed class DemoPeople
{
    public DemoPeople(Catalogue catalogue, StorefrontOptions options, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(options);
        All = options.DemoSignIn && environment.IsDevelopment()
            ?
            [
                new DemoPerson("lin", new Caller(ShopRoles.Buyer, 1001, "小林 Lin")),
                new DemoPerson("may", new Caller(ShopRoles.Buyer, 1002, "阿梅 May")),
                new DemoPerson("zhou", new Caller(ShopRoles.Buyer, 1003, "老周 Zhou")),
                new DemoPerson("su", new Caller(ShopRoles.Buyer, 1004, "苏苏 Su")),
                .. catalogue.Merchants.Select(merchant => new DemoPerson(
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"merchant{merchant.Id}"),
                    new Caller(ShopRoles.Merchant, merchant.Id, $"{merchant.Name.Zh} {merchant.Name.En}"))),
                new DemoPerson("operator", new Caller(ShopRoles.Operator, 0, "运营 Operator")),
            ]
            : [];
    }

    /// <summary>Empty when the demo sign-in is off.</summary>
    public IReadOnlyList<DemoPerson> All { get; }

    /// <summary>Null when there is nobody such.</summary>
    public DemoPerson? Find(string? key) => All.FirstOrDefault(person => string.Equals(person.Key, key, StringComparison.Ordinal));
}
