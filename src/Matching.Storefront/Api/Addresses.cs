using System.Net;
using System.Net.Sockets;
using Matching.Storefront.Components;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Matching.Storefront.Api;

/// <summary>
/// Where requests come from, and how much one address may have going at once: what somebody costs before it is known who he is. Behind
/// proxies that are known (<see cref="StorefrontOptions.KnownProxies"/>) it is the visitor's address, as the proxy says it; nobody else is
/// believed.
/// </summary>
internal static class Addresses
{
    private const int NetworkBytesOfV6 = 8;

    private static readonly QuickRefusal TooMany = new(
        StatusCodes.Status429TooManyRequests,
        """
        {"type":"about:blank","title":"TooManyAtOnce","status":429,"detail":"as many requests of this address as the shop takes at once are being answered (Storefront:RequestsPerAddress, of pages that are watched LivePagesPerAddress); nothing was done, send the same again after Retry-After seconds"}
        """,
        "请求太多了", "Too many requests at once",
        "同一地址的请求太多了，请稍后重试同一步。", "Too many requests from your address at once. Nothing was done; please repeat the same step in a moment.");

    /// <summary>Adds what is known of proxies, and the bound of an address's connections.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<StorefrontOptions>>((forwarded, shop) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // As many hops as are known: the first unknown one, from here, is the visitor.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (string proxy in shop.Value.KnownProxies)
            {
                forwarded.KnownIPNetworks.Add(
                    Parse(proxy) ?? throw new InvalidOperationException($"the options' check let the proxy '{proxy}' pass"));
            }
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<StorefrontOptions>, IOptions<ForwardedHeadersOptions>>(
            (kestrel, shop, forwarded) =>
        {
            var places = new AddressPlaces(shop.Value.ConnectionsPerAddress);
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(connected => connection =>
                AcceptAsync(connection, connected, places, forwarded.Value.KnownIPNetworks)));
        });
    }

    /// <summary>Puts it where it is called: first of all.</summary>
    public static void Use(WebApplication app)
    {
        StorefrontOptions options = app.Services.GetRequiredService<IOptions<StorefrontOptions>>().Value;
        // Without any known proxy the framework would believe everybody.
        if (options.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        var places = new AddressPlaces(options.RequestsPerAddress);
        var live = new AddressPlaces(options.LivePagesPerAddress);
        app.Use(next => http => LimitAsync(http, next, LiveParts.Enter(http) ? live : places));
    }

    /// <summary>
    /// Whose a request is who has not signed in; of IPv6 the network, of which a household has one and addresses without number.
    /// </summary>
    /// <returns>Null where the connection has no address, as one through a local socket.</returns>
    public static IPAddress? Of(IPAddress? remote)
    {
        if (remote is not { AddressFamily: AddressFamily.InterNetworkV6 })
        {
            return remote;
        }

        if (remote.IsIPv4MappedToIPv6)
        {
            return remote.MapToIPv4();
        }

        byte[] bytes = remote.GetAddressBytes();
        bytes.AsSpan(NetworkBytesOfV6).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>An address, or a network as 10.0.0.0/8; null for anything else.</summary>
    public static IPNetwork? Parse(string proxy) =>
        IPAddress.TryParse(proxy, out IPAddress? one) ? new IPNetwork(one, one.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)
        : IPNetwork.TryParse(proxy, out IPNetwork network) ? network
        : null;

    private static async Task LimitAsync(HttpContext http, RequestDelegate next, AddressPlaces places)
    {
        if (Of(http.Connection.RemoteIpAddress) is not { } address)
        {
            await next(http);
        }
        else if (!places.TryTake(address))
        {
            await TooMany.WriteAsync(http);
        }
        else
        {
            try
            {
                await next(http);
            }
            finally
            {
                places.Return(address);
            }
        }
    }

    /// <summary>A proxy's connections carry many visitors; their requests are counted by their own addresses.</summary>
    private static async Task AcceptAsync(
        ConnectionContext connection, ConnectionDelegate next, AddressPlaces places, IList<IPNetwork> proxies)
    {
        IPAddress? remote = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (Of(remote) is not { } address || proxies.Any(proxy => proxy.Contains(remote!.IsIPv4MappedToIPv6 ? address : remote)))
        {
            await next(connection);
        }
        else if (!places.TryTake(address))
        {
            connection.Abort(new ConnectionAbortedException(
                "this address has as many connections as the shop takes of one (Storefront:ConnectionsPerAddress)"));
        }
        else
        {
            try
            {
                await next(connection);
            }
            finally
            {
                places.Return(address);
            }
        }
    }
}
