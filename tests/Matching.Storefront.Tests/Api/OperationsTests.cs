using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Matching.Engine;
using Matching.Storage;
using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Tests.Api;

/// <summary>What machines that watch the shop read.</summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task Metrics_are_Prometheus_text_and_count_what_happened()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using HttpClient may = shop.Buyer(2);
        using HttpClient watch = shop.Operator();
        await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { });
        await may.AskAsync(ShopCalls.Of(12, "quick-join"), new { });
        await may.AskAsync(ShopCalls.Of(12, "quick-join"), new { });

        string text = await watch.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("matching_joins_total{outcome=\"Opened\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("matching_joins_total{outcome=\"Formed\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("matching_commands_total{operation=\"QuickJoin\",outcome=\"Repeated\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE matching_journal_write_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("storefront_command_duration_seconds_count 3\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches("^(# (HELP|TYPE) [a-z_0-9]+.*|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*\\})? [-+0-9.eEInfNa]+)$", line));
    }

    [Fact]
    public async Task Metrics_have_few_buckets_for_each_of_the_web_servers_many_series()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient watch = shop.Operator();
        await watch.ReadAsync("/api/items");

        string text = await watch.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        IGrouping<string, string> series = text.Split('\n')
            .Where(line => line.StartsWith("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal))
            .GroupBy(line => line[..line.IndexOf("le=", StringComparison.Ordinal)]).First();
        Assert.InRange(series.Count(), 8, 16);
        Assert.EndsWith("le=\"+Inf\"} 1", series.Last(), StringComparison.Ordinal);
        long[] counts = [.. series.Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))];
        Assert.Equal(counts.Order(), counts);
    }

    /// <summary>From the build's output, as a service starts it: a build's files lie in the project, nothing was published.</summary>
    [Fact]
    public async Task Outside_Development_too_pages_have_their_style_and_script()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient browser = shop.Browser();
        string page = await browser.PageAsync("/");
        foreach (string file in (string[])["shop.css", "shop.js"])
        {
            // The address carries the file's fingerprint.
            Match found = Regex.Match(
                page, $"(href|src)=\"(?<to>shop[^\"]*\\.{file[5..]})\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            string address = found.Groups["to"].Value;
            Assert.NotEmpty(await browser.GetStringAsync(new Uri("/" + address.TrimStart('/'), UriKind.Relative)));
        }
    }

    [Theory]
    [InlineData("en-US", "en")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh")]
    [InlineData("de-DE,en-GB;q=0.7,zh;q=0.3", "en")]
    [InlineData("fr", "zh")]
    [InlineData("en;q=0, *", "zh")]
    public async Task A_page_is_in_the_language_a_browser_likes_best_of_the_shops(string asked, string language)
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient browser = shop.Browser();
        browser.DefaultRequestHeaders.Add("Accept-Language", asked);

        Assert.Contains($"<html lang=\"{language}\">", await browser.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_journal_is_unhealthy_and_answers_503_instead_of_500()
    {
        var journal = new FailingJournal();
        await using RunningShop shop = await RunningShop.StartAsync(configure: services =>
            services.Configure<MatchingOptions>(options => options.Journal = () => journal));
        using HttpClient lin = shop.Buyer(1);
        using HttpClient browser = shop.Browser();
        Heard before = await lin.ReadAsync("/health");
        journal.Fails = true;

        Heard refused = await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { });
        Heard read = await lin.ReadAsync("/api/items/101/teams");
        Heard after = await lin.ReadAsync("/health");
        using HttpResponseMessage page = await browser.GetAsync(new Uri("/item/101", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "Unavailable", "R38"), (refused.Status, refused.Text("title"), refused.Text("rule")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "R38"), (read.Status, read.Text("rule")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, after.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient stranger = shop.Stranger();
        Heard document = await stranger.ReadAsync("/openapi/v1.json");

        Assert.StartsWith("3.", document.Text("openapi"), StringComparison.Ordinal);
        Assert.True(document.Body.GetProperty("paths").TryGetProperty("/api/items/{item}/orders/{order}/quick-join", out _));
        Assert.True(document.Body.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("apiKey", out _));
    }

    [Fact]
    public async Task A_shop_that_is_told_nothing_listens_on_loopback_only()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        string file = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));

        Assert.Contains("\"Urls\": \"http://127.0.0.1:5080\"", file, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", shop.Address.Host);
        Assert.NotNull(
            shop.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>());
    }

    [Theory]
    [InlineData("Storefront:RequestsPerSecond", "0", "Storefront:RequestsPerSecond is 0; it must be 1 … 1000000")]
    [InlineData("Storefront:RequestsPerSecond", "many", "'many' at 'Storefront:RequestsPerSecond'")]
    [InlineData("Storefront:RequestsBurst", "1000001", "Storefront:RequestsBurst is 1000001; it must be 1 … 1000000")]
    [InlineData("Storefront:RequestsInFlight", "0", "Storefront:RequestsInFlight is 0; it must be 1 … 65536")]
    [InlineData("Storefront:SignInsPerMinute", "-1", "Storefront:SignInsPerMinute is -1; it must be 1 … 10000")]
    [InlineData("Storefront:MaxBodyBytes", "5", "Storefront:MaxBodyBytes is 5; it must be 1024 … 1048576")]
    [InlineData("Storefront:BodySeconds", "0", "Storefront:BodySeconds is 0; it must be 1 … 300")]
    [InlineData("Storefront:RequestsPerAddress", "0", "Storefront:RequestsPerAddress is 0; it must be 1 … 65536")]
    [InlineData("Storefront:ConnectionsPerAddress", "0", "Storefront:ConnectionsPerAddress is 0; it must be 1 … 1000000")]
    [InlineData("Storefront:KnownProxies:0", "proxy.example",
        "Storefront:KnownProxies:0 is 'proxy.example'; it must be an IP address, or a network such as 10.0.0.0/8")]
    [InlineData("Storefront:KnownProxies:0", "", "Storefront:KnownProxies:0 is ''")]
    [InlineData("Storefront:CatalogueFile", "", "Storefront:CatalogueFile is empty")]
    [InlineData("Matching:ExpectedOrders", "1000000001", "ExpectedOrders is 1000000001; it must be 0 … 1000000000")]
    [InlineData("Storefront:ApiKeys:0:Sha256", "abc", "Sha256")]
    [InlineData("Storefront:ApiKeys:0:Role", "king", "king")]
    [InlineData("Storefront:RequestsPerSecnd", "5", "RequestsPerSecnd")]
    [InlineData("Matching:Shards", "65", "Shards is 65")]
    [InlineData("Matching:Book:TeamSize", "9", "TeamSize")]
    [InlineData("Matching:DataDirectry", "x", "DataDirectry")]
    public async Task Wrong_settings_stop_the_start_and_are_named(string key, string value, string named)
    {
        Exception e = await Assert.ThrowsAnyAsync<Exception>(
            () => RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { [key] = value }));
        Assert.Contains(named, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_are_told_before_anything_is_opened()
    {
        string directory = Directory.CreateTempSubdirectory("matching-shop").FullName;
        string journal = Path.Combine(directory, "journal");
        try
        {
            await Assert.ThrowsAsync<OptionsValidationException>(
                () => RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Matching:DataDirectory"] = journal,
                    ["Storefront:RequestsBurst"] = "0",
                }));
            Assert.False(Directory.Exists(journal));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>A journal in memory that can be told to fail.</summary>
    private sealed class FailingJournal : IJournal
    {
        private readonly MemoryJournal _memory = new();

        public volatile bool Fails;

        public long NextSequence => _memory.NextSequence;

        public long DurableSequence => _memory.DurableSequence;

        public long DurableBytes => _memory.DurableBytes;

        public void Confirm() => _memory.Confirm();

        public uint BoundaryAt(long sequence) => _memory.BoundaryAt(sequence);

        public void Retire(long neededFrom, long nowMs, long deleteUpToMs) => _memory.Retire(neededFrom, nowMs, deleteUpToMs);

        public void Append(ReadOnlySpan<byte> events, int count) => _memory.Append(events, count);

        public void Commit()
        {
            if (Fails)
            {
                throw new JournalException("planted: the disk is gone");
            }

            _memory.Commit();
        }

        public IJournalReader Read(long fromSequence) => _memory.Read(fromSequence);

        public void Dispose() => _memory.Dispose();
    }
}
