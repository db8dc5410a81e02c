using System.Text.Json;
using Matching.Host.Cli;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>One replay into a directory.</summary>
/// <param name="Files">What was replayed, in order.</param>
/// <param name="OrderOffset">Added to the order ids of the files.</param>
/// <param name="FirstEvent">Position of its first event.</param>
/// <param name="BeganAtMs">The engine's time before it, in ms since 1970; nothing of it is decided earlier.</param>
/// <param name="Shards">Shard loops: a replay goes on with as many.</param>
/// <param name="TeamSize">Seats of a team.</param>
internal sealed record ReplayEntry(
    IReadOnlyList<ReplayedFile> Files, long OrderOffset, long FirstEvent, long BeganAtMs, int Shards, int TeamSize)
{
    /// <summary>Every request was answered, and every deadline up to the last one's time acted on.</summary>
    public bool IsDone { get; init; }
}

/// <summary>
/// What was replayed into a data directory: a small file beside the journal. It is written before the first request is sent and after the
/// last is answered, so that an interrupted replay can go on and a file is not taken twice unnoticed. A copy made by <c>matching
/// backup</c> has none.
/// </summary>
internal sealed class ReplayHistory
{
    /// <summary>Its name.</summary>
    public const string FileName = "matching.replays";

    private readonly string? _path;
    private readonly List<ReplayEntry> _entries;

    private ReplayHistory(string? path, List<ReplayEntry> entries)
    {
        _path = path;
        _entries = entries;
    }

    /// <summary>The replay begun last; null for none.</summary>
    public ReplayEntry? Last => _entries.LastOrDefault();

    /// <summary>Reads it; empty where the directory has none, or nothing is on disk.</summary>
    /// <exception cref="InvalidDataException">It is not as it was written.</exception>
    public static ReplayHistory Load(string? directory)
    {
        string? path = directory is null ? null : Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return new ReplayHistory(path, []);
        }

        try
        {
            return new ReplayHistory(path, JsonSerializer.Deserialize<List<ReplayEntry>>(File.ReadAllBytes(path)) ?? []);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{path} is not as it was written ({e.Message}). Without it the directory is whole, but what was replayed into it is "
                    + "forgotten", e);
        }
    }

    /// <summary>Says whether files are a replay that goes on, and refuses what was not asked for.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="files">The files, as read.</param>
    /// <returns>The replay that goes on; null for one that is to begin.</returns>
    /// <exception cref="UsageException">A replay is interrupted and others are to follow, or one is to go on that is another, or a file
    /// comes twice.</exception>
    public ReplayEntry? Choose(ReplayOptions options, IReadOnlyList<ReplayedFile> files)
    {
        if (options.Resume)
        {
            if (Last is { } last)
            {
                CheckSame(options, last, files);
            }

            return Last;
        }

        if (Last is { IsDone: false } interrupted)
        {
            throw new UsageException(
                $"--data '{options.Directory}' holds an interrupted replay of {Names(interrupted.Files)}: --resume goes on with it, " +
                "given the same files and options");
        }

        if (!options.Again)
        {
            CheckTwice(options, files);
        }

        return null;
    }

    /// <summary>Adds a replay that begins.</summary>
    public void Begin(ReplayEntry entry)
    {
        _entries.Add(entry);
        Write();
    }

    /// <summary>The replay begun last is done.</summary>
    public void End()
    {
        _entries[^1] = _entries[^1] with { IsDone = true };
        Write();
    }

    private static string Names(IReadOnlyList<ReplayedFile> files) => string.Join(", ", files.Select(file => file.Name));

    private static void CheckSame(ReplayOptions options, ReplayEntry last, IReadOnlyList<ReplayedFile> files)
    {
        if (!last.Files.Select(file => file.Content).SequenceEqual(files.Select(file => file.Content), StringComparer.Ordinal))
        {
            throw new UsageException(
                $"--resume: the replay begun last in '{options.Directory}' was of {Names(last.Files)}, " +
                $"{last.Files.Sum(file => file.Requests)} requests; {Names(files)} hold others. " +
                "Give the same files, in the same order and with the same options");
        }

        if (last.TeamSize != options.TeamSize)
        {
            throw new UsageException($"--resume: the replay was begun with --team-size {last.TeamSize}, not {options.TeamSize} (R34)");
        }

        if (options.Shards != 0 && options.Shards != last.Shards)
        {
            throw new UsageException($"--resume: the replay was begun with --shards {last.Shards}, and goes on with as many");
        }
    }

    private void CheckTwice(ReplayOptions options, IReadOnlyList<ReplayedFile> files)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ReplayedFile file in files.Where(file => file.Requests > 0))
        {
            if (!seen.TryAdd(file.Content, file.Name))
            {
                throw Twice($"FILE '{file.Name}' holds the same requests as '{seen[file.Content]}'");
            }

            if (_entries.Exists(entry => entry.Files.Any(other => string.Equals(other.Content, file.Content, StringComparison.Ordinal))))
            {
                throw Twice($"FILE '{file.Name}' was replayed into '{options.Directory}' before");
            }
        }
    }

    private static UsageException Twice(string what) => new($"{what}: each request would be a second order; --again takes it all the same");

    private void Write()
    {
        if (_path is null)
        {
            return;
        }

        string unfinished = _path + ".new";
        using (FileStream file = File.Create(unfinished))
        {
            JsonSerializer.Serialize(file, _entries);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, _path, overwrite: true);
    }
}
