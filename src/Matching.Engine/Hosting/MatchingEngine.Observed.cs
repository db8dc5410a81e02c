using System.Diagnostics;
using Matching.Core;
using Matching.Engine.Hosting;

namespace Matching.Engine;

/// <content>What metrics and activities see of the engine.</content>
public sealed partial class MatchingEngine
{
    // Refused at the front door, without a shard. Written by every caller, but only when the engine is full or stopped.
    private readonly CommandTally _refused = new();

    /// <summary>
    /// Told after each write how many commands rest on it and how long it took. Called on the journal's loop: must return soon.
    /// </summary>
    internal Action<int, TimeSpan>? JournalWritten
    {
        get => _journalLoop.Measured;
        set => _journalLoop.Measured = value;
    }

    /// <summary>Commands by operation and outcome since opening.</summary>
    internal Dictionary<(Operation Operation, string Outcome), long> Tally()
    {
        Dictionary<(Operation, string), long> sum = [];
        _refused.AddTo(sum);
        foreach (Shard shard in _shards)
        {
            shard.Tally.AddTo(sum);
        }

        return sum;
    }

    /// <summary>One activity around one command. Apart from the path without listeners, which must not allocate.</summary>
    private async ValueTask<Answer> SendTracedAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        using Activity? activity = MatchingActivity.Start(in request.Command);
        Answer answer = await SendChecked(request, cancellationToken).ConfigureAwait(false);
        MatchingActivity.End(activity, in answer);
        return answer;
    }

    /// <summary>One activity around a batch: what came of each command is in the metrics.</summary>
    private async ValueTask SendTracedAsync(BatchRequest batch, Memory<Answer> answers, CancellationToken cancellationToken)
    {
        using Activity? activity = MatchingActivity.Source.StartActivity("matching batch");
        activity?.SetTag("matching.commands", batch.Count);
        await SendChecked(batch, answers, cancellationToken).ConfigureAwait(false);
    }
}
