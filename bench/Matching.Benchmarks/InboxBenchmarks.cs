using BenchmarkDotNet.Attributes;
using Matching.Benchmarks.Limits;
using Matching.Benchmarks.Peers;
using Matching.Benchmarks.Ratios;

namespace Matching.Benchmarks;

/// <summary>A request's way in and its reply's way out, in memory: the engine beside the bare channel and the plain version.</summary>
[MemoryDiagnoser]
public class InboxBenchmarks
{
    private const int Joins = 1 << 18;
    private const int Items = 1_000;

    private readonly RawChannel _raw = new();
    private readonly PlainEngine _plain = new();
    private Running? _running;
    private Callers? _callers;

    [Params(1, 256, 1024)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _running = new Running(null);
        _callers = new Callers(_running.Engine, Items);
    }

    [GlobalCleanup]
    public void Check()
    {
        _callers!.Check();
        _plain.Check();
        _running!.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Joins)]
    public void Channel() => _raw.RunAsync(Count, Joins).GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Joins)]
    public void QuickJoinAsync() => _callers!.Join(Count, Joins);

    [Benchmark(OperationsPerInvoke = Joins)]
    public void Batches() => _callers!.JoinBatches(4, Joins, 2048);

    [Benchmark(OperationsPerInvoke = Joins)]
    public void Plain() => _plain.Join(Count, Joins, Items);
}
