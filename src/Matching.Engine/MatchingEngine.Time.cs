namespace Matching.Engine;

/// <content>The manual clock (R43).</content>
public sealed partial class MatchingEngine
{
    private readonly Lock _advancing = new();
    private long _advancedTo;

    /// <inheritdoc/>
    public ValueTask<long> AdvanceAsync(long to, CancellationToken cancellationToken = default)
    {
        if (!_clock.IsManual)
        {
            throw new InvalidOperationException("only a manual clock can be advanced; open the engine with ManualClock (R43)");
        }

        Arguments.Time(to);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<long>(cancellationToken);
        }

        var advance = new Advance(_shards.Length, to);
        advance.Watch(cancellationToken);
        ValueTask<long> wait = advance.Wait;

        // Two moves at once must lie in the same order in every inbox, or shards would wait for each other for ever.
        lock (_advancing)
        {
            long now = Math.Max(_advancedTo, Now);
            if (to < now)
            {
                throw Advance.Backwards(to, now);
            }

            EnterAdvance();
            _advancedTo = to;
            foreach (Shard shard in _shards)
            {
                shard.Send(advance);
            }
        }

        // Windows of campaigns are deadlines too; nearly never is one due.
        return _control.NextDue <= to ? AdvanceControlAsync(wait, to) : wait;
    }

    private async ValueTask<long> AdvanceControlAsync(ValueTask<long> shards, long to)
    {
        long now = await shards.ConfigureAwait(false);
        await _control.Sweep(to).ConfigureAwait(false);
        return now;
    }

    private void EnterAdvance()
    {
        if (_failure.Cause is { } cause)
        {
            throw MatchingUnavailableException.Stopped(cause);
        }

        // Counted like a command, so that draining waits for it, but never refused for want of room.
        _inFlight.Enter(1);
        if (_inFlight.Closed)
        {
            _inFlight.Leave(1);
            throw MatchingUnavailableException.Closed();
        }
    }
}
