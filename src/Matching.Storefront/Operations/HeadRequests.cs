namespace Matching.Storefront.Operations;

/// <summary>Answers HEAD wherever GET is answered, with the same status and headers; the web server leaves the body out.</summary>
internal static class HeadRequests
{
    public static Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        // Before routing, so that every endpoint that says GET means both. The server remembers what was really asked.
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    }
}
