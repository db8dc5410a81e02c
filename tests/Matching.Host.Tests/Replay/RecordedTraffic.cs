using System.IO.Compression;

namespace Matching.Host.Tests.Replay;

/// <summary>Where the recorded traffic lies: ../shared/traffic beside the repository. It is not part of it.</summary>
internal static class RecordedTraffic
{
    private static readonly string[] Small = ["breadbasket", "coffee", "rees46_all", "taobao_10k_all", "taobao_96k_buy", "taobao_96k_want"];

    private static readonly string[] Large = ["taobao_96k_all", "taobao_96k_cat", "completejourney", "uci"];

    /// <summary>The folder; null when it is not there.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>True when every set is asked for, however large.</summary>
    public static bool AllSets => string.Equals(Environment.GetEnvironmentVariable("MATCHING_ALL_SETS"), "1", StringComparison.Ordinal);

    /// <summary>The sets to try: the small ones, or all.</summary>
    public static IEnumerable<string> Sets => AllSets ? Small.Concat(Large) : Small;

    public static string File(string name) => Path.Combine(Folder!, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The plain text of a packed file.</summary>
    public static string Unpacked(string name)
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(File(name)), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static string? Find()
    {
        string? folder = Repository.Find() is { } root ? Path.Combine(root, "..", "shared", "traffic") : null;
        return folder is not null && Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }
}

/// <summary>A theory over recorded traffic; without the recordings it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedTheoryAttribute : TheoryAttribute
{
    public RecordedTheoryAttribute() =>
        Skip = RecordedTraffic.Folder is null ? "no recorded traffic at ../shared/traffic beside the repository" : null;
}

/// <summary>A fact about recorded traffic that takes long: only with MATCHING_ALL_SETS=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AllSetsFactAttribute : FactAttribute
{
    public AllSetsFactAttribute() => Skip = Reason;

    /// <summary>Why it is left out; null where it is not.</summary>
    internal static string? Reason => RecordedTraffic.Folder is null ? "no recorded traffic at ../shared/traffic beside the repository"
        : RecordedTraffic.AllSets ? null : "takes long; MATCHING_ALL_SETS=1 runs it";
}

/// <summary>A theory about recorded traffic that takes long.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AllSetsTheoryAttribute : TheoryAttribute
{
    public AllSetsTheoryAttribute() => Skip = AllSetsFactAttribute.Reason;
}
