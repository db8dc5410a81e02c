using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Matching.Storefront.Api;

/// <summary>
/// A tag for each answer to GET, made of its bytes: who sends it back in <c>If-None-Match</c> is answered 304 while nothing has changed. It
/// spares the way, not the reading: what an answer is made of has no version of its own.
/// </summary>
internal static class EntityTags
{
    private const int TagBytes = 12;

    public static async ValueTask<object?> AddAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        HttpContext http = call.HttpContext;
        object? result = await next(call);
        while (result is INestedHttpResult nested)
        {
            result = nested.Result;
        }

        // What must not be kept anywhere has no tag.
        if (!HttpMethods.IsGet(http.Request.Method) || http.Response.Headers.CacheControl.Count > 0
            || result is not (IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK } and IValueHttpResult { Value: { } value }))
        {
            return result;
        }

        JsonSerializerOptions json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json);
        // Weak: it may go out compressed.
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, TagBytes))}\"", isWeak: true);
        ResponseHeaders headers = http.Response.GetTypedHeaders();
        headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(has => has.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(body, "application/json; charset=utf-8");
    }
}
