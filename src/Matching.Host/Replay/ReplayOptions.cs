using Matching.Core;
using Matching.Engine;
using Matching.Engine.Recordings;
using Matching.Host.Cli;
using Matching.Host.Traffic;

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

    /// <summary>A bad row is an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Taobao: the behaviors taken as requests.</summary>
    public IReadOnlySet<string> Behaviors { get; init; } = new HashSet<string>(UserBehaviorRows.Known, StringComparer.Ordinal);

    /// <summary>Taobao: the category stands for the item.</summary>
    public bool ByCategory { get; init; }

    /// <summary>Where the ledger goes; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>Shard loops; 0 for the engine's own choice.</summary>
    public int Shards { get; init; }

    /// <summary>Refuses what cannot be, before anything is read or made.</summary>
    /// <exception cref="UsageException">It cannot be.</exception>
    public void Check()
    {
        if (Files.FirstOrDefault(RecordingReader.IsRecording) is { } recording)
        {
            throw new UsageException($"FILE '{recording}' is a recording: name it alone, its folder for all of it");
        }

        foreach (string file in Files.Where(file => !File.Exists(file)))
        {
            throw new UsageException(System.IO.Directory.Exists(file)
                ? $"FILE '{file}' is a folder without a recording in it (recording-000001.rec or later): name files of requests, or the folder that an engine recorded into"
                : $"FILE '{file}' does not exist");
        }

        if (!Append)
        {
            DataDirectory.CheckUnused(Directory, AppendOrAnew);
        }

        if (Ledger is not null && Files.Any(file => string.Equals(Path.GetFullPath(file), Path.GetFullPath(Ledger), StringComparison.Ordinal)))
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
        Recovery = recovery,
        Book = teams.Count == 0
            ? new BookOptions { TeamSize = TeamSize }
            : new BookOptions { MaxTeamSize = Math.Max(3, teams.Largest), Rescue = false },
    };
}
