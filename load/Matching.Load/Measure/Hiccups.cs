using System.Diagnostics;
using System.Globalization;

namespace Matching.Load.Measure;

/// <summary>
/// How late the machine itself is: a thread ahead of all others asks to sleep a millisecond, again and again, and records how much longer it slept. What it
/// misses, everything here missed: a virtual machine whose host runs something else stands still as a whole. Latencies below this are not to be had.
/// </summary>
internal sealed class Hiccups : IDisposable
{
    private const long SleepNs = 1_000_000;

    private readonly LatencyHistogram _late = new();
    private readonly Thread _thread;
    private volatile bool _ended;

    /// <summary>Begins to measure.</summary>
    public Hiccups()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "hiccups" };
        _thread.Start();
    }

    /// <summary>In words: p50, p99 and the longest, in ms.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Report.Figures.Ms(_late.Quantile(0.5) / 1e6)}, {Report.Figures.Ms(_late.Quantile(0.99) / 1e6)}, {Report.Figures.Ms(_late.Max / 1e6)}");

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    private void Run()
    {
        ThreadPriority.Raise();
        while (!_ended)
        {
            long asked = Stopwatch.GetTimestamp();
            NanoSleep.For(SleepNs);
            _late.Record((long)(Stopwatch.GetElapsedTime(asked).TotalSeconds * 1e9) - SleepNs);
        }
    }
}
