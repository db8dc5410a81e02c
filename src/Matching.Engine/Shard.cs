using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Matching.Core;
using Matching.Engine.Hosting;
using Matching.Engine.Ledger;

namespace Matching.Engine;

/// <summary>
/// One loop and the book it alone may touch. Load: millions of commands a second from any number of threads; a million teams
/// due in one second. Commands are applied in batches while the batch before is being written: a few batches, made once, go
/// round between the shard and the journal loop, and when none is free the inbox fills up behind. What is due is swept in
/// slices between batches, so that a storm of deadlines delays no command for long.
/// </summary>
internal sealed class Shard : IAsyncDisposable
{
    /// <summary>Commands in one batch, but for the last entry, which is not split. More gain nothing and cost latency.</summary>
    private const int CommandsPerBatch = 2_048;

    // A batch below this is not closed while callers are busy sending: as long as each look finds more, there is another about
    // a microsecond later, so many at most. Closed at once, a batch is a handful of commands, and its wake-ups, of the journal
    // loop, of a worker for the replies, of this loop again, cost more than it does. A lone command pays one look more.
    // Rejected: yielding the processor between looks. Linux takes that as done for now: beside a thread that computes, the
    // shard then waits for its next tick, 4 ms, even while another processor is idle.
    private const int CommandsToLookAgain = 512;
    private const int LooksPerBatch = 4;

    // The runtime makes one turn some 37 ns long, whatever the processor.
    private const int TurnsBetweenLooks = 30;

    private const int ItemsPerSweep = 256;
    private const int BatchesInFlight = 4;

    private readonly Inbox _inbox = new();
    private readonly Channel<ShardBatch> _free = Channel.CreateUnbounded<ShardBatch>(new() { SingleReader = true, SingleWriter = true });
    private readonly ChannelWriter<ShardBatch> _journal;
    private readonly ReplyBatches _completions;
    private readonly InFlight _inFlight;
    private readonly Failure _failure;
    private readonly EngineClock _clock;
    private readonly DueTimer? _timer;
    private readonly LoopTap? _tap;
    private readonly Recalls? _recalls;
    private readonly Evictor? _evictor;
    private readonly DiskSpace? _space;
    private ShardBatch? _batch;
    private Advance? _advance;
    private long _expiryLagMs;

    public Shard(
        Book book, EngineClock clock, ChannelWriter<ShardBatch> journal, ReplyBatches completions, InFlight inFlight, Failure failure,
        LoopTap? tap, Recalls? recalls, Evictor? evictor, DiskSpace? space)
    {
        Book = book;
        _tap = tap;
        _recalls = recalls;
        _evictor = evictor;
        _space = space;
        _clock = clock;
        _journal = journal;
        _completions = completions;
        _inFlight = inFlight;
        _failure = failure;
        _timer = clock.IsManual ? null : new DueTimer(clock, () => _inbox.TryWrite(WakeUp.Instance));
        for (int i = 0; i < BatchesInFlight; i++)
        {
            _free.Writer.TryWrite(new ShardBatch(_free.Writer));
        }
    }

    /// <summary>Touched by the shard's loop only, and by recovery before the loop starts.</summary>
    public Book Book { get; }

    /// <summary>Outcomes by operation; written by the shard's loop only.</summary>
    public CommandTally Tally { get; } = new();

    /// <summary>The clock's reading for the batch at work; 0 on a manual clock, where the book's own time counts.</summary>
    public long Now { get; private set; }

    /// <summary>How long the oldest deadline not yet acted on has been due, in ms (R36). Any thread.</summary>
    public long ExpiryLagMs => Volatile.Read(ref _expiryLagMs);

    /// <summary>The shard of an item: partitions are dealt out in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(long item, int shards) => Books.IndexOf(item, shards);

    /// <summary>
    /// Decides one command of the batch at work, counts it, and records it where the engine records. A new one is refused while the disk is
    /// low.
    /// </summary>
    /// <returns>False when it waits for what was evicted; its entry is resumed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryExecute(in Command command, Waiting waiting, out Answer answer)
    {
        if (_space is { IsLow: true } && IsNew(in command, waiting.Absent))
        {
            // Counted, and not recorded: a replay has another disk.
            answer = Refusals.Of(Outcome.LowDisk, command.Item, command.Order);
            Tally.Count(command.Operation, in answer);
            return true;
        }

        if (_recalls is null)
        {
            Book.Execute(in command, Now, out answer);
        }
        else if (!_recalls.TryExecute(this, command, waiting, out answer))
        {
            return false;
        }

        Tally.Count(command.Operation, in answer);
        _tap?.Record(in command, in answer);
        return true;
    }

    /// <summary>What follows is decided by the campaign commands up to this number. On the shard's loop.</summary>
    public void MarkCampaigns(long number) => _tap?.Mark(number);

    /// <summary>Puts an entry, already counted in flight, into the inbox. Any thread.</summary>
    public void Send(IInboxEntry entry)
    {
        if (!_inbox.TryWrite(entry))
        {
            _inFlight.Leave(entry.Weight);
            entry.Fail(MatchingUnavailableException.Closed());
            entry.Complete();
        }
    }

    /// <summary>Something changed outside that the shard should look at. Any thread.</summary>
    public void Wake() => _inbox.TryWrite(WakeUp.Instance);

    /// <summary>Whether a read of an item has to take its turn behind commands that wait; it is then resumed.</summary>
    public bool MustWait(long item, IInboxEntry entry) => _recalls is not null && _recalls.MustWait(this, item, entry);

    /// <summary>Lets the loop end once its inbox is empty.</summary>
    public void Complete() => _inbox.Complete();

    public async Task RunAsync()
    {
        bool open = true;
        while (open)
        {
            bool more = Fill(await TakeBatchAsync().ConfigureAwait(true));
            HandOver();
            if (_advance is { } advance)
            {
                _advance = null;
                await PassAsync(advance).ConfigureAwait(true);
            }
            else if (!more)
            {
                _timer?.Arm(Book.NextDue);
                open = await _inbox.WaitAsync().ConfigureAwait(true);
            }
        }
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    // A repeat gets its first outcome (R35), and money that came is never turned away (R33). What may have been evicted is looked for
    // first.
    private bool IsNew(in Command command, Absent absent) =>
        command.Operation is Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.Hold or Operation.SoloBuy
        && !Book.Knows(command.Item, command.Order)
        && ((absent & Absent.Order) != Absent.Nothing || !Book.MayBeEvicted(command.Item, command.Order));

    private async ValueTask<ShardBatch> TakeBatchAsync()
    {
        if (_batch is null)
        {
            _batch = _free.Reader.TryRead(out ShardBatch? free) ? free : await _free.Reader.ReadAsync().ConfigureAwait(true);
            _evictor?.Begin(_batch, Book);
        }

        _batch.Replies ??= _completions.Get();
        Book.Events = _batch.Events;
        return _batch;
    }

    /// <summary>Hands the batch to the journal loop, or keeps it when nothing happened in it.</summary>
    private void HandOver()
    {
        if (_batch is { IsEmpty: false } batch)
        {
            batch.Now = Book.Now;
            batch.OnWritten = _tap?.EndBatch();
            _batch = null;
            _journal.TryWrite(batch);
        }
    }

    /// <summary>Applies what lies in the inbox, up to a batch, and one slice of what is due.</summary>
    /// <returns>True when there is more to do at once.</returns>
    private bool Fill(ShardBatch batch)
    {
        ReplyBatch replies = batch.Replies!;
        if (_failure.Cause is not null)
        {
            return Refuse(replies);
        }

        try
        {
            Now = _clock.Now;
            for (int looks = 0; Drain(replies) && looks < LooksPerBatch; looks++)
            {
                Thread.SpinWait(TurnsBetweenLooks);
            }

            bool swept = _advance is not null || Sweep(Math.Max(Now, Book.Now));
            bool evicted = _evictor is null || _evictor.Evict(batch, Book);
            return _advance is not null || !swept || !evicted || replies.Weight >= CommandsPerBatch;
        }
#pragma warning disable CA1031 // whatever broke, nothing decided in this batch may be journaled or answered
        catch (Exception e)
#pragma warning restore CA1031
        {
            batch.Events.Clear();
            _failure.Stop(e);
            return true;
        }
    }

    /// <summary>Runs what lies in the inbox, as far as the batch has room.</summary>
    /// <returns>True when there was something, and more may come.</returns>
    private bool Drain(ReplyBatch replies)
    {
        int before = replies.Weight;
        while (replies.Weight < CommandsPerBatch && _inbox.TryTake(Book, out IInboxEntry? entry))
        {
            if (entry is Advance advance)
            {
                _advance = advance;
                return false;
            }

            if (entry is Recalled recalled)
            {
                _recalls!.Resume(this, recalled, replies);
            }
            else if (entry is not WakeUp)
            {
                replies.Add(entry);
                if (!entry.Run(this))
                {
                    replies.TakeBack(entry);
                }
            }
        }

        return replies.Weight > before && replies.Weight < CommandsToLookAgain;
    }

    private bool Sweep(long now)
    {
        bool done = Book.NextDue > now || Book.Sweep(now, ItemsPerSweep);
        Volatile.Write(ref _expiryLagMs, done ? 0 : Math.Max(0, now - Book.NextDue));
        return done;
    }

    /// <summary>After a failure: everything asked goes unanswered through the journal loop, which fails it in its turn.</summary>
    private bool Refuse(ReplyBatch replies)
    {
        _recalls?.Abandon(replies);
        while (_inbox.TryTake(Book, out IInboxEntry? entry))
        {
            if (entry is Advance advance)
            {
                _advance = advance;
                return true;
            }

            if (entry is not (WakeUp or Recalled))
            {
                replies.Add(entry);
            }
        }

        return false;
    }

    /// <summary>Waits for the other shards at the barrier, then acts on every deadline up to its time (R43).</summary>
    private async Task PassAsync(Advance advance)
    {
        if (!await advance.ArriveAsync(Book.Now).ConfigureAwait(true))
        {
            if (advance.Leave())
            {
                (await TakeBatchAsync().ConfigureAwait(true)).Replies!.Add(advance);
                HandOver();
            }

            return;
        }

        bool done;
        do
        {
            ShardBatch batch = await TakeBatchAsync().ConfigureAwait(true);
            done = SweepTo(batch, advance.To);
            HandOver();
        }
        while (!done);

        // The last shard through answers for all: what the others did was handed to the journal before.
        if (advance.Leave())
        {
            ShardBatch batch = await TakeBatchAsync().ConfigureAwait(true);
            batch.Events.Append(new Event { Kind = EventKind.TimeAdvanced, At = advance.To });
            batch.Replies!.Add(advance);
            HandOver();
        }
    }

    private bool SweepTo(ShardBatch batch, long to)
    {
        try
        {
            return _failure.Cause is not null || Book.Sweep(to, ItemsPerSweep);
        }
#pragma warning disable CA1031 // as in Fill
        catch (Exception e)
#pragma warning restore CA1031
        {
            batch.Events.Clear();
            _failure.Stop(e);
            return true;
        }
    }
}
