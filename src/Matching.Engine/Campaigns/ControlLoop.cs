using System.Threading.Channels;
using Matching.Core.Campaigns;

namespace Matching.Engine.Campaigns;

/// <summary>
/// The one loop of what spans items: merchants, campaigns, promotions, chat groups, venues. Load: some commands a second, and a read
/// or two for every page and request of a shop that shows what is on offer. So what waits is taken together: decided in
/// order, made durable, handed to the shards it concerns, answered; one at a time, a shop's reads would be as many as
/// there are writes of the journal. An item's command sent after an answer lies behind the hand-over in the
/// shard's inbox, so it is decided by the new terms.
/// </summary>
internal sealed class ControlLoop : IAsyncDisposable
{
    private const int TurnsTogether = 256;

    private readonly Channel<ShardBatch> _free = Channel.CreateUnbounded<ShardBatch>(new() { SingleReader = true, SingleWriter = true });
    private readonly ControlBook _book;
    private readonly Func<long> _now;
    private readonly ChannelWriter<ShardBatch> _journal;
    private readonly ReplyBatches _completions;
    private readonly InFlight _inFlight;
    private readonly Failure _failure;
    private readonly Shard[] _shards;
    private readonly Action<IThreadPoolWorkItem> _queue;
    private readonly LoopTap? _tap;
    private readonly DueTimer? _timer;
    private long _nextDue;
    private long _marked;

    public ControlLoop(
        ControlBook book, EngineClock clock, Func<long> now, ChannelWriter<ShardBatch> journal,
        ReplyBatches completions, InFlight inFlight, Failure failure, Shard[] shards, Action<IThreadPoolWorkItem> queue,
            LoopTap? tap)
    {
        _queue = queue;
        _book = book;
        _now = now;
        _journal = journal;
        _completions = completions;
        _inFlight = inFlight;
        _failure = failure;
        _shards = shards;
        _tap = tap;
        _nextDue = book.NextDue;
        _timer = clock.IsManual ? null : new DueTimer(clock, () => _ = Sweep(_now()));
        _free.Writer.TryWrite(new ShardBatch(_free.Writer));
        Loop = new Actor<ControlTurn>(ActAsync, TurnsTogether, () => _timer?.Arm(_book.NextDue));
    }

    public Actor<ControlTurn> Loop { get; }

    /// <summary>When time alone will next end something here, in ms since 1970. Any thread.</summary>
    public long NextDue => Volatile.Read(ref _nextDue);

    /// <summary>Puts a turn in line. It is counted in flight until it is durable.</summary>
    public void Send(ControlTurn turn)
    {
        _inFlight.Enter(1);
        if (!Loop.Inbox.TryWrite(turn))
        {
            _inFlight.Leave(1);
            turn.Fail(MatchingUnavailableException.Closed());
            _queue(turn);
        }
    }

    /// <summary>Acts on every campaign and activity whose end has come by a time.</summary>
    public Task Sweep(long to)
    {
        var turn = new ControlTurn<bool>((book, _) =>
        {
            book.Sweep(to);
            return true;
        });
        Send(turn);
        return turn.Done;
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask ActAsync(List<ControlTurn> turns)
    {
        ShardBatch batch = await _free.Reader.ReadAsync().ConfigureAwait(true);
        batch.Replies ??= _completions.Get();
        var mark = new DurableMark(turns.Count);
        batch.Replies.Add(mark);
        try
        {
            foreach (ControlTurn turn in turns)
            {
                if (_failure.Cause is null)
                {
                    Run(turn, batch);
                }
            }
        }
#pragma warning disable CA1031 // as in a shard: whatever broke, nothing decided here may be journaled or answered
        catch (Exception e)
#pragma warning restore CA1031
        {
            batch.Events.Clear();
            _failure.Stop(e);
        }

        Volatile.Write(ref _nextDue, _book.NextDue);
        batch.Now = _book.Now;
        batch.OnWritten = _tap?.EndBatch();
        _journal.TryWrite(batch);
        try
        {
            await mark.Durable.ConfigureAwait(true);
        }
        catch (MatchingUnavailableException e)
        {
            foreach (ControlTurn turn in turns)
            {
                turn.Fail(e);
                _queue(turn);
            }

            return;
        }

        HandOver();
        foreach (ControlTurn turn in turns)
        {
            _queue(turn);
        }
    }

    private void Run(ControlTurn turn, ShardBatch batch)
    {
        turn.Run(_book, _now());
        foreach (ControlEvent e in _book.Events)
        {
            batch.Events.AppendEncoded(ControlCodec.Encode(e));
        }

        _book.Events.Clear();
    }

    // One entry a shard: what is decided between its schedules and its mark would be replayed by the terms before.
    private void HandOver()
    {
        ILookup<int, ItemSchedule> schedules = _book.TakeTouched(out BigDayCalendar? calendar)
            .ToLookup(schedule => Shard.IndexOf(schedule.Item, _shards.Length));
        long mark = _tap is { Campaigns: var number } && number > _marked ? _marked = number : 0;
        for (int i = 0; i < _shards.Length; i++)
        {
            if (calendar is not null || mark != 0 || schedules.Contains(i))
            {
                Send(_shards[i], new Handover(calendar, [.. schedules[i]], mark));
            }
        }
    }

    private void Send(Shard shard, Handover handover)
    {
        _inFlight.Enter(1);
        shard.Send(handover);
    }
}
