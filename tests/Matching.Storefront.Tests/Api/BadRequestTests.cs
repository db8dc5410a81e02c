using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Matching.Storefront.Accounts;
using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matching.Storefront.Tests.Api;

/// <summary>Every endpoint fed with what it cannot use: a 4xx with a reason, never a 500, nothing changed.</summary>
public sealed class BadRequestTests(OpenShop open) : IClassFixture<OpenShop>, IAsyncLifetime
{
    private readonly RunningShop _shop = open.Shop;
    private ulong _before;

    public async Task InitializeAsync()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { });
        await may.AskAsync(ShopCalls.Of(12, "hold"), new { });
        _before = await _shop.Engine.StateHashAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string, string> Bodies => new()
    {
        { "{", "application/json" },
        { "[]", "application/json" },
        { "null", "application/json" },
        { "\"text\"", "application/json" },
        { "{\"quantity\":\"many\"}", "application/json" },
        { "{\"surprise\":1}", "application/json" },
        { "{\"quantity\":1e99}", "application/json" },
        { "{\"quantity\":1,\"quantity\":2}", "application/json" },
        { "\u0000\u0001\u0002", "application/json" },
        { "item=abc&order=-1&by=x", "application/x-www-form-urlencoded" },
        { "<xml/>", "text/xml" },
        { "{}", "application/json; charset=bogus" },
        { "{}", "application/json; charset=utf-7" },
        { "to=en", "application/x-www-form-urlencoded; charset=bogus" },
        { "to=en", "application/x-www-form-urlencoded; charset=utf-7" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Malformed_bodies_are_refused_by_every_endpoint(string body, string type)
    {
        Assert.Empty(await TryMalformedAsync(_shop, body, type));
        Assert.Equal(_before, await _shop.Engine.StateHashAsync());
    }

    [Fact]
    public async Task Endpoints_planted_to_break_on_a_malformed_body_or_to_refuse_without_a_reason_are_found()
    {
        await using RunningShop planted = await RunningShop.StartAsync(plant: app =>
        {
            app.MapPost("/api/planted",
                async (HttpRequest request) => (await JsonDocument.ParseAsync(request.Body)).RootElement.GetProperty("a").GetString())
                .RequireAuthorization(ShopRoles.Buyer);
            app.MapPost("/api/wordless", () => Results.Json(new { }, statusCode: StatusCodes.Status400BadRequest))
                .RequireAuthorization(ShopRoles.Buyer);
        });

        IReadOnlyList<string> found = await TryMalformedAsync(planted, "{", "application/json");

        Assert.Equal(2, found.Count);
        Assert.Contains(
            found, complaint => complaint.StartsWith("POST /api/planted at /api/planted answered 500", StringComparison.Ordinal));
        Assert.Contains(
            found, complaint => complaint.StartsWith("POST /api/wordless at /api/wordless gave no reason", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Oversized_bodies_are_refused_by_every_endpoint_announced_or_not(bool announced)
    {
        // A little over the limit (16 KiB): sent whole before it is refused. Of a larger one the connection may close while the client
        // still sends.
        byte[] large = Encoding.UTF8.GetBytes("{\"quantity\":1,\"pad\":\"" + new string('x', 20_000) + "\"}");
        foreach (MappedEndpoint endpoint in Posts(_shop))
        {
            using HttpContent content = announced ? new ByteArrayContent(large) : new StreamContent(new Unannounced(large));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            Assert.Null(await ComplainAsync(_shop, endpoint, endpoint.Path("101", "12"), content));
        }

        Assert.Equal(_before, await _shop.Engine.StateHashAsync());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999")]
    [InlineData("abc")]
    [InlineData("1.5")]
    public async Task Ids_out_of_range_are_refused_by_every_endpoint_of_the_api(string id)
    {
        foreach (MappedEndpoint endpoint in MappedEndpoint.Of(_shop)
            .Where(endpoint => endpoint.Pattern.StartsWith("/api", StringComparison.Ordinal)))
        {
            foreach ((string item, string order) in (IEnumerable<(string, string)>)[(id, "12"), ("101", id)])
            {
                string path = endpoint.Path(item, order);
                if (path != endpoint.Path("101", "12"))
                {
                    using HttpContent? content = endpoint.Method == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json")
                        : null;
                    Assert.Null(await ComplainAsync(_shop, endpoint, path, content));
                }
            }
        }

        Assert.Equal(_before, await _shop.Engine.StateHashAsync());
    }

    [Theory]
    [InlineData("open-team", "{\"quantity\":0}", "quantity is 0")]
    [InlineData("quick-join", "{\"quantity\":100}", "quantity is 100")]
    [InlineData("join-team", "{}", "this needs team")]
    [InlineData("join-team", "{\"team\":0}", "team is 0")]
    [InlineData("hold", "{\"team\":1024,\"open\":true}", "not both")]
    [InlineData("pay", "{\"amountFen\":1,\"payment\":-5}",
        "payment must be a number from 1 to 9223372036854775807, or a text of 1 to 64 bytes without control characters")]
    [InlineData("pay", "{}", "this needs amountFen")]
    [InlineData("pay", "{\"amountFen\":-1}", "amountFen is -1")]
    [InlineData("pay", "{\"amountFen\":1,\"quantity\":50}", "quantity is no field of this; it takes amountFen, payment")]
    [InlineData("hold", "{\"quantity\":0}", "quantity is 0")]
    [InlineData("open-team", "{\"amountFen\":-1}", "amountFen is -1")]
    [InlineData("solo-buy", "{\"quantity\":-1}", "quantity is -1")]
    [InlineData("quick-join", "{\"source\":\"moon\"}",
        "source must be one of unknown, detailPage, chatGroup, liveRoom, shortVideo, shareLink, venue, other")]
    [InlineData("quick-join", "{\"quantity\":\"many\"}", "quantity must be a whole number from 1 to 99 (R44)")]
    [InlineData("quick-join", "{\"quantity\":\"1\"}", "quantity must be a whole number from 1 to 99 (R44)")]
    [InlineData("quick-join", "{\"quantity\":99999999999}", "quantity must be a whole number from 1 to 99 (R44)")]
    [InlineData("quick-join", "{\"quantity\":1,\"quantity\":2}", "quantity is given twice")]
    [InlineData("quick-join", "{\"quantty\":1}", "quantty is no field of this; it takes quantity, source, sharer, amountFen")]
    [InlineData("quick-join", "{\"quantity\":1", "the body is not valid JSON: ")]
    [InlineData("quick-join", "{\"quantity\":1,}", "the body is not valid JSON: ")]
    [InlineData("quick-join", "[]", "the body must be a JSON object of quantity, source, sharer, amountFen")]
    [InlineData("pay", "{\"amountFen\":1,\"payment\":1.5}",
        "payment must be a number from 1 to 9223372036854775807, or a text of 1 to 64 bytes without control characters")]
    [InlineData("quick-join", "", "the body is missing")]
    [InlineData("pay", "null", "the body is missing")]
    [InlineData("hold", "{\"open\":7}", "open must be true or false")]
    [InlineData("hold", "{\"quantity\":\"2\"}", "quantity must be a whole number from 1 to 99 (R44)")]
    [InlineData("hold", "{\"quantity\":null}", "quantity must be a whole number from 1 to 99 (R44)")]
    [InlineData("hold", "{\"sharer\":\"x\"}", "sharer must be a whole number from 1 to 9223372036854775807, or a string of its digits")]
    [InlineData("pay", "{\"amountFen\":\"5\"}", "amountFen must be a whole number from 0 to 9007199254740991 (R44)")]
    [InlineData("quick-join", "{\"amountFen\":1e30}", "amountFen must be a whole number from 0 to 9007199254740991 (R44)")]
    public async Task A_field_out_of_range_is_named_in_the_reason(string verb, string body, string named)
    {
        using HttpClient lin = _shop.Buyer(1);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await lin.PostAsync(new Uri(ShopCalls.Of(77, verb), UriKind.Relative), content);
        Heard heard = await ShopCalls.HeardAsync(response);

        Assert.Equal(HttpStatusCode.BadRequest, heard.Status);
        Assert.Contains(named, heard.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotMatch("System|Body|LineNumber|reader options", heard.Text("detail"));
        Assert.Equal(_before, await _shop.Engine.StateHashAsync());
    }

    [Theory]
    [InlineData("{\"key\":5}", "key must be a listed refund's key, a text of 1 to 200 characters (R37)")]
    [InlineData("{\"key\":null}", "key must be a listed refund's key, a text of 1 to 200 characters (R37)")]
    [InlineData("{\"key\":\"\"}", "key has 0 characters; allowed is a listed refund's key, a text of 1 to 200 characters (R37)")]
    [InlineData("{}", "this needs key")]
    public async Task A_key_is_a_text_R37(string body, string said)
    {
        using HttpClient payments = _shop.Payments();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        Heard heard =
            await ShopCalls.HeardAsync(await payments.PostAsync(new Uri(ShopCalls.Of(11, "refund-done"), UriKind.Relative), content));

        Assert.Equal((HttpStatusCode.BadRequest, said), (heard.Status, heard.Text("detail")));
    }

    [Theory]
    [InlineData("/api/items/abc", "item must be a whole number from 1 to 9223372036854775807, not 'abc'")]
    [InlineData("/api/items/101/teams?take=x%22y", "take must be a whole number from 1 to 200, not 'x\"y'")]
    [InlineData("/api/items/101/teams?take=99999999999", "take must be a whole number from 1 to 200, not '99999999999'")]
    [InlineData("/api/items/101/teams?tke=5", "'tke' is no parameter of this address; it takes take")]
    [InlineData("/api/items/101/teams?take=5&item=102", "'item' is no parameter of this address; it takes take")]
    [InlineData("/api/items?page=2", "'page' is no parameter of this address; it takes none")]
    [InlineData("/api/operator/counts?item=-1", "'item' is no parameter of this address; it takes none")]
    [InlineData("/api/refunds?Take=0", "take is 0")]
    [InlineData("/api/refunds?skip=x", "skip must be a whole number from 0 to 100000, not 'x'")]
    public async Task A_parameter_that_is_wrong_or_that_nobody_reads_is_named_in_the_reason(string path, string named)
    {
        using HttpClient machine = _shop.Operator();

        Heard heard = await machine.ReadAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, heard.Status);
        Assert.Contains(named, heard.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"", HttpStatusCode.OK, null)]
    [InlineData("application/json; charset=UTF-8", HttpStatusCode.OK, null)]
    [InlineData(
        "application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType, "the body's charset is 'utf-16'; this shop reads utf-8")]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType, "the body must be application/json")]
    public async Task A_body_is_read_by_its_media_type_and_charset(string? type, HttpStatusCode status, string? said)
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type is null ? [] : [type]);

        Heard heard = await ShopCalls.HeardAsync(await lin.PostAsync(new Uri(ShopCalls.Of(78, "quick-join"), UriKind.Relative), content));

        Assert.Equal((status, said is null ? null : "WrongMediaType"), (heard.Status, heard.Text("title")));
        Assert.Contains(said ?? "", heard.Text("detail") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_sold_here_is_404_and_an_unknown_address_too()
    {
        using HttpClient lin = _shop.Buyer(1);
        Heard item = await lin.AskAsync(ShopCalls.Of(77, "quick-join", item: 999), new { });
        using HttpClient stranger = _shop.Stranger();
        Heard address = await lin.ReadAsync("/api/nothing");
        Heard strangers = await stranger.ReadAsync("/api/nothing");
        Heard method = await lin.ReadAsync(ShopCalls.Of(77, "quick-join"));

        Assert.Equal((HttpStatusCode.NotFound, "UnknownItem"), (item.Status, item.Text("title")));
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (address.Status, address.Text("title")));
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (strangers.Status, strangers.Text("title")));
        Assert.Contains(method.Status, (HttpStatusCode[])[HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound]);
    }

    [Fact]
    public async Task A_caller_beyond_his_rate_is_told_to_come_back()
    {
        await using RunningShop slow = await RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:RequestsPerSecond"] = "1",
            ["Storefront:RequestsBurst"] = "2",
        });
        using HttpClient lin = slow.Buyer(1);
        using HttpClient may = slow.Buyer(2);
        HttpStatusCode last = HttpStatusCode.OK;
        for (int i = 0; i < 10 && last == HttpStatusCode.OK; i++)
        {
            last = (await lin.ReadAsync("/api/items")).Status;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.OK, (await may.ReadAsync("/api/items")).Status);
    }

    [Fact]
    public async Task Who_watches_the_shop_is_not_counted()
    {
        await using RunningShop slow = await RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:RequestsPerSecond"] = "1",
            ["Storefront:RequestsBurst"] = "1",
        });
        using HttpClient watch = slow.Operator();
        for (int i = 0; i < 5; i++)
        {
            foreach (string path in (string[])["/health", "/health/facts", "/metrics"])
            {
                Assert.Equal((path, HttpStatusCode.OK), (path, (await watch.ReadAsync(path)).Status));
            }
        }
    }

    private static IEnumerable<MappedEndpoint> Posts(RunningShop shop) =>
        MappedEndpoint.Of(shop).Where(endpoint => endpoint.Method == "POST");

    private static HttpClient ClientFor(RunningShop shop, MappedEndpoint endpoint) =>
        endpoint.Policies.Contains(ShopRoles.Merchant) ? shop.Merchant1()
        : endpoint.Policies.Contains(ShopRoles.Operator) || endpoint.Policies.Contains(ShopRoles.SettlesRefunds) ? shop.Operator()
        : shop.Buyer(2);

    private static async Task<IReadOnlyList<string>> TryMalformedAsync(RunningShop shop, string body, string type)
    {
        List<string> complaints = [];
        foreach (MappedEndpoint endpoint in Posts(shop))
        {
            using var content = new StringContent(body, Encoding.UTF8);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            if (await ComplainAsync(shop, endpoint, endpoint.Path("101", "12"), content) is { } complaint)
            {
                complaints.Add(complaint);
            }
        }

        return complaints;
    }

    /// <summary>Null when the answer is a 4xx with a reason.</summary>
    private static async Task<string?> ComplainAsync(RunningShop shop, MappedEndpoint endpoint, string path, HttpContent? content)
    {
        using HttpClient client = ClientFor(shop, endpoint);
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), path) { Content = content };
        using HttpResponseMessage response = await client.SendAsync(request);
        Heard heard = await ShopCalls.HeardAsync(response);
        string? reason = endpoint.IsPage ? heard.Raw : heard.Text("detail");
        return (int)heard.Status is < 400 or >= 500 ? $"{endpoint} at {path} answered {(int)heard.Status}"
            : string.IsNullOrEmpty(reason) ? $"{endpoint} at {path} gave no reason: {heard.Raw}"
            : null;
    }

    /// <summary>A body whose length nobody can tell before it is sent.</summary>
    private sealed class Unannounced(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
