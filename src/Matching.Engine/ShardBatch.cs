using System.Threading.Channels;
using Matching.Core;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>What one shard did at one reading of the clock: its events, and the replies that rest on them.</summary>
internal sealed class ShardBatch(ChannelWriter<ShardBatch> home)
{
    /// <summary>Where it goes back to once written.</summary>
    public ChannelWriter<ShardBatch> Home { get; } = home;

    public EventBuffer Events { get; } = new();

    /// <summary>Taken from the pool for each use: replies may wait for slow callers longer than the batch for the journal.</summary>
    public ReplyBatch? Replies { get; set; }

    /// <summary>The book's time after the batch, in ms since 1970.</summary>
    public long Now { get; set; }

    /// <summary>Told whether the batch is durable (<see cref="LoopTap.EndBatch"/>); null where nothing is recorded.</summary>
    public Action<bool>? OnWritten { get; set; }

    /// <summary>The book's count of batches, where closed families left in this one; 0 where none did.</summary>
    public long Closes { get; set; }

    /// <summary>Where the journal stood behind it, once written.</summary>
    public long End { get; set; }

    public bool IsEmpty => Events.Count == 0 && (Replies is null || Replies.Count == 0);

    /// <summary>
    /// Appends the events in pieces that are whole by themselves: a crash leaves all of a block or nothing, and one batch may
    /// be larger than a block can be, as when a hot item has a hundred thousand teams overdue at once.
    /// </summary>
    public void AppendTo(IJournal journal)
    {
        ReadOnlySpan<byte> events = Events.Written;
        (int Length, int Count) done = default;
        foreach ((int Length, int Count) boundary in Events.Boundaries)
        {
            journal.Append(events[done.Length..boundary.Length], boundary.Count - done.Count);
            done = boundary;
        }

        if (done.Count < Events.Count)
        {
            journal.Append(events[done.Length..], Events.Count - done.Count);
        }
    }
}
