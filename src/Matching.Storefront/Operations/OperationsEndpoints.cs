using System.Text.Json;
using Matching.Engine.Hosting;
using Matching.Storefront.Accounts;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Matching.Storefront.Operations;

/// <summary>What machines that watch the shop ask for.</summary>
internal static class OperationsEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        // One word for anybody: a load balancer needs no more, a stranger shall have no more.
        app.MapHealthChecks("/health").AllowAnonymous();
        app.MapHealthChecks("/health/facts", new HealthCheckOptions { ResponseWriter = WriteFactsAsync })
            .RequireAuthorization(ShopRoles.Operator);
        app.MapGet("/metrics", (MeterReadings readings) => Results.Text(readings.ToPrometheusText(), MeterReadings.ContentType))
            .RequireAuthorization(ShopRoles.Operator).ExcludeFromDescription();
    }

    private static Task WriteFactsAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new
        {
            Status = report.Status.ToString(),
            Checks = report.Entries.Select(entry => new
            {
                entry.Key,
                Status = entry.Value.Status.ToString(),
                entry.Value.Description,
                entry.Value.Data,
            }),
        },
        JsonSerializerOptions.Web);
}
