using System.Diagnostics.Metrics;
using Matching.Engine;
using Matching.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the embedded engine.</summary>
public static class MatchingServiceCollectionExtensions
{
    /// <summary>The configuration section options are bound from.</summary>
    public const string SectionName = "Matching";

    /// <summary>Name of the health check; its tag is <c>ready</c>.</summary>
    public const string HealthCheckName = "matching";

    /// <summary>
    /// Adds one <see cref="MatchingEngine"/>, also as <see cref="IMatching"/>: options are bound from the section <c>Matching</c> (unknown keys are errors), then
    /// <paramref name="configure"/> is applied, and all is validated when the host starts. The engine recovers when it is first
    /// resolved, at the latest before the host starts its first service, and drains after the last one has stopped.
    /// Adds the health check <c>matching</c> and the meter and activity source <c>Matching</c>. A <see cref="TimeProvider"/> among
    /// the services is the engine's, unless the options name another. Called again it only adds to the options.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options in code, after configuration; null for none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddMatching(this IServiceCollection services, Action<MatchingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<MatchingOptions> options = services.AddOptions<MatchingOptions>()
            .BindConfiguration(SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(MatchingService)))
        {
            return services;
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MatchingOptions>, OptionsValidation>());
        services.AddSingleton<MatchingService>();
        services.AddHostedService(provider => provider.GetRequiredService<MatchingService>());
        services.AddSingleton(provider => provider.GetRequiredService<MatchingService>().Engine);
        services.AddSingleton<IMatching>(provider => provider.GetRequiredService<MatchingEngine>());
        services.AddSingleton(provider => new MatchingHealthCheck(
            provider.GetRequiredService<MatchingService>(), provider.GetRequiredService<ILogger<MatchingEngine>>()));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            HealthCheckName,
            provider => provider.GetRequiredService<MatchingHealthCheck>(),
            HealthStatus.Unhealthy,
            ["ready"]));
        return services;
    }

    /// <summary>
    /// Adds <see cref="MeterReadings"/>, which listen from the start of the host on: <c>readings.ToPrometheusText()</c> is what a
    /// <c>/metrics</c> endpoint answers.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="meters">Names of meters besides <c>Matching</c>.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddMeterReadings(this IServiceCollection services, params string[] meters)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(meters);
        services.AddSingleton(provider => new MeterReadings(
            provider.GetRequiredService<IMeterFactory>(), [MatchingInstruments.MeterName, .. meters]));
        return services.AddHostedService(provider => provider.GetRequiredService<MeterReadings>());
    }

    /// <summary>Says all that is wrong before anything is opened.</summary>
    private sealed class OptionsValidation : IValidateOptions<MatchingOptions>
    {
        public ValidateOptionsResult Validate(string? name, MatchingOptions options)
        {
            try
            {
                OptionsCheck.Check(options);
                return ValidateOptionsResult.Success;
            }
            catch (ArgumentException e)
            {
                return ValidateOptionsResult.Fail(e.Message);
            }
        }
    }
}
