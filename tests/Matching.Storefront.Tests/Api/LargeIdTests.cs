using System.Net;
using System.Text;
using System.Text.Json;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>Ids up to 2^63 − 1 in the API: read as numbers and as strings of digits, written as strings above 2^53 − 1.</summary>
public sealed class LargeIdTests : IAsyncLifetime, IDisposable
{
    private const string Item = "1788888888888888881", Order = "9223372036854775807", Merchant = "1788888888888888882";
    private const long Buyer = long.MaxValue - 1;

    private readonly string _catalogue = Path.GetTempFileName();
    private RunningShop _shop = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_catalogue, $$"""
            {
              "merchants": [{ "id": {{Merchant}}, "kind": "c2c", "tools": "feed", "name": { "zh": "茶", "en": "Tea" } }],
              "items": [{ "id": "{{Item}}", "merchant": "{{Merchant}}", "art": "tea", "category": "tea", "title": { "zh": "茶", "en": "Tea" },
                "about": { "zh": "茶", "en": "Tea" }, "soloPriceFen": 900, "groupPriceFen": 500 }]
            }
            """);
        _shop = await RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:CatalogueFile"] = _catalogue,
            ["Storefront:ApiKeys:1:Id"] = Merchant,
        });
    }

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    public void Dispose() => File.Delete(_catalogue);

    [Fact]
    public async Task Replies_readings_and_refusals_have_them_as_strings()
    {
        using HttpClient buyer = _shop.Buyer(Buyer);
        using HttpClient merchant = _shop.Merchant1();
        Heard items = await buyer.ReadAsync("/api/items");
        Heard opened = await buyer.AskAsync($"/api/items/{Item}/orders/{Order}/open-team", new { });
        Heard order = await buyer.ReadAsync($"/api/items/{Item}/orders/{Order}");
        Heard listed = await merchant.ReadAsync($"/api/merchant/items/{Item}/orders");
        Heard refused = await buyer.AskAsync($"/api/items/{Item}/orders/5/join-team", new { team = Order });
        Heard beyond = await buyer.ReadAsync($"/api/items/{Item}/orders/9223372036854775808");

        AssertText(Item, items.Body[0], "id");
        AssertText(Merchant, items.Body[0], "merchant");
        Assert.Equal("Opened", opened.Text("outcome"));
        AssertText(Item, opened.Body, "item");
        AssertText(Order, opened.Body, "order");
        Assert.Equal(JsonValueKind.Number, opened.Body.GetProperty("team").ValueKind);
        AssertText(Order, order.Body, "order");
        AssertText(Order, listed.Body[0].GetProperty("order"), "order");
        Assert.Equal((HttpStatusCode.NotFound, "UnknownTeam"), (refused.Status, refused.Text("title")));
        AssertText(Item, refused.Body, "item");
        AssertText(Order, refused.Body, "team");
        Assert.Equal(JsonValueKind.Number, refused.Body.GetProperty("order").ValueKind);
        Assert.Equal(HttpStatusCode.BadRequest, beyond.Status);
        Assert.Contains("order must be a whole number from 1 to 9223372036854775807", beyond.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_id_of_every_reply_that_is_large_is_a_string()
    {
        using HttpClient buyer = _shop.Buyer(Buyer);
        using HttpClient merchant = _shop.Merchant1();
        using HttpClient payments = _shop.Payments();
        string orders = $"/api/items/{Item}/orders", sold = $"/api/merchant/items/{Item}/orders";
        long end = _shop.Engine.Now + 86_400_000;
        List<Heard> heard =
        [
            await merchant.AskAsync($"/api/merchant/campaign-requests/{Order}/publish",
                new { item = Item, teamSize = 2, groupPriceFen = 500, soloPriceFen = 900, endMs = end }),
            await buyer.AskAsync($"{orders}/{Order}/hold", new { sharer = Order, open = true }),
            await buyer.AskAsync($"{orders}/5/hold", new { }),
            await buyer.AskAsync($"{orders}/{Order}/pay", new { amountFen = 600, payment = Order }),
            await buyer.AskAsync($"{orders}/{Buyer}/solo-buy", new { sharer = Order }),
            await buyer.AskAsync($"{orders}/{Buyer}/request-refund"),
            await buyer.AskAsync($"{orders}/6/join-team", new { team = Order }),
            await buyer.AskAsync($"{orders}/{Merchant}/release"),
            await merchant.AskAsync($"{sold}/{Merchant}/ship"),
            await merchant.AskAsync($"/api/merchant/campaign-requests/7/end", new { campaign = Order }),
        ];
        HttpClient[] all = [buyer, merchant, payments, _shop.Operator()];
        foreach (MappedEndpoint endpoint in MappedEndpoint.Of(_shop)
            .Where(one => one.Method == "GET" && one.Pattern.StartsWith("/api", StringComparison.Ordinal)))
        {
            foreach (HttpClient one in all)
            {
                heard.Add(await one.ReadAsync(endpoint.Path(Item, Order)));
            }
        }

        SortedSet<string> texts = new(StringComparer.Ordinal);
        Assert.All(heard, reply => Walk(reply.Body, "", texts));
        Assert.Equal(["campaign", "holding", "id", "item", "merchant", "order", "payment", "team"], texts);
    }

    /// <summary>No number is one that a reader of doubles would round; gathers the names of what is written as digits.</summary>
    private static void Walk(JsonElement of, string name, SortedSet<string> texts)
    {
        switch (of.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in of.EnumerateObject())
                {
                    Walk(property.Value, property.Name, texts);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement element in of.EnumerateArray())
                {
                    Walk(element, name, texts);
                }

                break;
            case JsonValueKind.Number:
                Assert.True(Math.Abs(of.GetDouble()) < 1L << 53, $"{name} is {of.GetRawText()}");
                break;
            case JsonValueKind.String when of.GetString() is { Length: > 0 } text && text.All(char.IsAsciiDigit):
                texts.Add(name);
                break;
            default:
                break;
        }
    }

    [Fact]
    public async Task Bodies_take_them_in_both_forms()
    {
        using HttpClient first = _shop.Buyer(1);
        using HttpClient second = _shop.Buyer(2);
        using HttpClient payments = _shop.Payments();
        string orders = $"/api/items/{Item}/orders";
        long team = (await first.AskAsync($"{orders}/11/open-team", new { })).Number("team");
        Heard held = await SendAsync(second, $"{orders}/12/hold", $"{{\"team\":\"{team}\"}}");
        long due = (await second.ReadAsync($"{orders}/12")).Number("dueFen");
        Heard paid = await SendAsync(payments, $"{orders}/12/pay", $"{{\"amountFen\":{due},\"payment\":\"{Order}\"}}");
        Heard again = await SendAsync(payments, $"{orders}/12/pay", $"{{\"amountFen\":{due},\"payment\":{Order}}}");
        Heard more = await SendAsync(payments, $"{orders}/12/pay", $"{{\"amountFen\":500,\"payment\":\"{Buyer}\"}}");
        Heard owed = await payments.ReadAsync("/api/refunds");
        Heard done =
            await SendAsync(payments, $"{orders}/12/refund-done", $"{{\"key\":\"{owed.Body[0].GetProperty("key").GetString()}\"}}");
        Heard empty = await SendAsync(payments, $"{orders}/13/pay", "{\"amountFen\":1,\"payment\":\"\"}");
        Heard amount = await SendAsync(payments, $"{orders}/12/pay", "{\"amountFen\":1e30}");

        Assert.Equal(("Held", "Formed"), (held.Text("outcome"), paid.Text("outcome")));
        Assert.Equal(("Formed", "True"), (again.Text("outcome"), again.Text("repeated")));
        Assert.Equal("RefundOwed", more.Text("outcome"));
        AssertText(Buyer.ToString(System.Globalization.CultureInfo.InvariantCulture), owed.Body[0], "payment");
        Assert.Equal("Refunded", done.Text("outcome"));
        Assert.Contains("payment", empty.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("amountFen must be a whole number from 0 to 9007199254740991 (R44)", amount.Text("detail"));
    }

    [Fact]
    public async Task The_description_says_that_an_id_is_a_number_or_a_string()
    {
        using HttpClient stranger = _shop.Stranger();
        JsonElement schemas = (await stranger.ReadAsync("/openapi/v1.json")).Body.GetProperty("components").GetProperty("schemas");
        (string Type, string Field)[] ids =
            [("OrderReply", "order"), ("OrderReply", "team"), ("JoinTeamBody", "team"), ("RefundReading", "item"), ("EndBody", "campaign")];
        Assert.All(ids, id =>
        {
            JsonElement schema = schemas.GetProperty(id.Type).GetProperty("properties").GetProperty(id.Field);
            Assert.Equal("^[1-9][0-9]{0,18}$", schema.GetProperty("pattern").GetString());
            Assert.Equal(["integer", "string"],
                schema.GetProperty("type").EnumerateArray().Select(type => type.GetString()).Where(type => type != "null").Order());
        });
    }

    private static void AssertText(string id, JsonElement of, string name) =>
        Assert.Equal((JsonValueKind.String, id), (of.GetProperty(name).ValueKind, of.GetProperty(name).ToString()));

    private static async Task<Heard> SendAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await ShopCalls.HeardAsync(response);
    }
}
