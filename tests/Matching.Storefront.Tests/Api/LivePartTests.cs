using System.Net;
using System.Text;
using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Matching.Storefront.Tests.Api;

/// <summary>Pages that are watched: what changes on them comes by itself, to whom it is for.</summary>
public sealed class LivePartTests
{
    [Fact]
    public async Task What_changes_comes_to_all_who_watch_in_their_language_and_what_came_is_not_sent_again()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient chinese = shop.Browser();
        using HttpClient english = shop.Browser();
        english.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        using LiveStream zh = await LiveStream.OfAsync(chinese, "/item/101");
        using LiveStream en = await LiveStream.OfAsync(english, "/item/101");
        Assert.Equal("text/event-stream", zh.Response.Content.Headers.ContentType?.MediaType);
        using HttpClient lin = shop.Buyer(1);

        await lin.AskAsync(ShopCalls.Of(11, "open-team", item: 201), new { });
        await lin.AskAsync(ShopCalls.Of(12, "open-team"), new { });

        // Of the other item's team nothing is said; letters are letters, not entities of seven bytes.
        (long id, string part) = await zh.NextWithAsync("data-test=\"team\"");
        Assert.StartsWith("<live-part ", part, StringComparison.Ordinal);
        Assert.EndsWith("</live-part>\n", part, StringComparison.Ordinal);
        Assert.Contains("还差 1 人", part, StringComparison.Ordinal);
        Assert.DoesNotContain("&#x", part, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", part, StringComparison.Ordinal);
        await en.NextWithAsync("1 more");

        // Whose connection was lost is sent only what is newer than what came last.
        using LiveStream again = await LiveStream.OpenAsync(chinese, "/live/101/0/item/101", id);
        await shop.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.True((await again.NextWithAsync("data-test=\"no-teams\"")).Id > id);
    }

    [Fact]
    public async Task The_forms_that_come_are_the_readers_own_and_work()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient lin = await shop.SignedInAsync("lin");
        using LiveStream stream = await LiveStream.OfAsync(lin, "/item/101");
        using HttpClient may = shop.Buyer(2);
        await may.AskAsync(ShopCalls.Of(12, "open-team"), new { });

        string part = WebUtility.HtmlDecode((await stream.NextWithAsync("data-test=\"team\"")).Part);
        using HttpResponseMessage held = await lin.SubmitAsync(
            "/do/hold", ShopPages.TokenOf(part), ("item", "101"), ("order", "77"), ("team", part.Between("data-team=\"", "\"")));

        Assert.Equal("/pay/101/77", held.Headers.Location?.ToString());
        await stream.NextWithAsync("data-test=\"my-hold\"");
    }

    [Fact]
    public async Task A_page_is_watched_by_whom_it_is_for_and_signing_out_ends_that()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient stranger = shop.Browser();
        foreach ((string page, HttpStatusCode wanted) in (IEnumerable<(string, HttpStatusCode)>)
            [
                ("/live/0/0/orders", HttpStatusCode.Unauthorized), ("/live/0/0/api/items", HttpStatusCode.NotFound),
                ("/live/0/0/shop.css", HttpStatusCode.NotFound), ("/live/0/0/nowhere", HttpStatusCode.NotFound),
                ("/live/0/item/101", HttpStatusCode.NotFound), ("/live/x/0/item/101", HttpStatusCode.NotFound),
                ("/live/0/0/live/0/0/item/101", HttpStatusCode.NotFound), ("/live", HttpStatusCode.NotFound),
            ])
        {
            using LiveStream refused = await LiveStream.OpenAsync(stranger, page);
            Assert.Equal((page, wanted), (page, refused.Response.StatusCode));
        }

        using HttpClient lin = await shop.SignedInAsync("lin");
        using LiveStream stream = await LiveStream.OfAsync(lin, "/orders");
        using HttpResponseMessage left = await lin.SubmitFromAsync("/orders", "/account/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task Watching_takes_no_place_of_requests_and_has_a_bound_of_its_own()
    {
        await using RunningShop shop = await RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:LivePagesPerAddress"] = "3",
            ["Storefront:RequestsPerAddress"] = "1",
            ["Storefront:RequestsInFlight"] = "1",
        });
        using HttpClient browser = shop.Browser();
        var streams = new List<LiveStream>();
        for (int i = 0; i < 3; i++)
        {
            streams.Add(await LiveStream.OfAsync(browser, "/item/101"));
        }

        using LiveStream more = await LiveStream.OpenAsync(browser, "/live/101/0/item/101");
        Assert.Equal(HttpStatusCode.TooManyRequests, more.Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.ReadAsync("/item/101")).Status);
        using HttpClient lin = shop.Buyer(1);
        await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });
        foreach (LiveStream stream in streams)
        {
            Assert.NotNull(await stream.NextAsync());
            stream.Dispose();
        }
    }

    /// <summary>Of ten who ask for the same nine cost nothing; one who asks for ever other pages has his rate.</summary>
    [Fact]
    public async Task A_part_is_made_once_for_all_strangers_and_is_a_request_of_who_first_asked()
    {
        await using RunningShop shop = await RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:RequestsBurst"] = "4",
            ["Storefront:RequestsPerSecond"] = "1",
            ["Storefront:RequestsInFlight"] = "1000",
        }, configure: services => services.AddSingleton<TimeProvider>(new StillTime()));
        using HttpClient browser = shop.Browser();
        LiveStream[] streams = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => LiveStream.OpenAsync(browser, "/live/101/9/item/101")));
        foreach (LiveStream stream in streams)
        {
            Assert.NotNull(await stream.NextAsync());
            stream.Dispose();
        }

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.ReadAsync("/item/101")).Status);
        }

        LiveStream[] different = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => LiveStream.OpenAsync(browser, "/live/101/9/item/101?x=" + i)));
        Task<(long, string)?>[] parts = [.. different.Select(stream => stream.NextAsync())];
        await Task.WhenAny(parts);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.ReadAsync("/item/101")).Status);
        foreach (LiveStream stream in different)
        {
            stream.Dispose();
        }

        await Task.WhenAll(parts.Select(part => part.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    [Fact]
    public async Task A_stream_and_a_page_are_compressed_for_who_reads_that()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient browser = shop.Browser();
        browser.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        foreach (string path in (string[])["/item/101", "/live/101/9/item/101"])
        {
            using HttpResponseMessage response =
                await browser.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
            using var zipped = new System.IO.Compression.GZipStream(
                await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
            using var reader = new StreamReader(zipped, Encoding.UTF8);
            string text = "";
            while (!text.Contains("</live-part>", StringComparison.Ordinal))
            {
                text = (await reader.ReadLineAsync())!;
            }
        }
    }

    [Fact]
    public async Task Who_does_not_read_costs_the_others_nothing()
    {
        var deaf = new Deaf();
        await using RunningShop shop = await RunningShop.StartAsync(
            [KeyValuePair.Create<string, string?>("Storefront:RequestsInFlight", "2")],
            configure: services => services.AddSingleton<IStartupFilter>(deaf));
        using HttpClient slow = shop.Browser();
        slow.DefaultRequestHeaders.Add(Deaf.Header, "1");
        // One more than are made at once.
        Task[] unread = [.. Enumerable.Range(0, 3).Select(_ => slow.GetAsync(
            new Uri("/live/101/9/item/101", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))];
        for (int i = 0; i < unread.Length; i++)
        {
            Assert.True(await deaf.Stalled.WaitAsync(LiveStream.Patience), "a part was not sent");
        }

        using HttpClient browser = shop.Browser();
        using LiveStream stream = await LiveStream.OfAsync(browser, "/item/101");
        for (long buyer = 1; buyer <= 3; buyer++)
        {
            using HttpClient client = shop.Buyer(buyer);
            await client.AskAsync(ShopCalls.Of(10 + buyer, "open-team"), new { });
            Assert.NotNull(await stream.NextAsync());
        }
    }

    /// <summary>Timers run and nothing that was spent comes back.</summary>
    private sealed class StillTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>Readers that say so get their first words, and take in nothing more.</summary>
    private sealed class Deaf : IStartupFilter
    {
        public const string Header = "X-Deaf";

        public SemaphoreSlim Stalled { get; } = new(0);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(go => http =>
            {
                if (http.Request.Headers.ContainsKey(Header))
                {
                    http.Response.Body = new StalledStream(http.Response.Body, Stalled);
                }

                return go(http);
            });
            next(app);
        };
    }

    private sealed class StalledStream(Stream whole, SemaphoreSlim stalled) : MemoryStream
    {
        private int _writes;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_writes++ > 0)
            {
                stalled.Release();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            await whole.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => whole.FlushAsync(cancellationToken);
    }
}
