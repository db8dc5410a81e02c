using Matching.Core;
using Matching.Engine;
using Matching.Storefront.Tests.Shop;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Tests.Api;

/// <summary>The shop's lists of orders are made from all events: where some are deleted it does not start.</summary>
public sealed class ArchiveTests : IDisposable
{
    private const int Segment = 1 << 20;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-shop-");

    [Fact]
    public async Task An_archive_horizon_is_refused_at_the_start_and_named()
    {
        OptionsValidationException refused =
            await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Matching:ArchiveHorizon", "7.00:00:00")));

        Assert.Contains("Matching:ArchiveHorizon", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_whose_first_events_are_deleted_is_refused_and_said_why()
    {
        await DeleteFirstEventsAsync();

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());

        Assert.Contains("first events of the data directory are deleted", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ArchiveHorizon", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_of_archived_segments_are_listed_after_a_start()
    {
        await PlayAsync(horizon: null);

        await using RunningShop shop = await StartAsync();
        using HttpClient buyer = shop.Buyer(1);
        Heard orders = await buyer.ReadAsync("/api/orders");

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_root.FullName, "archive"), "*.arc"));
        Assert.Equal(1, orders.Body.GetArrayLength());
    }

    public void Dispose() => _root.Delete(recursive: true);

    private Task DeleteFirstEventsAsync() => PlayAsync(TimeSpan.Zero);

    private Task<RunningShop> StartAsync(params (string Key, string? Value)[] settings) => RunningShop.StartAsync(
        [new("Matching:DataDirectory", _root.FullName), .. settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))]);

    // Segments before the older of two snapshots are archived, and beyond the horizon deleted.
    private async Task PlayAsync(TimeSpan? horizon)
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions
        {
            DataDirectory = _root.FullName,
            ManualClock = true,
            Shards = 1,
            SegmentBytes = Segment,
            ArchiveHorizon = horizon,
        });
        var commands = new Command[1_000];
        var answers = new Answer[commands.Length];
        long order = 0;
        for (int part = 0; part < 3; part++)
        {
            long until = engine.Health.DurableSequence + 40_000;
            while (engine.Health.DurableSequence < until)
            {
                for (int i = 0; i < commands.Length; i++)
                {
                    order++;
                    commands[i] =
                        new Command { Operation = Operation.SoloBuy, Item = RunningShop.Item, Buyer = order, Order = order, Quantity = 1 };
                }

                await engine.ExecuteBatchAsync(commands, answers);
            }

            await engine.SnapshotAsync();
        }
    }
}
