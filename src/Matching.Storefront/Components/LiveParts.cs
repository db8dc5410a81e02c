using System.Globalization;
using System.Text;
using Matching.Storefront.Accounts;
using Matching.Storefront.Api;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Components;

/// <summary>What a browser that watches a page has of it.</summary>
/// <param name="Item">The item whose changes concern the page; 0 for any, below for each look: a page of charts.</param>
/// <param name="Version">The version it shows.</param>
internal sealed record Watched(long Item, long Version);

/// <summary>
/// The live part of a page, sent again whenever what it shows has changed, as server-sent events: <c>/live/{item}/{version}</c> and behind
/// it the page's own address, which says who may see it. Load: hundreds of viewers of one page behind one address. Twice a second each
/// stream compares two numbers; a signal with each event would wake all viewers a thousand times a second, and this joins what came
/// meanwhile. Who has not signed in shares what was made with all who look at the same; for others it is made with their own forms. Making
/// one is counted as a request of its caller (<see cref="ShopLimits"/>), and as many are made at once as requests are worked on
/// (<see cref="StorefrontOptions.RequestsInFlight"/>). A stream waits for its own reader.
/// </summary>
internal sealed class LiveParts(
    OrderIndex index, Sessions sessions, CallerRates<HttpContext> rates, TimeProvider time, IHostApplicationLifetime life,
    IOptions<StorefrontOptions> options) : IDisposable
{
    /// <summary>Between two looks of a stream.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    // Looks after which a stream on which nothing happened says so: a connection that is gone is found, one that is not is kept.
    private const int QuietLooks = 30;
    private const int LooksOfCharts = 4;
    private const int MostShared = 256;
    private const string Tag = "live-part";

    private static readonly byte[] Quiet = ": quiet\n\n"u8.ToArray();

    private readonly MemoryCache _shared = new(new MemoryCacheOptions { SizeLimit = MostShared });
    private readonly Lock _sharing = new();
    private readonly SemaphoreSlim _making = new(options.Value.RequestsInFlight);

    public void Dispose()
    {
        _shared.Dispose();
        _making.Dispose();
    }

    /// <summary>Goes on with the address of the page that is watched, where that is asked: before all that looks at addresses.</summary>
    /// <returns>True for a request for a stream, whether or not there is such a page.</returns>
    public static bool Enter(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method)
            || !http.Request.Path.StartsWithSegments("/live", StringComparison.OrdinalIgnoreCase, out PathString rest)
            || rest.Value!.Split('/', 4) is not ["", var item, var version, var page]
            || !long.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long watched)
            || !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long has))
        {
            return false;
        }

        // One that lost its connection says what came last.
        bool again = long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long last);
        http.Features.Set(new Watched(watched, again ? last : has));
        http.Request.Path = "/" + page;
        return true;
    }

    /// <summary>True where <see cref="Enter"/> was.</summary>
    public static bool IsAsked(HttpContext http) => http.Features.Get<Watched>() is not null;

    /// <summary>True once routing has found the page that is watched.</summary>
    public static bool IsFound(HttpContext http) =>
        IsAsked(http) && http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;

    /// <summary>Streams, where that is asked; called when it is known who may see the page.</summary>
    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsAsked(http))
        {
            await next(http);
        }
        else if (IsFound(http))
        {
            await StreamAsync(http, http.Features.Get<Watched>()!);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task StreamAsync(HttpContext http, Watched watched)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        // A proxy that gathers answers would hand over none.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var looks = new PeriodicTimer(Look, time);
        long seen = watched.Version;
        int quiet = 0;
        try
        {
            await SendAsync(http, Quiet, either.Token);
            while (sessions.IsGood(http.User) && await looks.WaitForNextTickAsync(either.Token))
            {
                quiet++;
                bool due = watched.Item >= 0 ? index.VersionOf(watched.Item) != seen : quiet >= LooksOfCharts;
                long version = index.VersionOf(Math.Max(0, watched.Item));
                byte[]? news = due ? await PartAsync(http, version) : null;
                seen = news is null ? seen : version;
                if (news is not null || quiet >= QuietLooks)
                {
                    await SendAsync(http, news ?? Quiet, either.Token);
                    quiet = 0;
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The reader left, or the shop stops: its browser asks again.
        }
    }

    private static async Task SendAsync(HttpContext http, byte[] news, CancellationToken cancellationToken)
    {
        await http.Response.Body.WriteAsync(news, cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }

    /// <returns>The event; null where its caller has asked too much for now, or the page is not there any more.</returns>
    private async Task<byte[]?> PartAsync(HttpContext http, long version)
    {
        if (http.User.Identity?.IsAuthenticated == true)
        {
            return MayMake(http) ? await MakeAsync(http, version) : null;
        }

        HttpRequest asked = http.Request;
        string key = string.Create(
            CultureInfo.InvariantCulture, $"{asked.Scheme}://{asked.Host}{asked.Path}{asked.QueryString} {Language.Now} {version}");
        Lazy<Task<byte[]?>>? shared;
        lock (_sharing)
        {
            if (!_shared.TryGetValue(key, out shared) && MayMake(http))
            {
                shared = new Lazy<Task<byte[]?>>(() => MakeAsync(http, version));
                _shared.Set(key, shared, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = 4 * Look });
            }
        }

        return shared is null ? null : await shared.Value;
    }

    private bool MayMake(HttpContext http)
    {
        using var lease = rates.AttemptAcquire(http);
        return lease.IsAcquired;
    }

    /// <summary>Makes the page as a request for it would, and takes its live part out.</summary>
    private async Task<byte[]?> MakeAsync(HttpContext http, long version)
    {
        await _making.WaitAsync();
        try
        {
            await using AsyncServiceScope scope = http.RequestServices.CreateAsyncScope();
            using var body = new MemoryStream();
            var page = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = http.User };
            HttpRequest asked = http.Request;
            (page.Request.Method, page.Request.Scheme, page.Request.Host) = (asked.Method, asked.Scheme, asked.Host);
            (page.Request.Path, page.Request.QueryString, page.Request.RouteValues) = (asked.Path, asked.QueryString, asked.RouteValues);
            // The token of its forms goes with the browser's cookie.
            page.Request.Headers.Cookie = asked.Headers.Cookie;
            page.Features.Set(http.Features.Get<Watched>());
            page.SetEndpoint(http.GetEndpoint());
            page.Response.Body = body;
            await http.GetEndpoint()!.RequestDelegate!(page);
            return EventOf(Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)), version);
        }
        finally
        {
            _making.Release();
        }
    }

    private static byte[]? EventOf(string page, long version)
    {
        int start = page.IndexOf("<" + Tag, StringComparison.Ordinal);
        int end = page.LastIndexOf("</" + Tag, StringComparison.Ordinal);
        if (start < 0 || end < start)
        {
            return null;
        }

        var news = new StringBuilder();
        news.Append(CultureInfo.InvariantCulture, $"id: {version}\n");
        foreach (ReadOnlySpan<char> line in page.AsSpan(start, end - start).EnumerateLines())
        {
            news.Append("data: ").Append(line.Trim()).Append('\n');
        }

        return Encoding.UTF8.GetBytes(news.Append("data: </" + Tag + ">\n\n").ToString());
    }
}
