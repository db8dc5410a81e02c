using System.Diagnostics;
using System.Globalization;

namespace Matching.Simulation;

/// <summary>
/// Long campaigns: MATCHING_SEED is the first seed (alone, when MATCHING_SEEDS is not given), MATCHING_SEEDS how many, MATCHING_THREADS on
/// how many threads (1), MATCHING_PLANTED a planted fault. With MATCHING_DAMAGE=all, instead of seeds: every byte of a small directory
/// flipped, and every file of it cut at every length (a number for every so many). Exit code 1 when a seed failed, or damage was silent.
/// </summary>
internal static class Program
{
    private static int Main()
    {
        if (Environment.GetEnvironmentVariable("MATCHING_DAMAGE") is { } damage)
        {
            return DamageEveryByte(string.Equals(damage, "all", StringComparison.Ordinal) ? 1 : Number("MATCHING_DAMAGE", 1));
        }

        bool alone = Environment.GetEnvironmentVariable("MATCHING_SEED") is not null;
        int first = Number("MATCHING_SEED", 0);
        int count = Number("MATCHING_SEEDS", alone ? 1 : 1_000);
        int threads = Number("MATCHING_THREADS", 1);
        PlantedFault planted =
            Enum.Parse<PlantedFault>(Environment.GetEnvironmentVariable("MATCHING_PLANTED") ?? nameof(PlantedFault.None));
        long begun = Stopwatch.GetTimestamp();
        Coverage coverage = Campaign.Run(first, count, threads, planted, out IReadOnlyList<SimulationException> failures);
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        Console.WriteLine(coverage);
        foreach (SimulationException failure in failures)
        {
            Console.WriteLine(failure);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seeds {first} … {first + count - 1}, {threads} threads, planted {planted}: {failures.Count} failed, {took.TotalSeconds:F1} "
                + $"s, {count / took.TotalSeconds:F0} seeds/s, {GC.GetTotalAllocatedBytes() / Math.Max(1, count) / 1024} KB a seed"));
        return failures.Count == 0 ? 0 : 1;
    }

    private static int DamageEveryByte(int stride)
    {
        long begun = Stopwatch.GetTimestamp();
        EveryByteReport report = new EveryByte().Run(stride);
        Console.WriteLine(report);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"every {stride} bytes: {report.Silent.Count} silent, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s"));
        return report.Silent.Count == 0 ? 0 : 1;
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : otherwise;
}
