using System.Diagnostics;

namespace Matching.Engine;

/// <summary>
/// Where callers' code goes on, as long as it is quick. Load: thousands of writes a second, each releasing the replies of one
/// batch. As work of the thread pool each wakes workers that spin before they sleep again, which took a third of the
/// processors at 446,000 joins a second. So a thread of the engine's own gives the replies, and sleeps at once when there are
/// none. A caller's code may compute or block for as long as it likes and holds up nobody: a batch at work for long is shared
/// with the pool, those behind it go there, and a second thread watches for a reply that does not come back at all.
/// Rejected: the watch as a timer, whose every tick wakes a worker; a helper of the pool beside each batch, asked at once.
/// </summary>
internal sealed class ReplyThread : IDisposable
{
    /// <summary>The name of the thread, as debuggers and tests see it.</summary>
    public const string Name = "matching replies";

    /// <summary>How long replies may wait behind other callers' code, and how often the watch looks, in ms.</summary>
    private const int PatienceMs = 1;

    // Then the watch sleeps until the next batch, which costs that one, and not each of a few a millisecond, a wake-up more.
    private const int LooksWithoutWork = 32;

    private static readonly long _patience = Stopwatch.Frequency * PatienceMs / 1_000;

    // Quick code takes a microsecond a reply. A batch slower than this gets the pool's help without waiting for the watch.
    private static readonly long _grace = Stopwatch.Frequency / 10_000;
    private static readonly long _quickReply = Stopwatch.Frequency / 200_000;

    private readonly Action<IThreadPoolWorkItem> _pool;
    private readonly Thread _giver;
    private readonly Thread _watcher;
    private readonly object _gate = new();
    private readonly Queue<(ReplyBatch Replies, long Since)> _waiting = new();
    private readonly AutoResetEvent _bell = new(initialState: false);
    private ReplyBatch? _current;
    private long _since;
    private long _trustedFrom;
    private bool _heldUp;
    private bool _watchAsleep;
    private bool _stopped;

    /// <summary>Made, not started.</summary>
    /// <param name="pool">Runs what is handed over, never inside the call.</param>
    public ReplyThread(Action<IThreadPoolWorkItem> pool)
    {
        _pool = pool;
        _giver = new Thread(Give) { IsBackground = true, Name = Name };
        _watcher = new Thread(Watch) { IsBackground = true, Name = "matching watch" };
    }

    /// <summary>True while no reply is being given and none was for a while.</summary>
    public bool WatchSleeps
    {
        get
        {
            lock (_gate)
            {
                return _watchAsleep;
            }
        }
    }

    /// <summary>True once both threads have ended.</summary>
    public bool Ended => !_giver.IsAlive && !_watcher.IsAlive;

    public void Start()
    {
        _giver.UnsafeStart();
        _watcher.UnsafeStart();
    }

    /// <summary>Takes a batch of replies to give. Any thread; callers' code never runs inside.</summary>
    public void Take(ReplyBatch replies)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (!_stopped && !_heldUp && now >= _trustedFrom)
            {
                _waiting.Enqueue((replies, now));
                Monitor.Pulse(_gate);
                return;
            }
        }

        _pool(replies);
    }

    /// <summary>
    /// Lets the threads end once what they were given has gone. Does not wait for them: a caller's code may be what calls.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        _bell.Set();
    }

    private void Give()
    {
        ExecutionContext own = ExecutionContext.Capture()!;
        while (Next() is { } replies)
        {
            replies.CompleteAll(_since + _grace, _quickReply);
            Done();
            replies.LeaveInFlight();

            // As the pool does between work items: what a caller's code left on the thread is not the next one's.
            SynchronizationContext.SetSynchronizationContext(null);
            ExecutionContext.Restore(own);
        }

        _bell.Set();
    }

    private ReplyBatch? Next()
    {
        bool ring;
        lock (_gate)
        {
            (ReplyBatch Replies, long Since) next;
            while (!_waiting.TryDequeue(out next))
            {
                if (_stopped)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            _current = next.Replies;
            _since = Stopwatch.GetTimestamp();
            ring = _watchAsleep;
            _watchAsleep = false;
        }

        if (ring)
        {
            _bell.Set();
        }

        return _current;
    }

    private void Done()
    {
        lock (_gate)
        {
            _current = null;
            if (_heldUp)
            {
                // Who held up others once will again: the pool gives the replies for as long as that took.
                long now = Stopwatch.GetTimestamp();
                _heldUp = false;
                _trustedFrom = now + (now - _since);
            }
        }
    }

    private void Watch()
    {
        int idle = 0;
        while (true)
        {
            bool rung = _bell.WaitOne(idle < LooksWithoutWork ? PatienceMs : Timeout.Infinite);
            lock (_gate)
            {
                if (_stopped && _current is null && _waiting.Count == 0)
                {
                    return;
                }

                idle = Look() || rung ? 0 : idle + 1;
                _watchAsleep = idle >= LooksWithoutWork;
            }
        }
    }

    /// <summary>Hands what waits for too long to the pool. Under the gate.</summary>
    /// <returns>False when there is nothing to watch for.</returns>
    private bool Look()
    {
        if (_current is null || _heldUp)
        {
            return false;
        }

        // A large batch that goes on quickly is not held up.
        long since = _since + (_quickReply * _current.Taken);
        if (_waiting.TryPeek(out (ReplyBatch Replies, long Since) first))
        {
            since = Math.Min(since, first.Since);
        }

        if (Stopwatch.GetTimestamp() - since >= _patience)
        {
            _heldUp = true;
            _current.RequestHelp();
            while (_waiting.TryDequeue(out first))
            {
                _pool(first.Replies);
            }
        }

        return true;
    }
}
