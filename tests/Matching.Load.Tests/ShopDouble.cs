using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Matching.Core;
using Matching.Engine;

namespace Matching.Load.Tests;

/// <summary>
/// The part of the storefront's HTTP API that the load uses, over an engine of its own: items, quick-join, counts; a key, a buyer, Busy
/// every so often.
/// </summary>
internal sealed partial class ShopDouble : IAsyncDisposable
{
    public const string Key = "back-end";

    private readonly HttpListener _listener;
    private readonly MatchingEngine _engine;
    private readonly Task _serving;
    private int _asked;

    private ShopDouble(HttpListener listener, Uri url, MatchingEngine engine)
    {
        _listener = listener;
        Url = url;
        _engine = engine;
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Each request of this number is refused with 429; 0 for none.</summary>
    public int BusyEvery { get; init; }

    public static async Task<ShopDouble> OpenAsync(string directory, int busyEvery = 0)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var url = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
        var listener = new HttpListener { Prefixes = { url.ToString() } };
        listener.Start();
        return new ShopDouble(listener, url,
            await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = directory, Lists = false }))
        { BusyEvery = busyEvery };
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        await _engine.DisposeAsync();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(call));
        }
    }

    private async Task AnswerAsync(HttpListenerContext call)
    {
        (int status, string body) = await AskAsync(call.Request);
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        call.Response.StatusCode = status;
        call.Response.ContentType = "application/json";
        await call.Response.OutputStream.WriteAsync(bytes);
        call.Response.Close();
    }

    private async Task<(int Status, string Body)> AskAsync(HttpListenerRequest request)
    {
        string path = request.Url!.AbsolutePath;
        if (path is "/api/items")
        {
            return (200, """[{"id":101,"merchant":1,"groupPriceFen":10},{"id":102,"merchant":1,"groupPriceFen":10},{"id":103,"merchant":1},{"id":201,"merchant":2,"groupPriceFen":10}]""");
        }

        if (path is "/api/operator/counts")
        {
            return (200, $"{{\"teamsOpen\":{(await _engine.CountAsync()).TeamsOpen}}}");
        }

        Match join = QuickJoin().Match(path);
        if (!join.Success || request.Headers["X-Api-Key"] is not Key
            || !long.TryParse(request.Headers["X-Buyer"], CultureInfo.InvariantCulture, out long buyer))
        {
            return (401, """{"title":"NotSignedIn","status":401}""");
        }

        if (BusyEvery > 0 && Interlocked.Increment(ref _asked) % BusyEvery == 0)
        {
            return (429, """{"title":"TooManyRequests","status":429}""");
        }

        long item = long.Parse(join.Groups["item"].Value, CultureInfo.InvariantCulture);
        long order = long.Parse(join.Groups["order"].Value, CultureInfo.InvariantCulture);
        Answer answer = await _engine.QuickJoinAsync(new QuickJoinRequest(item, buyer, order));
        return answer.Ok
            ? (200, $"{{\"outcome\":\"{answer.Outcome}\",\"item\":{item},\"order\":{order},\"team\":{answer.Team}}}")
            : (409, $"{{\"type\":\"/rules#r{answer.Rule}\",\"title\":\"{answer.Outcome}\",\"status\":409,\"more\":{{\"title\":\"x\"}}}}");
    }

    [GeneratedRegex("^/api/items/(?<item>[0-9]+)/orders/(?<order>[0-9]+)/quick-join$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex QuickJoin();
}
