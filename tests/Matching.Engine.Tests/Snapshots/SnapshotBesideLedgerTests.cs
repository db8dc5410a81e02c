using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>
/// Starts from a snapshot whose closed orders lie in the order ledger: R35 and R38 for orders of any age, whatever is missing or broken.
/// </summary>
public sealed class SnapshotBesideLedgerTests
{
    private const int Commands = 300;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(2, 4)]
    public void A_start_from_a_snapshot_and_the_ledger_answers_as_one_from_all_events(int shards, int next)
    {
        var stage = new LedgerRig();
        stage.Live(shards, engine => stage.Snapshots.Play(engine, Commands), snapshot: true);
        stage.Live(next, engine => stage.Snapshots.Play(engine, Commands), snapshot: true, from: true);
        stage.Live(shards, engine => stage.Snapshots.Play(engine, Commands), snapshot: false, from: true);
        stage.Live(next, stage.CheckAnswers, snapshot: false, from: true);
        Assert.Empty(stage.Snapshots.Warnings);
    }

    [Fact]
    public void A_broken_newest_snapshot_is_passed_over_and_the_start_goes_on_from_the_one_before()
    {
        var stage = new LedgerRig();
        stage.Live(2, engine => stage.Snapshots.Play(engine, Commands), snapshot: true);
        long older = stage.Taken;
        stage.Live(2, engine => stage.Snapshots.Play(engine, Commands), snapshot: true, from: true);
        stage.Live(2, engine => stage.Snapshots.Play(engine, Commands), snapshot: false, from: true);
        stage.Break(stage.Taken);
        stage.Taken = older;
        stage.Live(2, stage.CheckAnswers, snapshot: false, from: true);
        Assert.Contains(stage.Snapshots.Warnings, warning => warning.Contains("is broken and was passed over", StringComparison.Ordinal));
    }

    [Fact]
    public void A_ledger_that_stands_before_the_newest_snapshot_is_brought_up_from_the_journal()
    {
        var stage = new LedgerRig();
        stage.Live(1, engine => stage.Snapshots.Play(engine, Commands), snapshot: true);
        LedgerTable behind = stage.Ledger.Reopen();
        stage.Live(1, engine => stage.Snapshots.Play(engine, Commands), snapshot: true, from: true);
        stage.Ledger = behind;
        stage.Live(1, stage.CheckAnswers, snapshot: false, from: true);
        Assert.Empty(stage.Snapshots.Warnings);
    }

    [Fact]
    public void Without_a_snapshot_a_start_takes_the_ledger_as_it_is_and_keeps_only_what_is_open()
    {
        var stage = new LedgerRig();
        stage.Live(1, engine => stage.Snapshots.Play(engine, Commands), snapshot: false);
        stage.Live(
            2,
            engine =>
            {
                Assert.Equal(0, engine.Engine.RecoveredFromSnapshot);
                Assert.Null(engine.Engine.LedgerWarning);
                Assert.True(LedgerTests.Orders(engine) < stage.OpenedOrders, "what closed was kept in memory");
                stage.CheckAnswers(engine);
            },
            snapshot: false);
    }

    [Fact]
    public void A_deleted_ledger_is_made_anew_from_the_journal_and_its_archive_which_is_told()
    {
        var stage = new LedgerRig();
        stage.Live(2, engine => stage.Snapshots.Play(engine, Commands), snapshot: true);
        stage.Live(2, engine => stage.Snapshots.Play(engine, Commands), snapshot: true, from: true);
        stage.Ledger = new LedgerTable();
        stage.Live(
            3,
            engine =>
            {
                Assert.Contains("made anew", engine.Engine.LedgerWarning, StringComparison.Ordinal);
                Assert.True(LedgerTests.Orders(engine) < stage.OpenedOrders, "what closed was kept in memory");
                stage.CheckAnswers(engine);
            },
            snapshot: false);
        stage.Live(1, engine => Assert.Null(engine.Engine.LedgerWarning), snapshot: false);
    }

    [Fact]
    public void A_ledger_is_filled_by_an_engine_that_had_none_before()
    {
        var stage = new LedgerRig();
        SteppedEngine plain = stage.Snapshots.Open(2);
        SnapshotRig.Publish(plain);
        stage.Snapshots.Play(plain, Commands);
        stage.Take(plain);
        stage.Snapshots.Play(plain, Commands);
        string hash = $"{plain.Hash():x16}";
        int orders = LedgerTests.Orders(plain);
        plain.Close();
        stage.Live(
            2,
            engine =>
            {
                Assert.Equal(hash, $"{engine.Hash():x16}");
                Assert.Null(engine.Engine.LedgerWarning);
                LedgerTests.Settle(engine);
                Assert.True(LedgerTests.Orders(engine) < orders, "what closed was kept in memory");
                stage.CheckAnswers(engine);
            },
            snapshot: true,
            from: true);
        stage.Live(1, stage.CheckAnswers, snapshot: false, from: true);
    }

    [Fact]
    public void With_the_ledger_off_nothing_more_leaves_memory_and_what_left_is_found()
    {
        var stage = new LedgerRig();
        stage.Live(2, engine => stage.Snapshots.Play(engine, Commands), snapshot: true);
        SteppedEngine plain = stage.Open(1, options => options with { Ledger = false });
        Assert.Equal(stage.Taken, plain.Engine.RecoveredFromSnapshot);
        Assert.Equal(stage.Hash, plain.Hash());
        stage.CheckAnswers(plain);
        int before = LedgerTests.Orders(plain);
        LedgerTests.FormAndShip(plain, 4_000_001, 4_000_002);
        Assert.Equal(before + 2, LedgerTests.Orders(plain));
        stage.Take(plain);
        stage.Keep(plain);
        stage.Live(1, stage.CheckAnswers, snapshot: false, from: true);
    }

    [Fact]
    public void A_broken_ledger_whose_history_is_deleted_is_refused_and_changes_nothing_unless_the_loss_is_accepted()
    {
        var stage = new LedgerRig();
        stage.DeleteHistory();
        LedgerTable whole = stage.Ledger;
        stage.Ledger = new LedgerTable();
        JournalException refused = Assert.Throws<JournalException>(() => stage.Open(1));
        Assert.Contains("--accept-lost-history", refused.Message, StringComparison.Ordinal);
        Assert.Contains("taken for a new one", refused.Message, StringComparison.Ordinal);

        // Nothing was changed: with the ledger back, everything is.
        stage.Ledger = whole;
        stage.Live(
            2,
            engine =>
            {
                stage.CheckAnswers(engine);
                stage.Take(engine);
            },
            snapshot: false,
            from: true);
        ulong hash = stage.Hash;

        stage.Ledger = new LedgerTable();
        stage.Accept = true;
        SteppedEngine lacking = stage.Open(2);
        Assert.Equal(hash, lacking.Hash());
        Assert.Contains("accepted: what closed before event", lacking.Engine.LedgerWarning, StringComparison.Ordinal);
        Answer lost = lacking.Join(3, 11, LedgerRig.FirstOrder);
        Assert.True(lost is { Ok: true, Repeated: false }, "an order that was lost is taken for a new one");
        stage.Snapshots.Play(lacking, Commands);
        stage.Keep(lacking);
        stage.Accept = false;
        SteppedEngine next = stage.Open(1);
        Assert.Contains("accepted at an earlier start", next.Engine.LedgerWarning, StringComparison.Ordinal);
        Assert.True(next.Join(3, 11, LedgerRig.FirstOrder).Repeated);
        next.Close();
    }

    [Fact]
    public void What_was_reopened_since_is_not_lost_with_the_ledger_R33()
    {
        const long Opens = 50, Forms = 51, Owed = 52, Released = 53;
        var stage = new LedgerRig();
        stage.Live(
            1,
            engine =>
            {
                foreach (long item in (long[])[Opens, Forms, Owed, Released])
                {
                    Assert.Equal(Outcome.Held, Do(engine, Operation.Hold, item, 1).Outcome);
                }

                Do(engine, Operation.Release, Released, 1);
                engine.Run(engine.Engine.AdvanceAsync(engine.Engine.Now + 900_000));
            },
            snapshot: false);
        stage.DeleteHistory();
        stage.Live(
            2,
            engine =>
            {
                Do(engine, Operation.OpenTeam, Forms, 2);
                Do(engine, Operation.OpenTeam, Owed, 2, buyer: 1);
                Assert.Equal(Outcome.Opened, Do(engine, Operation.Pay, Opens, 1).Outcome);
                Assert.Equal(Outcome.Formed, Do(engine, Operation.QuickJoin, Opens, 2).Outcome);
                Assert.Equal(Outcome.Formed, Do(engine, Operation.Pay, Forms, 1).Outcome);
                Assert.Equal(Outcome.RefundOwed, Do(engine, Operation.Pay, Owed, 1).Outcome);
                Assert.Equal(Outcome.RefundOwed, Do(engine, Operation.Pay, Released, 1).Outcome);
            },
            snapshot: false,
            from: true);

        stage.Ledger = new LedgerTable();
        stage.Accept = true;
        SteppedEngine lacking = stage.Open(2);
        Assert.Contains("accepted: what closed before event", lacking.Engine.LedgerWarning, StringComparison.Ordinal);
        Check(lacking);
        Assert.Equal(Outcome.Shipped, Do(lacking, Operation.Ship, Opens, 1).Outcome);
        Assert.Equal(Outcome.Shipped, Do(lacking, Operation.Ship, Opens, 2).Outcome);
        Assert.Equal(Outcome.Refunded, Do(lacking, Operation.RefundDone, Owed, 1).Outcome);
        stage.Take(lacking);
        stage.Snapshots.Play(lacking, Commands);
        stage.Keep(lacking);
        stage.Accept = false;
        stage.Live(1, Check, snapshot: false, from: true);

        static void Check(SteppedEngine engine)
        {
            foreach ((long item, Outcome outcome) in (ReadOnlySpan<(long, Outcome)>)[
                (Opens, Outcome.Opened), (Forms, Outcome.Formed), (Owed, Outcome.RefundOwed), (Released, Outcome.RefundOwed)])
            {
                Answer again = Do(engine, Operation.Pay, item, 1);
                Assert.Equal((outcome, true), (again.Outcome, again.Repeated));
                Assert.Equal(1, engine.Run(engine.Engine.FindOrderAsync(item, 1))?.Buyer);
            }

            TeamView formed = engine.Run(engine.Engine.FindTeamAsync(Opens, Do(engine, Operation.Pay, Opens, 1).Team))!;
            Assert.Equal((TeamState.Formed, 2), (formed.State, formed.Members.Count));
        }
    }

    [Fact]
    public void With_its_ledger_a_directory_whose_history_is_deleted_answers_for_orders_of_before()
    {
        var stage = new LedgerRig();
        stage.DeleteHistory();
        stage.Live(2, stage.CheckAnswers, snapshot: false, from: true);
    }

    [Fact]
    public void Lists_begin_with_what_is_here_and_take_an_old_order_in_when_something_happens_to_it()
    {
        var stage = new LedgerRig();
        stage.Live(1, engine => LedgerTests.FormAndShip(engine, 101, 102), snapshot: true);
        stage.Live(
            1,
            engine =>
            {
                Assert.DoesNotContain(engine.Run(engine.Engine.OrdersOfAsync(11, 99)), order => order.Order == 101);
                engine.Run(engine.Engine.RequestRefundAsync(3, 101));
                Assert.Equal(101, engine.Run(engine.Engine.RefundRequestsAsync(3, 9)).Single().Order);
                Assert.Contains(engine.Run(engine.Engine.OrdersOfAsync(11, 99)), order => order is { Order: 101, WasShipped: true });
            },
            snapshot: false,
            from: true);
    }

    [Fact]
    public void Below_the_reserve_a_repeat_of_an_evicted_order_gets_its_first_outcome_and_a_new_order_is_refused()
    {
        var stage = new LedgerRig();
        SteppedEngine rig =
            stage.Open(1, options => options with { ManualClock = false, DiskReserveBytes = 1_000, LedgerCheckpointEvents = 1 });
        LedgerTests.FormAndShip(rig, 101, 102);
        Assert.Equal(0, LedgerTests.Orders(rig));
        stage.Snapshots.Disk.Free = 999;
        rig.Time.Pass(1_000);
        rig.Loops.RunUntilIdle();
        Assert.True(rig.Engine.Health.LowDisk);
        Answer repeat = rig.Join(3, 11, 101);
        Assert.Equal((Outcome.Opened, true), (repeat.Outcome, repeat.Repeated));

        // Some of these the filter takes for old ones; they are looked for in the ledger first.
        for (long order = 200; order < 300; order++)
        {
            Assert.Equal(Outcome.LowDisk, rig.Join(3, 13, order).Outcome);
        }

        rig.Close();
    }

    private static Answer Do(SteppedEngine engine, Operation operation, long item, long order, long buyer = 0) => engine.Execute(
        new Command { Operation = operation, Item = item, Order = order, Buyer = buyer == 0 ? order : buyer, Quantity = 1 });
}
