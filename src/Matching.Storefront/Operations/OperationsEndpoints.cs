using System.Text;
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
        app.MapGet("/metrics", (MeterReadings readings) => Results.Text(Thin(readings.ToPrometheusText()), MeterReadings.ContentType))
            .RequireAuthorization(ShopRoles.Operator).ExcludeFromDescription();
    }

    /// <summary>
    /// Leaves of the web server's histograms every sixth bucket: it has a series for each route, method and status, and all buckets of
    /// all of them were 2.5 MB a scrape. Buckets are cumulative, so each that stays says what it said.
    /// </summary>
    private static string Thin(string text)
    {
        var thin = new StringBuilder(text.Length);
        int bucket = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            bool ofServer = line.StartsWith("http_", StringComparison.Ordinal) && line.Contains("_bucket{", StringComparison.Ordinal);
            bool last = line.Contains("le=\"+Inf\"", StringComparison.Ordinal);
            bucket = ofServer && !last ? bucket + 1 : 0;
            if (line.Length > 0 && (!ofServer || last || bucket % 6 == 0))
            {
                thin.Append(line).Append('\n');
            }
        }

        return thin.ToString();
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
