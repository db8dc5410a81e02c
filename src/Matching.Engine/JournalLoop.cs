using System.Diagnostics;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// The one writer of the journal. Takes what all shards have ready, appends it, makes it durable with one write and only then
/// releases the replies, in the order handed over. A batch without events waits its turn all the same: what it read may rest
/// on events of the batches before it.
/// </summary>
internal sealed class JournalLoop
{
    /// <summary>Batches in one write: enough to take all that any number of shards can have ready.</summary>
    private const int BatchesPerWrite = 64;

    private readonly IJournal _journal;
    private readonly DurableSignal _signal;
    private readonly ReplyBatches _completions;
    private readonly InFlight _inFlight;
    private readonly Failure _failure;
    private long _durableNow;
    private TimeSpan? _written;

    public JournalLoop(IJournal journal, DurableSignal signal, ReplyBatches completions, InFlight inFlight, Failure failure)
    {
        _journal = journal;
        _signal = signal;
        _completions = completions;
        _inFlight = inFlight;
        _failure = failure;
        Loop = new Actor<ShardBatch>(
            batches =>
            {
                Write(batches);
                Measure(batches);
                Release(batches);
                return ValueTask.CompletedTask;
            },
            BatchesPerWrite);
    }

    /// <summary>Where shards hand over what is ready to be written.</summary>
    public Actor<ShardBatch> Loop { get; }

    /// <summary>The latest book time among the batches released, in ms since 1970. Any thread.</summary>
    public long DurableNow => Volatile.Read(ref _durableNow);

    /// <summary>Told after each write how many commands rest on it and how long it took; null for nobody. Must not throw.</summary>
    public Action<int, TimeSpan>? Measured { get; set; }

    private void Write(List<ShardBatch> batches)
    {
        if (_failure.Cause is null)
        {
            try
            {
                bool any = false;
                long now = _durableNow;
                foreach (ShardBatch batch in batches)
                {
                    now = Math.Max(now, batch.Now);
                    if (batch.Events.Count > 0)
                    {
                        batch.AppendTo(_journal);
                        any = true;
                    }

                    batch.End = _journal.NextSequence;
                }

                if (!any)
                {
                    _journal.Confirm();
                }
                else
                {
                    long start = Stopwatch.GetTimestamp();
                    _journal.Commit();
                    _written = Stopwatch.GetElapsedTime(start);
                    _signal.Pulse();
                }

                Volatile.Write(ref _durableNow, now);
            }
#pragma warning disable CA1031 // whatever the journal threw, nothing of this write may be answered
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure.Stop(e);
                FailAll(batches, e);
            }
        }
        else
        {
            FailAll(batches, _failure.Cause);
        }
    }

    private void Measure(List<ShardBatch> batches)
    {
        if (_written is { } elapsed)
        {
            _written = null;
            Measured?.Invoke(batches.Sum(batch => batch.Replies!.Weight), elapsed);
        }
    }

    private static void FailAll(List<ShardBatch> batches, Exception cause)
    {
        foreach (ShardBatch batch in batches)
        {
            batch.Replies!.Fail(cause);
        }
    }

    private void Release(List<ShardBatch> batches)
    {
        foreach (ShardBatch batch in batches)
        {
            ReplyBatch replies = batch.Replies!;
            batch.Replies = null;
            batch.OnWritten?.Invoke(_failure.Cause is null);
            batch.OnWritten = null;
            batch.Events.Clear();
            batch.Home.TryWrite(batch);
            _completions.Release(replies, _inFlight);
        }
    }
}
