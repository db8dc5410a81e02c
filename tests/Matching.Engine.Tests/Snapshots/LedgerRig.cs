using Matching.Core;
using Matching.Engine.State;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>
/// Lives of an engine with snapshots and the order ledger, one after the other; after each the ledger is as a crash leaves it.
/// </summary>
internal sealed class LedgerRig
{
    public const long FirstOrder = 1;

    private bool _deletes;

    /// <summary>Disk, commands and answers.</summary>
    public SnapshotRig Snapshots { get; } = new();

    /// <summary>The ledger of the next start.</summary>
    public LedgerTable Ledger { get; set; } = new();

    /// <summary>Sequence of the snapshot that the next start is expected to begin from.</summary>
    public long Taken { get; set; }

    /// <summary>The state when the last life ended.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Whether lost history is accepted.</summary>
    public bool Accept { get; set; }

    /// <summary>Stands between the engine and its ledger; null for nothing.</summary>
    public Func<ILedger, ILedger>? Wrap { get; set; }

    /// <summary>Orders that were made so far, by the payment of an unknown one too.</summary>
    public int OpenedOrders => Creations().Concat(Snapshots.Answered.Where(one => one.Answer.Ok && one.Command.Operation == Operation.Pay))
        .DistinctBy(one => (one.Command.Item, one.Command.Order)).Count();

    public SteppedEngine Open(int shards, Func<MatchingOptions, MatchingOptions>? with = null) => Snapshots.Open(shards, options =>
    {
        options = options with
        {
            Ledger = true,
            OpenLedger = () => Wrap?.Invoke(Ledger) ?? Ledger,
            LedgerCheckpointEvents = 64,
            ExpectedEvictedOrders = 4,
            ClosedInMemory = 0,
            AcceptLostHistory = Accept,
            ArchiveHorizon = _deletes ? TimeSpan.Zero : null,
        };
        return with?.Invoke(options) ?? options;
    });

    /// <summary>One life.</summary>
    /// <param name="shards">Its shards.</param>
    /// <param name="act">What happens in it.</param>
    /// <param name="snapshot">Whether one is taken at the end, with more commands behind it.</param>
    /// <param name="from">Whether it begins from the snapshot last taken.</param>
    public void Live(int shards, Action<SteppedEngine> act, bool snapshot, bool from = false)
    {
        SteppedEngine engine = Open(shards);
        if (from)
        {
            Assert.Equal(Taken, engine.Engine.RecoveredFromSnapshot);
        }

        if (Hash != 0)
        {
            Assert.Equal(Hash, engine.Hash());
        }

        act(engine);
        if (snapshot)
        {
            Take(engine);
            Snapshots.Play(engine, 40);
        }

        Keep(engine);
    }

    /// <summary>Ends a life.</summary>
    public void Keep(SteppedEngine engine)
    {
        // A hash acts on nothing, and a start acts on what is overdue (R36).
        engine.Run(engine.Engine.AdvanceAsync(engine.Engine.Now));
        Hash = engine.Hash();
        engine.Validate();
        Assert.Null(engine.Engine.Health.LedgerFailure);
        Assert.Null(engine.Engine.Health.SnapshotFailure);
        engine.Close();
        Ledger = Ledger.Reopen();
    }

    public void Take(SteppedEngine engine)
    {
        engine.Validate();
        Task<SnapshotTaken> taken = engine.Engine.SnapshotAsync();
        engine.Loops.RunUntilIdle();
        Taken = new Pending<SnapshotTaken>(taken).Value.Sequence;
    }

    /// <summary>Every order created so far is sent again and gets its first outcome and team (R35).</summary>
    public void CheckAnswers(SteppedEngine engine)
    {
        foreach ((Command command, Answer answer) in Creations())
        {
            Answer again = engine.Execute(command with { At = 0 });
            Assert.Equal((answer.Outcome, answer.Team, true), (again.Outcome, again.Team, again.Repeated));
        }
    }

    /// <summary>Flips a byte in the middle of a snapshot.</summary>
    public void Break(long sequence)
    {
        string path = new SnapshotStore(Snapshots.Disk, SnapshotRig.Directory).PathOf(sequence);
        Snapshots.Disk.FlipBit(path, Snapshots.Disk.BytesOf(path).Length / 2, 3);
    }

    /// <summary>Writes a snapshot anew, whole by all its checksums, with other sections.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="change">What becomes of a section; null for nothing.</param>
    public void Rewrite(long sequence, Func<int, byte[], byte[]?> change)
    {
        var store = new SnapshotStore(Snapshots.Disk, SnapshotRig.Directory);
        using Snapshot snapshot = store.Open(sequence);
        using SnapshotWriter forged = store.Create(sequence, snapshot.Header.Boundary, snapshot.Header.NowMs);
        byte[] buffer = [];
        foreach (int section in snapshot.Sections)
        {
            if (change(section, snapshot.Read(section, ref buffer).ToArray()) is { } bytes)
            {
                forged.Write(section, bytes);
            }
        }

        forged.Complete();
    }

    /// <summary>So many events and snapshots that the first events are deleted.</summary>
    public void DeleteHistory()
    {
        _deletes = true;
        Live(1, engine => LedgerTests.FormAndShip(engine, FirstOrder, FirstOrder + 1), snapshot: false);
        for (int life = 0; life < 4; life++)
        {
            Live(1, engine => Snapshots.Play(engine, 100), snapshot: true);
        }

        Assert.True(ReadOnlyJournal.Open(SnapshotRig.Directory, Snapshots.Disk, whole: false).FirstSequence > 4,
            "the first events are still there");
    }

    private IEnumerable<(Command Command, Answer Answer)> Creations() => Snapshots.Answered.Where(one =>
        one.Answer.Ok && !one.Answer.Repeated
        && one.Command.Operation is (
            Operation.QuickJoin or Operation.OpenTeam or Operation.JoinTeam or Operation.Hold or Operation.SoloBuy));
}
