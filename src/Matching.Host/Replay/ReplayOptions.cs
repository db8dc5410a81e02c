using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Traffic;
using Matching.Recording;

namespace Matching.Host.Replay;

/// <summary>What to replay, and into what.</summary>
internal sealed record ReplayOptions
{
    /// <summary>What to do about a directory in use.</summary>
    public const string AppendOrAnew = "--append goes on in it, another directory or --memory starts anew";

    /// <summary>Recorded files, replayed as one stream.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Seats of a team (R1): 2 or 3. Team lists bring their own.</summary>
    public int TeamSize { get; init; } = 2;

    /// <summary>The data directory; null keeps everything in memory.</summary>
    public string? Directory { get; init; }

    /// <summary>Go on in a directory that is in use already.</summary>
    public bool Append { get; init; }

    /// <summary>Go on with an interrupted replay of the same files in the same directory.</summary>
    public bool Resume { get; init; }

    /// <summary>Take a file that was replayed into the directory before, or is named twice.</summary>
    public bool Again { get; init; }

    /// <summary>How the files are read.</summary>
    public TrafficOptions Traffic { get; init; } = TrafficOptions.Default;

    /// <summary>Where the ledger goes; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>Shard loops; 0 for the engine's own choice.</summary>
    public int Shards { get; init; }

    /// <summary>How many shard loops it will be. Said at once, since a replay that goes on needs as many.</summary>
    public int ShardCount => Shards > 0 ? Shards : Math.Clamp(Environment.ProcessorCount - 1, 1, MatchingOptions.MostShards);

    /// <summary>True for a recording of an engine. A pipe is none: it could not be looked into and then read.</summary>
    public static bool IsRecording(string file) =>
        (System.IO.Directory.Exists(file) || TrafficSource.IsOnDisk(file)) && RecordingReader.IsRecording(file);

    /// <summary>Refuses what cannot be, before anything is read or made.</summary>
    /// <exception cref="UsageException">It cannot be.</exception>
    public void Check()
    {
        if (Files.FirstOrDefault(IsRecording) is { } recording)
        {
            throw new UsageException($"FILE '{recording}' is a recording: name it alone, its folder for all of it");
        }

        foreach (string file in Files.Where(file => file is not TrafficSource.StandardInput && !File.Exists(file)))
        {
            throw new UsageException(System.IO.Directory.Exists(file)
                ? $"FILE '{file}' is a folder without a recording in it (recording-000001.rec or later): name files of requests, or the "
                    + "folder that an engine recorded into"
                : $"FILE '{file}' does not exist");
        }

        if (!Append && !Resume)
        {
            DataDirectory.CheckUnused(Directory, AppendOrAnew + ", --resume goes on with a replay that was interrupted");
        }

        if (Ledger is not null
            && Files.Any(file => string.Equals(Path.GetFullPath(file), Path.GetFullPath(Ledger), StringComparison.Ordinal)))
        {
            throw new UsageException($"--ledger '{Ledger}' is what is to be replayed: it would be overwritten");
        }

        if (System.IO.Directory.Exists(Ledger))
        {
            throw new UsageException($"--ledger '{Ledger}' is a folder: name a file");
        }

        if (Ledger is not null && Path.GetDirectoryName(Path.GetFullPath(Ledger)) is { } folder && !System.IO.Directory.Exists(folder))
        {
            throw new UsageException($"--ledger '{Ledger}': the directory {folder} does not exist");
        }
    }

    /// <summary>How the engine for it runs: time is the recording's own (R43).</summary>
    /// <param name="teams">Team lists to come; they need their own sizes, and no rescue.</param>
    /// <param name="recovery">Told while a long recovery runs.</param>
    public MatchingOptions Engine(TeamLines teams, IProgress<RecoveryProgress>? recovery) => new()
    {
        DataDirectory = Directory,
        InMemory = Directory is null,
        Shards = Shards,
        ManualClock = true,
        Lists = false,
        // One is taken at the end: loading one sets every shard to one time, and a replay that goes on needs each shard's own.
        SnapshotBytes = 0,
        Recovery = recovery,
        Book = teams.Count == 0
            ? new BookOptions { TeamSize = TeamSize }
            : new BookOptions { MaxTeamSize = Math.Max(3, teams.Largest), Rescue = false },
    };
}
