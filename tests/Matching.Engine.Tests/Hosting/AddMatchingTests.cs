using System.Collections.Concurrent;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Hosting;
using Matching.Kit.Engine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Matching.Engine.Tests.Hosting;

/// <summary>AddMatching in a plain host: life, options, health, log.</summary>
[Collection(nameof(Hosted))]
public sealed class AddMatchingTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-embedding-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task The_engine_recovers_before_other_services_start_and_drains_after_they_stopped()
    {
        string data = Path.Combine(_directory.FullName, "journal");
        using (IHost host = TestHost.Of(options => options.DataDirectory = data, services => services.AddHostedService<Joiner>()))
        {
            await host.StartAsync();
            await host.StopAsync();
        }

        using IHost again = TestHost.Of(options => options.DataDirectory = data);
        await again.StartAsync();
        MatchingEngine engine = again.Services.GetRequiredService<MatchingEngine>();

        // The service opened a team while starting and joined it while stopping.
        Assert.Equal(1, (await engine.CountAsync()).TeamsFormed);
        await again.StopAsync();
    }

    [Fact]
    public async Task Options_come_from_configuration_and_code_comes_after_it()
    {
        using IHost host = TestHost.Of(
            options => options.MaxRequestsInFlight = 77,
            settings: new(StringComparer.Ordinal)
            {
                ["Matching:Book:TeamSize"] = "3",
                ["Matching:MaxRequestsInFlight"] = "5",
                ["Matching:ClockStep"] = "00:02:00"
            });
        MatchingOptions options = host.Services.GetRequiredService<IOptions<MatchingOptions>>().Value;
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        Answer answer = await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));

        Assert.Equal((77, TimeSpan.FromMinutes(2)), (options.MaxRequestsInFlight, options.ClockStep));
        Assert.Equal(2, answer.SeatsLeft);
        await host.StopAsync();
    }

    [Fact]
    public async Task Nested_options_are_bound_and_a_closed_category_is_added_to_the_default_ones()
    {
        using IHost host = TestHost.Of(settings: new(StringComparer.Ordinal)
        {
            ["Matching:Book:CampaignsRequired"] = "true",
            ["Matching:Control:MaxLivePerMerchant"] = "3",
            ["Matching:Control:ClosedCategories:0"] = "toys",
            ["Matching:Hosting:SampleEvery"] = "00:00:10",
        });
        MatchingOptions options = host.Services.GetRequiredService<IOptions<MatchingOptions>>().Value;
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        await engine.ControlAsync(new ControlCommand
        {
            Operation = ControlOperation.SetMerchant,
            Request = 1,
            Merchant = 7,
            Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed),
        });
        ControlAnswer toys = await engine.ControlAsync(Publish(request: 2, "TOYS"));
        ControlAnswer vouchers = await engine.ControlAsync(Publish(request: 3, "vouchers"));
        ControlAnswer shoes = await engine.ControlAsync(Publish(request: 4, "shoes"));
        await host.StopAsync();

        Assert.Equal((true, 3, TimeSpan.FromSeconds(10)),
            (options.Book.CampaignsRequired, options.Control.MaxLivePerMerchant, options.Hosting.SampleEvery));
        Assert.Equal((12, 12, 0), (toys.Rule, vouchers.Rule, shoes.Rule));
        Assert.True(shoes.Ok, shoes.Reason);
    }

    [Fact]
    public async Task Options_changed_after_the_start_change_nothing()
    {
        var options = new MatchingOptions { InMemory = true, Book = new BookOptions { TeamSize = 3 } };
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options);
        options.Book.TeamSize = 2;

        Assert.Equal(2, (await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1))).SeatsLeft);
    }

    [Theory]
    [InlineData("Matching:Shards", "-1", "Shards is -1")]
    [InlineData("Matching:Hosting:SampleEvery", "00:00:00", "SampleEvery")]
    [InlineData("Matching:Hosting:LowDiskBytes", "-1", "Hosting.LowDiskBytes is -1")]
    [InlineData("Matching:Control:MaxLivePerMerchant", "0", "Control.MaxLivePerMerchant is 0")]
    [InlineData("Matching:Book:TeamSize", "9", "Book.TeamSize is 9; it must be 2 … 3 (R1)")]
    [InlineData("Matching:Shards", "many", "Matching:Shards")]
    [InlineData("Matching:Shrads", "1", "Shrads")]
    [InlineData("Matching:Book:TeamSise", "2", "TeamSise")]
    [InlineData("Matching:Recording:Directory", "rec", "TapOptions")]
    public async Task Wrong_options_stop_the_start_and_are_named(string key, string value, string named)
    {
        using IHost host = TestHost.Of(settings: new(StringComparer.Ordinal) { [key] = value });
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains(named, e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Maching:DataDirectory")]
    [InlineData("Logging:LogLevel:Default")]
    public async Task A_section_that_is_missing_or_mistyped_stops_the_start_and_the_message_says_how_to_mend_it(string key)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(key, (string?)Path.Combine(_directory.FullName, "journal"))]);
        builder.Services.AddMetrics();
        builder.Services.AddMatching();
        using IHost host = builder.Build();
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        foreach (string said in new[] { "DataDirectory is not set", "(R38)", "Matching:DataDirectory", "InMemory" })
        {
            Assert.Contains(said, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Wrong_options_of_another_part_are_told_before_the_directory_is_opened()
    {
        string data = Path.Combine(_directory.FullName, "journal");
        using IHost host = TestHost.Of(
            options => options.DataDirectory = data,
            services =>
            {
                services.AddHostedService<Joiner>();
                services.AddOptions<OfAnotherPart>().Validate(_ => false, "another part is wrong").ValidateOnStart();
            });

        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("another part is wrong", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Told_to_stop_while_it_recovers_it_stops_then(bool anotherWantsTheEngine)
    {
        var journal = new FaultyJournal();
        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions { Journal = () => journal }))
        {
            await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));
        }

        IHost? host = null;
        host = TestHost.Of(
            options => options.Journal = () =>
            {
                host!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                return journal;
            },
            services =>
            {
                if (anotherWantsTheEngine)
                {
                    services.AddHostedService<Joiner>();
                }
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.StartAsync());

        Assert.Null(host.Services.GetRequiredService<MatchingService>().Opened);
        host.Dispose();
    }

    [Fact]
    public async Task Health_is_ready_after_recovery_degraded_on_a_low_disk_and_after_a_step_of_the_clock()
    {
        var clock = new SteppedClock();
        long low = 0;
        using IHost host = TestHost.Of(
            options =>
            {
                options.DataDirectory = Path.Combine(_directory.FullName, "journal");
                options.TimeProvider = clock;
                options.Hosting.LowDiskBytes = low;
            });
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        HealthStatus before = (await health.CheckHealthAsync()).Status;
        await host.StartAsync();
        HealthStatus ready = (await health.CheckHealthAsync()).Status;
        MatchingOptions options = host.Services.GetRequiredService<IOptions<MatchingOptions>>().Value;
        options.Hosting.LowDiskBytes = long.MaxValue;
        HealthStatus lowDisk = (await health.CheckHealthAsync()).Status;
        options.Hosting.LowDiskBytes = 0;
        clock.StepWall(TimeSpan.FromMinutes(5));
        HealthStatus stepped = (await health.CheckHealthAsync()).Status;

        Assert.Equal(
            (HealthStatus.Unhealthy, HealthStatus.Healthy, HealthStatus.Degraded, HealthStatus.Degraded),
                (before, ready, lowDisk, stepped));
        await host.StopAsync();
    }

    [Fact]
    public async Task Health_is_unhealthy_on_a_failed_journal_and_the_log_says_so_once()
    {
        var log = new MemoryLog();
        var journal = new FaultyJournal();
        using IHost host = TestHost.Of(options => options.Journal = () => journal, services => services.AddSingleton<ILoggerProvider>(log));
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        journal.FailAt = journal.Commits + 1;
        Outcome outcome = (await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1))).Outcome;
        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        await host.StopAsync();

        Assert.Equal((Outcome.Unavailable, HealthStatus.Unhealthy), (outcome, report.Status));
        Assert.Contains("R38", report.Entries["matching"].Description, StringComparison.Ordinal);

        // It is told by the pool, behind the answer.
        Assert.True(SpinWait.SpinUntil(() => log.Ids.Contains(6), TimeSpan.FromSeconds(30)));
        Assert.Single(log.Ids, id => id == 6);
    }

    [Fact]
    public async Task Opening_and_stopping_are_logged_with_their_event_ids()
    {
        var log = new MemoryLog();
        using IHost host = TestHost.Of(configure: services => services.AddSingleton<ILoggerProvider>(log));
        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal([1, 3, 4, 5], log.Ids.Where(id => id is > 0 and < 100));
    }

    private static ControlCommand Publish(long request, string category) => new()
    {
        Operation = ControlOperation.PublishCampaign,
        Request = request,
        Merchant = 7,
        Item = 100 + request,
        Category = category,
        Terms = new CampaignTerms { TeamSize = 2, GroupPriceFen = 100, SoloPriceFen = 200, EndMs = 4_000_000_000_000 },
    };

    /// <summary>Uses the engine at the very beginning and the very end of a hosted service's life.</summary>
    private sealed class Joiner(MatchingEngine engine) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) =>
            Assert.Equal(Outcome.Opened, (await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1), cancellationToken)).Outcome);

        public async Task StopAsync(CancellationToken cancellationToken) =>
            Assert.Equal(Outcome.Formed, (await engine.QuickJoinAsync(new QuickJoinRequest(1, 2, 2), cancellationToken)).Outcome);
    }

    private sealed class OfAnotherPart;

    /// <summary>The system's clock with a wall that can be stepped.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private TimeSpan _step;

        public void StepWall(TimeSpan by) => _step = by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step;
    }

    private sealed class MemoryLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<int> Ids { get; } = new();

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(MatchingEngine).FullName ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Ids.Enqueue(eventId.Id);
    }
}
