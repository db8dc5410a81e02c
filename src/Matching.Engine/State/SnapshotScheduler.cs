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
/// When snapshots are taken: after so many bytes of events, or when one is asked for. One
/// that fails changes nothing: the one before stays, and the next is tried after as many bytes again.
/// </summary>
internal sealed class SnapshotScheduler : IDisposable
{
    private readonly MatchingOptions _options;
    private readonly IJournal _journal;
    private readonly SnapshotStore _store;
    private readonly Action<string> _warn;
    private readonly Channel<TaskCompletionSource<SnapshotTaken>?> _asked =
        Channel.CreateUnbounded<TaskCompletionSource<SnapshotTaken>?>(new() { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private long _dueAtBytes;
    private long _lastSequence;
    private long _lastBytes;
    private string? _failed;

    /// <summary>Makes it.</summary>
    /// <param name="options">How the engine runs.</param>
    /// <param name="journal">The engine's.</param>
    /// <param name="store">Snapshots of its directory.</param>
    /// <param name="sinceBytes">Bytes of events behind the newest snapshot already.</param>
    /// <param name="warn">Told what an operator should look at.</param>
    public SnapshotScheduler(MatchingOptions options, IJournal journal, SnapshotStore store, long sinceBytes, Action<string> warn)
    {
        _options = options;
        _journal = journal;
        _store = store;
        _warn = warn;
        _lastSequence = store.List() is [var newest, ..] ? newest : 0;
        _lastBytes = LengthOf(_lastSequence);
        _dueAtBytes = options.SnapshotBytes == 0 ? long.MaxValue : Math.Max(options.SnapshotBytes, _lastBytes) - sinceBytes;
    }

    /// <summary>Sequence of the newest snapshot; 0 for none. Any thread.</summary>
    public long LastSequence => Volatile.Read(ref _lastSequence);

    /// <summary>Why the latest one could not be taken; null when it was. Any thread.</summary>
    public string? Failed => Volatile.Read(ref _failed);

    /// <summary>What was asked for, null for one that is due.</summary>
    public ChannelReader<TaskCompletionSource<SnapshotTaken>?> Asked => _asked.Reader;

    /// <summary>Cancelled when the engine ends: what is under way is given up and leaves no trace.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Looks whether it is time. Called by the journal's loop after every write: one comparison.</summary>
    public void CheckDue()
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
        if (!_asked.Writer.TryWrite(taken))
        {
            throw MatchingUnavailableException.Closed();
        }

        return taken.Task;
    }

    /// <summary>Ends it.</summary>
    public void Complete()
    {
        _ending.Cancel();
        _asked.Writer.Complete();
    }

    /// <summary>Takes what was asked for.</summary>
    /// <param name="asked">Who waits; null for nobody.</param>
    /// <param name="take">Makes it, at the durable position of now or later.</param>
    public async Task RunAsync(TaskCompletionSource<SnapshotTaken>? asked, Func<long, Task<SnapshotTaken>> take)
    {
        try
        {
            long target = _journal.DurableSequence;
            SnapshotTaken taken = target == LastSequence ? new SnapshotTaken(target, _lastBytes, TimeSpan.Zero)
                : await take(target).ConfigureAwait(true);
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
            Volatile.Write(ref _dueAtBytes, _journal.DurableBytes + Math.Max(_options.SnapshotBytes, _lastBytes));
        }
    }

    /// <summary>Writes one, lets the third one go, and moves to the archive what no start needs any more.</summary>
    /// <param name="books">What the events before <paramref name="sequence"/> gave.</param>
    /// <param name="sequence">The end of a durable block.</param>
    /// <param name="startedAt">When it was begun, a timestamp of the clock.</param>
    /// <param name="keepFrom">Events from this one on are needed by others than snapshots.</param>
    public SnapshotTaken Save(Books books, long sequence, long startedAt, long keepFrom)
    {
        _lastBytes = Write(_store, _journal, books, sequence, _ending.Token);
        _store.RemoveOld();
        Volatile.Write(ref _lastSequence, sequence);
        Archive(books.Now, keepFrom);
        return new SnapshotTaken(sequence, _lastBytes, _options.TimeProvider.GetElapsedTime(startedAt));
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>Writes a snapshot; it has its name when this returns.</summary>
    /// <returns>Its length.</returns>
    public static long Write(SnapshotStore store, IJournal journal, Books books, long sequence, CancellationToken cancellationToken)
    {
        using SnapshotWriter writer = store.Create(sequence, journal.BoundaryAt(sequence), books.Now);
        books.Save((section, bytes) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(section, bytes);
        });
        writer.Complete();
        return writer.Length;
    }

    // With one snapshot only, a broken one would have no journal to fall back to.
    private void Archive(long nowMs, long keepFrom)
    {
        IReadOnlyList<long> kept = _store.List();
        if (kept.Count == SnapshotStore.Kept)
        {
            long neededFrom = Math.Min(Math.Min(kept[^1], keepFrom), _options.RetainFromSequence?.Invoke() ?? long.MaxValue);
            long deleteUpToMs = _options.ArchiveHorizon is { } horizon ? nowMs - (long)horizon.TotalMilliseconds : -1;
            _journal.Retire(neededFrom, nowMs, deleteUpToMs);
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
