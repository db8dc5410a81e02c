using System.Collections.Concurrent;

namespace Matching.Simulation;

/// <summary>Many seeds, on a few threads; each story runs on one of them, whole.</summary>
public static class Campaign
{
    private const int SeedsAtOnce = 64;

    /// <summary>Plays seeds until all are done or some failed.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">On how many threads.</param>
    /// <param name="planted">The defect planted.</param>
    /// <param name="failures">What failed, each with its seed; at most one a thread.</param>
    /// <returns>What happened in all of them.</returns>
    public static Coverage Run(int first, int count, int threads, PlantedFault planted, out IReadOnlyList<SimulationException> failures)
    {
        var all = new Coverage();
        var failed = new ConcurrentBag<SimulationException>();
        int next = 0;
        Thread[] workers =
            [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(all, failed, first, count, planted, ref next)))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        failures = [.. failed];
        return all;
    }

    private static void Work(
        Coverage all, ConcurrentBag<SimulationException> failed, int first, int count, PlantedFault planted, ref int next)
    {
        var coverage = new Coverage();
        while (failed.IsEmpty)
        {
            int from = Interlocked.Add(ref next, SeedsAtOnce) - SeedsAtOnce;
            if (from >= count)
            {
                break;
            }

            for (int seed = first + from; seed < first + Math.Min(count, from + SeedsAtOnce); seed++)
            {
                try
                {
                    Story.Play(seed, planted, coverage);
                }
                catch (SimulationException failure)
                {
                    failed.Add(failure);
                    break;
                }
            }
        }

        lock (all)
        {
            all.Add(coverage);
        }
    }
}
