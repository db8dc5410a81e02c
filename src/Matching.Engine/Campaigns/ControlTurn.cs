using Matching.Core.Campaigns;

namespace Matching.Engine.Campaigns;

/// <summary>One command or read of the control book, waiting for its turn. As a work item it gives the caller the outcome.</summary>
internal abstract class ControlTurn : IThreadPoolWorkItem
{
    /// <summary>Acts on the book; the outcome stays inside.</summary>
    public abstract void Run(ControlBook book, long now);

    /// <summary>Replaces the outcome.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>Ends the wait; the caller's code may run inside, so this belongs on the callers' queue.</summary>
    public abstract void Execute();
}

/// <summary>A turn with a result. These are rare, so a task each is cheap enough.</summary>
internal sealed class ControlTurn<T>(Func<ControlBook, long, T> act) : ControlTurn
{
    private readonly TaskCompletionSource<T> _done = new();
    private T _result = default!;
    private Exception? _error;

    public Task<T> Done => _done.Task;

    public override void Run(ControlBook book, long now)
    {
        try
        {
            _result = act(book, now);
        }
        catch (ArgumentException e)
        {
            // The caller's mistake, found by the rule that knows the range: it changed nothing and is his alone.
            _error = e;
        }
    }

    public override void Fail(Exception cause) => _error = cause;

    public override void Execute()
    {
        if (_error is null)
        {
            _done.TrySetResult(_result);
        }
        else
        {
            _done.TrySetException(_error);
        }
    }
}

/// <summary>Travels with the control book's events through the journal loop and tells when they are durable.</summary>
/// <param name="turns">How many turns it stands for: each is counted in flight.</param>
internal sealed class DurableMark(int turns) : IInboxEntry
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _error;

    public Task Durable => _durable.Task;

    public int Weight => turns;

    public bool Run(Shard shard) => throw new InvalidOperationException("a mark is passed on, not run");

    public void Fail(Exception cause) => _error = MatchingUnavailableException.Stopped(cause);

    public void Complete()
    {
        if (_error is null)
        {
            _durable.SetResult();
        }
        else
        {
            _durable.SetException(_error);
        }
    }
}

/// <summary>Gives a shard what the control book decided; what is sent to the shard behind it is decided by it.</summary>
/// <param name="calendar">The big promotions; null for the old ones.</param>
/// <param name="schedules">Of the shard's items that changed.</param>
/// <param name="mark">Where the engine records, the number of the latest campaign command behind them; 0 for none.</param>
internal sealed class Handover(BigDayCalendar? calendar, ItemSchedule[] schedules, long mark) : IInboxEntry
{
    public int Weight => 1;

    public bool Run(Shard shard)
    {
        if (calendar is not null)
        {
            shard.Book.SetCalendar(calendar);
        }

        Array.ForEach(schedules, shard.Book.SetSchedule);
        if (mark != 0)
        {
            shard.MarkCampaigns(mark);
        }

        return true;
    }

    public void Fail(Exception cause)
    {
        // Nobody waits for it: the engine has stopped, and the next start hands everything over anew.
    }

    public void Complete()
    {
        // As above: the control loop goes on as soon as it is sent.
    }
}
