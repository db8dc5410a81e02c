namespace Matching.Engine;

/// <summary>
/// The loops of an engine in the order in which a request passes them. They start from the back, so that whoever is sent something runs,
/// and stop from the front: each stage ends what it was sent before the next one is told that nothing more comes.
/// </summary>
internal sealed class Pipeline(Scheduling scheduling) : IDisposable
{
    private readonly List<Stage[]> _stages = [];
    private readonly List<TaskScheduler> _schedulers = [];

    /// <summary>Adds stages that run side by side, behind those added before.</summary>
    public void Add(params ReadOnlySpan<Stage> stages) => _stages.Add(stages.ToArray());

    /// <summary>A loop outside the order, whose end its owner sees to.</summary>
    public Task Run(string name, Func<Task> loop) => Scheduling.Start(Own(scheduling.Loop(name)), loop);

    /// <summary>Has a scheduler end with the pipeline.</summary>
    public TaskScheduler Own(TaskScheduler scheduler)
    {
        lock (_schedulers)
        {
            _schedulers.Add(scheduler);
            return scheduler;
        }
    }

    public void Start()
    {
        foreach (Stage stage in Enumerable.Reverse(_stages).SelectMany(stages => stages))
        {
            stage.Running = stage.Scheduler is { } given ? Scheduling.Start(given, stage.Run) : Run(stage.Name, stage.Run);
        }
    }

    public async Task StopAsync()
    {
        foreach (Stage[] stages in _stages)
        {
            Array.ForEach(stages, stage => stage.Complete());
            await Task.WhenAll(stages.Select(stage => stage.Running)).ConfigureAwait(true);
            foreach (Stage stage in stages)
            {
                await stage.Closed().ConfigureAwait(true);
            }
        }
    }

    /// <summary>Ends the schedulers. Their threads go once they have nothing to run.</summary>
    public void Dispose()
    {
        foreach (IDisposable scheduler in _schedulers.OfType<IDisposable>())
        {
            scheduler.Dispose();
        }
    }
}

/// <summary>One loop of the pipeline.</summary>
/// <param name="Name">The name of its thread.</param>
/// <param name="Run">The loop.</param>
/// <param name="Complete">Tells it that nothing more will be sent.</param>
internal sealed record Stage(string Name, Func<Task> Run, Action Complete)
{
    /// <summary>Where it runs; null for a scheduler of its own.</summary>
    public TaskScheduler? Scheduler { get; init; }

    /// <summary>Lets go of what it has, once it has ended.</summary>
    public Func<ValueTask> Closed { get; init; } = static () => ValueTask.CompletedTask;

    /// <summary>Ends with the loop.</summary>
    public Task Running { get; set; } = Task.CompletedTask;
}
