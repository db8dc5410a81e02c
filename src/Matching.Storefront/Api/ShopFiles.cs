using System.Collections.Frozen;
using Microsoft.AspNetCore.StaticAssets;

namespace Matching.Storefront.Api;

/// <summary>The files of the pages, as they are mapped: what merely looks like a file's address is a request like any other.</summary>
internal sealed class ShopFiles(EndpointDataSource endpoints)
{
    private readonly Lazy<FrozenSet<string>> _paths = new(() => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>True for a request for one of them, which costs a disk read and comes by the dozen.</summary>
    public static bool Asks(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && http.Request.Path.Value is { } path
        && http.RequestServices.GetRequiredService<ShopFiles>()._paths.Value.Contains(path);
}
