using BenchmarkDotNet.Attributes;

namespace Matching.Benchmarks;

/// <summary>Schedule and cancel with a million members pending: the wheel beside the heap of the base library.</summary>
[MemoryDiagnoser]
public class WheelBenchmarks
{
    private const int Turns = 1 << 16;

    private readonly WheelTraffic _traffic = new();

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Wheel() => _traffic.Wheel(Turns);

    [Benchmark(OperationsPerInvoke = Turns)]
    public void WheelOfRecent() => _traffic.WheelOfRecent(Turns);

    /// <summary>The least anything could do: all have the same life, so the first in is the first due. It can't cancel.</summary>
    [Benchmark(OperationsPerInvoke = Turns)]
    public void Fifo() => _traffic.Fifo(Turns);

    /// <summary>A timer of the base library each; what a turn allocates shows.</summary>
    [Benchmark(OperationsPerInvoke = Turns)]
    public void Timers() => WheelTraffic.Timers(Turns);

    [Benchmark(Baseline = true, OperationsPerInvoke = Turns)]
    public void PriorityQueue() => _traffic.Queue(Turns);
}

/// <summary>The same by processor time, at a glance.</summary>
internal static class WheelRun
{
    private const int Turns = 1 << 22;

    public static void Run()
    {
        var traffic = new WheelTraffic();
        Console.WriteLine($"wheel, schedule + cancel:          {Best(traffic.Wheel):F1} ns");
        Console.WriteLine($"PriorityQueue, enqueue + dequeue:  {Best(traffic.Queue):F1} ns");
    }

    private static double Best(Action<int> run)
    {
        double best = double.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            run(Turns);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / Turns);
        }

        return best;
    }
}
