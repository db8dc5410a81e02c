using Matching.Engine;

namespace Matching.Benchmarks.Ratios;

/// <summary>An engine for one row, and the directory that goes with it.</summary>
internal sealed class Running : IDisposable
{
    public Running(string? directory, MatchingOptions? options = null)
    {
        Directory = directory;
        Engine = MatchingEngine.OpenAsync((options ?? new MatchingOptions()) with
        {
            DataDirectory = directory is null ? null : Path.Combine(directory, "data"),
            InMemory = directory is null,
            Lists = false,
        }).GetAwaiter().GetResult();
    }

    public MatchingEngine Engine { get; }

    public string? Directory { get; }

    /// <summary>A new directory where the system keeps what is temporary; MATCHING_BENCH_DIR for another disk.</summary>
    public static string NewDirectory()
    {
        string above = Environment.GetEnvironmentVariable("MATCHING_BENCH_DIR") ?? Path.GetTempPath();
        return System.IO.Directory.CreateDirectory(Path.Combine(above, "matching-bench-" + Guid.NewGuid().ToString("N"))).FullName;
    }

    public void Dispose()
    {
        Engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (Directory is not null)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
