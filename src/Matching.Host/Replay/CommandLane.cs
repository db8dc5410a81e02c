using Matching.Core;
using Matching.Engine;

namespace Matching.Host.Replay;

/// <summary>Some commands sent together, and their answers. Commands keep what was written last time: fill every field used.</summary>
internal sealed class CommandBatch
{
    /// <summary>Commands a batch holds at most.</summary>
    public const int Capacity = 8192;

    /// <summary>The commands.</summary>
    public readonly Command[] Commands = new Command[Capacity];

    /// <summary>Their answers, once the batch is handed back.</summary>
    public readonly Answer[] Answers = new Answer[Capacity];

    /// <summary>How many of both are used.</summary>
    public int Count;

    /// <summary>Completes when the answers are durable.</summary>
    public Task Answered = Task.CompletedTask;
}

/// <summary>
/// Sends batches of commands to an engine in order, three at a time: one is being filled or its answers read while the shards
/// decide another and the journal writes a third. One caller at a time.
/// </summary>
/// <param name="engine">Where they go.</param>
/// <param name="answered">Given each batch when it is answered, in the order sent.</param>
internal sealed class CommandLane(MatchingEngine engine, Action<CommandBatch> answered)
{
    private const int InFlight = 3;

    private readonly Queue<CommandBatch> _sent = new(InFlight);
    private readonly Stack<CommandBatch> _free = new(InFlight);
    private int _made;

    /// <summary>An empty batch to fill; waits for the oldest one in flight when there are enough.</summary>
    public async ValueTask<CommandBatch> TakeAsync()
    {
        if (!_free.TryPop(out CommandBatch? batch))
        {
            batch = _made++ < InFlight ? new CommandBatch() : await NextAnsweredAsync().ConfigureAwait(false);
        }

        batch.Count = 0;
        return batch;
    }

    /// <summary>Sends a batch that was taken and filled.</summary>
    public void Send(CommandBatch batch)
    {
        batch.Answered = engine.ExecuteBatchAsync(batch.Commands.AsMemory(0, batch.Count), batch.Answers.AsMemory(0, batch.Count)).AsTask();
        _sent.Enqueue(batch);
    }

    /// <summary>Waits until everything sent is answered.</summary>
    public async ValueTask FlushAsync()
    {
        while (_sent.Count > 0)
        {
            _free.Push(await NextAnsweredAsync().ConfigureAwait(false));
        }
    }

    private async ValueTask<CommandBatch> NextAnsweredAsync()
    {
        CommandBatch batch = _sent.Dequeue();
        await batch.Answered.ConfigureAwait(false);
        answered(batch);
        return batch;
    }
}
