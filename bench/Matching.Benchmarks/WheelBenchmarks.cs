using BenchmarkDotNet.Attributes;

namespace Matching.Benchmarks;

/// <summary>Schedule and cancel with a million members pending: the wheel beside the heap of the base library.</summary>
[InProcess]
[MemoryDiagnoser]
public class WheelBenchmarks
{
    private const int Turns = 1 << 16;

    private readonly WheelTraffic _traffic = new();

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Wheel() => _traffic.Wheel(Turns);

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
