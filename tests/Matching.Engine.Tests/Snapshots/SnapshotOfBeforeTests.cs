using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>
/// R19: a snapshot of an older version beside the order ledger does not say what closed orders ever were; the start counts them from the
/// events.
/// </summary>
public sealed class SnapshotOfBeforeTests
{
    [Fact]
    public void It_is_passed_over_and_what_closed_orders_ever_were_comes_from_the_events()
    {
        var rig = new LedgerRig();
        Counts counts = default;
        rig.Live(1, ShipAndTakeBack, snapshot: true);
        Dictionary<int, byte[]> before = AsBefore(rig.Taken);
        rig.Rewrite(rig.Taken, (section, bytes) => before.GetValueOrDefault(section, bytes));
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

        Dictionary<int, byte[]> AsBefore(long sequence)
        {
            var books = new Books(new BookOptions(), new());
            books.All[0].KeepOnlyOpen(1);
            using Snapshot snapshot = new SnapshotStore(rig.Snapshots.Disk, SnapshotRig.Directory).Open(sequence);
            byte[] buffer = [];
            books.LoadHead(snapshot.Read(StateSections.Head, ref buffer).ToArray(), snapshot.Read(StateSections.Control, ref buffer).Span);
            foreach (int section in snapshot.Sections.Where(Books.IsOfPartition))
            {
                books.Load(section, snapshot.Read(section, ref buffer).Span);
            }

            Dictionary<int, byte[]> sections = [];
            books.Save((section, bytes) => sections.Add(section, bytes.ToArray()), ever: false);
            return sections;
        }
    }
}
