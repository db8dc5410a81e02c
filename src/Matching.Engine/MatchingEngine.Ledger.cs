using Matching.Core;
using Matching.Core.Campaigns;
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
    public string? LedgerTold { get; private set; }

    /// <summary>The oldest event that the order ledger may need again: the journal, with its archive, must reach back to it.</summary>
    public long LedgerPosition => _ledger?.OldestPosition ?? long.MaxValue;

    private static Book NewBook(MatchingOptions options, ILedger? ledger)
    {
        var book = new Book(options.Book);
        if (ledger is not null)
        {
            book.KeepOnlyOpen(Math.Max(options.ExpectedEvictedOrders, ledger.Count));
        }

        return book;
    }

    private static ControlBook NewControlBook(MatchingOptions options) =>
        new(options.Control with { MaxTeamSize = options.Book.MaxTeamSize, HoldMs = options.Book.HoldMs });

    private static ILedger? OpenLedger(MatchingOptions options, IJournal journal)
    {
        if (!options.Ledger)
        {
            return null;
        }

        ILedger ledger = options.OpenLedger is { } open ? open()
            : options.DataDirectory is { } directory ? OrderLedger.Open(new LedgerOptions
            {
                Directory = Path.Combine(directory, "ledger"),
                MemoryBytes = options.LedgerMemoryBytes,
            })
            : new LedgerTable();
        if (ledger.Position > journal.DurableSequence)
        {
            ledger.Dispose();
            throw new JournalException(
                $"the order ledger holds what closed before event {ledger.Position}, but the journal ends at event {journal.DurableSequence}: answered entries are missing. Nothing was changed; restore the directory from a copy.");
        }

        return ledger;
    }

    private void OpenLedgerLoops(MatchingOptions options, IJournal journal)
    {
        if (_ledger is null)
        {
            return;
        }

        LedgerTold = (_ledger as OrderLedger)?.Told;
        if (_ledger.Position == 0 && journal.DurableSequence > 0)
        {
            LedgerTold = $"{LedgerTold}{(LedgerTold is null ? "" : "; ")}the order ledger is made anew from the journal, {journal.DurableSequence} events";
        }

        _lookups = new LookupLoop(_ledger, _failure);
        _projector = new ProjectorLoop(
            journal, _ledger, NewBook(options, _ledger), NewControlBook(options),
            new LedgerLimits(options.LedgerCheckpointEvents, options.LedgerCheckpointInterval), options.TimeProvider)
        {
            Checkpointed = WakeShards,
        };
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
        _lists?.Wake();
        _projector?.Wake();
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
