using Matching.Core;
using Matching.Engine.Ledger;

namespace Matching.Engine;

/// <content>The order ledger behind the shards: closed orders and teams, however old.</content>
public sealed partial class MatchingEngine
{
    private readonly ClosedOrders? _closedOrders;
    private readonly JournalFollower<ClosedOrders>? _closedFollower;
    private readonly LookupLoop? _lookups;

    /// <summary>What opening the order ledger found wrong and did about it, for a person; null for nothing.</summary>
    public string? LedgerWarning { get; }

    /// <summary>The oldest event that the order ledger may need again: the journal, with its archive, must reach back to it.</summary>
    public long LedgerPosition => _closedOrders?.OldestPosition ?? long.MaxValue;

    private JournalFollower<ClosedOrders> FollowingClosed(ClosedOrders closed) => Following(
        "the order ledger", closed, static (closed, sequence, count, events) => closed.Apply(sequence, count, events), closed.Position,
        turned: static (closed, ending) => closed.Turn(ending));

    private Recalls? RecallsOf(EngineClock clock) => _closedOrders is null ? null : new Recalls(_closedOrders, _lookups!, clock.IsManual);

    private Evictor? EvictorOf() =>
        _closedOrders is null ? null : new Evictor(_closedOrders, _options.Evicts ? _options.ClosedInMemory : -1);

    private void WakeFollowers()
    {
        _followers.Wake();
        _desk?.CheckDue();
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
