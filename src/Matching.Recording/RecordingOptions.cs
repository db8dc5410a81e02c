using Matching.Core;
using Matching.Engine;
using Matching.Storage;

namespace Matching.Recording;

/// <summary>Where and how much of its traffic an engine records: the commands that were decided, with their times and answers.</summary>
public sealed record RecordingOptions : TapOptions
{
    /// <summary>The least bytes of one file, and of memory: 1 MiB.</summary>
    public const long LeastBytes = 1L << 20;

    /// <summary>The most bytes of one file, and of memory: 1 GiB.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>The most bytes of all files together: 1 TiB.</summary>
    public const long MostTotalBytes = 1L << 40;

    /// <summary>The folder of the recording; made when missing. Recordings of later starts go on in it. Not the data directory.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Bytes of one file, 1 MiB … 1 GiB; then the next one begins. Default 64 MiB.</summary>
    public long FileBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Bytes of all files together, twice <see cref="FileBytes"/> … 1 TiB; the oldest file goes when the next would not fit. Default 1 GiB.
    /// </summary>
    public long TotalBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Memory for what is not yet written, 1 MiB … 1 GiB; when it is full, commands are left out and counted. Default 16 MiB.
    /// </summary>
    public int BufferBytes { get; set; } = 16 << 20;

    /// <summary>The disk; simulations bring their own.</summary>
    internal IDisk Disk { get; init; } = LocalDisk.Instance;

    internal override Tap Open(long sequence, long startMs, int shards, BookOptions terms) =>
        new Recorder(this, new RecordingHead(0, 0, 0, 0, sequence, startMs, shards, terms));

    internal override void Check(List<string> wrong, string? dataDirectory)
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            wrong.Add("Recording.Directory is blank; name the folder, or leave Recording null");
        }
        else if (dataDirectory is not null && Path.GetFullPath(Directory).Equals(Path.GetFullPath(dataDirectory), StringComparison.Ordinal))
        {
            wrong.Add("Recording.Directory is the data directory; a recording needs a folder of its own");
        }

        wrong.AddRange(new[]
        {
            OptionRange.Fault("Recording.FileBytes", FileBytes, LeastBytes, MostBytes),
            OptionRange.Fault("Recording.TotalBytes", TotalBytes, 2 * Math.Clamp(FileBytes, LeastBytes, MostBytes), MostTotalBytes),
            OptionRange.Fault("Recording.BufferBytes", BufferBytes, LeastBytes, MostBytes),
        }.OfType<string>());
    }
}
