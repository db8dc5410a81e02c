using Matching.Core;
using Matching.Kit;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

/// <summary>Closed orders and teams leave memory and are answered for all the same (R8, R33, R35).</summary>
public sealed class LedgerTests
{
    private const long Item = 3;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(1, 3)]
    public void With_and_without_a_ledger_answers_state_and_all_events_but_closed_and_reopened_are_the_same(int shards, int seed)
    {
        var (plainJournal, ledgerJournal) = (new MemoryJournal(), new MemoryJournal());
        SteppedEngine plain = SteppedEngine.Open(plainJournal, shards, seed, with: Manual);
        SteppedEngine evicting =
            SteppedEngine.Open(ledgerJournal, shards, seed, with: options => WithLedger(Manual(options), new LedgerTable()));
        foreach (Command command in new RandomCommands(seed, 1_000, items: 4).Take(2_000))
        {
            Assert.Equal(plain.Execute(command), evicting.Execute(command));
            Assert.Equal(
                plain.Run(plain.Engine.FindOrderAsync(command.Item, command.Order)),
                    evicting.Run(evicting.Engine.FindOrderAsync(command.Item, command.Order)));
        }

        Assert.Equal(plain.Hash(), evicting.Hash());
        Assert.Equal(plain.Run(plain.Engine.CountAsync()), evicting.Run(evicting.Engine.CountAsync()));
        Assert.Equal(Bytes(plainJournal), Bytes(ledgerJournal));
        for (long n = 1; n < 40; n++)
        {
            long team = (n << 10) | (uint)Book.PartitionOf(Item);
            TeamView? expected = plain.Run(plain.Engine.FindTeamAsync(Item, team));
            TeamView? actual = evicting.Run(evicting.Engine.FindTeamAsync(Item, team));
            Assert.Equal(expected?.Members, actual?.Members);
            Assert.Equal(expected, actual is null ? null : actual with { Members = expected!.Members });
        }

        Assert.True(Orders(evicting) < Orders(plain), $"all {Orders(plain)} orders are still in memory");
        plain.Close();
        evicting.Close();
    }

    [Fact]
    public void Commands_of_one_item_take_effect_in_the_order_sent_while_one_waits_for_the_ledger()
    {
        SteppedEngine engine = SteppedEngine.Open(with: options => WithLedger(options, new LedgerTable()));
        FormAndShip(engine, 101, 102);
        Assert.Equal(0, Orders(engine));

        // None of these waits for the one before to be answered.
        Pending<Answer> repeat = new(engine.Engine.QuickJoinAsync(new QuickJoinRequest(Item, 11, 101)));
        Pending<Answer> request = new(engine.Engine.RequestRefundAsync(Item, 101));
        Pending<Answer> approve = new(engine.Engine.ApproveRefundAsync(Item, 101));
        Pending<Answer> stranger = new(engine.Engine.QuickJoinAsync(new QuickJoinRequest(Item, 13, 103)));
        Pending<OrderView?> read = new(engine.Engine.FindOrderAsync(Item, 101));
        engine.Loops.RunUntilIdle();
        Assert.Equal((Outcome.Opened, true), (repeat.Value.Outcome, repeat.Value.Repeated));
        Assert.Equal(Outcome.RefundRequested, request.Value.Outcome);
        Assert.Equal(Outcome.AfterSale, approve.Value.Outcome);
        Assert.Equal(Outcome.Opened, stranger.Value.Outcome);
        Assert.Equal((OrderState.RefundOwed, true), (read.Value!.Value.State, read.Value!.Value.WasShipped));
        Assert.True(engine.Engine.Health.LedgerLookups >= 1);
        engine.Close();
    }

    [Fact]
    public void A_batch_is_answered_as_a_whole_when_some_of_it_waited_for_the_ledger()
    {
        SteppedEngine engine = SteppedEngine.Open(with: options => WithLedger(options, new LedgerTable()));
        FormAndShip(engine, 101, 102);
        Command[] commands =
        [
            new() { Operation = Operation.QuickJoin, Item = Item, Buyer = 11, Order = 101 },
            new() { Operation = Operation.QuickJoin, Item = 4, Buyer = 11, Order = 201 },
            new() { Operation = Operation.Ship, Item = Item, Order = 102 },
            new() { Operation = Operation.JoinTeam, Item = Item, Team = (1 << 10) | (long)Book.PartitionOf(Item), Buyer = 15, Order = 105 },
        ];
        var answers = new Answer[commands.Length];
        engine.Run(engine.Engine.ExecuteBatchAsync(commands, answers));
        Assert.Equal([Outcome.Opened, Outcome.Opened, Outcome.Shipped, Outcome.Full], answers.Select(a => a.Outcome));
        Assert.Equal([true, false, true, false], answers.Select(a => a.Repeated));
        engine.Close();
    }

    [Fact]
    public void After_sale_of_an_evicted_order_brings_it_back_until_its_refund_is_done()
    {
        SteppedEngine engine = SteppedEngine.Open(with: options => WithLedger(options, new LedgerTable()));
        FormAndShip(engine, 101, 102);
        engine.Run(engine.Engine.RequestRefundAsync(Item, 102));
        Assert.Equal(2, Orders(engine));
        engine.Run(engine.Engine.ApproveRefundAsync(Item, 102));
        Assert.Single(engine.Run(engine.Engine.RefundsOwedAsync(9)));
        engine.Run(engine.Engine.RefundDoneAsync(Item, 102));
        Settle(engine);
        Assert.Equal(0, Orders(engine));
        Assert.Equal(OrderState.Refunded, engine.Run(engine.Engine.FindOrderAsync(Item, 102))!.Value.State);
        Assert.Equal(Outcome.AfterSale, engine.Run(engine.Engine.ApproveRefundAsync(Item, 102)).Outcome);
        engine.Close();
    }

    [Fact]
    public void Memory_holds_what_is_open_however_many_orders_there_were()
    {
        SteppedEngine engine = SteppedEngine.Open(with: options => WithLedger(options, new LedgerTable()));
        int most = 0;
        for (long order = 1; order <= 6_000; order += 2)
        {
            FormAndShip(engine, order, order + 1, settle: false);
            most = Math.Max(most, Orders(engine));
        }

        Assert.True(most < 300, $"{most} orders were in memory at once");
        Assert.Equal(6_000, engine.Run(engine.Engine.CountAsync()).Shipped);
        engine.Close();
    }

    [Fact]
    public void Too_far_behind_the_ledger_stops_the_intake_and_nothing_else()
    {
        var ledger = new StuckLedger();
        SteppedEngine engine = SteppedEngine.Open(with: options => WithLedger(options, ledger) with { MaxLedgerLag = 10 });
        ledger.Stuck = true;
        Outcome last = Outcome.None;
        for (long order = 1; order < 100 && last != Outcome.Busy; order++)
        {
            last = engine.Join(Item, 1 + (order % 7), order).Outcome;
            if (last == Outcome.Formed)
            {
                engine.Run(engine.Engine.ShipAsync(Item, order));
                engine.Run(engine.Engine.ShipAsync(Item, order - 1));
            }
        }

        Assert.Equal(Outcome.Busy, last);
        Assert.NotNull(engine.Engine.Health.LedgerFailure);
        Assert.NotNull(engine.Run(engine.Engine.FindOrderAsync(Item, 1)));
        engine.Close();
    }

    internal static MatchingOptions WithLedger(MatchingOptions options, ILedger ledger) => options with
    {
        Ledger = true,
        OpenLedger = () => ledger,
        LedgerCheckpointEvents = 1,
        ExpectedEvictedOrders = 4,
        ClosedInMemory = 0,
        Lists = false,
    };

    internal static MatchingOptions Manual(MatchingOptions options) => options with { ManualClock = true };

    internal static int Orders(SteppedEngine engine) =>
        Enumerable.Range(1, 16).Select(item => engine.Run(engine.Engine.Ask(item, (book, _) => (Book: book, book.OrdersHere), default)))
            .DistinctBy(one => one.Book).Sum(one => one.OrdersHere);

    internal static void FormAndShip(SteppedEngine engine, long first, long second, bool settle = true)
    {
        engine.Join(Item, 11, first);
        Assert.Equal(Outcome.Formed, engine.Join(Item, 12, second).Outcome);
        engine.Run(engine.Engine.ShipAsync(Item, first));
        engine.Run(engine.Engine.ShipAsync(Item, second));
        if (settle)
        {
            Settle(engine);
        }
    }

    /// <summary>Traffic that closes nothing, so that what closed before is written, covered and evicted.</summary>
    internal static void Settle(SteppedEngine engine)
    {
        for (int i = 0; i < 4; i++)
        {
            engine.Run(engine.Engine.CountAsync(Item));
        }
    }

    private static byte[] Bytes(MemoryJournal journal)
    {
        List<byte> all = [];
        using IJournalReader reader = journal.Read(0);
        while (reader.TryReadBlock(out _, out _, out ReadOnlyMemory<byte> events))
        {
            EventLog.ForEach(events.Span, (in e, encoded) => all.AddRange(RecordEvent.Is(encoded) ? [] : encoded));
        }

        return [.. all];
    }

    private sealed class StuckLedger() : LedgerAround(new LedgerTable())
    {
        public bool Stuck { get; set; }

        public override void Write(LedgerKey key, ReadOnlySpan<byte> record, long version)
        {
            if (Stuck)
            {
                throw new LedgerException("the disk is full");
            }

            base.Write(key, record, version);
        }
    }
}
