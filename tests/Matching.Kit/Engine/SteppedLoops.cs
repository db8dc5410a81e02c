using Matching.Engine;

namespace Matching.Kit.Engine;

/// <summary>
/// Runs every loop of an engine, and its callers' code, on the calling thread: one step at a time, the next one chosen by the
/// seed. Steps of one loop keep their order, as on its thread; between loops any order may come. A seed repeats a run exactly.
/// </summary>
public sealed class SteppedLoops
{
    private readonly Random _random;
    private readonly List<Loop> _loops = [];
    private readonly Queue<IThreadPoolWorkItem> _work = new();

    public SteppedLoops(int seed = 1)
    {
        _random = new Random(seed);
        Scheduling = new Scheduling(Add, _work.Enqueue);
    }

    internal Scheduling Scheduling { get; }

    /// <summary>Names of loops that never run: their thread is stuck, say in a write.</summary>
    public HashSet<string> Stuck { get; } = [];

    /// <summary>Makes one step.</summary>
    /// <returns>False when there is nothing to do.</returns>
    public bool Step()
    {
        List<Loop> ready = [.. _loops.Where(loop => loop.Tasks.Count > 0 && !Stuck.Contains(loop.Name))];
        int choices = ready.Count + (_work.Count > 0 ? 1 : 0);
        if (choices == 0)
        {
            return false;
        }

        // What a test runner installs must not carry an await away from its loop.
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            int chosen = _random.Next(choices);
            if (chosen < ready.Count)
            {
                ready[chosen].Step();
            }
            else
            {
                _work.Dequeue().Execute();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        return true;
    }

    public void RunUntilIdle()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs until there is nothing to do, and expects the wait to be over then.</summary>
    public T Run<T>(Task<T> wait)
    {
        Run((Task)wait);
        return wait.Result;
    }

    public T Run<T>(ValueTask<T> wait) => Run(wait.AsTask());

    public void Run(ValueTask wait) => Run(wait.AsTask());

    private void Run(Task wait)
    {
        RunUntilIdle();
        if (!wait.IsCompleted)
        {
            throw new InvalidOperationException("nothing is left to do and the wait is not over");
        }

        wait.GetAwaiter().GetResult();
    }

    private Loop Add(string name)
    {
        var loop = new Loop(name);
        _loops.Add(loop);
        return loop;
    }

    private sealed class Loop(string name) : TaskScheduler
    {
        public string Name => name;

        public Queue<Task> Tasks { get; } = new();

        public void Step() => TryExecuteTask(Tasks.Dequeue());

        protected override void QueueTask(Task task) => Tasks.Enqueue(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => Tasks;
    }
}
