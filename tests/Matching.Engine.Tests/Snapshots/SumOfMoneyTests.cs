using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>R23, R44: a sum of money wider than 64 bits comes back from a snapshot, with and without the order ledger.</summary>
public sealed class SumOfMoneyTests
{
    // Beyond those of the rig's own commands.
    private const long Item = 70;
    private const int Teams = 1_100;

    private static readonly Int128 s_all = Int128.Parse("19815838360430180200", null);

    [Fact]
    public void After_a_start_from_a_snapshot_beside_the_order_ledger()
    {
        var rig = new LedgerRig();
        rig.Live(2, Sell, snapshot: true);
        rig.Live(3, AssertInFull, snapshot: true, from: true);
        rig.Live(1, AssertInFull, snapshot: false, from: true);
    }

    [Fact]
    public void After_a_start_from_a_snapshot_that_holds_everything()
    {
        var rig = new SnapshotRig();
        SteppedEngine first = rig.Open(2);
        Sell(first);
        first.Run(new ValueTask<State.SnapshotTaken>(first.Engine.SnapshotAsync()));
        first.Close();
        SteppedEngine second = rig.Open(3);
        Assert.True(second.Engine.RecoveredFromSnapshot > 0);
        AssertInFull(second);
        second.Close();
    }

    private static void Sell(SteppedEngine engine)
    {
        Control(engine, new()
        {
            Operation = ControlOperation.SetMerchant,
            Request = 1,
            Merchant = 7,
            Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed)
        });
        Control(engine, new()
        {
            Operation = ControlOperation.PublishCampaign,
            Request = 2,
            Merchant = 7,
            Item = Item,
            Category = "toys",
            Terms = new CampaignTerms { EndMs = SteppedEngine.Start + 900_000_000, TeamSize = 2, GroupPriceFen = 500, SoloPriceFen = 900 },
        });
        for (long order = 1; order < 2 * Teams; order += 2)
        {
            Join(engine, order);
            Join(engine, order + 1);
            engine.Run(engine.Engine.ShipAsync(Item, order));
            engine.Run(engine.Engine.ShipAsync(Item, order + 1));
        }

        AssertInFull(engine);
    }

    private static void Join(SteppedEngine engine, long order) => engine.Run(engine.Engine.QuickJoinAsync(
        new QuickJoinRequest(Item, order, order) { Amount = BookOptions.MaxExact, Source = Source.LiveRoom }));

    private static void AssertInFull(SteppedEngine engine) =>
        Assert.Equal(s_all, engine.Run(engine.Engine.CountSourcesAsync(1))[Source.LiveRoom].FormedFen);

    private static void Control(SteppedEngine engine, ControlCommand command)
    {
        Task<ControlAnswer> answer = engine.Engine.ControlAsync(command);
        engine.Loops.RunUntilIdle();
        Assert.True(answer.Result.Ok, answer.Result.Reason);
    }
}
