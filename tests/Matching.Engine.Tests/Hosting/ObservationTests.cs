using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Matching.Core;
using Matching.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Matching.Engine.Tests.Hosting;

/// <summary>What operators see of an embedded engine: metrics, their text for a scrape, activities.</summary>
[Collection(nameof(Hosted))]
public sealed class ObservationTests
{
    [Fact]
    public async Task Every_instrument_of_the_meter_speaks()
    {
        using IHost host = TestHost.Of();
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        IMeterFactory factory = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == "Matching" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                to.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));
        listener.RecordObservableInstruments();

        Assert.Equal(
            [
                "matching.batch.size", "matching.commands", "matching.expiry.lag", "matching.joins", "matching.journal.position",
                "matching.journal.write.duration", "matching.ledger.lag", "matching.ledger.lookups", "matching.ledger.position",
                "matching.refunds.oldest.age", "matching.refunds.owed", "matching.requests.in_flight",
                "matching.teams.dissolved", "matching.teams.expired", "matching.teams.formed", "matching.teams.merged",
                    "matching.teams.open",
                "matching.teams.opened",
            ],
            seen.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (seen["matching.joins"], seen["matching.batch.size"]));
        await host.StopAsync();
    }

    [Fact]
    public async Task Commands_are_counted_by_outcome_and_repeats_apart()
    {
        using IHost host = TestHost.Of(options => options.MaxRequestsInFlight = 2, services => services.AddMeterReadings());
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        MeterReadings readings = host.Services.GetRequiredService<MeterReadings>();
        await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));
        await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));
        await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 2));
        await engine.QuickJoinBatchAsync(new QuickJoinRequest[] { new(1, 2, 3), new(1, 3, 4) }, new Answer[2]);
        await engine.ShipAsync(1, 1);
        readings.Refresh();
        double Of(string outcome) => readings.Sum("matching.commands", $"outcome=\"{outcome}\"");

        Assert.Equal((2, 1, 1, 1, 1), (Of("Opened"), Of("Formed"), Of("Repeated"), Of("AlreadyMember"), Of("Shipped")));
        Assert.Equal(5, readings.Sum("matching.joins"));
        Assert.Equal(6, readings.Sum("matching.commands"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Readings_are_written_as_Prometheus_scrapes_them()
    {
        using IHost host = TestHost.Of(configure: services => services.AddMeterReadings("My.Shop"));
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        Counter<int> views = host.Services.GetRequiredService<IMeterFactory>().Create("My.Shop")
            .CreateCounter<int>("shop.views", description: "Looked\nat");
        views.Add(2, new KeyValuePair<string, object?>("who", "a \"b\" \\"));
        views.Add(3, new KeyValuePair<string, object?>("who", "a \"b\" \\"));
        await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));
        string text = host.Services.GetRequiredService<MeterReadings>().ToPrometheusText();
        await host.StopAsync();

        Assert.Contains(
            "# HELP shop_views_total Looked at\n# TYPE shop_views_total counter\nshop_views_total{who=\"a \\\"b\\\" \\\\\"} 5\n", text,
            StringComparison.Ordinal);
        Assert.Contains("matching_joins_total{outcome=\"Opened\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE matching_requests_in_flight gauge\nmatching_requests_in_flight 0\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE matching_journal_write_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("matching_batch_size_bucket{le=\"1\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("matching_batch_size_bucket{le=\"+Inf\"} 1\nmatching_batch_size_sum 1\nmatching_batch_size_count 1\n", text,
            StringComparison.Ordinal);
        Assert.All(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches("^(# (HELP|TYPE) [a-z_0-9]+.*|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*\\})? [-+0-9.eEInfNa]+)$", line));
    }

    [Fact]
    public async Task A_command_is_one_activity_that_names_its_outcome_and_rule()
    {
        var done = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Matching",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = done.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using IHost host = TestHost.Of();
        await host.StartAsync();
        MatchingEngine engine = host.Services.GetRequiredService<MatchingEngine>();
        const long Item = 424_242;
        await engine.OpenTeamAsync(new OpenTeamRequest(Item, 1, 1));
        await engine.ShipAsync(Item, 1);
        await engine.ExecuteBatchAsync(new Command[3].Select(
            (_, i) => new Command { Operation = Operation.Ship, Item = Item, Order = 1 + i }).ToArray(), new Answer[3]);
        await host.StopAsync();

        Activity ship = Assert.Single(
            done, activity => activity.OperationName == "matching Ship" && Equals(activity.GetTagItem("matching.item"), Item));
        Assert.Equal(("NotFormed", "R5"), (ship.GetTagItem("matching.outcome"), ship.GetTagItem("matching.rule")));
        Assert.Contains(
            done, activity => activity.OperationName == "matching batch" && Equals(activity.GetTagItem("matching.commands"), 3));
        Assert.Contains(done, activity => activity.OperationName == "matching recover");
        Assert.Contains(done, activity => activity.OperationName == "matching drain");
    }
}
