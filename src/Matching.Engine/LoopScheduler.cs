using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// Runs the tasks of one loop on one thread of its own, in the order queued. The only place of the engine that owns a thread
/// or blocks for lack of work.
/// </summary>
internal sealed class LoopScheduler : TaskScheduler, IDisposable
{
    private readonly Queue<Task> _tasks = new();
    private readonly Thread _thread;
    private readonly bool _givesWay;
    private bool _stopped;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="givesWay">It runs where the others leave room.</param>
    public LoopScheduler(string name, bool givesWay = false)
    {
        _givesWay = givesWay;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Lets the thread end once what is queued has run. Does not wait for it: the last task may be the caller.</summary>
    public void Dispose()
    {
        lock (_tasks)
        {
            _stopped = true;
            Monitor.Pulse(_tasks);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_tasks)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _tasks.Enqueue(task);
            Monitor.Pulse(_tasks);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_tasks)
        {
            return [.. _tasks];
        }
    }

    private void Run()
    {
        if (_givesWay)
        {
            ThreadPriorities.GiveWay();
        }

        while (TryTake(out Task? task))
        {
            TryExecuteTask(task!);
        }
    }

    private bool TryTake(out Task? task)
    {
        lock (_tasks)
        {
            while (!_tasks.TryDequeue(out task))
            {
                if (_stopped)
                {
                    return false;
                }

                Monitor.Wait(_tasks);
            }

            return true;
        }
    }
}
