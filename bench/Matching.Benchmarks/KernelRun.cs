using System.Globalization;
using Matching.Core;

namespace Matching.Benchmarks;

/// <summary>
/// A quick look at the kernel: joins a second of processor time, so that a busy machine doesn't blur it much. Each line is the
/// upper quartile of short rounds in a row on one book, which grows all the while.
/// </summary>
internal static class KernelRun
{
    private const int Rounds = 48;
    private const int JoinsARound = 1 << 16;

    public static void Run(string[] sizes)
    {
        int[] items = sizes.Length > 0
            ? [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]
            : [1_000, 100_000, 1_000_000, 4_000_000];
        double drawing = Best(new JoinTraffic(1000).DrawOnly);
        Console.WriteLine($"drawing the commands alone: {1e9 / drawing:F1} ns each, included below");
        Console.WriteLine("items        joins/s      joins/s with prefetching   (millions, processor time)");
        foreach (int count in items)
        {
            double plain = Measure(count, ahead: false);
            double ahead = Measure(count, ahead: true);
            Console.WriteLine($"{count,9:N0}    {plain / 1e6,6:F2}       {ahead / 1e6,6:F2}");
        }
    }

    private static double Measure(int items, bool ahead)
    {
        var book = new Book(new BookOptions());
        var traffic = new JoinTraffic(items);

        // Every item is met, most have an open team or had one; and the code is compiled to the end.
        traffic.Run(book, Math.Max(items * 2, 1 << 20), ahead);
        double best = Best(joins => traffic.Run(book, joins, ahead));
        traffic.Check(book.CountAll());
        return best;
    }

    private static double Best(Action<int> run)
    {
        var rates = new double[Rounds];
        foreach (ref double rate in rates.AsSpan())
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            run(JoinsARound);
            rate = JoinsARound / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        rates.AsSpan().Sort();
        return rates[Rounds * 3 / 4];
    }
}
