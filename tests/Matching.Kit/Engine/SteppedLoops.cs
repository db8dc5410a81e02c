using Matching.Engine;

namespace Matching.Kit.Engine;

/// <summary>
/// Runs every loop of an engine, and its callers' code, on the calling thread: one step at a time, the next one chosen by the
/// seed. Steps of one loop keep their order, as on its thread; between loops any order may come. A seed repeats a run exactly.
/// A device that a step calls may let other loops go on in the middle of it (<see cref="Pause"/>), as threads do.
/// </summary>
public sealed class SteppedLoops
{
    private readonly Random _random;
    private readonly List<Loop> _loops = [];
    private readonly Queue<IThreadPoolWorkItem> _work = new();
    private int _depth;

    public SteppedLoops(int seed = 1)
    {
        _random = new Random(seed);
        Scheduling = new Scheduling(Add, _work.Enqueue);
    }

    internal Scheduling Scheduling { get; }

    /// <summary>Names of loops that never run: their thread is stuck, say in a write.</summary>
    public HashSet<string> Stuck { get; } = [];

    /// <summary>The process is dead: no loop makes a step any more.</summary>
    public bool Halted { get; set; }

    /// <summary>Of a hundred places where a step could be held up, so many are; 0 for none.</summary>
    public int PausePercent { get; set; }

    /// <summary>Steps that <see cref="RunUntilIdle"/> may take.</summary>
    public long MostSteps { get; set; } = long.MaxValue / 2;

    /// <summary>Steps made so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Told of every step with the place of its loop, -1 for callers' code; null for nobody.</summary>
    public Action<int>? Stepped { get; set; }

    /// <summary>
    /// A loop that blocks until another one's work is done: while the other is held up inside a step it makes none, for it could never
    /// come back.
    /// </summary>
    public (string Waits, string For)? Blocking { get; set; }

    /// <summary>Makes one step.</summary>
    /// <returns>False when there is nothing to do.</returns>
    public bool Step()
    {
        int ready = 0;
        foreach (Loop loop in _loops)
        {
            ready += IsReady(loop) ? 1 : 0;
        }

        int choices = ready + (_work.Count > 0 ? 1 : 0);
        if (choices == 0 || Halted)
        {
            return false;
        }

        int chosen = _random.Next(choices);
        int place = chosen < ready ? ReadyLoop(chosen) : -1;
        Steps++;
        Stepped?.Invoke(place);

        // What a test runner installs must not carry an await away from its loop.
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _depth++;
        try
        {
            if (place >= 0)
            {
                _loops[place].Step();
            }
            else
            {
                Execute(_work.Dequeue());
            }
        }
        finally
        {
            _depth--;
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        return true;
    }

    /// <summary>
    /// A place, inside a step, where its thread may be held up: other loops make some steps meanwhile. To be called where no lock is held
    /// that they could want.
    /// </summary>
    public void Pause()
    {
        const int Deepest = 4, Longest = 6;
        if (PausePercent == 0 || _depth is 0 or > Deepest || _random.Next(100) >= PausePercent)
        {
            return;
        }

        for (int steps = _random.Next(1, Longest + 1); steps > 0 && Step(); steps--)
        {
        }
    }

    /// <summary>Runs until there is nothing to do.</summary>
    /// <exception cref="InvalidOperationException">That does not come within <see cref="MostSteps"/>: it goes round and round.</exception>
    public void RunUntilIdle()
    {
        for (long most = Steps + MostSteps; Step();)
        {
            if (Steps > most)
            {
                throw new InvalidOperationException($"{MostSteps} steps made, and there is still something to do");
            }
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

    // Inside another loop's step that loop's scheduler is the current one, and awaits would flee from it to the thread pool.
    private void Execute(IThreadPoolWorkItem work)
    {
        if (_depth == 1)
        {
            work.Execute();
            return;
        }

        Task task = new(static work => ((IThreadPoolWorkItem)work!).Execute(), work);
        task.RunSynchronously(TaskScheduler.Default);
        task.GetAwaiter().GetResult();
    }

    private Loop Add(string name)
    {
        var loop = new Loop(name);
        _loops.Add(loop);
        return loop;
    }

    private bool IsReady(Loop loop) =>
        loop is { Tasks.Count: > 0, IsRunning: false } && (Stuck.Count == 0 || !Stuck.Contains(loop.Name))
            && (_depth == 0 || !WouldBlock(loop));

    private bool WouldBlock(Loop loop) =>
        Blocking is { } blocking && string.Equals(loop.Name, blocking.Waits, StringComparison.Ordinal)
        && _loops.Exists(other => other.IsRunning && string.Equals(other.Name, blocking.For, StringComparison.Ordinal));

    private int ReadyLoop(int number)
    {
        for (int place = 0; ; place++)
        {
            if (IsReady(_loops[place]) && number-- == 0)
            {
                return place;
            }
        }
    }

    private sealed class Loop(string name) : TaskScheduler
    {
        public string Name => name;

        public Queue<Task> Tasks { get; } = new();

        /// <summary>True inside a step: its thread is held up there, and nothing else runs on it.</summary>
        public bool IsRunning { get; private set; }

        public void Step()
        {
            IsRunning = true;
            try
            {
                TryExecuteTask(Tasks.Dequeue());
            }
            finally
            {
                IsRunning = false;
            }
        }

        protected override void QueueTask(Task task) => Tasks.Enqueue(task);

        // Somebody blocks until the task is done: the loop goes on up to there, or nobody ever would.
        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        {
            while (taskWasPreviouslyQueued && !IsRunning && !task.IsCompleted && Tasks.Count > 0)
            {
                Step();
            }

            return taskWasPreviouslyQueued && task.IsCompleted;
        }

        protected override IEnumerable<Task> GetScheduledTasks() => Tasks;
    }
}
