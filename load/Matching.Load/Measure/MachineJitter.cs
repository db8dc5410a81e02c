using System.Diagnostics;
using System.Globalization;

namespace Matching.Load.Measure;

/// <summary>
/// How late the machine itself is: on each processor a thread that runs the moment it is ready asks to sleep a millisecond, again and
/// again, and records how much longer it slept. What it misses, everything there missed: a virtual machine whose host runs something else
/// stands still, one processor or all. Latencies below this are not to be had.
/// </summary>
internal sealed class MachineJitter : IDisposable
{
    private const long SleepNs = 1_000_000;
    private const int MostProcessors = 64;

    private readonly Thread[] _threads;
    private LatencyHistogram _late = new();
    private volatile bool _ended;

    /// <summary>Begins to measure.</summary>
    public MachineJitter()
    {
        _threads = [.. Enumerable.Range(0, Math.Min(MostProcessors, Environment.ProcessorCount))
            .Select(processor => new Thread(() => Run(processor)) { IsBackground = true, Name = "hiccups" })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Forgets what was measured so far.</summary>
    public void Restart() => Volatile.Write(ref _late, new LatencyHistogram());

    /// <summary>In words: p50, p99 and the longest, in ms.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Report.Figures.Ms(_late.Quantile(0.5) / 1e6)}, {Report.Figures.Ms(_late.Quantile(0.99) / 1e6)}, "
            + $"{Report.Figures.Ms(_late.Max / 1e6)}");

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _ended = true;
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Run(int processor)
    {
        ThreadPriority.RunAtOnce(processor);
        while (!_ended)
        {
            long asked = Stopwatch.GetTimestamp();
            NanoSleep.For(SleepNs);
            Volatile.Read(ref _late).Record((long)(Stopwatch.GetElapsedTime(asked).TotalSeconds * 1e9) - SleepNs);
        }
    }
}
