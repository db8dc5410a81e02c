namespace Matching.Engine;

/// <summary>
/// A move of the manual clock: a barrier through all inboxes. Every shard stops at it until the last has arrived, so that
/// it can be refused as one; then each acts on its own deadlines, and the last one through journals and answers.
/// </summary>
internal sealed class Advance(int shards, long to) : Reply<long>, IInboxEntry
{
    private readonly TaskCompletionSource<bool> _allHere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private long _latest;
    private int _arrived;
    private int _left;
    private Exception? _error;

    public long To => to;

    public int Weight => 1;

    /// <summary>Reports a shard's time and waits for the others.</summary>
    /// <returns>False when some shard is past <see cref="To"/> already: nothing moves.</returns>
    public Task<bool> ArriveAsync(long now)
    {
        bool last;
        lock (_lock)
        {
            _latest = Math.Max(_latest, now);
            last = ++_arrived == shards;
        }

        if (last)
        {
            if (_latest > to)
            {
                _error = Backwards(to, _latest);
            }

            _allHere.SetResult(_error is null);
        }

        return _allHere.Task;
    }

    /// <summary>A shard is done with it.</summary>
    /// <returns>True for the last.</returns>
    public bool Leave() => Interlocked.Increment(ref _left) == shards;

    public static ArgumentOutOfRangeException Backwards(long to, long now) =>
        new(nameof(to), to, $"to is {to}, but the clock is at {now}; time never goes back (R43)");

    public bool Run(Shard shard) => throw new InvalidOperationException("a barrier is passed, not run");

    public void Fail(Exception cause) => _error ??= MatchingUnavailableException.Stopped(cause);

    public void Complete() => Settle(_error);

    protected override long Take() => to;
}
