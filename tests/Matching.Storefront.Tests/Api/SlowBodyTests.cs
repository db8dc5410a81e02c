using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Matching.Storefront.Tests.Api;

/// <summary>Who sends his request slowly waits for himself alone.</summary>
public sealed class SlowBodyTests : IAsyncLifetime, IDisposable
{
    private const int Most = 2;
    private const int Seconds = 37;
    private const string Form = "item=101&order=5";

    private readonly WatchedTime _time = new(TimeSpan.FromSeconds(Seconds));
    private RunningShop _shop = null!;

    public async Task InitializeAsync() => _shop = await RunningShop.StartAsync(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:RequestsInFlight"] = Most.ToString(CultureInfo.InvariantCulture),
            ["Storefront:BodySeconds"] = Seconds.ToString(CultureInfo.InvariantCulture),
        },
        configure: services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            // The web server's own end to slow bodies is by the real clock: on a busy machine it would come first.
            services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = null);
        });

    public Task DisposeAsync() => _shop.DisposeAsync().AsTask();

    public void Dispose() => _time.Dispose();

    [Fact]
    public async Task Bodies_that_drip_hold_no_place_and_others_are_served_meanwhile()
    {
        using HttpClient browser = _shop.Browser();
        using HttpClient lin = _shop.Buyer(1);
        RawConnection[] slow = await DripAsync(Most + 1, "/do/hold", "application/x-www-form-urlencoded", Form);
        RawConnection[] machines = await DripAsync(Most + 1, ShopCalls.Of(7, "quick-join"), "application/json", "{\"quantity\":1}");
        await _time.SetAsync(slow.Length + machines.Length);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.ReadAsync("/item/101")).Status);
            Assert.Equal("Opened", (await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { })).Text("outcome"));
            await Task.WhenAll(slow.Concat(machines).Select(connection => connection.SendAsync("x")));
        }

        _time.Fire();
        foreach (RawConnection connection in slow.Concat(machines))
        {
            string said = await connection.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 408 ", said, StringComparison.Ordinal);
            Assert.Contains("the body did not arrive within 37 s (Storefront:BodySeconds)", said, StringComparison.Ordinal);
            connection.Dispose();
        }
    }

    [Fact]
    public async Task A_body_that_comes_in_parts_in_time_is_read_whole()
    {
        using RawConnection connection = await RawConnection.OpenAsync(_shop);
        await connection.SendAsync(Head(
            ShopCalls.Of(7, "quick-join"), "application/json", "{\"quantity\":3}".Length, "X-Api-Key: any-buyer-key\r\nX-Buyer: 1\r\n"));
        await connection.SendAsync("{\"quan");
        await _time.SetAsync(1);
        await connection.SendAsync("tity\":3}");

        Assert.Equal("HTTP/1.1 200 OK", await connection.ReadLineAsync());
        Assert.Equal(3, (await _shop.Engine.FindOrderAsync(RunningShop.Item, 7))?.Quantity);
    }

    /// <summary>
    /// With the least buffers a system gives, so that what is not read stays with the shop; and without the web server's own end to that.
    /// </summary>
    [Fact]
    public async Task Answers_that_nobody_reads_hold_no_place_either()
    {
        await using RunningShop shop = await RunningShop.StartAsync([new("Storefront:RequestsInFlight", "2")], configure: services =>
        {
            services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = null);
            services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endpoint =>
            {
                Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                socket.SendBufferSize = 1;
                return socket;
            });
        });
        using HttpClient lin = shop.Buyer(1);
        using RawConnection one = await RawConnection.OpenAsync(shop, receiveBytes: 1);
        using RawConnection other = await RawConnection.OpenAsync(shop, receiveBytes: 1);
        foreach (RawConnection connection in (RawConnection[])[one, other])
        {
            await connection.SendAsync($"GET /openapi/v1.json HTTP/1.1\r\nHost: {shop.Address.Authority}\r\n\r\n");
            Assert.Equal("HTTP/1.1 200 OK", await connection.ReadLineAsync());
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await lin.ReadAsync("/api/items")).Status != HttpStatusCode.OK)
        {
            Assert.False(patience.IsCancellationRequested, "places are held by those who do not read");
        }
    }

    private async Task<RawConnection[]> DripAsync(int connections, string path, string type, string body)
    {
        RawConnection[] dripping = new RawConnection[connections];
        for (int i = 0; i < connections; i++)
        {
            dripping[i] = await RawConnection.OpenAsync(_shop);
            await dripping[i].SendAsync(Head(path, type, body.Length + 100, "") + body[..5]);
        }

        return dripping;
    }

    private string Head(string path, string type, int length, string more) => string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: {_shop.Address.Authority}\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n{more}\r\n");
}
