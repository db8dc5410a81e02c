using Matching.Core;
using Matching.Engine.State;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>The order ledger and snapshots exclude each other; a directory may go from one to the other and back (R38).</summary>
public sealed class SnapshotBesideLedgerTests
{
    private const int Commands = 300;

    [Fact]
    public void Beside_the_order_ledger_no_snapshot_is_taken_or_loaded_and_without_it_the_old_one_serves_again()
    {
        var stage = new SnapshotRig();
        SteppedEngine plain = stage.Open(2);
        SnapshotRig.Publish(plain);
        stage.Play(plain, Commands);
        long taken = Take(plain);
        string before = SnapshotRig.Everything(plain);
        plain.Close();

        SteppedEngine evicting = stage.Open(2, with: WithLedger);
        Assert.Equal(0, evicting.Engine.RecoveredFromSnapshot);
        Assert.Equal(before, SnapshotRig.Everything(evicting));
        stage.Play(evicting, Commands);
        Assert.Equal(0, evicting.Engine.Health.SnapshotSequence);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => { _ = new Pending<SnapshotTaken>(evicting.Engine.SnapshotAsync()).Value; });
        Assert.Contains("order ledger", refused.Message, StringComparison.Ordinal);
        string later = SnapshotRig.Everything(evicting);
        evicting.Close();

        SteppedEngine again = stage.Open(1);
        Assert.Equal(taken, again.Engine.RecoveredFromSnapshot);
        Assert.Equal(later, SnapshotRig.Everything(again));
        again.Close();
        Assert.Empty(stage.Warnings);
    }

    [Fact]
    public void A_book_from_which_families_are_evicted_is_neither_saved_nor_loaded()
    {
        var book = new Book(new BookOptions());
        book.KeepOnlyOpen(4);
        Assert.Throws<InvariantException>(() => book.Save((_, _) => { }));
        Assert.Throws<InvariantException>(() => book.Load([]));
    }

    [Fact]
    public void Below_the_reserve_a_repeat_of_an_evicted_order_gets_its_first_outcome_and_a_new_order_is_refused()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open(with: options => WithLedger(options) with { ManualClock = false, DiskReserveBytes = 1_000 });
        LedgerTests.FormAndShip(rig, 101, 102);
        Assert.Equal(0, LedgerTests.Orders(rig));
        stage.Disk.Free = 999;
        rig.Time.Pass(1_000);
        rig.Loops.RunUntilIdle();
        Assert.True(rig.Engine.Health.LowDisk);
        Answer repeat = rig.Join(3, 11, 101);
        Assert.Equal((Outcome.Opened, true), (repeat.Outcome, repeat.Repeated));

        // The filter is full: some of these are looked for in the ledger first.
        for (long order = 200; order < 300; order++)
        {
            Assert.Equal(Outcome.LowDisk, rig.Join(3, 13, order).Outcome);
        }

        rig.Close();
    }

    [Fact]
    public void Deleting_old_events_beside_the_order_ledger_is_a_wrong_option()
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => OptionsCheck.Check(new MatchingOptions { Ledger = true, ArchiveHorizon = TimeSpan.FromDays(1) }));
        Assert.Contains("ArchiveHorizon", wrong.Message, StringComparison.Ordinal);
    }

    private static MatchingOptions WithLedger(MatchingOptions options) =>
        options with { Ledger = true, OpenLedger = () => new LedgerTable(), LedgerCheckpointEvents = 1, ExpectedEvictedOrders = 4 };

    private static long Take(SteppedEngine rig)
    {
        Task<SnapshotTaken> taken = rig.Engine.SnapshotAsync();
        rig.Loops.RunUntilIdle();
        return new Pending<SnapshotTaken>(taken).Value.Sequence;
    }
}
