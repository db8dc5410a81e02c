using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Matching.Storefront.Api;

/// <summary>What every endpoint of the API checks before its own code runs.</summary>
internal static class ApiFilters
{
    /// <summary>Ids in the path and fields of the body are in range; a cookie's changing request carries its antiforgery token.</summary>
    public static RouteGroupBuilder Checked(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(EntityTags.AddAsync);
        group.AddEndpointFilter(AntiforgeryAsync);
        group.AddEndpointFilterFactory(KnownParameters);
        group.AddEndpointFilter(RangesAsync);
        return group;
    }

    /// <summary>Names the endpoint in the API's description, for whom it is written into clients as a method.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="id">Its operationId, unique.</param>
    /// <param name="summary">What it does.</param>
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder endpoint, string id, string summary) =>
        endpoint.WithName(id).WithSummary(summary);

    /// <summary>The request must come without a body: one that is there says something the endpoint would ignore.</summary>
    public static RouteHandlerBuilder TakesNoBody(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (call, next) =>
    {
        byte[] one = new byte[1];
        return await call.HttpContext.Request.Body.ReadAsync(one, call.HttpContext.RequestAborted) == 0
            ? await next(call)
            : Problems.BadRequest("this takes no body");
    });

    /// <summary>
    /// A parameter that nobody reads is a mistyped one, or a filter that is not there: the answer would be to another question.
    /// </summary>
    private static EndpointFilterDelegate KnownParameters(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        // What the address can carry is a number everywhere in this API; all else is a body or a service.
        string[] read = [.. endpoint.MethodInfo.GetParameters()
            .Where(parameter => parameter.ParameterType == typeof(long) || parameter.ParameterType == typeof(int))
            .Select(parameter => parameter.Name!)];
        return call =>
        {
            if (!call.HttpContext.Request.QueryString.HasValue)
            {
                return next(call);
            }

            RouteValueDictionary path = call.HttpContext.Request.RouteValues;
            string[] taken = [.. read.Where(name => !path.ContainsKey(name))];
            return call.HttpContext.Request.Query.Keys.FirstOrDefault(
                name => !taken.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown
                ? ValueTask.FromResult<object?>(Problems.BadRequest(
                    $"'{unknown}' is no parameter of this address; it takes {(taken.Length == 0 ? "none" : string.Join(", ", taken))}"))
                : next(call);
        };
    }

    private static async ValueTask<object?> RangesAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        foreach ((string field, object? value) in call.HttpContext.Request.RouteValues)
        {
            // The handler's own binding has read it as a number already.
            if (value is string text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long id)
                && Ranges.Id(id, field) is { } wrong)
            {
                return Problems.BadRequest(wrong);
            }
        }

        foreach (object? argument in call.Arguments)
        {
            if (argument is IChecked { Wrong: { } wrong })
            {
                return Problems.BadRequest(wrong);
            }
        }

        return await next(call);
    }

    /// <summary>A browser sends its cookie with requests that other sites start; a key it never sends by itself.</summary>
    private static async ValueTask<object?> AntiforgeryAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        HttpContext http = call.HttpContext;
        bool byCookie = http.User.Identity?.AuthenticationType == CookieAuthenticationDefaults.AuthenticationScheme;
        bool changes = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        if (byCookie && changes && !await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, "NoAntiforgeryToken",
                "a request with a cookie must carry the token of GET /api/antiforgery in X-XSRF-TOKEN");
        }

        return await next(call);
    }
}
