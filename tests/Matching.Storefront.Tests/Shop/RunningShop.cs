using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matching.Storefront.Tests.Shop;

/// <summary>The whole app on a port of its own, in memory, on a manual clock, with a key for each role.</summary>
public sealed class RunningShop : IAsyncDisposable
{
    /// <summary>Merchant 1 sells 101 … 103, merchant 2 sells 201 … 203.</summary>
    public const long Item = 101;

    public const long ItemOfMerchant2 = 201;

    private readonly WebApplication _app;

    private RunningShop(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public MatchingEngine Engine => Services.GetRequiredService<MatchingEngine>();

    /// <summary>Starts a shop.</summary>
    /// <param name="settings">Configuration besides the defaults of tests.</param>
    /// <param name="environment">Production unless the demo sign-in is wanted.</param>
    /// <param name="configure">Services besides the shop's own.</param>
    /// <param name="plant">Endpoints besides the shop's own: faults for its tests to find.</param>
    public static async Task<RunningShop> StartAsync(
        IEnumerable<KeyValuePair<string, string?>>? settings = null, string environment = "Production",
            Action<IServiceCollection>? configure = null,
        Action<WebApplication>? plant = null)
    {
        WebApplication app = StorefrontApp.Build(
            ["--urls=http://127.0.0.1:0", $"--environment={environment}"],
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(Defaults());
                builder.Configuration.AddInMemoryCollection(settings ?? []);
                builder.Logging.ClearProviders();
                builder.Services.PostConfigure<MatchingOptions>(options => options.InMemory |= options.DataDirectory is null);
                configure?.Invoke(builder.Services);
            });
        plant?.Invoke(app);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new RunningShop(app, new Uri(address));
    }

    /// <summary>A client without any credentials. It keeps no cookies and follows no redirects.</summary>
    public HttpClient Stranger() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>A client with a key.</summary>
    public HttpClient Machine(string key, long buyer = 0)
    {
        HttpClient client = Stranger();
        client.DefaultRequestHeaders.Add(ApiKeyHandler.KeyHeader, key);
        if (buyer != 0)
        {
            client.DefaultRequestHeaders.Add(ApiKeyHandler.BuyerHeader, buyer.ToString(CultureInfo.InvariantCulture));
        }

        return client;
    }

    /// <summary>A back end that acts for this buyer.</summary>
    public HttpClient Buyer(long buyer) => Machine("any-buyer-key", buyer);

    public HttpClient Merchant1() => Machine("merchant-1-key");

    public HttpClient Merchant2() => Machine("merchant-2-key");

    public HttpClient Payments() => Machine("payments-key");

    public HttpClient Operator() => Machine("operator-key");

    /// <summary>A browser's client: cookies kept, redirects not followed.</summary>
    /// <param name="cookies">Its cookies; new ones where not given.</param>
    public HttpClient Browser(CookieContainer? cookies = null)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = cookies ?? new CookieContainer()
        })
        { BaseAddress = Address };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return client;
    }

    /// <summary>Moves the manual clock.</summary>
    public ValueTask<long> AdvanceAsync(TimeSpan by) => Engine.AdvanceAsync(Engine.Now + (long)by.TotalMilliseconds);

    /// <summary>Asks about campaigns, past the shop.</summary>
    /// <param name="request">The request's id among a test's own.</param>
    /// <param name="command">What is asked.</param>
    public async Task ControlAsync(long request, ControlCommand command)
    {
        ControlAnswer answer = await Engine.ControlAsync(command with { Request = request });
        Assert.True(answer.Ok, answer.Reason);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Dictionary<string, string?> Defaults() => new(StringComparer.Ordinal)
    {
        ["Matching:DataDirectory"] = null,
        ["Matching:ManualClock"] = "true",
        ["Matching:Shards"] = "1",
        ["Storefront:KeysDirectory"] = "",
        ["Storefront:TrailFile"] = "",
        ["Storefront:RequestsPerSecond"] = "100000",
        ["Storefront:RequestsBurst"] = "100000",
        ["Storefront:SignInsPerMinute"] = "1000",
        ["Storefront:ApiKeys:0:Name"] = "back end",
        ["Storefront:ApiKeys:0:Role"] = "buyer",
        ["Storefront:ApiKeys:0:Sha256"] = Hash("any-buyer-key"),
        ["Storefront:ApiKeys:1:Name"] = "merchant 1",
        ["Storefront:ApiKeys:1:Role"] = "merchant",
        ["Storefront:ApiKeys:1:Id"] = "1",
        ["Storefront:ApiKeys:1:Sha256"] = Hash("merchant-1-key"),
        ["Storefront:ApiKeys:2:Name"] = "merchant 2",
        ["Storefront:ApiKeys:2:Role"] = "merchant",
        ["Storefront:ApiKeys:2:Id"] = "2",
        ["Storefront:ApiKeys:2:Sha256"] = Hash("merchant-2-key"),
        ["Storefront:ApiKeys:3:Name"] = "watch",
        ["Storefront:ApiKeys:3:Role"] = "operator",
        ["Storefront:ApiKeys:3:Sha256"] = Hash("operator-key"),
        ["Storefront:ApiKeys:4:Name"] = "one buyer's gadget",
        ["Storefront:ApiKeys:4:Role"] = "buyer",
        ["Storefront:ApiKeys:4:Id"] = "77",
        ["Storefront:ApiKeys:4:Sha256"] = Hash("buyer-77-key"),
        ["Storefront:ApiKeys:5:Name"] = "payment provider",
        ["Storefront:ApiKeys:5:Role"] = "payments",
        ["Storefront:ApiKeys:5:Sha256"] = Hash("payments-key"),
    };

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
