using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>
/// R35: a snapshot of an older version left closed orders to an order ledger whose records the journal does not have; the start makes them
/// of the events.
/// </summary>
public sealed class SnapshotOfBeforeTests
{
    [Fact]
    public void It_is_passed_over_and_what_closed_comes_from_the_events()
    {
        var rig = new LedgerRig();
        Counts counts = default;
        rig.Live(1, ShipAndTakeBack, snapshot: true);
        // The head begins with its layout; 6 was that of a state whose closed orders lay in an order ledger alone.
        rig.Rewrite(rig.Taken, (section, bytes) => section == StateSections.Head ? [6, .. bytes[1..]] : bytes);
        rig.Live(
            2,
            engine =>
            {
                Assert.Equal(0, engine.Engine.RecoveredFromSnapshot);
                Assert.Contains(rig.Snapshots.Warnings, warning => warning.Contains("is of an older version", StringComparison.Ordinal));
                counts = engine.Run(engine.Engine.CountAsync());
            },
            snapshot: true);
        rig.Live(1, engine => Assert.True(engine.Run(engine.Engine.CountAsync()).OrdersShipped >= counts.OrdersShipped), snapshot: false,
            from: true);
        Assert.True(counts.OrdersShipped > counts.Shipped);

        static void ShipAndTakeBack(SteppedEngine engine)
        {
            LedgerTests.FormAndShip(engine, LedgerRig.FirstOrder, LedgerRig.FirstOrder + 1);
            engine.Run(engine.Engine.RequestRefundAsync(3, LedgerRig.FirstOrder));
            engine.Run(engine.Engine.ApproveRefundAsync(3, LedgerRig.FirstOrder));
            engine.Run(engine.Engine.RefundDoneAsync(3, LedgerRig.FirstOrder));
        }
    }
}
