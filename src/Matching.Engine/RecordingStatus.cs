using System.Text.Json.Serialization;

namespace Matching.Engine;

/// <summary>How a recording goes on.</summary>
/// <param name="Commands">Commands handed to its file since the start of the engine.</param>
/// <param name="Dropped">Commands left out since then: the disk was slower than the traffic, or recording has failed.</param>
/// <param name="Bytes">Bytes written since then.</param>
/// <param name="Failure">Why it ended before the engine; null while it goes on. Joins are not touched by it.</param>
public sealed record RecordingStatus(
    long Commands, long Dropped, long Bytes, [property: JsonConverter(typeof(ExceptionText))] Exception? Failure)
{
    /// <summary>Campaign commands (<see cref="MatchingEngine.ControlAsync"/>) handed to its file since then.</summary>
    public long CampaignCommands { get; init; }
}
