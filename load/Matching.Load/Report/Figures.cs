using System.Globalization;
using Matching.Audit;
using Matching.Host.Cli;
using Matching.Load.Measure;

namespace Matching.Load.Report;

/// <summary>The figures of a run, as lines of the console table and of the page.</summary>
internal static class Figures
{
    private static readonly (string Name, string Label, double Share)[] Quantiles =
        [("p50", "p50", 0.5), ("p90", "p90", 0.9), ("p99", "p99", 0.99), ("p999", "p99.9", 0.999), ("p9999", "p99.99", 0.9999)];

    /// <summary>The console's table, and the JSON.</summary>
    public static Summary Summary(RunResult result)
    {
        var summary = new Summary();
        summary.Add("scenario", "scenario", result.Scenario);
        summary.Add("about", "load", result.About);
        if (result.Timeline is { } timeline)
        {
            Add(summary, result, timeline);
        }

        foreach ((string name, string value) in result.Facts)
        {
            summary.Add(name, name, value);
        }

        if (result.Verification is { } verified)
        {
            summary.Add("events", "events on disk", verified.Events);
            summary.Add("violations", "rules broken on disk", verified.ViolationCount);
            summary.Add("firstViolations", "the first", [.. verified.Violations.Select(Text)]);
        }

        foreach (Check check in result.Checks)
        {
            summary.Add(check.Name, check.Name, (check.Holds ? "yes: " : "NO: ") + check.Text);
        }

        summary.Add("holds", "all holds", result.Holds);
        return summary;
    }

    /// <summary>Latencies of a run by their quantile, in ms.</summary>
    public static IReadOnlyList<(string Label, double Ms)> Latencies(RunResult result)
    {
        LatencyHistogram latency = result.Latency();
        return [.. Quantiles.Select(quantile => (quantile.Label, latency.Quantile(quantile.Share) / 1e6)), ("longest", latency.Max / 1e6)];
    }

    /// <summary>A violation in words.</summary>
    public static string Text(Violation violation) =>
        string.Create(CultureInfo.InvariantCulture, $"event {violation.Sequence}, {violation.Rule}: {violation.Text}");

    /// <summary>A time in ms with three digits that matter.</summary>
    public static string Ms(double ms) => ms.ToString(ms < 10 ? "0.00" : ms < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private static void Add(Summary summary, RunResult result, Timeline timeline)
    {
        IReadOnlyList<Second> seconds = timeline.Seconds;
        summary.Add("planned", "requests planned", seconds.Sum(second => second.Planned));
        summary.Add("accepted", "accepted", seconds.Sum(second => second.Accepted));
        summary.Add("refused", "refused by a rule", seconds.Sum(second => second.Refused));
        summary.Add("busy", "Busy", seconds.Sum(second => second.Busy));
        summary.Add("failed", "without an answer", seconds.Sum(second => second.Failed));
        summary.Add("perSecond", "answers a second",
            (long)(seconds.Take(timeline.Planned).Sum(second => second.Accepted + second.Refused) / (double)timeline.Planned));
        LatencyHistogram latency = result.Latency();
        foreach ((string name, string label, double share) in Quantiles)
        {
            summary.Add(name + "Ms", $"ms from planned send, {label}", Ms(latency.Quantile(share) / 1e6));
        }

        summary.Add("longestMs", "ms from planned send, longest", Ms(latency.Max / 1e6));
        summary.Add("fromSendP99Ms", "ms from actual send, p99", Ms(timeline.FromSend.Quantile(0.99) / 1e6));
        summary.Add("fromSendLongestMs", "ms from actual send, longest", Ms(timeline.FromSend.Max / 1e6));
        summary.Add("slipP99Ms", "ms sent later than planned, p99", Ms(timeline.Slips.Quantile(0.99) / 1e6));
        summary.Add("slipLongestMs", "ms sent later than planned, longest", Ms(timeline.Slips.Max / 1e6));
        summary.Add("slipped", "sent more than 1 ms late", timeline.Slips.CountAbove(1_000_000));
    }
}
