using Matching.Storefront.Shop;

namespace Matching.Storefront.Accounts;

/// <summary>Somebody the demo can sign in as.</summary>
/// <param name="Key">What the form sends.</param>
/// <param name="Caller">Who it is.</param>
public sealed record DemoPerson(string Key, Caller Caller);

/// <summary>
/// The people of the demo sign-in: a few buyers, every merchant of the catalogue, one operator. Nobody outside Development.
/// </summary>
public sealed class DemoPeople
{
    public DemoPeople(Catalogue catalogue, StorefrontOptions options, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(options);
        All = options.DemoSignIn && environment.IsDevelopment()
            ?
            [
                Person("lin", ShopRoles.Buyer, 1001, "小林 Lin"),
                Person("may", ShopRoles.Buyer, 1002, "阿梅 May"),
                Person("zhou", ShopRoles.Buyer, 1003, "老周 Zhou"),
                Person("su", ShopRoles.Buyer, 1004, "苏苏 Su"),
                .. catalogue.Merchants.Select(merchant => Person(
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"merchant{merchant.Id}"),
                    ShopRoles.Merchant, merchant.Id, $"{merchant.Name.Zh} {merchant.Name.En}")),
                Person("operator", ShopRoles.Operator, 0, "运营 Operator"),
            ]
            : [];
    }

    /// <summary>Empty when the demo sign-in is off.</summary>
    public IReadOnlyList<DemoPerson> All { get; }

    /// <summary>Null when there is nobody such.</summary>
    public DemoPerson? Find(string? key) => All.FirstOrDefault(person => string.Equals(person.Key, key, StringComparison.Ordinal));

    private static DemoPerson Person(string key, string role, long id, string name) => new(key, new Caller(role, id, name, Entrance.Demo));
}
