using System.Globalization;
using Matching.Load.Targets;

namespace Matching.Load.Measure;

/// <summary>
/// What goes on beside the requests that are counted, to tell where a long latency came from: the journal's writes, this process's
/// collector, the processors, and how much of them the host of a virtual machine kept for others. What goes on in the warm-up is left out,
/// as its requests are.
/// </summary>
internal sealed class RunEnvironment : IDisposable
{
    private readonly EngineTarget? _engine;
    private readonly MachineJitter _hiccups = new();
    private readonly Timer _warm;
    private ResourceSample _before = new();

    private RunEnvironment(EngineTarget? engine, TimeSpan warmUp)
    {
        _engine = engine;
        if (engine is not null)
        {
            engine.Engine.JournalWritten = (commands, elapsed) => Volatile.Read(ref _before).Wrote(commands, elapsed);
        }

        _warm = new Timer(_ => Restart(), null, warmUp > TimeSpan.Zero ? warmUp : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to look.</summary>
    /// <param name="target">Of an engine in this process the journal's writes are timed.</param>
    /// <param name="warmUp">How long from now nothing counts.</param>
    public static RunEnvironment Begin(ITarget target, TimeSpan warmUp) => new(target as EngineTarget, warmUp);

    /// <summary>Forgets what was seen so far: the warm-up is over.</summary>
    public void Restart()
    {
        _hiccups.Restart();
        Volatile.Write(ref _before, new ResourceSample());
    }

    /// <summary>Ends, and adds what it saw to a result.</summary>
    public void TellTo(RunResult result)
    {
        Dispose();
        ResourceSample before = _before;
        var now = new ResourceSample();
        result.Facts.Add(("this machine late by itself, ms: p50, p99, longest", _hiccups.ToString()));
        if (_engine is not null)
        {
            _engine.Engine.JournalWritten = null;
            LatencyHistogram writes = before.Writes;
            if (writes.Count > 0)
            {
                result.Facts.Add(("journal writes, ms: p50, p99, longest", string.Join(", ",
                    ((double[])[writes.Quantile(0.5), writes.Quantile(0.99), writes.Max]).Select(ns => Report.Figures.Ms(ns / 1e6)))));
                result.Facts.Add(
                    ("journal writes, commands a write", Text($"{writes.Count:N0}, {before.Commands / (double)writes.Count:N0}")));
            }
        }

        result.Facts.Add(("collections of this process, ms they paused it",
            Text($"{now.Collections - before.Collections}, {(now.Paused - before.Paused).TotalMilliseconds:N0}")));
        TellThreads(result, before, now);
        if (before.Ticks is { } then && now.Ticks is { } ticks)
        {
            long[] spent = [.. ticks.Zip(then, (later, earlier) => later - earlier)];
            double all = Math.Max(1, spent.Sum());
            result.Facts.Add(("processors: at work, kept from this machine by its host",
                Text($"{100 * (all - spent[3] - spent[4] - spent[7]) / all:N0} %, {100 * spent[7] / all:N0} %")));
        }
    }

    /// <summary>
    /// Who waits for a processor is late by that, whatever the engine does: beside a load that fits this machine the second figure is
    /// small, beside other programs that want the same processors it is larger than the first.
    /// </summary>
    private static void TellThreads(RunResult result, ResourceSample before, ResourceSample now)
    {
        if (now.Threads.Count > 0)
        {
            double ran = now.Threads.Sum(thread => thread.Value.Ran - before.Threads.GetValueOrDefault(thread.Key).Ran) / 1e9;
            double waited = now.Threads.Sum(thread => thread.Value.Waited - before.Threads.GetValueOrDefault(thread.Key).Waited) / 1e9;
            result.Facts.Add(("threads of this process, s: at work, ready without a processor", Text($"{ran:N1}, {waited:N1}")));
        }
    }

    /// <summary>Ends without a word.</summary>
    public void Dispose()
    {
        _warm.Dispose();
        _hiccups.Dispose();
    }

    /// <summary>
    /// Ticks since boot: user, nice, system, idle, waiting for a disk, two kinds of interrupts, stolen. Null where there is no such file.
    /// </summary>
    private static long[]? ReadTicks()
    {
        const string Stat = "/proc/stat";
        return File.Exists(Stat)
            ? [.. File.ReadLines(Stat).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture))]
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

    /// <summary>How things stand at one moment, and the journal's writes since.</summary>
    private sealed class ResourceSample
    {
        public TimeSpan Paused { get; } = GC.GetTotalPauseDuration();

        public int Collections { get; } = GC.CollectionCount(0);

        public long[]? Ticks { get; } = ReadTicks();

        public Dictionary<string, (long Ran, long Waited)> Threads { get; } = ReadThreads();

        public LatencyHistogram Writes { get; } = new();

        public long Commands { get; private set; }

        /// <summary>The journal's loop only.</summary>
        public void Wrote(int commands, TimeSpan elapsed)
        {
            Commands += commands;
            Writes.Record((long)(elapsed.TotalSeconds * 1e9));
        }
    }
}
