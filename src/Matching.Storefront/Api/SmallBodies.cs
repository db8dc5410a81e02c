using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>
/// Reads a request's body whole before anything else is done with it. A body is small here (<see cref="StorefrontOptions.MaxBodyBytes"/>)
/// and has a deadline (<see cref="StorefrontOptions.BodySeconds"/>): who drips it byte by byte holds his own connection for that long, and
/// nothing of the shop. Beyond the web server's own least rate, which 300 bytes a second satisfy.
/// </summary>
internal sealed class SmallBodies(RequestDelegate next, TimeProvider time, IOptions<StorefrontOptions> options)
{
    private const int PartBytes = 4_096;

    private readonly long _most = options.Value.MaxBodyBytes;
    private readonly int _seconds = options.Value.BodySeconds;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            await next(http);
            return;
        }

        if (http.Request.ContentLength > _most)
        {
            await TooLarge(string.Create(CultureInfo.InvariantCulture,
                $"the body has {http.Request.ContentLength} bytes; at most {_most} are read")).ExecuteAsync(http);
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = _most;
        }

        if (await RefusalAsync(http) is { } refusal)
        {
            // What is left of the body is not waited for.
            http.Response.Headers.Connection = "close";
            await refusal.ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private static ProblemHttpResult TooLarge(string detail) => Problems.Of(StatusCodes.Status413PayloadTooLarge, "TooLarge", detail);

    /// <summary>Puts the whole body in the place of the one that is still coming, or says why not.</summary>
    private async Task<IResult?> RefusalAsync(HttpContext http)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(_seconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted);
        byte[] part = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            var whole = new MemoryStream((int)(http.Request.ContentLength ?? 0));
            int read;
            while ((read = await http.Request.Body.ReadAsync(part, either.Token)) > 0)
            {
                if (whole.Length + read > _most)
                {
                    return TooLarge(
                        string.Create(CultureInfo.InvariantCulture, $"the body is larger than the {_most} bytes that are read"));
                }

                whole.Write(part, 0, read);
            }

            whole.Position = 0;
            http.Request.Body = whole;
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            return Problems.Of(
                StatusCodes.Status408RequestTimeout, "SlowBody",
                string.Create(CultureInfo.InvariantCulture,
                    $"the body did not arrive within {_seconds} s (Storefront:BodySeconds); nothing was done, send it again"));
        }
        catch (BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge("the body is larger than this shop reads")
                : Problems.Of(bad.StatusCode, "BadRequest", bad.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }
}
