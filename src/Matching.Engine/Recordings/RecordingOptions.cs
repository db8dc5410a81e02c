using System.Text.Json.Serialization;

namespace Matching.Engine.Recordings;

/// <summary>Where and how much of its traffic an engine records: the commands that were decided, with their times and answers.</summary>
public sealed record RecordingOptions
{
    /// <summary>The folder of the recording; made when missing. Recordings of later starts go on in it. Not the data directory.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Bytes of one file, 1 MiB … 1 GiB; then the next one begins. Default 64 MiB.</summary>
    public long FileBytes { get; set; } = 64L << 20;

    /// <summary>Bytes of all files together, at least twice <see cref="FileBytes"/>; the oldest file goes when the next would not fit. Default 1 GiB.</summary>
    public long TotalBytes { get; set; } = 1L << 30;

    /// <summary>Memory for what is not yet written, 1 MiB … 1 GiB; when it is full, commands are left out and counted. Default 16 MiB.</summary>
    public int BufferBytes { get; set; } = 16 << 20;

    /// <summary>Adds what is wrong of it.</summary>
    internal void Check(List<string> wrong, string? dataDirectory)
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            wrong.Add("Recording.Directory is blank; name the folder, or leave Recording null");
        }
        else if (dataDirectory is not null && Path.GetFullPath(Directory).Equals(Path.GetFullPath(dataDirectory), StringComparison.Ordinal))
        {
            wrong.Add("Recording.Directory is the data directory; a recording needs a folder of its own");
        }

        Range(wrong, nameof(FileBytes), FileBytes, 1L << 20, 1L << 30);
        Range(wrong, nameof(TotalBytes), TotalBytes, 2 * FileBytes, long.MaxValue);
        Range(wrong, nameof(BufferBytes), BufferBytes, 1L << 20, 1L << 30);
    }

    private static void Range(List<string> wrong, string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            wrong.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Recording.{name} is {value}; it must be {least} … {most}"));
        }
    }
}

/// <summary>How a recording goes on.</summary>
/// <param name="Commands">Commands handed to its file since the start of the engine.</param>
/// <param name="Dropped">Commands left out since then: the disk was slower than the traffic, or recording has failed.</param>
/// <param name="Bytes">Bytes written since then.</param>
/// <param name="Failure">Why it ended before the engine; null while it goes on. Joins are not touched by it.</param>
public sealed record RecordingStatus(long Commands, long Dropped, long Bytes, [property: JsonConverter(typeof(ExceptionText))] Exception? Failure)
{
    /// <summary>Campaign commands (<see cref="MatchingEngine.ControlAsync"/>) handed to its file since then.</summary>
    public long CampaignCommands { get; init; }
}
