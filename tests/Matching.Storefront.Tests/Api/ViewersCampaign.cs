using System.Diagnostics;
using System.Globalization;
using System.Net;
using Matching.Storefront.Shop;
using Matching.Storefront.Tests.Shop;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Matching.Storefront.Tests.Api;

/// <summary>
/// A campaign, run when asked for: MATCHING_VIEWERS=500 people behind one address watch one item's page under the default bounds, a tenth
/// as many more read nothing, and a team opens each second. What is measured depends on the machine, so a usual test run leaves it out.
/// </summary>
public sealed class ViewersCampaign(ITestOutputHelper output)
{
    private const int Changes = 20;

    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(2);

    [ViewersFact]
    public Task Strangers_see_every_change_within_two_seconds() =>
        WatchAsync(ViewersFactAttribute.Viewers, (shop, _) => shop.Browser());

    /// <summary>Each has a page made for himself, so these are a fifth as many.</summary>
    [ViewersFact]
    public Task People_signed_in_see_every_change_within_two_seconds() =>
        WatchAsync(ViewersFactAttribute.Viewers / 5, (shop, number) => shop.Buyer(1_000_000 + number));

    private async Task WatchAsync(int viewers, Func<RunningShop, int, HttpClient> viewer)
    {
        var usual = new StorefrontOptions();
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        await using RunningShop shop = await RunningShop.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storefront:RequestsPerSecond"] = Text(usual.RequestsPerSecond),
            ["Storefront:RequestsBurst"] = Text(usual.RequestsBurst),
        });
        var deaf = new List<RawConnection>();
        var clients = new List<HttpClient>();
        var streams = new List<LiveStream>();
        for (int i = 0; i < viewers; i++)
        {
            if (i % 10 == 0)
            {
                deaf.Add(await RawConnection.OpenAsync(shop, receiveBytes: 1_024));
                await deaf[^1].SendAsync("GET /live/101/9/item/101 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }

            clients.Add(viewer(shop, i));
            streams.Add(await LiveStream.OpenAsync(clients[^1], "/live/101/0/item/101"));
            Assert.Equal(HttpStatusCode.OK, streams[^1].Response.StatusCode);
        }

        OrderIndex index = shop.Services.GetRequiredService<OrderIndex>();
        var changed = new List<(long Version, long At)>();
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        using var seconds = new PeriodicTimer(TimeSpan.FromSeconds(1));
        Task<List<(long Id, long At)>>[] seen = [.. streams.Select(SeenAsync)];
        for (int i = 1; i <= Changes && await seconds.WaitForNextTickAsync(); i++)
        {
            using HttpClient buyer = shop.Buyer(i);
            await buyer.AskAsync(ShopCalls.Of(100 + i, "open-team"), new { });
            changed.Add((index.VersionOf(RunningShop.Item), Stopwatch.GetTimestamp()));
        }

        for (int i = 0; i < 3; i++)
        {
            await seconds.WaitForNextTickAsync();
        }

        double cores = (Process.GetCurrentProcess().TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start);
        streams.ForEach(stream => stream.Dispose());
        clients.ForEach(client => client.Dispose());
        deaf.ForEach(connection => connection.Dispose());
        List<(long Id, long At)>[] all = await Task.WhenAll(seen);
        TimeSpan[] late = [.. all.SelectMany(viewer => changed.Select(change =>
            LateBy(change, viewer))).Order()];
        output.WriteLine(
            $"{streams.Count} viewers, {changed.Count} changes: seen after {late[late.Length / 2].TotalMilliseconds:0} ms (half), "
            + $"{late[^1].TotalMilliseconds:0} ms (all); {cores:0.00} cores, those of the viewers among them");
        Assert.True(late[^1] < MostLate, $"a change was seen after {late[^1]}");
        Assert.True(cores < 1, $"{cores} cores");
    }

    private static TimeSpan LateBy((long Version, long At) change, List<(long Id, long At)> parts) =>
        parts.Find(part => part.Id >= change.Version) is { Id: not 0 } seen
            ? Stopwatch.GetElapsedTime(change.At, seen.At) : TimeSpan.MaxValue;

    private static async Task<List<(long Id, long At)>> SeenAsync(LiveStream stream)
    {
        var parts = new List<(long, long)>();
        try
        {
            while (await stream.NextAsync() is { } part)
            {
                parts.Add((part.Id, Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The campaign is over.
        }

        return parts;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ViewersFactAttribute : FactAttribute
    {
        public ViewersFactAttribute()
        {
            if (Viewers == 0)
            {
                Skip = "a campaign: MATCHING_VIEWERS=500 runs it";
            }
        }

        public static int Viewers { get; } =
            int.Parse(Environment.GetEnvironmentVariable("MATCHING_VIEWERS") ?? "0", CultureInfo.InvariantCulture);
    }
}
