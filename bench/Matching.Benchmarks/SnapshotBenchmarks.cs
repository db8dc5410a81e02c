using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Matching.Benchmarks.Ratios;
using Matching.Core;
using Matching.Engine;

namespace Matching.Benchmarks;

/// <summary>Taking a snapshot of open teams, and starting from it.</summary>
[InProcess]
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 1, iterationCount: 5)]
public class SnapshotBenchmarks
{
    private const int Batch = 2048;
    private static readonly MatchingOptions s_options = new() { SnapshotBytes = 0 };

    private Running? _running;
    private string _copied = "";
    private long _open;

    /// <summary>Orders, two thirds of which wait in open teams.</summary>
    [Params(1 << 17, 1 << 21)]
    public int Orders { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _running = new Running(Running.NewDirectory(), s_options);
        var callers = new Callers(_running.Engine, Orders);
        callers.JoinBatches(4, Orders, Batch);
        callers.Check();
        Take();
        _open = _running.Engine.CountAsync().AsTask().GetAwaiter().GetResult().TeamsOpen;
        _copied = Running.NewDirectory();
        Storage.JournalCopy.Run(Storage.LocalDisk.Instance, Path.Combine(_running.Directory!, "data"), Path.Combine(_copied, "data"), long.MaxValue);
    }

    [GlobalCleanup]
    public void Close()
    {
        _running!.Dispose();
        Directory.Delete(_copied, recursive: true);
    }

    [Benchmark]
    public long Take() => _running!.Engine.SnapshotAsync().GetAwaiter().GetResult().Bytes;

    [Benchmark]
    public void Start()
    {
        MatchingEngine engine = MatchingEngine.OpenAsync(s_options with { DataDirectory = Path.Combine(_copied, "data"), Lists = false }).GetAwaiter().GetResult();
        Counts counts = engine.CountAsync().AsTask().GetAwaiter().GetResult();
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (engine.RecoveredFromSnapshot == 0 || counts.TeamsOpen != _open)
        {
            throw new InvalidOperationException($"started with {counts.TeamsOpen} open teams from {engine.RecoveredFromSnapshot} events of a snapshot; {_open} were open");
        }
    }
}
