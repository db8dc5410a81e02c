using System.Net;
using System.Text.Json;
using Matching.Storefront.Accounts;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>
/// What clients rely on: methods, hosts, headers, the API's description of itself, and that a refusal tells nothing of others.
/// </summary>
public sealed class ProtocolTests(OpenShop open) : IClassFixture<OpenShop>
{
    private readonly RunningShop _shop = open.Shop;

    [Fact]
    public async Task HEAD_answers_wherever_GET_does_with_the_same_status_and_type()
    {
        int tried = 0;
        foreach (MappedEndpoint endpoint in MappedEndpoint.Of(_shop).Where(endpoint => endpoint.Method == "GET"))
        {
            using HttpClient client = endpoint.Policies.Contains(ShopRoles.Merchant) ? _shop.Merchant1()
                : endpoint.Policies.Any(policy => policy is ShopRoles.Operator or ShopRoles.SettlesRefunds) ? _shop.Operator()
                : _shop.Buyer(1);
            using HttpResponseMessage got = await client.GetAsync(new Uri(endpoint.Path("101", "51"), UriKind.Relative));
            using var request = new HttpRequestMessage(HttpMethod.Head, endpoint.Path("101", "51"));
            using HttpResponseMessage head = await client.SendAsync(request);
            Assert.Equal((endpoint.Pattern, got.StatusCode, got.Content.Headers.ContentType),
                (endpoint.Pattern, head.StatusCode, head.Content.Headers.ContentType));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            tried++;
        }

        Assert.True(tried > 20, $"only {tried} endpoints were tried");
        using HttpClient stranger = _shop.Stranger();
        using var post = new HttpRequestMessage(HttpMethod.Head, ShopCalls.Of(51, "hold"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(post)).StatusCode);
    }

    [Fact]
    public async Task HEAD_sends_no_body_over_the_wire()
    {
        using RawConnection connection = await RawConnection.OpenAsync(_shop);
        await connection.SendAsync("HEAD /item/101 HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

        string said = await connection.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", said, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\nAccept: text/html\r\n")]
    [InlineData("GET /item/101 HTTP/1.1\r\nHost: \r\nAccept: text/html\r\n")]
    [InlineData("GET /api/items HTTP/1.1\r\nHost:\r\n")]
    [InlineData("GET /orders HTTP/1.1\r\nHost:\r\nAccept: text/html\r\n")]
    [InlineData("GET / HTTP/1.0\r\nAccept: text/html\r\n")]
    public async Task A_request_without_a_host_is_a_bad_one(string head)
    {
        using RawConnection connection = await RawConnection.OpenAsync(_shop);
        await connection.SendAsync(head + "Connection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_other_than_the_shops_is_refused()
    {
        using RawConnection connection = await RawConnection.OpenAsync(_shop);
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("open-team")]
    [InlineData("quick-join")]
    [InlineData("join-team")]
    [InlineData("solo-buy")]
    public async Task An_order_of_somebody_else_is_unknown_to_whoever_asks_for_one_of_its_id(string verb)
    {
        using HttpClient lin = _shop.Buyer(1_001);
        using HttpClient may = _shop.Buyer(1_002);
        await lin.AskAsync(ShopCalls.Of(8_801, "solo-buy"), new { });
        object body = verb == "join-team" ? new { team = 1024 } : new { };

        Heard others = await may.AskAsync(ShopCalls.Of(8_801, verb), body);
        Heard own = await lin.AskAsync(ShopCalls.Of(8_801, verb), body);
        Heard read = await may.ReadAsync("/api/items/101/orders/8801");

        Assert.Equal((HttpStatusCode.NotFound, "UnknownOrder"), (others.Status, others.Text("title")));
        Assert.Equal((read.Text("detail"), read.Text("type")), (others.Text("detail"), others.Text("type")));
        Assert.Equal(verb == "solo-buy" ? HttpStatusCode.OK : HttpStatusCode.Conflict, own.Status);
    }

    [Fact]
    public async Task The_description_says_of_every_operation_its_id_and_who_may_call_it()
    {
        using HttpClient stranger = _shop.Stranger();
        Heard document = await stranger.ReadAsync("/openapi/v1.json");
        IReadOnlyList<MappedEndpoint> endpoints = MappedEndpoint.Of(_shop);
        List<string> ids = [];
        foreach (JsonProperty path in document.Body.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty method in path.Value.EnumerateObject())
            {
                ids.Add(method.Value.GetProperty("operationId").GetString()!);
                MappedEndpoint endpoint =
                    endpoints.Single(one => one.ToString() == $"{method.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}");
                string[] schemes = [.. method.Value.TryGetProperty("security", out JsonElement security)
                    ? security.EnumerateArray().SelectMany(requirement => requirement.EnumerateObject()).Select(scheme => scheme.Name)
                        : []];
                Assert.True(
                    endpoint.Anonymous ? schemes.Length == 0 : schemes.Contains("apiKey") && schemes.Contains("bearer"),
                    $"{endpoint} asks for {string.Join(' ', schemes)}");
            }
        }

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Matches("^[a-z][a-zA-Z]+$", id));
        Assert.Equal(
            endpoints.Count(endpoint => endpoint.Pattern.StartsWith("/api", StringComparison.Ordinal)), ids.Count);
        Assert.Equal(
            ["apiKey", "bearer", "cookie"],
            document.Body.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name)
                .Order(StringComparer.Ordinal));
    }
}
