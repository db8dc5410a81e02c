using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Engine.Tests;

/// <summary>R10–R21, R34, R42 through the engine: decided on the control loop, durable, handed to shards, recovered.</summary>
public sealed class CampaignTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task What_is_sent_after_a_campaign_is_published_is_decided_by_it_also_after_a_restart_R34(int shards)
    {
        const int Items = 15;
        ulong hash;
        Counts counts;
        await using (MatchingEngine engine = await Open(shards))
        {
            await Known(engine, merchant: 7);
            for (int item = 1; item <= Items; item++)
            {
                Answer before = await engine.QuickJoinAsync(new QuickJoinRequest(item, 1, 1));
                Assert.Equal((Outcome.NoCampaign, 10), (before.Outcome, before.Rule));
                Assert.Equal(ControlOutcome.Published, (await engine.ControlAsync(Publish(request: item, item))).Outcome);
                Assert.Equal(Outcome.Opened, (await engine.QuickJoinAsync(new QuickJoinRequest(item, 1, 1))).Outcome);
                Assert.Equal(Outcome.Formed, (await engine.QuickJoinAsync(new QuickJoinRequest(item, 2, 2))).Outcome);
            }

            ControlAnswer sixteenth = await engine.ControlAsync(Publish(request: 16, item: 99));
            Assert.Equal((ControlOutcome.LimitReached, 10), (sixteenth.Outcome, sixteenth.Rule));
            counts = (await engine.CountMerchantAsync(7))!.Value;
            Assert.Equal((Items, Items, 2 * Items), (counts.TeamsOpened, counts.TeamsFormed, counts.Formed));
            hash = await engine.StateHashAsync();
        }

        await using MatchingEngine again = await Open(5 - shards);
        Assert.Equal(hash, await again.StateHashAsync());
        Assert.Equal(counts, await again.CountMerchantAsync(7));
        ControlAnswer repeat = await again.ControlAsync(Publish(request: 3, item: 3));
        Assert.Equal((ControlOutcome.Published, true, 3L), (repeat.Outcome, repeat.Repeated, repeat.Campaign));
        Assert.Equal(Outcome.Opened, (await again.QuickJoinAsync(new QuickJoinRequest(3, 5, 5))).Outcome);
        Assert.Equal(Outcome.NoCampaign, (await again.QuickJoinAsync(new QuickJoinRequest(99, 5, 5))).Outcome);
    }

    [Fact]
    public async Task A_window_that_is_over_ends_its_campaign_at_its_own_time_and_the_cool_down_starts_R11()
    {
        await using MatchingEngine engine = await Open(2);
        await Known(engine, merchant: 7);
        await engine.ControlAsync(Publish(request: 1, item: 3, endMs: 5_000));
        await engine.AdvanceAsync(10_000);
        Assert.False((await engine.FindCampaignAsync(1))!.Enabled);
        ControlAnswer refused = await engine.ControlAsync(Publish(request: 2, item: 3));
        Assert.Equal((ControlOutcome.NotEligible, 11, 86_405_000L), (refused.Outcome, refused.Rule, refused.RetryAt));
        await engine.AdvanceAsync(86_404_999);
        Assert.False((await engine.ControlAsync(Publish(request: 2, item: 3))).Ok);
        await engine.AdvanceAsync(86_405_000);
        Assert.True((await engine.ControlAsync(Publish(request: 2, item: 3))).Ok);
    }

    [Fact]
    public async Task A_big_day_reaches_every_shard_R15()
    {
        await using MatchingEngine engine = await Open(4);
        await Known(engine, merchant: 7);
        for (int item = 1; item <= 10; item++)
        {
            await engine.ControlAsync(Publish(request: item, item));
        }

        ControlAnswer set = await engine.ControlAsync(new ControlCommand
        {
            Operation = ControlOperation.SetBigDay,
            Request = 1,
            BigDay = new BigDay(11, Grade.TripleS, 2_000, 2_000, 3_000),
        });
        Assert.True(set.Ok);
        await engine.AdvanceAsync(2_000);
        for (int item = 1; item <= 10; item++)
        {
            Answer refused = await engine.QuickJoinAsync(new QuickJoinRequest(item, 1, 1));
            Assert.Equal((Outcome.CampaignNotEffective, 15), (refused.Outcome, refused.Rule));
        }

        await engine.AdvanceAsync(3_000);
        Assert.Equal(Outcome.Opened, (await engine.QuickJoinAsync(new QuickJoinRequest(10, 1, 1))).Outcome);
    }

    [Fact]
    public async Task Campaign_commands_and_reads_sent_together_are_decided_in_order_and_each_gets_its_own_answer()
    {
        await using MatchingEngine engine = await Open(2);
        List<Task<ControlAnswer>> published = [];
        List<Task<IReadOnlyList<long>>> live = [];
        Task<ControlAnswer> known = Known(engine, merchant: 7);
        for (int item = 1; item <= 20; item++)
        {
            published.Add(engine.ControlAsync(Publish(request: item, item)));
            live.Add(engine.LiveCampaignsOfAsync(7));
        }

        Task<CampaignTerms?> wrong = engine.FindCampaignAsync(10_000);
        Task<ControlAnswer> bad =
            engine.ControlAsync(new ControlCommand { Operation = ControlOperation.EndCampaign, Request = 1, Campaign = -1 });

        Assert.True((await known).Ok);
        ControlAnswer[] answers = await Task.WhenAll(published);
        Assert.Equal(Enumerable.Range(1, 15).Select(campaign => (long)campaign), answers.Take(15).Select(answer => answer.Campaign));
        Assert.All(answers.Skip(15), answer => Assert.Equal((ControlOutcome.LimitReached, 10), (answer.Outcome, answer.Rule)));
        IReadOnlyList<long>[] seen = await Task.WhenAll(live);
        Assert.Equal(Enumerable.Range(1, 20).Select(count => Math.Min(15, count)), seen.Select(campaigns => campaigns.Count));
        Assert.Null(await wrong);
        Assert.Equal(ControlOutcome.BadRequest, (await bad).Outcome);
        Assert.Equal(Outcome.Opened, (await engine.QuickJoinAsync(new QuickJoinRequest(15, 1, 1))).Outcome);
        Assert.Equal(0, engine.Health.RequestsInFlight);
    }

    [Fact]
    public async Task Wrong_arguments_are_the_callers_and_the_engine_goes_on()
    {
        await using MatchingEngine engine = await Open(1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.FindCampaignAsync(0));
        ControlAnswer bad =
            await engine.ControlAsync(new ControlCommand { Operation = ControlOperation.EndCampaign, Request = 1, Campaign = -1 });
        Assert.Equal(ControlOutcome.BadRequest, bad.Outcome);
        Assert.Contains("campaign is -1", bad.Reason, StringComparison.Ordinal);
        Assert.Null(engine.Health.Failure);
    }

    private Task<MatchingEngine> Open(int shards) => MatchingEngine.OpenAsync(new MatchingOptions
    {
        DataDirectory = Path.Combine(_directory.FullName, "data"),
        SegmentBytes = 1 << 20,
        ManualClock = true,
        Shards = shards,
        Book = new BookOptions { CampaignsRequired = true },
    });

    private static Task<ControlAnswer> Known(MatchingEngine engine, long merchant) => engine.ControlAsync(new ControlCommand
    {
        Operation = ControlOperation.SetMerchant,
        Request = 1,
        Merchant = merchant,
        Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed),
    });

    private static ControlCommand Publish(long request, long item, long endMs = 900_000_000) => new()
    {
        Operation = ControlOperation.PublishCampaign,
        Request = request,
        Merchant = 7,
        Item = item,
        Category = "shoes",
        Terms = new CampaignTerms { EndMs = endMs, TeamSize = 2, GroupPriceFen = 800, SoloPriceFen = 1_000 },
    };
}
