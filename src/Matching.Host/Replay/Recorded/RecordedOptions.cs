using System.Globalization;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Recording;

namespace Matching.Host.Replay.Recorded;

/// <summary>Which recording to play back, into what, and how fast.</summary>
internal sealed record RecordedOptions
{
    /// <summary>The folder of the recording, or one file of it.</summary>
    public required string Recording { get; init; }

    /// <summary>The data directory; null keeps everything in memory.</summary>
    public string? Directory { get; init; }

    /// <summary>A data directory of a stopped engine that is copied to <see cref="Directory"/> first; null for none.</summary>
    public string? CopyOf { get; init; }

    /// <summary>Go on in a directory that is in use already.</summary>
    public bool Append { get; init; }

    /// <summary>How many times faster than recorded, above 0; null for as fast as possible.</summary>
    public double? Speed { get; init; }

    /// <summary>Decide at the recorded times, on a manual clock (R43); otherwise at today's, and deadlines move.</summary>
    public bool RecordedTimes { get; init; } = true;

    /// <summary>Shard loops; 0 for as many as were recorded.</summary>
    public int Shards { get; init; }

    /// <summary>The word for a speed on the command line.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static double? SpeedOf(string word) =>
        string.Equals(word, "max", StringComparison.Ordinal) ? null
        : double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double speed)
            && speed is >= 0.001 and <= 1_000_000 ? speed
        : throw new UsageException($"--speed '{word}' is neither max nor a number from 0.001 to 1000000");

    /// <summary>Refuses what cannot be, before anything is made.</summary>
    /// <exception cref="UsageException">It cannot be.</exception>
    public void Check(RecordingReader recording)
    {
        if (Directory is null && recording.Sittings.Count > 1)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"the recording has {recording.Sittings.Count} sittings: the engine was started again in it. In memory nothing survives "
                    + $"that; give --data instead of --memory"));
        }

        if (!Append)
        {
            DataDirectory.CheckUnused(Directory, ReplayOptions.AppendOrAnew);
        }

        if (CopyOf is not null && !System.IO.Directory.Exists(CopyOf))
        {
            throw new UsageException($"--copy-of '{CopyOf}' does not exist");
        }

        if (CopyOf is not null && (Directory is null || Append))
        {
            throw new UsageException("--copy-of needs an empty --data to copy to: it does not go with --memory or --append");
        }
    }

    /// <summary>How the engine for a sitting runs: its terms and shards are the recorded ones.</summary>
    public MatchingOptions Engine(in RecordingHead head, IProgress<RecoveryProgress>? recovery) => new()
    {
        DataDirectory = Directory,
        InMemory = Directory is null,
        Shards = Shards == 0 ? head.Shards : Shards,
        ManualClock = RecordedTimes,
        AcceptClock = true,
        Lists = false,
        Recovery = recovery,
        Book = head.Terms,

        // Recorded commands have theirs; those of before there were invites have none (R2).
        Invites = () => 0,
    };
}
