using System.Text.Json;
using Matching.Host.Cli;
using Matching.Host.Replay;

namespace Matching.Host.Tests.Replay;

/// <summary>Replays in directories of the test's own.</summary>
public sealed class Replays : IDisposable
{
    private static readonly string[] Lasting = ["opened", "formed", "expired", "open", "stateHash"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-replay-");
    private int _made;

    /// <summary>A name in it that is not taken.</summary>
    internal string New(string name) => Path.Combine(_directory.FullName, $"{++_made}-{name}");

    internal string File(string name, string text)
    {
        string path = New(name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Replays and gives the summary's JSON.</summary>
    internal static async Task<JsonElement> RunAsync(ReplayOptions options)
    {
        Summary summary = await new ReplayRun(options).RunAsync();
        using var json = new MemoryStream();
        summary.WriteJson(json);
        return JsonDocument.Parse(json.ToArray()).RootElement;
    }

    /// <summary>What must not depend on shards, disk or restarts.</summary>
    internal static string Outcome(JsonElement summary) => string.Join(
        ' ', Lasting.Select(name => $"{name}={summary.GetProperty(name)}"));

    public void Dispose() => _directory.Delete(recursive: true);
}
