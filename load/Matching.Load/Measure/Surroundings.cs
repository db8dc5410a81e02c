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
        if (_ticksBefore is { } before && ReadTicks() is { } after)
        {
            long[] spent = [.. after.Zip(before, (now, then) => now - then)];
            double all = Math.Max(1, spent.Sum());
            result.Facts.Add(("processors: at work, kept from this machine by its host", Text($"{100 * (all - spent[3] - spent[4] - spent[7]) / all:N0} %, {100 * spent[7] / all:N0} %")));
        }
    }

    /// <summary>Ends without a word.</summary>
    public void Dispose() => _hiccups.Dispose();

    /// <summary>Ticks since boot: user, nice, system, idle, waiting for a disk, two kinds of interrupts, stolen. Null where there is no such file.</summary>
    private static long[]? ReadTicks()
    {
        const string File = "/proc/stat";
        return System.IO.File.Exists(File)
            ? [.. System.IO.File.ReadLines(File).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture))]
            : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
