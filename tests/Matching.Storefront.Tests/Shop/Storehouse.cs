using System.Text.Json.Nodes;

namespace Matching.Storefront.Tests.Shop;

/// <summary>A data directory that several shops open one after another, each with a catalogue of its own.</summary>
public sealed class Storehouse : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-shop-");

    /// <summary>Opens a shop with the demo's people, its catalogue that of the sample without these items.</summary>
    public Task<RunningShop> OpenAsync(params long[] without) => OpenAsync(item =>
    {
        if (without.Contains(item["id"]!.GetValue<long>()))
        {
            ((JsonArray)item.Parent!).Remove(item);
        }
    });

    /// <summary>Opens a shop with the demo's people, its catalogue that of the sample with each item changed.</summary>
    public async Task<RunningShop> OpenAsync(Action<JsonNode> change)
    {
        JsonNode catalogue = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "catalogue.json")))!;
        foreach (JsonNode? item in ((JsonArray)catalogue["items"]!).ToArray())
        {
            change(item!);
        }

        string file = Path.Combine(_root.FullName, "catalogue.json");
        await File.WriteAllTextAsync(file, catalogue.ToJsonString());
        return await ShopPages.OpenWithDemoAsync(
            ("Matching:DataDirectory", Path.Combine(_root.FullName, "journal")), ("Storefront:CatalogueFile", file));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
