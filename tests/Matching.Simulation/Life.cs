using Matching.Core;
using Matching.Engine;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>One start of the engine, until it ends in one way or another.</summary>
internal sealed class Life(
    Machine machine, Outside outside, EventAudit audit, Traffic traffic, Random random, MatchingOptions terms, int items)
{
    private MatchingEngine? _engine;
    private Clients? _clients;
    private (long Expired, long Refunds) _lowFrom;

    private MatchingEngine Engine => _engine!;

    private Clients Users => _clients!;

    /// <summary>Opens the engine.</summary>
    /// <param name="mayBeRefused">Files are damaged.</param>
    /// <returns>False when the machine died on the way, or the start failed with a cause.</returns>
    public bool TryOpen(bool mayBeRefused)
    {
        Task<MatchingEngine> opening = MatchingEngine.OpenAsync(machine.Options(terms));
        machine.Loops.RunUntilIdle();
        if (!machine.IsAlive)
        {
            return false;
        }

        SimulationException.Unless(opening.IsCompleted, $"liveness: nothing can run and the engine is not open");
        if (opening.IsFaulted)
        {
            Exception cause = opening.Exception!.InnerException!;
            SimulationException.Unless(
                cause is JournalException && (mayBeRefused || machine.HasStruck), $"R38: the start is refused: {cause}");
            machine.Coverage.Add(Happening.StartFailed);
            return false;
        }

        _engine = opening.Result;
        _clients = new Clients(machine, _engine, outside, random);
        machine.Coverage.Add(Happening.Recovered, _engine.Recovered > 0 ? 1 : 0);
        machine.Coverage.Add(Happening.StartedBehindDeletedHistory, machine.Journal!.FirstSequence > 0 ? 1 : 0);
        LookAtSnapshots();
        return true;
    }

    /// <summary>Whether a check of the whole log beside the running engine, archived segments too, meets damage.</summary>
    public bool FindsDamage()
    {
        machine.IsQuiet = true;
        try
        {
            ReadOnlyJournal.Open(Machine.Directory, machine.Disk);
            return false;
        }
        catch (JournalException)
        {
            return true;
        }
        finally
        {
            machine.IsQuiet = false;
        }
    }

    /// <summary>Whether the subscriber's saved position is found to be damaged.</summary>
    public bool RefusesSubscriber()
    {
        Task<Subscription> opening = Engine.SubscribeAsync(Clients.Subscriber).AsTask();
        machine.Loops.RunUntilIdle();
        SimulationException.Unless(opening.IsCompleted, $"liveness: nothing can run and a subscriber waits");
        if (opening.IsFaulted)
        {
            SimulationException.Unless(
                opening.Exception!.InnerException is SubscriptionException, $"a subscriber is refused: {opening.Exception.InnerException}");
            return true;
        }

        SimulationException.Unless(
            opening.Result.Position >= outside.Acknowledged, $"R38: damage moved a subscriber back to {opening.Result.Position}");
        machine.Loops.Run(opening.Result.DisposeAsync());
        return false;
    }

    /// <summary>Checks the state, serves clients for a while, and ends as the trouble has it.</summary>
    public void Serve(Trouble trouble, int share)
    {
        if (Engine.Health.Failure is null && trouble != Trouble.Lie)
        {
            new StateCheck(machine, Engine, audit, outside, items).Run(share);
            if (trouble == Trouble.PowerLoss && random.Next(4) == 0)
            {
                machine.Coverage.Add(Happening.PowerCutRightAfterRecovery);
                End(powerLost: true);
                return;
            }

            Users.Follow();
            AskAnew(share);
        }

        int turns = random.Next(10, 90);
        for (int turn = 0; turn < turns && machine.IsAlive; turn++)
        {
            traffic.Turn(machine, Users, outside);
            for (int steps = random.Next(24); steps > 0 && machine.Loops.Step(); steps--)
            {
            }

            Users.ThrowIfWrong();
        }

        Finish(trouble);
    }

    /// <summary>
    /// Nothing goes wrong any more: everybody is answered, every refund goes back, and after a clean end the state is the same.
    /// </summary>
    public void ServeToTheEnd()
    {
        new StateCheck(machine, Engine, audit, outside, items).Run(share: 1);
        Users.FailingRefundsPercent = 10;
        Users.Follow();
        AskAnew(share: 1);
        Settle();
        for (int number = 1; number <= items; number++)
        {
            long item = RandomCommands.ItemOf(number);
            Sent join = outside.Send(Traffic.NewJoin(item, number));
            Users.Ask(join);
            Settle();
            SimulationException.Unless(!join.IsInDoubt, $"liveness: a join of item {item} was not served");
        }

        // Every team and hold comes to its end, and what is owed is paid back, however often that failed, and however little room there is.
        RunLow();
        EndAll();
        HaveRoomAgain();
        EndAll();
        SimulationException.Unless(
            machine.Loops.Run(Engine.RefundsOwedAsync(5)) is [], $"R37: refunds were delivered for ten minutes and some are owed still");
        new StateCheck(machine, Engine, audit, outside, items).Run(share: 1);
        ulong state = machine.Loops.Run(Engine.StateHashAsync());
        Stop();
        machine.End(powerLost: random.Next(2) == 0);
        CheckAgain(state);
    }

    /// <summary>The process, or the power, is gone.</summary>
    public void End(bool powerLost) => machine.End(powerLost);

    /// <summary>What is in doubt is asked again, and some of what was accepted (R35).</summary>
    private void AskAnew(int share)
    {
        int count = outside.Sents.Count;
        for (int i = 0; i < count; i++)
        {
            Sent sent = outside.Sents[i];
            if (sent.IsInDoubt)
            {
                bool happened = audit.History.Of(sent.Command.Item, sent.Command.Order).Count > 0;
                machine.Coverage.Add(happened ? Happening.InDoubtAndHadHappened : Happening.InDoubtAndHadNot);
                Users.Ask(sent);
            }
            else if (sent.Accepted is not null && Outside.IsForEver(sent.Command) && (share == 1 || random.Next(8) == 0))
            {
                Users.Ask(sent);
            }
        }

        foreach (SentControl control in outside.Controls)
        {
            if (control.Accepted is null || random.Next(share) == 0)
            {
                Users.Control(control);
            }
        }
    }

    /// <summary>Lets everything come to rest; then nobody may wait.</summary>
    private void Settle()
    {
        machine.Loops.Stuck.Clear();
        machine.Loops.RunUntilIdle();
        if (machine.IsAlive)
        {
            Users.CheckNobodyWaits();
        }
    }

    // A snapshot has its name only when it is whole and durable: whatever the crash, none is broken that nobody damaged.
    private void LookAtSnapshots()
    {
        int broken = machine.Warnings.Count(warning => warning.Contains("is broken", StringComparison.Ordinal));
        SimulationException.Unless(
            broken == 0 || machine.MayBreakSnapshots || machine.HasStruck, $"a crash left a broken snapshot: {machine.Warnings[0]}");
        bool used = Engine.RecoveredFromSnapshot > 0;
        machine.Coverage.Add(Happening.SnapshotUsed, used ? 1 : 0);
        machine.Coverage.Add(Happening.SnapshotBesideLedger, used && terms.Evicts ? 1 : 0);
        machine.Coverage.Add(Happening.LedgerMadeAnew, Engine.LedgerWarning is null ? 0 : 1);
        machine.Coverage.Add(Happening.BrokenSnapshotFound, broken);
        machine.Coverage.Add(used ? Happening.FellBackToTheOneBefore : Happening.FellBackToTheJournal, Math.Min(1, broken));
    }

    private void CountSnapshots()
    {
        machine.Coverage.Add(Happening.LedgerCheckpointed, Engine.Health.LedgerPosition > 0 ? 1 : 0);
        machine.Coverage.Add(Happening.LedgerLookedInto, Engine.Health.LedgerLookups);
        machine.Coverage.Add(Happening.SnapshotTaken, Engine.Health.SnapshotSequence > Engine.RecoveredFromSnapshot ? 1 : 0);
        machine.Coverage.Add(Happening.HistoryDeleted, machine.Journal!.FirstSequence > 0 ? 1 : 0);
        machine.Coverage.Add(
            Happening.SegmentArchived, machine.Disk.Paths.Any(path => path.EndsWith(".arc", StringComparison.Ordinal)) ? 1 : 0);
    }

    private void Finish(Trouble trouble)
    {
        CountSnapshots();
        if (machine.IsAlive && trouble is Trouble.Kill or Trouble.PowerLoss)
        {
            machine.Coverage.Add(trouble == Trouble.Kill ? Happening.KilledBetweenSteps : Happening.PowerLostBetweenSteps);
            LookAtEvents();
            End(trouble == Trouble.PowerLoss);
            return;
        }

        Settle();
        if (machine.IsAlive && Engine.Health.Failure is null && trouble != Trouble.Lie)
        {
            LookAtEvents();
        }

        // After a failed write some stop in good order, others are killed while they try.
        if (machine.IsAlive && random.Next(4) > 0)
        {
            machine.Coverage.Add(Engine.Health.Failure is null ? Happening.CleanStop : Happening.StoppedAfterAFailedWrite);
            Stop();
        }

        End(powerLost: random.Next(2) == 0);
    }

    private void EndAll()
    {
        for (int rounds = 0; rounds < 30; rounds++)
        {
            machine.Time.Pass(Traffic.TeamLifeMs / 4);
            Settle();
        }
    }

    // Nothing new is taken in; the rounds that follow show that everything else goes on.
    private void RunLow()
    {
        if (machine.WatchesDisk)
        {
            SimulationException.Unless(
                JoinWithRoom(low: true) == Outcome.LowDisk, $"below the reserve of disk space a new order is taken in");
            _lowFrom = (machine.Loops.Run(Engine.CountAsync()).TeamsExpired, machine.Coverage[Happening.RefundDelivered]);
        }
    }

    private void HaveRoomAgain()
    {
        if (machine.WatchesDisk)
        {
            machine.Coverage.Add(Happening.ExpiredWhileLow, machine.Loops.Run(Engine.CountAsync()).TeamsExpired - _lowFrom.Expired);
            machine.Coverage.Add(Happening.RefundedWhileLow, machine.Coverage[Happening.RefundDelivered] - _lowFrom.Refunds);
            SimulationException.Unless(
                JoinWithRoom(low: false) != Outcome.LowDisk, $"liveness: there is room on the disk again, and a new order is refused");
            machine.Coverage.Add(Happening.ServedWithRoomAgain);
        }
    }

    private Outcome JoinWithRoom(bool low)
    {
        const int LookedAtMs = 1_000;
        machine.SetRoom(low);
        machine.Time.Pass(LookedAtMs);
        Settle();
        Sent join = outside.Send(Traffic.NewJoin(1, low ? 100 : 101));
        Users.Ask(join);
        Settle();
        return join.Last;
    }

    // What anybody could have read must still be there in the next life.
    private void LookAtEvents()
    {
        machine.IsQuiet = true;
        audit.Follow(machine.Journal!);
        machine.IsQuiet = false;
    }

    private void Stop()
    {
        Task closing = Engine.DisposeAsync().AsTask();
        machine.Loops.RunUntilIdle();
        if (!machine.IsAlive)
        {
            return;
        }

        SimulationException.Unless(closing.IsCompleted, $"liveness: nothing can run and the engine is not closed");
        if (closing.IsFaulted)
        {
            Exception cause = closing.Exception!.InnerException!;
            SimulationException.Unless(cause is JournalException && machine.HasStruck, $"closing failed: {cause}");
        }

        machine.ClosedWell = closing.IsCompletedSuccessfully && Engine.Health.Failure is null;
        Users.CheckNobodyWaits();
        Users.CheckNobodyFollows();
    }

    private void CheckAgain(ulong state)
    {
        machine.Boot();
        machine.IsQuiet = true;
        SimulationException.Unless(TryOpen(mayBeRefused: false), $"the engine died without a cause");
        ulong again = machine.Loops.Run(Engine.StateHashAsync());
        SimulationException.Unless(state == again, $"the state after a clean end has hash {again:x}, and had {state:x}");
    }
}
