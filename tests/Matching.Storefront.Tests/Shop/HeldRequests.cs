using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matching.Storefront.Tests.Shop;

/// <summary>
/// Requests that a shop is busy with until they are let go: at <c>/held</c> for people, at <c>/api/held</c> for machines.
/// </summary>
public sealed class HeldRequests : IDisposable
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _entered = new(0);
    private Task<HttpResponseMessage>[] _held = [];

    /// <summary>Adds the two addresses.</summary>
    public void Plant(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/api/held", EnterAsync).AllowAnonymous();
        app.MapGet("/held", EnterAsync).AllowAnonymous();
    }

    /// <summary>Sends so many, and waits until the shop works on all of them.</summary>
    public async Task HoldAsync(HttpClient client, string path, int requests)
    {
        _held = [.. Enumerable.Range(0, requests).Select(_ => client.GetAsync(new Uri(path, UriKind.Relative)))];
        for (int i = 0; i < requests; i++)
        {
            await _entered.WaitAsync();
        }
    }

    /// <summary>Lets them go on to their ends.</summary>
    public async Task LetGoAsync()
    {
        _open.SetResult();
        foreach (HttpResponseMessage response in await Task.WhenAll(_held))
        {
            using (response)
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }
    }

    public void Dispose() => _entered.Dispose();

    private async Task EnterAsync(HttpContext http)
    {
        _entered.Release();
        // A test that fails takes its client down, and must not wait for these.
        await _open.Task.WaitAsync(http.RequestAborted);
    }
}
