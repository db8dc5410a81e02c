using Matching.Core;
using Matching.Engine.Ledger;
using Matching.Storage;

namespace Matching.Engine;

/// <content>The order ledger behind the shards: closed orders and teams, however old.</content>
public sealed partial class MatchingEngine
{
    private readonly ILedger? _ledger;
    private ProjectorLoop? _projector;
    private LookupLoop? _lookups;
    private Task _projectorTask = Task.CompletedTask;
    private Task _lookupTask = Task.CompletedTask;

    /// <summary>What opening the order ledger found wrong and did about it, for a person; null for nothing.</summary>
    public string? LedgerWarning { get; private set; }

    /// <summary>The oldest event that the order ledger may need again: the journal, with its archive, must reach back to it.</summary>
    public long LedgerPosition => _ledger?.OldestPosition ?? long.MaxValue;

    private void OpenLedgerLoops(MatchingOptions options, IJournal journal, RecoveredLedger? recovered)
    {
        if (recovered is null)
        {
            return;
        }

        LedgerWarning = recovered.Ledger is { HistoryLost: true } lacking && recovered.Told is null
            ? $"what closed before event {lacking.From} is lost, as was accepted at an earlier start"
            : recovered.Told;
        _lookups = new LookupLoop(recovered.Ledger, _failure);
        _projector = new ProjectorLoop(
            journal, recovered.Ledger, recovered.Start, new LedgerLimits(options.LedgerCheckpointEvents, options.LedgerCheckpointInterval),
                _desk, options.TimeProvider)
        {
            Checkpointed = WakeShards,
        };
        if (_desk is not null)
        {
            _desk.Wake = _projector.Wake;
        }
    }

    private Recalls? RecallsOf(EngineClock clock) => _ledger is null ? null : new Recalls(_ledger, _lookups!, clock.IsManual);

    private Evictor? EvictorOf(IJournal journal) => _ledger is null ? null : new Evictor(_ledger, journal.DurableSequence);

    private void StartLedgerLoops()
    {
        if (_ledger is not null)
        {
            _projectorTask = StartLoop("matching ledger", _projector!.RunAsync);
            _lookupTask = StartLoop("matching lookups", _lookups!.RunAsync);
        }
    }

    /// <summary>After the shards and the journal's loop: nobody asks any more.</summary>
    private async Task CloseLedgerAsync()
    {
        if (_ledger is null)
        {
            return;
        }

        _projector!.Complete();
        _lookups!.Complete();
        await Task.WhenAll(_projectorTask, _lookupTask).ConfigureAwait(true);
        _ledger.Dispose();
    }

    private void WakeFollowers()
    {
        foreach (Action wake in _wakes)
        {
            wake();
        }

        _projector?.Wake();
        _desk?.CheckDue();
    }

    // Idle shards too may now evict.
    private void WakeShards()
    {
        foreach (Shard shard in _shards)
        {
            shard.Wake();
        }
    }

    private async ValueTask<OrderView?> FindOldOrderAsync(long item, long order, CancellationToken cancellationToken)
    {
        (OrderView? here, bool away) = await Ask<(OrderView?, bool)>(
            item,
            (book, now) => book.FindOrder(item, order, now, out OrderView view) ? (view, false) : (null, book.MayBeEvicted(item, order)),
            cancellationToken).ConfigureAwait(false);
        return away ? (await LookUpAsync(item, order, Away.Order, cancellationToken).ConfigureAwait(false))?.FindOrder(order) : here;
    }

    private async ValueTask<TeamView?> FindOldTeamAsync(long item, long team, CancellationToken cancellationToken)
    {
        (TeamView? here, bool away) = await Ask<(TeamView?, bool)>(
            item,
            (book, now) => book.FindTeam(item, team, now) is { } view ? (view, false) : (null, book.IsEvictedTeam(team)),
            cancellationToken).ConfigureAwait(false);
        return away ? (await LookUpAsync(item, team, Away.Team, cancellationToken).ConfigureAwait(false))?.FindTeam(team) : here;
    }

    /// <summary>What has left memory never comes to it again but from here, so a look behind the shard's word misses nothing.</summary>
    private Task<Family?> LookUpAsync(long item, long id, Away away, CancellationToken cancellationToken)
    {
        var lookup = new ReadLookup(item, id, away, _options.Scheduling.Queue);
        return _lookups!.Send(lookup) ? lookup.Family.WaitAsync(cancellationToken) : throw MatchingUnavailableException.Closed();
    }
}
