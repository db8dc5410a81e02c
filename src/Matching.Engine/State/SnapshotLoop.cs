using System.Threading.Channels;
using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.State;

/// <summary>A snapshot that was taken.</summary>
/// <param name="Sequence">The events before this one are in it.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Duration">How long it took, beside the joins.</param>
public readonly record struct SnapshotTaken(long Sequence, long Bytes, TimeSpan Duration);

/// <summary>
/// Takes snapshots beside the running engine, on a loop of low priority. Load: gigabytes of state, some snapshots an hour at most, and no join may
/// wait for them. Chosen: a second copy of the state, built as recovery builds it (newest snapshot, then the journal up to a durable
/// block), saved and let go; so shards know nothing of snapshots, and each one is a rehearsal of the next start. Its price is the state's
/// memory a second time while it lasts, and a core's share. Rejected: copy-on-write of the rows (a branch in every write of a join),
/// slices between batches (a state of no one moment, to be mended by the journal's rest), fork (not to be had).
/// A snapshot that fails changes nothing: the one before stays, and the next is tried after as many bytes again.
/// </summary>
internal sealed class SnapshotLoop : IDisposable
{
    private readonly MatchingOptions _options;
    private readonly SegmentJournal _journal;
    private readonly SnapshotStore _store;
    private readonly TaskScheduler _scheduler;
    private readonly Action<string> _warn;
    private readonly Channel<TaskCompletionSource<SnapshotTaken>?> _asked =
        Channel.CreateUnbounded<TaskCompletionSource<SnapshotTaken>?>(new() { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private long _dueAtBytes;
    private long _lastSequence;
    private string? _failed;

    /// <summary>Makes it.</summary>
    /// <param name="options">How the engine runs.</param>
    /// <param name="journal">The engine's.</param>
    /// <param name="store">Snapshots of its directory.</param>
    /// <param name="scheduler">Where it runs, lanes included.</param>
    /// <param name="sinceBytes">Bytes of events behind the newest snapshot already.</param>
    /// <param name="warn">Told what an operator should look at.</param>
    public SnapshotLoop(MatchingOptions options, SegmentJournal journal, SnapshotStore store, TaskScheduler scheduler, long sinceBytes, Action<string> warn)
    {
        _options = options;
        _journal = journal;
        _store = store;
        _scheduler = scheduler;
        _warn = warn;
        _lastSequence = store.List() is [var newest, ..] ? newest : 0;
        _dueAtBytes = options.SnapshotBytes == 0 ? long.MaxValue : Math.Max(options.SnapshotBytes, LengthOf(_lastSequence)) - sinceBytes;
    }

    /// <summary>Where it runs.</summary>
    public TaskScheduler Scheduler => _scheduler;

    /// <summary>Sequence of the newest snapshot; 0 for none. Any thread.</summary>
    public long LastSequence => Volatile.Read(ref _lastSequence);

    /// <summary>Why the latest one could not be taken; null when it was. Any thread.</summary>
    public string? Failed => Volatile.Read(ref _failed);

    /// <summary>Looks whether it is time. Called by the journal's loop after every write: one comparison.</summary>
    public void Look()
    {
        if (_journal.DurableBytes >= Volatile.Read(ref _dueAtBytes))
        {
            Volatile.Write(ref _dueAtBytes, long.MaxValue);
            _asked.Writer.TryWrite(null);
        }
    }

    /// <summary>Takes one now, or behind the one under way.</summary>
    public Task<SnapshotTaken> TakeAsync()
    {
        var taken = new TaskCompletionSource<SnapshotTaken>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _asked.Writer.TryWrite(taken) ? taken.Task : throw MatchingUnavailableException.Closed();
    }

    /// <summary>Ends it: what is under way is given up and leaves no trace.</summary>
    public void Complete()
    {
        _ending.Cancel();
        _asked.Writer.Complete();
    }

    public async Task RunAsync()
    {
        Look();
        while (await _asked.Reader.WaitToReadAsync().ConfigureAwait(true))
        {
            while (_asked.Reader.TryRead(out TaskCompletionSource<SnapshotTaken>? asked))
            {
                await TakeAsync(asked).ConfigureAwait(true);
            }
        }
    }

    public void Dispose() => _ending.Dispose();

    private async Task TakeAsync(TaskCompletionSource<SnapshotTaken>? asked)
    {
        try
        {
            SnapshotTaken taken = await BuildAsync().ConfigureAwait(true);
            Volatile.Write(ref _failed, null);
            asked?.TrySetResult(taken);
        }
#pragma warning disable CA1031 // whatever it was, joins go on; it is told, and tried again later
        catch (Exception e)
#pragma warning restore CA1031
        {
            asked?.TrySetException(_ending.IsCancellationRequested ? MatchingUnavailableException.Closed() : e);
            if (!_ending.IsCancellationRequested)
            {
                Volatile.Write(ref _failed, e.Message);
                _warn($"a snapshot could not be taken: {e.Message}");
            }
        }

        if (_options.SnapshotBytes > 0)
        {
            Volatile.Write(ref _dueAtBytes, _journal.DurableBytes + Math.Max(_options.SnapshotBytes, LengthOf(LastSequence)));
        }
    }

    private async Task<SnapshotTaken> BuildAsync()
    {
        long startedAt = _options.TimeProvider.GetTimestamp();
        long target = _journal.DurableSequence;
        if (target == LastSequence)
        {
            return new SnapshotTaken(target, LengthOf(target), TimeSpan.Zero);
        }

        Books books = _options.NewBooks(1);
        var lanes = new StateLanes(books, _ => _scheduler, disposeSchedulers: false);
        await using (lanes.ConfigureAwait(true))
        {
            long from = await LoadNewestAsync(books, lanes).ConfigureAwait(true);
            using IJournalReader reader = _journal.Read(from);
            await lanes.ReplayAsync(reader, target, static (_, _) => { }, _ending.Token).ConfigureAwait(true);
        }

        long length = Write(books, target);
        _store.RemoveOld();
        Volatile.Write(ref _lastSequence, target);
        Archive(books.Now);
        return new SnapshotTaken(target, length, _options.TimeProvider.GetElapsedTime(startedAt));
    }

    // What recovery passed over it has set aside, so the newest is whole, or was damaged since: then this snapshot fails, and says so.
    private async Task<long> LoadNewestAsync(Books books, StateLanes lanes)
    {
        if (LastSequence == 0)
        {
            return _journal.FirstSequence == 0 ? 0 : throw new EventsGoneException(0, _journal.FirstSequence);
        }

        using Snapshot snapshot = _store.Open(LastSequence);
        await lanes.LoadAsync(snapshot, _ending.Token).ConfigureAwait(true);
        return snapshot.Header.Sequence;
    }

    private long Write(Books books, long sequence)
    {
        using SnapshotWriter writer = _store.Create(sequence, _journal.BoundaryAt(sequence), books.Now);
        books.Save((section, bytes) =>
        {
            _ending.Token.ThrowIfCancellationRequested();
            writer.Write(section, bytes);
        });
        writer.Complete();
        return writer.Length;
    }

    // With one snapshot only, a broken one would have no journal to fall back to.
    private void Archive(long nowMs)
    {
        IReadOnlyList<long> kept = _store.List();
        if (kept.Count == SnapshotStore.Kept)
        {
            long neededFrom = Math.Min(kept[^1], _options.KeepFrom?.Invoke() ?? long.MaxValue);
            long deleteUpToMs = _options.ArchiveHorizon is { } horizon ? nowMs - (long)horizon.TotalMilliseconds : -1;
            new Archiver(_journal).Run(neededFrom, nowMs, deleteUpToMs);
        }
    }

    private long LengthOf(long sequence)
    {
        if (sequence == 0)
        {
            return 0;
        }

        using IDiskFile file = _options.Disk.OpenRead(_store.PathOf(sequence));
        return file.Length;
    }
}
