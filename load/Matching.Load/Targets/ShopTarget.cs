using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Matching.Core;

namespace Matching.Load.Targets;

/// <summary>
/// A storefront over its HTTP API: a back end's buyer key that names the buyer of each request. A refusal's title is the outcome's word;
/// one the shop decides without the engine, by a rule, counts as NotEligible, and its limits (429, and 503 titled Busy) as Busy.
/// </summary>
internal sealed class ShopTarget : ITarget
{
    private const int LongestWaitSeconds = 30;
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    // Without a client around it, which would set a timer for each request.
    private readonly HttpMessageInvoker _http;
    private readonly Uri _url;
    private readonly string _key;
    private readonly string? _operatorKey;
    private Deadline _deadline = new();

    private ShopTarget(Uri url, string key, string? operatorKey)
    {
        _url = url;
        _key = key;
        _operatorKey = operatorKey;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 512,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>The items the shop sells in teams.</summary>
    public IReadOnlyList<long> Items { get; private set; } = [];

    /// <summary>Asks the shop what it sells.</summary>
    /// <exception cref="IOException">It cannot be reached, or is no such shop.</exception>
    public static async Task<ShopTarget> OpenAsync(Uri url, string key, string? operatorKey, IReadOnlyList<long>? items)
    {
        var shop = new ShopTarget(url, key, operatorKey);
        try
        {
            shop.Items = items ?? await shop.ReadItemsAsync();
        }
        catch (Exception e) when (NoAnswer(e) || e is KeyNotFoundException or InvalidOperationException)
        {
            shop._http.Dispose();
            throw new IOException($"{url} is no storefront that answers: GET /api/items failed: {e.Message}", e);
        }

        if (shop.Items.Count == 0)
        {
            shop._http.Dispose();
            throw new IOException($"{url} sells nothing in teams");
        }

        return shop;
    }

    public async ValueTask<Answer> SendAsync(Command command)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/api/items/{command.Item}/orders/{command.Order}/quick-join");
        using HttpRequestMessage request = Request(HttpMethod.Post, path, _key);
        request.Content = new ByteArrayContent(Nothing);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("X-Buyer", command.Buyer.ToString(CultureInfo.InvariantCulture));
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, Patience());
            byte[] body = await response.Content.ReadAsByteArrayAsync();
            return Read(response.StatusCode, body, command);
        }
        catch (Exception e) when (NoAnswer(e))
        {
            return new Answer { Outcome = Outcome.None, Item = command.Item, Order = command.Order };
        }
    }

    ValueTask<Answer> ITarget.SendAsync(in Command command) => SendAsync(command);

    public async ValueTask<long> CountOpenTeamsAsync()
    {
        if (_operatorKey is null)
        {
            return -1;
        }

        using HttpRequestMessage request = Request(HttpMethod.Get, "/api/operator/counts", _operatorKey);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, Patience());
            using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            return response.IsSuccessStatusCode
                && json.RootElement.TryGetProperty("teamsOpen", out JsonElement open) ? open.GetInt64() : -1;
        }
        catch (Exception e) when (NoAnswer(e))
        {
            // A second nobody looked at; the requests themselves tell what is wrong.
            return -1;
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // The client lets a socket's error out as it is where the shop is killed just after it took the connection.
    private static bool NoAnswer(Exception e) =>
        e is HttpRequestException or SocketException or TaskCanceledException or JsonException or IOException;

    private static Answer Read(HttpStatusCode status, byte[] body, in Command command)
    {
        var answer = new Answer { Item = command.Item, Order = command.Order, Ok = (int)status is >= 200 and < 300 };
        if (status == HttpStatusCode.TooManyRequests)
        {
            answer.Outcome = Outcome.Busy;
            return answer;
        }

        bool byRule = false;
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
            {
                bool word = json.ValueTextEquals(answer.Ok ? "outcome"u8 : "title"u8);
                bool team = json.ValueTextEquals("team"u8);
                bool repeated = json.ValueTextEquals("repeated"u8);
                byRule |= json.ValueTextEquals("rule"u8);
                json.Read();
                if (word && json.TokenType == JsonTokenType.String && Enum.TryParse(json.GetString(), out Outcome outcome))
                {
                    answer.Outcome = outcome;
                }
                else if (team && json.TokenType == JsonTokenType.Number)
                {
                    // The engine issues it, so it is no string (IdJson).
                    answer.Team = json.GetInt64();
                }
                else if (repeated)
                {
                    answer.Repeated = json.TokenType == JsonTokenType.True;
                }
                else
                {
                    json.TrySkip();
                }
            }
        }

        if (answer.Outcome == Outcome.None && byRule)
        {
            answer.Outcome = Outcome.NotEligible;
        }

        return answer;
    }

    private async Task<IReadOnlyList<long>> ReadItemsAsync()
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, "/api/items", _key);
        using HttpResponseMessage response = await _http.SendAsync(request, Patience());
        response.EnsureSuccessStatusCode();
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return [.. json.RootElement.EnumerateArray()
            .Where(item => item.TryGetProperty("groupPriceFen", out _))
            .Select(item => item.GetProperty("id").TryGetId(out long id) ? id
                : throw new JsonException($"an item has the id {item.GetProperty("id")}"))];
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string key)
    {
        var request = new HttpRequestMessage(method, new Uri(_url, path));
        request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return request;
    }

    /// <summary>
    /// Ends after <see cref="LongestWaitSeconds"/>, or up to a second later: all that is sent within a second shares one timer.
    /// </summary>
    private CancellationToken Patience()
    {
        Deadline deadline = Volatile.Read(ref _deadline);
        if (deadline.IsOld)
        {
            var next = new Deadline();
            Deadline there = Interlocked.CompareExchange(ref _deadline, next, deadline);
            deadline = there == deadline ? next : there;
        }

        return deadline.Token;
    }

    private sealed class Deadline
    {
        private readonly long _madeAt = Environment.TickCount64;

        public CancellationToken Token { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(LongestWaitSeconds + 1)).Token;

        public bool IsOld => Environment.TickCount64 - _madeAt > 1_000;
    }
}
