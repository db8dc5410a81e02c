using System.Threading.Channels;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>
/// Follows the journal and writes what closed into the ledger. It keeps a book of its own, from which every family is evicted as soon
/// as it closes: the same code as the shards', so what is a closed family, and what its record says, cannot differ from theirs. A later
/// event of an evicted family brings it back from the ledger first. Rejected: gathering records from events alone, a second way to
/// tell the rules.
/// <para>
/// It may lag behind a burst. What closed meanwhile stays in the shards: memory, never an answer, waits for it. Past the option's bound
/// commands are answered Busy until it has caught up. Should it fail, the ledger stays where it is, and the engine goes on until that bound.
/// </para>
/// </summary>
internal sealed class ProjectorLoop(IJournal journal, ILedger ledger, Books books, LedgerLimits limits, TimeProvider time)
{
    /// <summary>Between two looks at the inbox.</summary>
    private const int EventsPerTurn = 16_384;

    private readonly Channel<bool> _inbox = Channel.CreateUnbounded<bool>(new() { SingleReader = true });
    private readonly Book _book = books.All[0];
    private readonly long _recovered = journal.DurableSequence;
    private long _checkpointedAt = time.GetTimestamp();
    private long _position;
    private long _block;
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
        using IJournalReader reader = journal.Read(0);
        bool open = true;
        while (open)
        {
            Volatile.Write(ref _woken, 0);
            Interlocked.MemoryBarrier();
            bool more = Turn(reader, closing: false);
            while (_inbox.Reader.TryRead(out _))
            {
                // It came after the reading: look again.
                more = _broken is null;
            }

            if (!more)
            {
                open = await _inbox.Reader.WaitToReadAsync().ConfigureAwait(true);
            }
        }

        while (Turn(reader, closing: true))
        {
            // A clean stop leaves nothing for the next start to do again.
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
        if (_position > ledger.Position)
        {
            ledger.Checkpoint(_position);
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

            for (int i = 0; i < count; i++)
            {
                Event e = Recovery.Read(ref events, sequence + i, out ControlEvent? controlEvent);
                Apply(e, controlEvent);
            }

            Evict(sequence + count);
            Volatile.Write(ref _position, sequence + count);
        }

        return true;
    }

    private void Apply(in Event e, ControlEvent? controlEvent)
    {
        if (controlEvent is not null)
        {
            books.Apply(controlEvent);
            return;
        }

        if (_book.ConcernsEvicted(e) && Families.OfOrder(ledger, e.Item, e.Order) is { } family)
        {
            _book.Recall(family);
        }

        _book.Apply(e);
    }

    // Before where the ledger stands already nothing is evicted: a record there may say more than the book knows yet. At that
    // point both say the same.
    private void Evict(long position)
    {
        if (position >= ledger.Position)
        {
            _block = position;
            _book.Evict(int.MaxValue, _book.Epoch, position == ledger.Position ? null : Write);
        }
    }

    private void Write(long first, long second, ReadOnlySpan<byte> record) => ledger.Write(new LedgerKey(first, second), record, _block);
}

/// <summary>When the ledger's checkpoints are taken.</summary>
/// <param name="CheckpointEvents">After so many events.</param>
/// <param name="CheckpointInterval">After so much time, when there is anything new.</param>
internal sealed record LedgerLimits(long CheckpointEvents, TimeSpan CheckpointInterval);
