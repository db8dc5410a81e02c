using System.Net.Http.Headers;
using System.Text;

namespace Matching.Storefront.Tests.Shop;

/// <summary>Somebody who watches a page: its live part comes again whenever it changes.</summary>
public sealed class LiveStream : IDisposable
{
    /// <summary>A stream on which nothing comes by then has nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _patience = new(Patience);
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private LiveStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body, Encoding.UTF8);
    }

    public HttpResponseMessage Response => _response;

    /// <summary>Watches a page from what it shows now.</summary>
    public static async Task<LiveStream> OfAsync(HttpClient browser, string path, long? last = null)
    {
        string page = await browser.PageAsync(path);
        return await OpenAsync(browser, page.Between("data-live=\"", "\"") + path, last);
    }

    /// <summary>Opens a stream's own address.</summary>
    public static async Task<LiveStream> OpenAsync(HttpClient browser, string address, long? last = null)
    {
        ArgumentNullException.ThrowIfNull(browser);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (last is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        HttpResponseMessage response = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new LiveStream(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next part as it came, with its id; null when the stream ends instead.</summary>
    public async Task<(long Id, string Part)?> NextAsync()
    {
        long id = 0;
        var part = new StringBuilder();
        while (await _lines.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                part.Append(line[6..]).Append('\n');
            }
            else if (line.Length == 0 && part.Length > 0)
            {
                return (id, part.ToString());
            }
        }

        return null;
    }

    /// <summary>The next part that says this: what happens between may come in one part or in several.</summary>
    public async Task<(long Id, string Part)> NextWithAsync(string said)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Part.Contains(said, StringComparison.Ordinal))
            {
                return next;
            }
        }

        throw new InvalidOperationException($"the stream ended before it said '{said}'");
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
        _patience.Dispose();
    }
}
