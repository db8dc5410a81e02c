using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Matching.Engine.Hosting;

/// <summary>
/// Unhealthy until recovery is done and after the journal has failed (R38); degraded while the disk is low, the order ledger stands or
/// after a step of the wall clock (R43); healthy otherwise.
/// </summary>
internal sealed class MatchingHealthCheck(MatchingService service, ILogger<MatchingEngine> logger) : IHealthCheck
{
    // Checks come every few seconds; the log hears of a disk once.
    private volatile bool _wasLow;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (service.Opened is not { } engine)
        {
            return HealthCheckResult.Unhealthy("recovering");
        }

        EngineHealth health = engine.Health;
        var facts = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["expiryLagMs"] = health.ExpiryLagMs,
            ["requestsInFlight"] = health.RequestsInFlight,
            ["durableSequence"] = health.DurableSequence,
        };
        if (health.Failure is { } failure)
        {
            // The cause may name paths: it belongs into the log, where it already is, and into the result's exception.
            return HealthCheckResult.Unhealthy("writing failed; the engine must be restarted (R38)", failure, facts);
        }

        if (health.ClockStep != TimeSpan.Zero)
        {
            facts["clockStepMs"] = (long)health.ClockStep.TotalMilliseconds;
            return HealthCheckResult.Degraded("the wall clock stepped; the engine does not follow it (R43)", data: facts);
        }

        if (health.LedgerFailure is { } stopped)
        {
            facts["ledgerLag"] = health.LedgerLag;
            return HealthCheckResult.Degraded("the order ledger stopped following; memory grows until the restart", stopped, facts);
        }

        if (health.LowDisk)
        {
            return HealthCheckResult.Degraded("the disk is low: new orders are refused", data: facts);
        }

        return IsGettingFull(health, facts) ? HealthCheckResult.Degraded("the disk is getting full", data: facts)
            : HealthCheckResult.Healthy("ready", facts);
    }

    private bool IsGettingFull(EngineHealth health, Dictionary<string, object> facts)
    {
        long limit = service.Options.Hosting.LowDiskBytes;
        if (health.DiskFreeBytes is not { } free)
        {
            return false;
        }

        facts["diskFreeBytes"] = free;
        bool low = free < limit;
        bool turned = low && !_wasLow;
        _wasLow = low;
        if (turned)
        {
            MatchingLog.LowDisk(logger, service.Options.DataDirectory!, free, limit);
        }

        return low;
    }
}
