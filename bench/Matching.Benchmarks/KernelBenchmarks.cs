using BenchmarkDotNet.Attributes;
using Matching.Core;

namespace Matching.Benchmarks;

/// <summary>QuickJoin: decide, apply and encode, with everything the rules ask. The book grows all the while.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private const int Joins = 1 << 20;

    private Book _book = new(new BookOptions());
    private JoinTraffic _traffic = new(1);

    [Params(1, 1_000, 100_000, 1_000_000, 4_000_000, 10_000_000)]
    public int Items { get; set; }

    [Params(2, 3)]
    public int TeamSize { get; set; }

    /// <summary>Half of the joins go to 16 items.</summary>
    [Params(false, true)]
    public bool Skewed { get; set; }

    /// <summary>A batch's look-ups are prefetched.</summary>
    [Params(false, true)]
    public bool Prefetched { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _book = new Book(new BookOptions { TeamSize = TeamSize });
        _traffic = new JoinTraffic(Items, Skewed);
        _traffic.Run(_book, Math.Max(Joins, Items * 2), Prefetched);
    }

    [GlobalCleanup]
    public void Check() => _traffic.Check(_book.CountAll());

    [Benchmark(OperationsPerInvoke = Joins)]
    public void QuickJoin() => _traffic.Run(_book, Joins, Prefetched);
}
