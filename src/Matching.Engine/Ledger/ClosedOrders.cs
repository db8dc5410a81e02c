using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>
/// Where closed orders and teams are found once they have left memory. Their records lie in the journal; this follows it and writes them
/// into the order ledger, by key. So the ledger holds nothing of its own: it may be lost, and is made anew from the journal. It is opened,
/// or made, when there is a first record. One thread writes; any thread reads.
/// </summary>
internal sealed class ClosedOrders(
    IJournal journal, ILedger? ledger, Func<ILedger> create, LedgerLimits limits, TimeProvider time) : IDisposable
{
    private ILedger? _ledger = ledger;
    private long _checkpointedAt = time.GetTimestamp();
    private long _position;

    /// <summary>What closed before this event is found here. Any thread.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>What closed before this event is in the ledger for good; 0 while there is no ledger. Any thread.</summary>
    public long CheckpointPosition => Volatile.Read(ref _ledger)?.Position ?? 0;

    /// <summary>The oldest event that a start may have to read again. Any thread.</summary>
    public long OldestPosition => Volatile.Read(ref _ledger)?.OldestPosition ?? Position;

    /// <summary>
    /// Brings the ledger up to the journal's end, before anything is asked of it. One that is missing is made of all that the journal has.
    /// </summary>
    /// <param name="any">Whether anything has left memory.</param>
    /// <param name="evicted">How many orders have, as the books count them.</param>
    /// <param name="acceptLost">Go on where the journal has lost the records of some of them.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it between two blocks.</param>
    /// <returns>What an operator should know; null for nothing.</returns>
    /// <exception cref="JournalException">Records are lost, and that was not accepted.</exception>
    /// <exception cref="LedgerException">The ledger cannot be made or written.</exception>
    public string? CatchUp(
        bool any, long evicted, bool acceptLost, Action<long> progress, CancellationToken cancellationToken)
    {
        string? told = null;
        if (any || _ledger is not null)
        {
            long from = _ledger?.Position ?? 0;
            told = from == 0 && any
                ? $"the order ledger is made anew from the journal, {journal.DurableSequence - journal.FirstSequence} events"
                : _ledger is { HistoryLost: true } lacking
                ? $"what closed before event {lacking.From} is lost, as was accepted at an earlier start" : null;
            if (from < journal.FirstSequence)
            {
                told = BeginAnew(evicted, acceptLost, told, cancellationToken);
                from = journal.FirstSequence;
            }

            Walk(
                from,
                (sequence, count, events) =>
                {
                    Apply(sequence, count, events);
                    Turn(ending: false);
                    progress(_position);
                },
                cancellationToken);
        }

        Volatile.Write(ref _position, journal.DurableSequence);
        Turn(ending: told is not null);
        return told;
    }

    /// <summary>Takes in the next block. The writer's thread only.</summary>
    /// <exception cref="JournalException">An event cannot be read.</exception>
    /// <exception cref="LedgerException">The ledger cannot be made or written.</exception>
    public void Apply(long sequence, int count, ReadOnlyMemory<byte> events)
    {
        ForEachClosed(sequence, count, events, Write);
        Volatile.Write(ref _position, sequence + count);
    }

    /// <summary>Takes a checkpoint when it is time, or at the end. The writer's thread only.</summary>
    /// <exception cref="LedgerException">It failed: the one before stays.</exception>
    public void Turn(bool ending)
    {
        long since = _ledger is null ? 0 : _position - _ledger.Position;
        if (since > 0 && (ending || since >= limits.CheckpointEvents || time.GetElapsedTime(_checkpointedAt) >= limits.CheckpointInterval))
        {
            Trusted(() => _ledger!.Checkpoint(_position, journal.BoundaryAt(_position)));
            _checkpointedAt = time.GetTimestamp();
        }
    }

    /// <summary>The family of an order or of a team, by what is away; null when there is none such. Any thread; may wait for the
    /// disk.</summary>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public Family? Find(long item, long id, Away away)
    {
        Family? found = null;
        (long first, long second) = away == Away.Order ? Family.KeyOfOrder(item, id) : Family.KeyOfTeam(item, id);
        Trusted(() => found = Volatile.Read(ref _ledger) is { } ledger ? Find(ledger, item, new LedgerKey(first, second)) : null);
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _ledger?.Dispose();

    private static Family? Find(ILedger ledger, long item, LedgerKey key)
    {
        if (!ledger.TryRead(key, out byte[] record, out _))
        {
            return null;
        }

        try
        {
            long team = Family.TeamNamed(record);
            (long first, long second) = Family.KeyOfTeam(item, team);
            if (team != 0 && !ledger.TryRead(new LedgerKey(first, second), out record, out _))
            {
                throw new LedgerDamagedException($"the ledger has lost team {team} of item {item}, which the record of {key.Second} names");
            }

            return Family.Read(record);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new LedgerDamagedException($"the ledger's record of {key.Second} of item {item} cannot be read: {e.Message}", e);
        }
    }

    private void Write(ReadOnlySpan<byte> record, long version)
    {
        if (_ledger is null)
        {
            Volatile.Write(ref _ledger, create());
        }

        try
        {
            Family.Spread(record, (first, second, bytes) => _ledger.Write(new LedgerKey(first, second), bytes, version));
        }
        catch (FormatException e)
        {
            throw Recovery.Unreadable(version - 1, e);
        }
    }

    // What it holds is not to be trusted any more: the next start makes it anew, or, where not even that can be noted, finds the damage.
    private void Trusted(Action act)
    {
        try
        {
            act();
        }
        catch (LedgerDamagedException)
        {
            try
            {
                _ledger!.Discard();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The damage is the cause, and is thrown.
            }

            throw;
        }
    }

    // The ledger stands before the first event that is left. That is no loss where nothing closed before it.
    private string? BeginAnew(long evicted, bool accepted, string? told, CancellationToken cancellationToken)
    {
        long first = journal.FirstSequence;
        long kept = 0;
        Walk(
            first,
            (sequence, count, events) =>
                ForEachClosed(sequence, count, events, (record, _) => kept += Family.KeysIn(record).Count(key => key.First > 0)),
            cancellationToken);
        bool lost = kept < evicted;
        if (lost && !accepted)
        {
            throw new JournalException(
                $"the order ledger is missing or broken, and it cannot be made anew: the journal begins at event {first}, what closed "
                + "before is deleted. Restore the directory from a copy, or accept that those orders and teams are lost "
                + "(option AcceptLostHistory, --accept-lost-history): they will be unknown, and an order of them sent again will be taken for "
                + "a new one.");
        }

        _ledger?.Dispose();
        _ledger = create();
        _ledger.BeginAt(first, lost);
        return !lost ? told : $"accepted: what closed before event {first} is lost, {evicted - kept} orders. They are counted still, but "
            + "unknown, and one of them sent again is taken for a new one";
    }

    private void Walk(long from, Action<long, int, ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        using IJournalReader reader = journal.Read(from);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(sequence, count, events);
        }
    }

    private static void ForEachClosed(long sequence, int count, ReadOnlyMemory<byte> events, RecordTaken take)
    {
        ReadOnlySpan<byte> rest = events.Span;
        for (int i = 0; i < count; i++)
        {
            int length = EventCodec.LengthOf(rest);
            if (length <= 1 || length > rest.Length)
            {
                throw Recovery.Unreadable(sequence + i, new FormatException($"an event of {length} bytes"));
            }

            if (RecordEvent.Is(rest) && (EventKind)rest[0] == EventKind.Closed)
            {
                take(RecordEvent.RecordOf(rest), sequence + i + 1);
            }

            rest = rest[length..];
        }
    }

    private delegate void RecordTaken(ReadOnlySpan<byte> record, long version);
}

/// <summary>When the ledger's checkpoints are taken.</summary>
/// <param name="CheckpointEvents">After so many events.</param>
/// <param name="CheckpointInterval">After so much time, when there is anything new.</param>
internal sealed record LedgerLimits(long CheckpointEvents, TimeSpan CheckpointInterval);
