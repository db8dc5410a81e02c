using BenchmarkDotNet.Attributes;
using Matching.Benchmarks.Ratios;
using Matching.Core;
using Matching.Engine;
using Matching.Engine.State;

namespace Matching.Benchmarks;

/// <summary>Taking a snapshot of open teams, and starting from it.</summary>
[MemoryDiagnoser]
public class SnapshotBenchmarks
{
    private const int Batch = 2048;
    private static readonly MatchingOptions s_options = new() { SnapshotBytes = 0 };

    private Running? _running;
    private Callers? _callers;
    private long _taken;
    private string _copied = "";
    private long _open;

    /// <summary>Orders, two thirds of which wait in open teams.</summary>
    [Params(1 << 17, 1 << 21)]
    public int Orders { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _running = new Running(Running.NewDirectory(), s_options);
        _callers = new Callers(_running.Engine, Orders);
        _callers.JoinBatches(4, Orders, Batch);
        _callers.Check();
        Take();
        _open = _running.Engine.CountAsync().AsTask().GetAwaiter().GetResult().TeamsOpen;
        _copied = Running.NewDirectory();
        Storage.JournalCopy.Run(
            Storage.LocalDisk.Instance, Path.Combine(_running.Directory!, "data"), Path.Combine(_copied, "data"), long.MaxValue);
    }

    [GlobalCleanup]
    public void Close()
    {
        _running!.Dispose();
        Directory.Delete(_copied, recursive: true);
    }

    /// <summary>A join first: where nothing happened since the last one, nothing is written.</summary>
    [Benchmark]
    public void Take()
    {
        _callers!.Join(1, 1);
        SnapshotTaken taken = _running!.Engine.SnapshotAsync().GetAwaiter().GetResult();
        if (taken.Sequence <= _taken)
        {
            throw new InvalidOperationException($"a snapshot of event {taken.Sequence} was taken behind one of event {_taken}");
        }

        _taken = taken.Sequence;
    }

    [Benchmark]
    public void Start()
    {
        MatchingEngine engine = MatchingEngine.OpenAsync(s_options with { DataDirectory = Path.Combine(_copied, "data"), Lists = false })
            .GetAwaiter().GetResult();
        Counts counts = engine.CountAsync().AsTask().GetAwaiter().GetResult();
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (engine.RecoveredFromSnapshot == 0 || counts.TeamsOpen != _open)
        {
            throw new InvalidOperationException(
                $"started with {counts.TeamsOpen} open teams from {engine.RecoveredFromSnapshot} events of a snapshot; {_open} were open");
        }
    }
}
