using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

/// <summary>Starting with a ledger that is behind, missing, ahead or damaged (R35, R38).</summary>
public sealed class LedgerRecoveryTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ledger_behind_the_journal_or_missing_is_brought_up_and_answers_stay_the_same(bool missing)
    {
        var journal = new FaultyJournal();
        var ledger = new LedgerTable();
        SteppedEngine first = Open(journal, ledger);
        List<(Command Command, Answer Answer)> created = Create(first, new RandomCommands(5, 1_000, items: 3).Take(1_000));
        LedgerTable behind = ledger.Reopen();
        long position = behind.Position;
        created.AddRange(Create(first, new RandomCommands(6, 5_000_000_000, items: 3).Take(500)));
        ulong hash = first.Hash();
        first.Close();

        SteppedEngine next = Open(journal, missing ? new LedgerTable() : behind);
        Assert.Equal(hash, next.Hash());
        next.Loops.RunUntilIdle();
        LedgerTests.Settle(next);
        Assert.Equal(hash, next.Hash());
        Assert.Equal(missing, next.Engine.LedgerWarning is not null);
        Assert.All(created, one =>
        {
            Answer again = next.Execute(one.Command with { At = 0 });
            Assert.Equal((one.Answer.Outcome, one.Answer.Team, true), (again.Outcome, again.Team, again.Repeated));
        });
        Assert.True(next.Engine.Health.LedgerPosition > position);
        next.Close();
    }

    [Fact]
    public void A_ledger_ahead_of_the_journal_is_refused()
    {
        var ledger = new LedgerTable();
        ledger.Checkpoint(1_000);
        JournalException refused = Assert.Throws<JournalException>(() => Open(new FaultyJournal(), ledger));
        Assert.Contains("answered entries are missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_record_stops_the_engine_and_the_next_start_makes_the_ledger_anew()
    {
        var journal = new FaultyJournal();
        using var table = new LedgerTable();
        using var ledger = new DamagedLedger(table);
        SteppedEngine first = SteppedEngine.Open(journal, with: options => LedgerTests.WithLedger(options, ledger));
        LedgerTests.FormAndShip(first, 101, 102);
        ledger.Damaged = true;
        Assert.Equal(Outcome.Unavailable, first.Join(3, 11, 101).Outcome);
        Assert.IsType<LedgerDamagedException>(first.Engine.Health.Failure);
        first.Close();
        Assert.Equal(0, table.Reopen().Position);

        SteppedEngine next = SteppedEngine.Open(journal, with: options => LedgerTests.WithLedger(options, table.Reopen()));
        next.Loops.RunUntilIdle();
        LedgerTests.Settle(next);
        Assert.Equal(0, LedgerTests.Orders(next));
        Assert.True(next.Join(3, 11, 101).Repeated);
        next.Close();
    }

    [Fact]
    public async Task On_a_disk_an_old_order_is_found_after_restarts_and_after_its_ledger_was_deleted()
    {
        string data = Path.Combine(_directory.FullName, "data");
        var options = new MatchingOptions
        {
            DataDirectory = data,
            Shards = 2,
            Ledger = true,
            ClosedInMemory = 0,
            LedgerCheckpointEvents = 200,
            LedgerMemoryBytes = 1 << 20,
            ManualClock = true
        };
        await PlayAsync(options, told: false);
        await RepeatAsync(options, told: false);
        Directory.Delete(Path.Combine(data, "ledger"), recursive: true);
        await RepeatAsync(options, told: true);
        await RepeatAsync(options, told: false);
    }

    private static async Task PlayAsync(MatchingOptions options, bool told)
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options);
        Assert.Equal(told, engine.LedgerWarning is not null);
        for (long order = 1; order <= 400; order += 2)
        {
            await engine.QuickJoinAsync(new QuickJoinRequest(1 + (order % 9), 11, order));
            await engine.QuickJoinAsync(new QuickJoinRequest(1 + (order % 9), 12, order + 1));
            await engine.ShipAsync(1 + (order % 9), order);
            await engine.ShipAsync(1 + (order % 9), order + 1);
        }
    }

    private static async Task RepeatAsync(MatchingOptions options, bool told)
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options);
        Assert.Equal(told, engine.LedgerWarning is not null);
        for (long order = 1; order <= 400; order += 2)
        {
            Answer repeat = await engine.QuickJoinAsync(new QuickJoinRequest(1 + (order % 9), 11, order));
            Assert.Equal((Outcome.Opened, true), (repeat.Outcome, repeat.Repeated));
            Assert.Equal(OrderState.Shipped, (await engine.FindOrderAsync(1 + (order % 9), order))!.Value.State);
            Assert.Equal([11, 12], (await engine.FindTeamAsync(1 + (order % 9), repeat.Team))!.Members);
        }
    }

    private static SteppedEngine Open(IJournal journal, ILedger ledger) =>
        SteppedEngine.Open(journal, with: options => LedgerTests.WithLedger(LedgerTests.Manual(options), ledger));

    /// <summary>Orders that these commands created, with the first answer.</summary>
    private static List<(Command Command, Answer Answer)> Create(SteppedEngine engine, Command[] commands) =>
    [
        .. commands.Select(command => (command, engine.Execute(command))).Where(one =>
            one.Item2.Ok && !one.Item2.Repeated
            && one.command.Operation is (
                Operation.QuickJoin or Operation.OpenTeam or Operation.JoinTeam or Operation.Hold or Operation.SoloBuy)),
    ];

    private sealed class DamagedLedger(LedgerTable inner) : LedgerAround(inner)
    {
        public bool Damaged { get; set; }

        public override bool TryRead(LedgerKey key, out byte[] record, out long version) =>
            Damaged ? throw new LedgerDamagedException("the record is not as it was written") : base.TryRead(key, out record, out version);
    }
}
