using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Storefront.Shop;

/// <summary>A text in both of the shop's languages.</summary>
/// <param name="Zh">Chinese.</param>
/// <param name="En">English.</param>
public sealed record Wording(string Zh, string En)
{
    /// <summary>In the language of the request.</summary>
    public override string ToString() => Language.IsChinese ? Zh : En;
}

/// <summary>Who sells.</summary>
/// <param name="Id">The merchant.</param>
/// <param name="Name">His shop's.</param>
/// <param name="Kind">C2C or brand store (R15, R16).</param>
/// <param name="Tools">Private-traffic tools that are on; without any he may publish no campaign (R13).</param>
public sealed record ShopMerchant([property: JsonId] long Id, Wording Name, MerchantKind Kind, PrivateTraffic Tools);

/// <summary>What is sold.</summary>
/// <param name="Id">The item.</param>
/// <param name="Merchant">Whose it is.</param>
/// <param name="Art">Name of its picture.</param>
/// <param name="Category">Some are closed to campaigns (R12).</param>
/// <param name="Title">One line.</param>
/// <param name="About">A sentence.</param>
/// <param name="SoloPriceFen">Alone (R9).</param>
/// <param name="GroupPriceFen">In a team; below the price alone.</param>
public sealed record ShopItem(
    [property: JsonId] long Id, [property: JsonId] long Merchant, string Art, string Category, Wording Title, Wording About,
        long SoloPriceFen, long GroupPriceFen);

/// <summary>
/// How an item is shown where it is not offered: in lists of orders and refunds, which stay when an item leaves the catalogue.
/// </summary>
/// <param name="Id">The item.</param>
/// <param name="Art">Name of its picture.</param>
/// <param name="Title">One line; of an item that left, its number.</param>
/// <param name="IsSold">False when it has left: it has no page.</param>
public sealed record ItemFace(long Id, string Art, Wording Title, bool IsSold);

/// <summary>
/// Items and merchants: what the shop knows and the engine does not. It says what is offered, never what is owed: orders of an item that
/// left it go on. Read once at start; immutable.
/// </summary>
public sealed class Catalogue
{
    private const long MaxPriceFen = 1_000_000_000;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private readonly Dictionary<long, ShopItem> _items;
    private readonly Dictionary<long, ShopMerchant> _merchants;

    private Catalogue(Content content)
    {
        Items = content.Items;
        Merchants = content.Merchants;
        _items = content.Items.ToDictionary(item => item.Id);
        _merchants = content.Merchants.ToDictionary(merchant => merchant.Id);
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ShopItem> Items { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ShopMerchant> Merchants { get; }

    /// <summary>An item; null when it is not sold here.</summary>
    public ShopItem? Find(long item) => _items.GetValueOrDefault(item);

    /// <summary>How an item is shown, also one that is not sold here any more.</summary>
    public ItemFace FaceOf(long item) => Find(item) is { } sold
        ? new ItemFace(item, sold.Art, sold.Title, IsSold: true)
        : new ItemFace(item, "item", new Wording(Text($"商品 {item}"), Text($"Item {item}")), IsSold: false);

    /// <summary>
    /// The merchant of record: whom the order was made with, whoever sells the item now (R45). Only of an order that the engine knows no
    /// merchant of, who sells the item.
    /// </summary>
    /// <param name="merchant">The order's merchant as the engine knows it; 0 for none.</param>
    /// <param name="item">The order's item.</param>
    /// <returns>0 where nobody knows.</returns>
    public long MerchantOf(long merchant, long item) => merchant != 0 ? merchant : Find(item)?.Merchant ?? 0;

    /// <summary>A merchant; null when there is none such.</summary>
    public ShopMerchant? FindMerchant(long merchant) => _merchants.GetValueOrDefault(merchant);

    /// <summary>Items of one merchant.</summary>
    public IReadOnlyList<ShopItem> ItemsOf(long merchant) => [.. Items.Where(item => item.Merchant == merchant)];

    /// <summary>Reads and checks a catalogue.</summary>
    /// <exception cref="InvalidDataException">It is no catalogue; the message lists all that is wrong.</exception>
    public static Catalogue Load(string file)
    {
        Content content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(file), Strict)
                ?? throw new InvalidDataException($"the catalogue {file} is empty");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the catalogue {file} cannot be read: {e.Message}", e);
        }

        List<string> wrong = Check(content);
        return wrong.Count == 0
            ? new Catalogue(content)
            : throw new InvalidDataException($"the catalogue {file} is wrong: {string.Join("; ", wrong)}");
    }

    private static List<string> Check(Content content)
    {
        List<string> wrong = [];
        Ids(wrong, "merchants", content.Merchants.Select(merchant => merchant.Id));
        Ids(wrong, "items", content.Items.Select(item => item.Id));
        foreach (ShopItem item in content.Items)
        {
            if (content.Merchants.All(merchant => merchant.Id != item.Merchant))
            {
                wrong.Add(Text($"item {item.Id}: there is no merchant {item.Merchant}"));
            }

            if (item.GroupPriceFen < 1 || item.SoloPriceFen > MaxPriceFen || item.GroupPriceFen >= item.SoloPriceFen)
            {
                wrong.Add(
                    Text(
                    $"item {item.Id}: groupPriceFen is {item.GroupPriceFen} and soloPriceFen {item.SoloPriceFen}; 1 ≤ group < solo ≤ {MaxPriceFen}"));
            }

            if (!item.Art.All(char.IsAsciiLetterLower))
            {
                wrong.Add(Text($"item {item.Id}: art is '{item.Art}'; it must be lower case letters"));
            }
        }

        return wrong;
    }

    private static void Ids(List<string> wrong, string what, IEnumerable<long> ids)
    {
        var seen = new HashSet<long>();
        foreach (long id in ids)
        {
            if (id < 1)
            {
                wrong.Add(Text($"{what}: id is {id}; it must be 1 … {BookOptions.MaxId}"));
            }
            else if (!seen.Add(id))
            {
                wrong.Add(Text($"{what}: id {id} is there twice"));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Content(IReadOnlyList<ShopMerchant> Merchants, IReadOnlyList<ShopItem> Items);
}
