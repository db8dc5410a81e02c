using System.Text;

namespace Matching.Storefront.Api;

/// <summary>
/// A refusal of a shop that is asked too much: bytes made beforehand, or refusing would itself take the time of those accepted. Who is
/// looked at before his language is known is told in both.
/// </summary>
internal sealed class QuickRefusal(int status, string problem, string titleZh, string titleEn, string textZh, string textEn)
{
    private const string RetryAfterSeconds = "1";

    private readonly byte[] _problem = Encoding.UTF8.GetBytes(problem);

    private readonly byte[] _page = Encoding.UTF8.GetBytes(
        $"""
        <!DOCTYPE html>
        <html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1.0"><title>{titleZh} · {titleEn}</title><link rel="stylesheet" href="/shop.css"></head>
        <body><main><section class="empty" role="alert" data-test="status" data-code="{status}"><h1>{textZh}</h1><p lang="en">{textEn}</p></section></main></body></html>
        """);

    /// <summary>Answers with it.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        HttpResponse response = http.Response;
        bool people = Statuses.IsForPeople(http.Request);
        byte[] body = people ? _page : _problem;
        response.StatusCode = status;
        response.Headers.RetryAfter = RetryAfterSeconds;
        response.Headers.CacheControl = "no-store";
        response.ContentType = people ? "text/html; charset=utf-8" : "application/problem+json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }
}
