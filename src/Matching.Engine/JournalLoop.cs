using System.Diagnostics;
using System.Threading.Channels;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// The one writer of the journal. Takes what all shards have ready, appends it, makes it durable with one write and only then
/// releases the replies, in the order handed over. A batch without events waits its turn all the same: what it read may rest
/// on events of the batches before it.
/// </summary>
internal sealed class JournalLoop(
    IJournal journal, DurableSignal signal, ReplyBatches completions, InFlight inFlight, Failure failure)
{
    /// <summary>Batches in one write: enough to take all that any number of shards can have ready.</summary>
    private const int BatchesPerWrite = 64;

    private readonly Channel<ShardBatch> _ready = Channel.CreateUnbounded<ShardBatch>(new() { SingleReader = true });
    private readonly List<ShardBatch> _batches = new(BatchesPerWrite);
    private long _durableNow;
    private TimeSpan? _written;

    public ChannelWriter<ShardBatch> Ready => _ready.Writer;

    /// <summary>The latest book time among the batches released, in ms since 1970. Any thread.</summary>
    public long DurableNow => Volatile.Read(ref _durableNow);

    /// <summary>Told after each write how many commands rest on it and how long it took; null for nobody. Must not throw.</summary>
    public Action<int, TimeSpan>? Measured { get; set; }

    public async Task RunAsync()
    {
        while (await _ready.Reader.WaitToReadAsync().ConfigureAwait(true))
        {
            while (_batches.Count < BatchesPerWrite && _ready.Reader.TryRead(out ShardBatch? batch))
            {
                _batches.Add(batch);
            }

            Write();
            Measure();
            Release();
        }
    }

    private void Write()
    {
        if (failure.Cause is null)
        {
            try
            {
                bool any = false;
                long now = _durableNow;
                foreach (ShardBatch batch in _batches)
                {
                    now = Math.Max(now, batch.Now);
                    if (batch.Events.Count > 0)
                    {
                        batch.AppendTo(journal);
                        any = true;
                    }

                    batch.End = journal.NextSequence;
                }

                if (!any)
                {
                    journal.Confirm();
                }
                else
                {
                    long start = Stopwatch.GetTimestamp();
                    journal.Commit();
                    _written = Stopwatch.GetElapsedTime(start);
                    signal.Pulse();
                }

                Volatile.Write(ref _durableNow, now);
            }
#pragma warning disable CA1031 // whatever the journal threw, nothing of this write may be answered
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure.Stop(e);
                FailAll(e);
            }
        }
        else
        {
            FailAll(failure.Cause);
        }
    }

    private void Measure()
    {
        if (_written is { } elapsed)
        {
            _written = null;
            Measured?.Invoke(_batches.Sum(batch => batch.Replies!.Weight), elapsed);
        }
    }

    private void FailAll(Exception cause)
    {
        foreach (ShardBatch batch in _batches)
        {
            batch.Replies!.Fail(cause);
        }
    }

    private void Release()
    {
        foreach (ShardBatch batch in _batches)
        {
            ReplyBatch replies = batch.Replies!;
            batch.Replies = null;
            batch.OnWritten?.Invoke(failure.Cause is null);
            batch.OnWritten = null;
            batch.Events.Clear();
            batch.Home.TryWrite(batch);
            completions.Release(replies, inFlight);
        }

        _batches.Clear();
    }
}
