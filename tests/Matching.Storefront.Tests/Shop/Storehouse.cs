using System.Text.Json.Nodes;

namespace Matching.Storefront.Tests.Shop;

/// <summary>A data directory that several shops open one after another, each with a catalogue of its own.</summary>
public sealed class Storehouse : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-shop-");

    /// <summary>Opens a shop with the demo's people, its catalogue that of the sample without these items.</summary>
    public async Task<RunningShop> OpenAsync(params long[] without)
    {
        JsonNode catalogue = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "catalogue.json")))!;
        var items = (JsonArray)catalogue["items"]!;
        foreach (JsonNode? gone in items.Where(item => without.Contains(item!["id"]!.GetValue<long>())).ToArray())
        {
            items.Remove(gone);
        }

        string file = Path.Combine(_root.FullName, "catalogue.json");
        await File.WriteAllTextAsync(file, catalogue.ToJsonString());
        return await ShopPages.OpenWithDemoAsync(("Matching:DataDirectory", Path.Combine(_root.FullName, "journal")), ("Storefront:CatalogueFile", file));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
