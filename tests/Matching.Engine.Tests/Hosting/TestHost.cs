using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Matching.Engine.Tests.Hosting;

/// <summary>A plain host that embeds the engine.</summary>
internal static class TestHost
{
    public static IHost Of(
        Action<MatchingOptions>? options = null, Action<IServiceCollection>? configure = null, Dictionary<string, string?>? settings = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddMetrics();
        builder.Services.AddMatching(options);
        builder.Services.PostConfigure<MatchingOptions>(bound => bound.InMemory |= bound.DataDirectory is null);
        configure?.Invoke(builder.Services);
        return builder.Build();
    }
}

/// <summary>Apart from the other tests: an activity listener hears every engine of the process.</summary>
[CollectionDefinition(nameof(Hosted), DisableParallelization = true)]
public sealed class Hosted;
