using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Matching.Storefront.Tests.Shop;

/// <summary>What came back.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body, parsed; undefined where there is none.</param>
/// <param name="Raw">The body as it came.</param>
public sealed record Heard(HttpStatusCode Status, JsonElement Body, string Raw)
{
    public string? Text(string property) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(property, out JsonElement value) ? value.ToString() : null;

    public long Number(string property)
    {
        Assert.True(Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(property, out _), $"no {property} in {Status} {Raw}");
        return Body.GetProperty(property).GetInt64();
    }
}

public static class ShopCalls
{
    public static async Task<Heard> AskAsync(this HttpClient client, string path, object? body = null)
    {
        using HttpResponseMessage response =
            await client.PostAsync(new Uri(path, UriKind.Relative), body is null ? null : JsonContent.Create(body));
        return await HeardAsync(response);
    }

    public static async Task<Heard> ReadAsync(this HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await HeardAsync(response);
    }

    public static async Task<Heard> HeardAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        bool json = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        return new Heard(response.StatusCode, json ? JsonDocument.Parse(text).RootElement.Clone() : default, text);
    }

    /// <summary>Merchant 1 puts the usual item on offer for a day, at the catalogue's prices.</summary>
    public static async Task PublishAsync(this RunningShop shop)
    {
        ArgumentNullException.ThrowIfNull(shop);
        using HttpClient merchant = shop.Merchant1();
        Heard published = await merchant.AskAsync("/api/merchant/campaign-requests/1/publish", new
        {
            item = RunningShop.Item,
            teamSize = 2,
            groupPriceFen = 11_900,
            soloPriceFen = 16_800,
            endMs = shop.Engine.Now + 86_400_000,
        });
        Assert.Equal("Published", published.Text("outcome"));
    }

    /// <summary>Path of a command on an order of the usual item.</summary>
    public static string Of(long order, string verb, long item = RunningShop.Item) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/api/items/{item}/orders/{order}/{verb}");
}
