using System.Threading.Channels;
using Matching.Engine.State;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>
/// Follows the journal and writes what closed into the ledger (<see cref="Projection"/>); now and then takes a snapshot of its own book,
/// behind a checkpoint of the ledger at the same position, so that a start finds both.
/// <para>
/// It may lag behind a burst. What closed meanwhile stays in the shards: memory, never an answer, waits for it. Past the option's bound
/// commands are answered Busy until it has caught up. Should it fail, the ledger stays where it is, and the engine goes on until that
/// bound.
/// </para>
/// </summary>
internal sealed class ProjectorLoop(
    IJournal journal, ILedger ledger, ProjectionStart start, LedgerLimits limits, SnapshotScheduler? snapshots, TimeProvider time)
{
    /// <summary>Between two looks at the inbox.</summary>
    private const int EventsPerTurn = 16_384;

    private readonly Channel<bool> _inbox = Channel.CreateUnbounded<bool>(new() { SingleReader = true });
    private readonly long _recovered = journal.DurableSequence;
    private Projection? _projection;
    private long _checkpointedAt = time.GetTimestamp();
    private long _position = start.Sequence;
    private int _woken;
    private Exception? _broken;

    /// <summary>Events durable and not yet in the ledger, of those since the start. Any thread.</summary>
    public long Lag => Math.Max(0, journal.DurableSequence - Math.Max(Volatile.Read(ref _position), _recovered));

    /// <summary>Where it stands in the journal. Any thread.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Why it stopped; null while it follows. Any thread.</summary>
    public Exception? Broken => Volatile.Read(ref _broken);

    /// <summary>Told, on this loop, when a checkpoint is complete: may only set something in motion.</summary>
    public Action? Checkpointed { get; set; }

    /// <summary>The journal has grown. A wake-up already on its way is not doubled.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _woken) == 0 && Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _inbox.Writer.TryWrite(true);
        }
    }

    public void Complete() => _inbox.Writer.Complete();

    public async Task RunAsync()
    {
        await BeginAsync().ConfigureAwait(true);
        using IJournalReader reader = journal.Read(_position);
        bool open = true;
        while (open)
        {
            Volatile.Write(ref _woken, 0);
            Interlocked.MemoryBarrier();
            bool more = Turn(reader, closing: false);
            while (_inbox.Reader.TryRead(out _))
            {
                // It came after the reading: look again, and listen for the next one, a broken ledger's loop too: it still answers who asks
                // for snapshots.
                more = true;
            }

            await ServeSnapshotsAsync(reader).ConfigureAwait(true);

            if (!more)
            {
                open = await _inbox.Reader.WaitToReadAsync().ConfigureAwait(true);
            }
        }

        // Who asked last is told that the engine closes.
        await ServeSnapshotsAsync(reader).ConfigureAwait(true);
        while (Turn(reader, closing: true))
        {
            // A clean stop leaves nothing for the next start to do again.
        }
    }

    private async Task ServeSnapshotsAsync(IJournalReader reader)
    {
        while (snapshots is not null && snapshots.Asked.TryRead(out TaskCompletionSource<SnapshotTaken>? asked))
        {
            await snapshots.RunAsync(asked, target => Task.FromResult(TakeSnapshot(reader, target))).ConfigureAwait(true);
        }
    }

    // Behind the opening of the engine, which need not wait for it.
    private async Task BeginAsync()
    {
        try
        {
            _projection = await start.BeginAsync(ledger).ConfigureAwait(true);
        }
#pragma warning disable CA1031 // as below
        catch (Exception e)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, e);
        }
    }

    /// <returns>True when there may be more at once.</returns>
    private bool Turn(IJournalReader reader, bool closing)
    {
        if (_broken is not null)
        {
            return false;
        }

        try
        {
            bool more = ReadSome(reader);
            if (closing ? !more : IsDue())
            {
                Checkpoint();
            }

            return more;
        }
#pragma warning disable CA1031 // the ledger is behind the joins: whatever broke it must not stop them before the bound does
        catch (Exception e)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, e);
            if (e is LedgerDamagedException)
            {
                // A start would meet it again.
                Families.Discard(ledger);
            }

            return false;
        }
    }

    private bool IsDue()
    {
        long since = _position - ledger.Position;
        return since >= limits.CheckpointEvents || (since > 0 && time.GetElapsedTime(_checkpointedAt) >= limits.CheckpointInterval);
    }

    private void Checkpoint()
    {
        if (_broken is null && _position > ledger.Position)
        {
            ledger.Checkpoint(_position, journal.BoundaryAt(_position));
            _checkpointedAt = time.GetTimestamp();
            Checkpointed?.Invoke();
        }
    }

    private bool ReadSome(IJournalReader reader)
    {
        long until = _position + EventsPerTurn;
        while (_position < until)
        {
            if (!reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
            {
                return false;
            }

            _projection!.Apply(sequence, count, events);
            Volatile.Write(ref _position, _projection.Position);
        }

        return true;
    }

    private SnapshotTaken TakeSnapshot(IJournalReader reader, long target)
    {
        long startedAt = time.GetTimestamp();
        while (_position < target && _broken is null)
        {
            snapshots!.Ending.ThrowIfCancellationRequested();
            Turn(reader, closing: false);
        }

        try
        {
            // First the ledger: a snapshot that leaves to it what it does not hold could not be started from.
            Checkpoint();
        }
        catch (LedgerException e)
        {
            Volatile.Write(ref _broken, e);
        }

        return _broken is null
            ? snapshots!.Save(_projection!.Books, _position, startedAt, ledger.OldestPosition)
            : throw new LedgerException($"the order ledger, which snapshots need, has failed: {_broken.Message}", _broken);
    }
}

/// <summary>When the ledger's checkpoints are taken.</summary>
/// <param name="CheckpointEvents">After so many events.</param>
/// <param name="CheckpointInterval">After so much time, when there is anything new.</param>
internal sealed record LedgerLimits(long CheckpointEvents, TimeSpan CheckpointInterval);

/// <summary>Where the projection begins.</summary>
/// <param name="Sequence">The events before this one need not be read.</param>
/// <param name="BeginAsync">Makes it; on the projector's loop.</param>
internal sealed record ProjectionStart(long Sequence, Func<ILedger, Task<Projection>> BeginAsync);
