using Matching.Core;

namespace Matching.Engine.Recordings;

/// <summary>One command as it was recorded.</summary>
public struct RecordedCommand
{
    /// <summary>What was asked. <see cref="Command.At"/> is the time of the decision, in ms since 1970: the shard's clock when it took the command.</summary>
    public Command Command;

    /// <summary>The answer given.</summary>
    public Answer Answer;

    /// <summary>The shard that decided it.</summary>
    public int Shard;

    /// <summary>Commands of the sitting that are missing before this one in the file: dropped because the recorder could not keep up, or of campaigns, which it only counts.</summary>
    public long DroppedBefore;
}
