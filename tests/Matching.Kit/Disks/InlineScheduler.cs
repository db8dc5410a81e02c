namespace Matching.Kit.Disks;

/// <summary>Runs every task at once, on the thread that starts it: the same calls in the same order every time.</summary>
public sealed class InlineScheduler : TaskScheduler
{
    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task) => TryExecuteTask(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);
}
