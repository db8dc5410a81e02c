using Matching.Storefront.Tests.Shop;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Matching.Storefront.Tests.Api;

/// <summary>One mapped endpoint, as tests call it.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Pattern">Its route.</param>
/// <param name="Policies">The policies it asks for; empty for none.</param>
/// <param name="Anonymous">True when it says that anybody may call it.</param>
/// <param name="IsPage">A page: it takes GET, and POST for forms of its own.</param>
public sealed record MappedEndpoint(string Method, string Pattern, IReadOnlyList<string> Policies, bool Anonymous, bool IsPage)
{
    /// <summary>The route with its parameters filled in.</summary>
    public string Path(string item, string order) => Pattern
        .Replace("{item}", item, StringComparison.Ordinal).Replace("{Id:long}", item, StringComparison.Ordinal)
        .Replace("{order}", order, StringComparison.Ordinal).Replace("{Order:long}", order, StringComparison.Ordinal)
        .Replace("{team}", "1024", StringComparison.Ordinal).Replace("{Team:long}", "1024", StringComparison.Ordinal)
        .Replace("{request}", order, StringComparison.Ordinal).Replace("{campaign}", "1", StringComparison.Ordinal)
            .Replace("{Campaign:long}", "1", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Pattern}";

    /// <summary>All endpoints of a shop but its files.</summary>
    public static IReadOnlyList<MappedEndpoint> Of(RunningShop shop) =>
    [
        .. shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // Files, and what the framework adds for files that came after the build: gone when published, and closed by the fallback
            // policy.
            .Where(endpoint => endpoint.RoutePattern.RawText != "{**path:file}"
                && endpoint.Metadata.All(metadata => metadata.GetType().Name != "StaticAssetDescriptor"))
            .SelectMany(endpoint => MethodsOf(endpoint).Select(method => new MappedEndpoint(
                method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/').TrimEnd('/'),
                [.. endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? "(signed in)")],
                endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null,
                endpoint.Metadata.Any(metadata => metadata.GetType().Name == "ComponentTypeMetadata"))))
            .OrderBy(endpoint => endpoint.ToString(), StringComparer.Ordinal),
    ];

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods
            ? methods.Where(method => method is "GET" or "POST")
            : ["GET"];
}
