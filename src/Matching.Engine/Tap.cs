using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Engine;

/// <summary>
/// Options of what takes down an engine's traffic: <c>RecordingOptions</c> of <c>Matching.Recording</c>. A tap runs on the shards, where no
/// caller's code may run: nobody outside these libraries can write one.
/// </summary>
public abstract record TapOptions
{
    /// <summary>Adds what is wrong with the options.</summary>
    internal abstract void Check(List<string> wrong, string? dataDirectory);

    /// <summary>Opens the tap for one life of an engine.</summary>
    /// <param name="sequence">Events in the journal.</param>
    /// <param name="startMs">The engine's time, in ms since 1970.</param>
    /// <param name="shards">Shard loops.</param>
    /// <param name="terms">Terms of the engine.</param>
    internal abstract Tap Open(long sequence, long startMs, int shards, BookOptions terms);
}

/// <summary>Takes down the traffic of one life of an engine, on a loop of its own. Its failure must not reach the engine.</summary>
internal abstract class Tap : IDisposable
{
    /// <summary>How it goes. Any thread.</summary>
    public abstract RecordingStatus Status { get; }

    /// <summary>The tap at the loop that decides campaign commands.</summary>
    public abstract LoopTap Campaigns { get; }

    /// <summary>The tap at one shard.</summary>
    public abstract LoopTap OfShard(int shard);

    public abstract Task RunAsync();

    /// <summary>Lets the loop end once all is written. The shards and the journal loop have ended.</summary>
    /// <param name="sequence">Events in the journal.</param>
    public abstract void Complete(long sequence);

    public abstract void Dispose();
}

/// <summary>
/// The tap at one loop of an engine, called on that loop with everything the loop decides. It must neither wait nor throw: what it has no
/// room for it leaves out and counts.
/// </summary>
internal abstract class LoopTap
{
    /// <summary>Campaign commands recorded or left out: the number of the latest.</summary>
    public long Campaigns { get; protected set; }

    /// <summary>Records a command that was decided; <see cref="Answer.Now"/> is the time of the decision.</summary>
    public abstract void Record(in Command command, in Answer answer);

    /// <summary>Records a campaign command that was decided and not refused for its fields.</summary>
    public abstract void Record(ControlCommand command, in ControlAnswer answer);

    /// <summary>The shard decides by the campaign commands up to this number from here on.</summary>
    public abstract void Mark(long number);

    /// <summary>Ends a batch.</summary>
    /// <returns>
    /// Called by the journal loop when the batch is durable (true), or when its answers became Unavailable (false): then it never happened.
    /// Null when nothing was recorded since the batch before.
    /// </returns>
    public abstract Action<bool>? EndBatch();
}
