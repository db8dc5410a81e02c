using Matching.Core.Campaigns;

namespace Matching.Benchmarks.Ratios;

/// <summary>
/// What campaigns cost a join through the engine: two engines, the same traffic in turns, every item of one under a campaign.
/// </summary>
internal static class CampaignRows
{
    private const int Items = 1_000;
    private const int CampaignsOfMerchant = 10;
    private const int JoinsARound = 1 << 19;
    private const int Batch = 2048;

    public static IEnumerable<Row> Joins(Length length)
    {
        using var offered = new Running(null);
        using var free = new Running(null);
        PublishAsync(offered).GetAwaiter().GetResult();
        var with = new Callers(offered.Engine, Items);
        var without = new Callers(free.Engine, Items);
        with.Join(256, JoinsARound);
        without.Join(256, JoinsARound);
        (double ours, double plain) = Rounds.Medians(
            length.Rounds,
            () => Rounds.Rate(JoinsARound, () => with.Join(256, JoinsARound)),
            () => Rounds.Rate(JoinsARound, () => without.Join(256, JoinsARound)));
        yield return new Row(
            "QuickJoinAsync in memory, 256 callers, every item under a campaign (joins/s) / without campaigns", ours, plain, "≥ 0.9",
                ours >= 0.9 * plain,
            "the shard does more for a campaign (see the kernel's row)");
        (ours, plain) = Rounds.Medians(
            length.Rounds,
            () => Rounds.Rate(JoinsARound, () => with.JoinBatches(4, JoinsARound, Batch)),
            () => Rounds.Rate(JoinsARound, () => without.JoinBatches(4, JoinsARound, Batch)));
        with.Check();
        without.Check();
        if (offered.Engine.CountCampaignAsync(1).AsTask().GetAwaiter().GetResult() is not { TeamsOpened: > 0 })
        {
            throw new InvalidOperationException("no join was counted for its campaign");
        }

        yield return new Row(
            "batch call in memory, every item under a campaign (joins/s) / without campaigns", ours, plain, "≥ 0.9", ours >= 0.9 * plain,
            "one shard's kernel is the limit, and it does more for a campaign (see the kernel's row)");
    }

    private static async Task PublishAsync(Running running)
    {
        long request = 0;
        for (long item = 1; item <= Items; item++)
        {
            long merchant = 1 + (item / CampaignsOfMerchant);
            await Accept(running, new ControlCommand
            {
                Operation = ControlOperation.SetMerchant,
                Request = ++request,
                Merchant = merchant,
                Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed),
            }).ConfigureAwait(false);
            await Accept(running, new ControlCommand
            {
                Operation = ControlOperation.PublishCampaign,
                Request = ++request,
                Merchant = merchant,
                Item = item,
                Category = "toys",
                Terms = new CampaignTerms
                {
                    EndMs = running.Engine.Now + 86_400_000,
                    TeamSize = 2,
                    GroupPriceFen = 1990,
                    SoloPriceFen = 2990,
                    QuotaSeats = int.MaxValue,
                },
            }).ConfigureAwait(false);
        }
    }

    private static async Task Accept(Running running, ControlCommand command)
    {
        ControlAnswer answer = await running.Engine.ControlAsync(command).ConfigureAwait(false);
        if (!answer.Ok)
        {
            throw new InvalidOperationException(answer.Reason);
        }
    }
}
