using System.Globalization;
using Matching.Load.Targets;

namespace Matching.Load.Measure;

/// <summary>
/// What goes on beside the requests while a run is on, to tell where a long latency came from: the journal's writes, this process's collector, the
/// processors, and how much of them the host of a virtual machine kept for others.
/// </summary>
internal sealed class Surroundings : IDisposable
{
    private readonly LatencyHistogram _writes = new();
    private readonly TimeSpan _pausedBefore = GC.GetTotalPauseDuration();
    private readonly int _collectionsBefore = GC.CollectionCount(0);
    private readonly long[]? _ticksBefore = ReadTicks();
    private readonly Dictionary<string, (long Ran, long Waited)> _threadsBefore = ReadThreads();
    private readonly EngineTarget? _engine;
    private readonly Hiccups _hiccups = new();
    private long _commands;

    private Surroundings(EngineTarget? engine)
    {
        _engine = engine;
        if (engine is not null)
        {
            engine.Engine.JournalWritten = (commands, elapsed) =>
            {
                _commands += commands;
                _writes.Record((long)(elapsed.TotalSeconds * 1e9));
            };
        }
    }

    /// <summary>Begins to look.</summary>
    /// <param name="target">Of an engine in this process the journal's writes are timed.</param>
    public static Surroundings Begin(ITarget target) => new(target as EngineTarget);

    /// <summary>Ends, and adds what it saw to a result.</summary>
    public void TellTo(RunResult result)
    {
        Dispose();
        result.Facts.Add(("this machine late by itself, ms: p50, p99, longest", _hiccups.ToString()));
        if (_engine is not null)
        {
            _engine.Engine.JournalWritten = null;
            if (_writes.Count > 0)
            {
                result.Facts.Add(("journal writes, ms: p50, p99, longest", string.Join(", ", ((double[])[_writes.Quantile(0.5), _writes.Quantile(0.99), _writes.Max]).Select(ns => Report.Figures.Ms(ns / 1e6)))));
                result.Facts.Add(("journal writes, commands a write", Text($"{_writes.Count:N0}, {_commands / (double)_writes.Count:N0}")));
            }
        }

        result.Facts.Add(("collections of this process, ms they paused it", Text($"{GC.CollectionCount(0) - _collectionsBefore}, {(GC.GetTotalPauseDuration() - _pausedBefore).TotalMilliseconds:N0}")));
        TellThreads(result);
        if (_ticksBefore is { } before && ReadTicks() is { } after)
        {
            long[] spent = [.. after.Zip(before, (now, then) => now - then)];
            double all = Math.Max(1, spent.Sum());
            result.Facts.Add(("processors: at work, kept from this machine by its host", Text($"{100 * (all - spent[3] - spent[4] - spent[7]) / all:N0} %, {100 * spent[7] / all:N0} %")));
        }
    }

    /// <summary>
    /// Who waits for a processor is late by that, whatever the engine does: beside a load that fits this machine the second figure is small, beside other programs
    /// that want the same processors it is larger than the first.
    /// </summary>
    private void TellThreads(RunResult result)
    {
        Dictionary<string, (long Ran, long Waited)> threads = ReadThreads();
        if (threads.Count > 0)
        {
            double ran = threads.Sum(thread => thread.Value.Ran - _threadsBefore.GetValueOrDefault(thread.Key).Ran) / 1e9;
            double waited = threads.Sum(thread => thread.Value.Waited - _threadsBefore.GetValueOrDefault(thread.Key).Waited) / 1e9;
            result.Facts.Add(("threads of this process, s: at work, ready without a processor", Text($"{ran:N1}, {waited:N1}")));
        }
    }

    /// <summary>Ends without a word.</summary>
    public void Dispose() => _hiccups.Dispose();

    /// <summary>Ticks since boot: user, nice, system, idle, waiting for a disk, two kinds of interrupts, stolen. Null where there is no such file.</summary>
    private static long[]? ReadTicks()
    {
        const string Stat = "/proc/stat";
        return File.Exists(Stat)
            ? [.. File.ReadLines(Stat).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture))]
            : null;
    }

    /// <summary>By thread, how long it ran and how long it was ready to, in ns. Empty where the system does not say.</summary>
    private static Dictionary<string, (long Ran, long Waited)> ReadThreads()
    {
        const string Tasks = "/proc/self/task";
        Dictionary<string, (long, long)> threads = new(StringComparer.Ordinal);
        foreach (string thread in Directory.Exists(Tasks) ? Directory.GetDirectories(Tasks) : [])
        {
            try
            {
                string[] times = File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ');
                threads[thread] = (long.Parse(times[0], CultureInfo.InvariantCulture), long.Parse(times[1], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It has ended since it was listed.
            }
        }

        return threads;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
