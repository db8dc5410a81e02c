using System.Net;
using Matching.Storefront.Api;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>What one address may have of the shop, and whose address counts behind a proxy.</summary>
public sealed class AddressTests : IDisposable
{
    private const int Most = 2;

    private readonly HeldRequests _held = new();

    [Fact]
    public async Task One_request_more_than_an_address_may_have_at_once_is_refused_and_other_addresses_are_served()
    {
        await using RunningShop shop = await StartAsync(
            ("Storefront:RequestsPerAddress", "2"), ("Storefront:RequestsInFlight", "50"), ("Storefront:KnownProxies:0", "127.0.0.0/8"));
        using HttpClient one = Visitor(shop, "192.0.2.1");
        using HttpClient other = Visitor(shop, "192.0.2.2");
        await _held.HoldAsync(one, "/api/held", Most);

        foreach (string path in (string[])["/api/items", "/item/101", "/shop.css", "/nowhere.css", "/health"])
        {
            using HttpResponseMessage refused = await one.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((path, HttpStatusCode.TooManyRequests), (path, refused.StatusCode));
            Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
        }

        Heard said = await one.ReadAsync("/api/items");
        Assert.Equal(("TooManyAtOnce", "429"), (said.Text("title"), said.Text("status")));
        Assert.Contains("RequestsPerAddress", said.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await other.ReadAsync("/api/items")).Status);
        await _held.LetGoAsync();
        Assert.Equal(HttpStatusCode.OK, (await one.ReadAsync("/api/items")).Status);
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("198.51.100.9, 192.0.2.7")]
    public async Task Behind_a_known_proxy_each_visitor_is_a_caller_and_cannot_say_that_he_is_another(string forwarded)
    {
        await using RunningShop shop = await StartAsync(
            ("Storefront:KnownProxies:0", "127.0.0.1"), ("Storefront:RequestsBurst", "1"), ("Storefront:RequestsPerSecond", "1"));
        using HttpClient may = Visitor(shop, "192.0.2.8");
        Assert.Equal(HttpStatusCode.OK, (await Visitor(shop, forwarded).ReadAsync("/api/items")).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await Visitor(shop, "203.0.113.5, 192.0.2.7").ReadAsync("/api/items")).Status);
        Assert.Equal(HttpStatusCode.OK, (await may.ReadAsync("/api/items")).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.0/8")]
    public async Task Nobody_but_a_known_proxy_says_for_whom_he_asks(string? known)
    {
        await using RunningShop shop = await StartAsync(
            ("Storefront:KnownProxies:0", known), ("Storefront:RequestsBurst", "1"), ("Storefront:RequestsPerSecond", "1"));

        Assert.Equal(HttpStatusCode.OK, (await Visitor(shop, "192.0.2.1").ReadAsync("/api/items")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Visitor(shop, "192.0.2.2").ReadAsync("/api/items")).Status);
    }

    [Fact]
    public async Task Who_is_signed_in_is_counted_by_who_he_is_wherever_he_comes_from()
    {
        await using RunningShop shop = await StartAsync(
            ("Storefront:KnownProxies:0", "127.0.0.1"), ("Storefront:RequestsBurst", "1"), ("Storefront:RequestsPerSecond", "1"));
        using HttpClient lin = shop.Buyer(1);
        using HttpClient may = shop.Buyer(2);
        lin.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.1");
        may.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.1");
        Assert.Equal(HttpStatusCode.OK, (await lin.ReadAsync("/api/items")).Status);
        lin.DefaultRequestHeaders.Remove("X-Forwarded-For");
        lin.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.2");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await lin.ReadAsync("/api/items")).Status);
        Assert.Equal(HttpStatusCode.OK, (await may.ReadAsync("/api/items")).Status);
    }

    [Theory]
    [InlineData("/nowhere.css")]
    [InlineData("/item/101.html")]
    [InlineData("/item/101/team/1024.png")]
    [InlineData("/img/nothing.svg")]
    public async Task What_only_looks_like_a_file_escapes_neither_limit(string path)
    {
        await using RunningShop shop = await StartAsync(("Storefront:RequestsInFlight", "2"));
        using HttpClient browser = shop.Browser();
        await _held.HoldAsync(browser, "/held", Most);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.ReadAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.ReadAsync("/shop.css")).Status);
        await _held.LetGoAsync();

        await using RunningShop slow = await StartAsync(("Storefront:RequestsBurst", "1"), ("Storefront:RequestsPerSecond", "1"));
        using HttpClient stranger = slow.Stranger();
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await stranger.ReadAsync(path)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.ReadAsync(path)).Status);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await stranger.ReadAsync("/img/tea.svg")).Status);
        }
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_one_more_is_closed_until_one_goes()
    {
        await using RunningShop shop = await StartAsync(("Storefront:ConnectionsPerAddress", "2"));
        using RawConnection first = await AskedAsync(shop);
        using RawConnection second = await AskedAsync(shop);
        using RawConnection third = await RawConnection.OpenAsync(shop);
        Assert.Equal("", await third.ReadToEndAsync());

        first.Dispose();
        string said;
        do
        {
            // The shop learns a moment later that the first one has gone.
            using RawConnection again = await RawConnection.OpenAsync(shop);
            said = await TryAskAsync(again);
        }
        while (said.Length == 0);
        Assert.Equal("HTTP/1.1 200 OK", said);
    }

    [Fact]
    public async Task Connections_of_a_known_proxy_are_not_counted()
    {
        await using RunningShop shop =
            await StartAsync(("Storefront:ConnectionsPerAddress", "1"), ("Storefront:KnownProxies:0", "127.0.0.1"));
        using RawConnection first = await AskedAsync(shop);
        using RawConnection second = await AskedAsync(shop);
        using RawConnection third = await AskedAsync(shop);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::", "2001:db8:1:2::")]
    [InlineData("::1", "::")]
    public void An_address_is_a_caller_and_of_IPv6_a_network_is(string remote, string caller) =>
        Assert.Equal(IPAddress.Parse(caller), Addresses.Of(IPAddress.Parse(remote)));

    [Fact]
    public async Task Many_threads_never_have_more_places_of_an_address_than_there_are_and_leave_nothing_behind()
    {
        const int Threads = 4;
        var places = new AddressPlaces(Most);
        using var together = new Barrier(Threads);
        int taken = 0;
        int worst = 0;
        int[] granted = await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                int mine = 0;
                together.SignalAndWait();
                for (int i = 0; i < 100_000; i++)
                {
                    IPAddress address = IPAddress.Loopback;
                    if (places.TryTake(address))
                    {
                        mine++;
                        int now = Interlocked.Increment(ref taken);
                        worst = now > Most ? now : worst;
                        Interlocked.Decrement(ref taken);
                        places.Return(address);
                    }
                }

                return mine;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal((0, 0), (worst, places.Addresses));
        Assert.True(granted.Sum() > 0);
    }

    public void Dispose() => _held.Dispose();

    private static HttpClient Visitor(RunningShop shop, string forwarded)
    {
        HttpClient client = shop.Stranger();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        return client;
    }

    private static async Task<RawConnection> AskedAsync(RunningShop shop)
    {
        RawConnection connection = await RawConnection.OpenAsync(shop);
        Assert.Equal("HTTP/1.1 200 OK", await TryAskAsync(connection));
        return connection;
    }

    private static async Task<string> TryAskAsync(RawConnection connection)
    {
        try
        {
            await connection.SendAsync("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return await connection.ReadLineAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private Task<RunningShop> StartAsync(params (string Key, string? Value)[] settings) => RunningShop.StartAsync(
        settings.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Key, setting.Value)),
        plant: _held.Plant);
}
