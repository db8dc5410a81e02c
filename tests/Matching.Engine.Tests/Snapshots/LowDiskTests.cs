using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>Below the reserve nothing new is taken in; what was promised goes on.</summary>
public sealed class LowDiskTests
{
    private const long Reserve = 1_000;

    [Fact]
    public void Below_the_reserve_new_orders_are_refused_and_everything_else_goes_on_until_there_is_room_again()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open(with: options => options with { DiskReserveBytes = Reserve });
        Assert.Equal(Outcome.Opened, rig.Join(3, 1, 1).Outcome);
        Assert.Equal(Outcome.Formed, rig.Join(3, 2, 2).Outcome);
        Assert.Equal(Outcome.Held, Do(rig, Operation.Hold, 4, 4).Outcome);
        Look(stage, rig, free: Reserve - 1);
        Assert.True(rig.Engine.Health.LowDisk);
        ulong before = rig.Hash();
        foreach (
            Operation operation in (ReadOnlySpan<Operation>)[Operation.QuickJoin, Operation.OpenTeam, Operation.Hold, Operation.SoloBuy])
        {
            Answer refused = Do(rig, operation, 5, 5);
            Assert.Equal((Outcome.LowDisk, false), (refused.Outcome, refused.Ok));
        }

        Assert.Equal(before, rig.Hash());
        Assert.True(rig.Join(3, 1, 1).Repeated);
        Assert.Equal(Outcome.Opened, Do(rig, Operation.Pay, 4, 4).Outcome);
        Assert.Equal(Outcome.Shipped, Do(rig, Operation.Ship, 3, 1).Outcome);
        Assert.Equal(Outcome.RefundRequested, Do(rig, Operation.RequestRefund, 3, 2).Outcome);
        rig.Run(rig.Engine.AdvanceAsync(rig.Engine.Now + (2 * 86_400_000)));
        Assert.Equal(1, rig.Run(rig.Engine.CountAsync()).TeamsExpired);

        Look(stage, rig, free: Reserve);
        Assert.False(rig.Engine.Health.LowDisk);
        Assert.Equal(Outcome.Opened, Do(rig, Operation.QuickJoin, 5, 5).Outcome);
        Assert.Equal(2, stage.Warnings.Count);
        rig.Close();
    }

    private static void Look(SnapshotRig stage, SteppedEngine rig, long free)
    {
        stage.Disk.Free = free;
        rig.Time.Pass(1_000);
        rig.Loops.RunUntilIdle();
    }

    private static Answer Do(SteppedEngine rig, Operation operation, long item, long order) =>
        rig.Execute(new Command { Operation = operation, Item = item, Order = order, Buyer = order, Quantity = 1 });
}
