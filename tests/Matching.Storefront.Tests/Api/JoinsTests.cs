using System.Net;
using System.Text.Json;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>Many orders in one request, each with an answer of its own; and what a read says of whether it changed.</summary>
public sealed class JoinsTests
{
    private static object One(long order, long buyer, long item = RunningShop.Item, long? team = null, int quantity = 1) =>
        team is null ? new { item, order, buyer, quantity } : new { item, order, buyer, team, quantity };

    [Fact]
    public async Task Each_of_many_orders_has_the_answer_it_would_have_had_alone()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient backEnd = shop.Machine("any-buyer-key");
        using HttpClient member = shop.Buyer(20);
        await member.AskAsync(ShopCalls.Of(50, "open-team", item: 103), new { });
        object[] joins = [One(1, 11), One(2, 12), One(3, 20, item: 103), One(4, 13, team: 999),
            One(5, 14, quantity: 0), One(6, 15, item: 7)];

        Heard first = await backEnd.AskAsync("/api/joins", new { joins });
        Heard again = await backEnd.AskAsync("/api/joins", new { joins });

        JsonElement[] answers = [.. first.Body.EnumerateArray()];
        Assert.Equal([200, 200, 409, 404, 400, 404], answers.Select(answer => answer.GetProperty("status").GetInt32()));
        Assert.Equal(
            ["Formed", "Opened"],
            answers.Take(2).Select(answer => answer.GetProperty("reply").GetProperty("outcome").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["AlreadyMember", "UnknownTeam", "BadRequest", "UnknownItem"],
            answers.Skip(2).Select(answer => answer.GetProperty("problem").GetProperty("title").GetString()));
        Assert.Equal("R31", answers[2].GetProperty("problem").GetProperty("rule").GetString());
        Assert.Contains("quantity is 0", answers[4].GetProperty("problem").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal([true, true], again.Body.EnumerateArray().Take(2).Select(
            answer => answer.GetProperty("reply").GetProperty("repeated").GetBoolean()));
        Assert.Equal(12, (await shop.Engine.FindOrderAsync(RunningShop.Item, 2))?.Buyer);
    }

    [Fact]
    public async Task Many_are_one_to_a_hundred_and_name_their_buyers_themselves()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient backEnd = shop.Machine("any-buyer-key");
        foreach (int count in (int[])[0, 101])
        {
            Heard wrong = await backEnd.AskAsync("/api/joins", new { joins = Enumerable.Range(1, count).Select(i => One(i, i)) });
            Assert.Equal(
                (HttpStatusCode.BadRequest, $"joins has {count} entries; allowed is 1 … 100"), (wrong.Status, wrong.Text("detail")));
        }

        Heard most = await backEnd.AskAsync("/api/joins", new { joins = Enumerable.Range(1, 100).Select(i => One(i, i)) });
        Assert.Equal(
            50, most.Body.EnumerateArray().Count(answer => answer.GetProperty("reply").GetProperty("outcome").GetString() == "Formed"));
        using HttpClient forLin = shop.Buyer(1_001);
        Heard header = await forLin.AskAsync("/api/joins", new { joins = new[] { One(1, 1) } });
        Assert.Equal(HttpStatusCode.BadRequest, header.Status);
        Assert.Contains("its body names the buyers", header.Text("detail"), StringComparison.Ordinal);
        using HttpClient gadget = shop.Machine("buyer-77-key");
        Assert.Equal(HttpStatusCode.Forbidden, (await gadget.AskAsync("/api/joins", new { joins = new[] { One(1, 1) } })).Status);
    }

    [Fact]
    public async Task A_read_that_has_not_changed_is_answered_304_until_it_has()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        foreach ((string path, bool changes) in (IEnumerable<(string, bool)>)
            [("/api/items/101/teams", true), ("/api/orders", true), ("/api/items/101", false)])
        {
            using HttpResponseMessage first = await lin.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(first.Headers.CacheControl is { Private: true, NoCache: true });
            async Task<HttpStatusCode> AskAgainAsync()
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
                using HttpResponseMessage answer = await lin.SendAsync(request);
                string body = await answer.Content.ReadAsStringAsync();
                Assert.Equal(answer.StatusCode == HttpStatusCode.NotModified, body.Length == 0);
                return answer.StatusCode;
            }

            Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync());
            bool alone = path == "/api/orders";
            await lin.AskAsync(ShopCalls.Of(alone ? 12 : 11, alone ? "solo-buy" : "open-team", item: alone ? 103 : 101), new { });
            Assert.Equal((path, changes ? HttpStatusCode.OK : HttpStatusCode.NotModified), (path, await AskAgainAsync()));
        }

        using HttpResponseMessage token = await lin.GetAsync(new Uri("/api/antiforgery", UriKind.Relative));
        Assert.Null(token.Headers.ETag);
        using HttpResponseMessage refused = await lin.GetAsync(new Uri("/api/items/7", UriKind.Relative));
        Assert.Null(refused.Headers.ETag);
    }

    [Fact]
    public async Task The_description_shows_bodies_that_the_shop_takes_and_says_what_sending_them_again_does()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient stranger = shop.Stranger();
        JsonElement document = (await stranger.ReadAsync("/openapi/v1.json")).Body;
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        int bodies = 0;
        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonElement operation in path.Value.EnumerateObject().Select(method => method.Value))
            {
                if (operation.TryGetProperty("requestBody", out JsonElement body))
                {
                    string type = body.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref")
                        .GetString()!.Split('/')[^1];
                    Assert.True(schemas.GetProperty(type).TryGetProperty("examples", out _), $"{type} has no example");
                    bodies++;
                }
            }

            if (path.Value.TryGetProperty("post", out JsonElement post)
                && (path.Name.Contains("{order}", StringComparison.Ordinal) || path.Name.EndsWith("joins", StringComparison.Ordinal)))
            {
                Assert.Contains("Idempotent", post.GetProperty("description").GetString(), StringComparison.Ordinal);
            }
        }

        Assert.True(bodies >= 10, $"only {bodies} bodies");
        using HttpClient backEnd = shop.Machine("any-buyer-key");
        Heard taken = await backEnd.AskAsync("/api/joins", schemas.GetProperty("JoinsBody").GetProperty("examples")[0]);
        Assert.Equal(HttpStatusCode.OK, taken.Status);
    }

    [Fact]
    public async Task The_description_has_a_page_in_development_only()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        await using RunningShop demo = await ShopPages.OpenWithDemoAsync();
        using HttpClient stranger = shop.Browser();
        using HttpClient developer = demo.Browser();
        developer.DefaultRequestHeaders.Accept.ParseAdd("*/*");

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.ReadAsync("/scalar")).Status);
        using HttpResponseMessage page = await developer.GetAsync(new Uri("/scalar/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("openapi/v1.json", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("'unsafe-inline'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
