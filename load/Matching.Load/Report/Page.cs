using System.Globalization;
using System.Net;
using System.Text;
using Matching.Load.Measure;

namespace Matching.Load.Report;

/// <summary>The result of a run as one HTML file that needs nothing else: no script, no font, no picture from anywhere.</summary>
internal static class Page
{
    private const string Style =
        """
        :root{--ink:#1d2433;--soft:#667085;--line:#e4e7ec;--card:#fff;--back:#f5f6f8;--c0:#2f6fde;--c1:#e07a1f;--c2:#c93a5b;--c3:#7a5bd0;--c4:#1f9d78;--good:#17795a;--bad:#c0293f}
        @media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#98a2b3;--line:#2b3241;--card:#171c26;--back:#0f131b;--c0:#6ea0ff;--c1:#f2a154;--c2:#f27a94;--c3:#a994f0;--c4:#54c9a4;--good:#54c9a4;--bad:#f27a94}}
        *{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC",sans-serif}
        main{max-width:980px;margin:0 auto;padding:36px 24px 64px}h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}h2{font-size:17px;margin:36px 0 12px}
        .lead{font-size:17px;color:var(--soft);margin:0 0 4px;max-width:70ch}.meta{color:var(--soft);font-size:13px;margin:0 0 24px}
        .badge{display:inline-block;border-radius:999px;padding:3px 12px;font-size:13px;font-weight:600;color:#fff;vertical-align:4px;margin-left:12px}.ok{background:var(--good)}.no{background:var(--bad)}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:12px;margin:0 0 20px}.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
        .card b{display:block;white-space:nowrap;font-size:24px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em}.card span{color:var(--soft);font-size:13px}
        figure{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:0 0 16px;padding:14px 16px 6px}figcaption{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;margin-bottom:8px}
        figcaption i{color:var(--soft);font-style:normal;font-size:13px;margin-left:-8px}.k{font-size:13px;color:var(--soft)}.k::before{content:"";display:inline-block;width:14px;height:3px;border-radius:2px;background:var(--c);margin-right:6px;vertical-align:3px}
        svg{width:100%;height:auto;display:block}.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}
        .g{stroke:var(--line);stroke-width:1}.t{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}.r{text-anchor:end}.m{text-anchor:middle}.l{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.a{fill:var(--c);opacity:.12}.p{fill:transparent}.p:hover{fill:var(--soft);fill-opacity:.12}
        table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}td{padding:8px 16px;border-top:1px solid var(--line);vertical-align:top}tr:first-child td{border-top:0}td:first-child{color:var(--soft);width:44%}td:last-child{font-variant-numeric:tabular-nums}
        .yes::before{content:"✓ ";color:var(--good);font-weight:700}.wrong::before{content:"✗ ";color:var(--bad);font-weight:700}
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="result">The run.</param>
    /// <param name="machine">The machine and the date, in a line.</param>
    public static string Write(RunResult result, string machine)
    {
        var page = new StringBuilder();
        page.Append(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + "content=\"width=device-width,initial-scale=1\"><title>")
            .Append(Text($"{result.Scenario}: load")).Append("</title><style>").Append(Style).Append("</style></head><body><main><h1>")
                .Append(Text(result.Scenario));
        page.Append(result.Holds ? "<span class=\"badge ok\">every check holds</span>" : "<span class=\"badge no\">a check failed</span>");
        page.Append("</h1><p class=\"lead\">").Append(Text(result.About)).Append("</p><p class=\"meta\">").Append(Text(machine))
            .Append("</p>");
        if (result.Timeline is { } timeline)
        {
            Cards(page, result, timeline);
            foreach ((Plot plot, bool log) in Plots(Shown(timeline)))
            {
                page.Append(Chart.Draw(plot, log));
            }
        }

        foreach (Plot plot in result.Plots)
        {
            page.Append(Chart.Draw(plot, log: false));
        }

        Tables(page, result);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void Cards(StringBuilder page, RunResult result, Timeline timeline)
    {
        IReadOnlyList<Second> seconds = timeline.Seconds;
        double answered = seconds.Take(timeline.Planned).Sum(second => second.Accepted + second.Refused) / (double)timeline.Planned;
        IReadOnlyList<(string Label, double Ms)> latencies = Figures.Latencies(result);
        page.Append("<div class=\"cards\">");
        Card(page, Chart.Number(answered), "answers a second");
        foreach ((string label, double ms) in latencies.Where(latency => latency.Label is "p50" or "p99" or "p99.9" or "longest"))
        {
            Card(page, Figures.Ms(ms) + " ms", label);
        }

        long busy = seconds.Sum(second => second.Busy);
        Card(page, Chart.Number(busy), "Busy");
        page.Append("</div>");
    }

    private static void Card(StringBuilder page, string value, string label) =>
        page.Append("<div class=\"card\"><b>").Append(Text(value)).Append("</b><span>").Append(Text(label)).Append("</span></div>");

    /// <summary>The planned seconds, and as many after them as had more than the last few answers in flight.</summary>
    private static IReadOnlyList<Second> Shown(Timeline timeline)
    {
        IReadOnlyList<Second> seconds = timeline.Seconds;
        long few = seconds.Sum(second => second.Accepted) / seconds.Count / 10;
        int count = seconds.Count;
        while (count > timeline.Planned && seconds[count - 1].Accepted <= few)
        {
            count--;
        }

        return [.. seconds.Take(count)];
    }

    private static IEnumerable<(Plot Plot, bool Log)> Plots(IReadOnlyList<Second> seconds)
    {
        yield return (new Plot("Latency from the planned send", "ms", "seconds",
        [
            Of(seconds, "p50", second => second.Latency.Count == 0 ? double.NaN : second.Latency.Quantile(0.5) / 1e6),
            Of(seconds, "p99", second => second.Latency.Count == 0 ? double.NaN : second.Latency.Quantile(0.99) / 1e6),
            Of(seconds, "p99.9", second => second.Latency.Count == 0 ? double.NaN : second.Latency.Quantile(0.999) / 1e6),
            Of(seconds, "longest", second => second.Latency.Count == 0 ? double.NaN : second.Latency.Max / 1e6),
        ]), true);
        List<Series> rates = [Of(seconds, "planned", second => second.Planned), Of(seconds, "accepted", second => second.Accepted)];
        Some(rates, seconds, "Busy", second => second.Busy);
        Some(rates, seconds, "refused by a rule", second => second.Refused);
        Some(rates, seconds, "without an answer", second => second.Failed);
        yield return (new Plot("Rate", "a second", "seconds", rates), false);
        if (seconds.Count(second => second.OpenTeams >= 0) > 1)
        {
            yield return (new Plot("Open teams", "", "seconds",
                [Of(seconds, "open teams", second => second.OpenTeams < 0 ? double.NaN : second.OpenTeams)]), false);
        }
    }

    private static Series Of(IReadOnlyList<Second> seconds, string name, Func<Second, double> value) =>
        new(name, [.. seconds.Select(value)]);

    private static void Some(List<Series> to, IReadOnlyList<Second> seconds, string name, Func<Second, double> value)
    {
        if (seconds.Sum(value) > 0)
        {
            to.Add(Of(seconds, name, value));
        }
    }

    private static void Tables(StringBuilder page, RunResult result)
    {
        page.Append("<h2>Checks</h2><table>");
        if (result.Verification is { } verified)
        {
            string counted = string.Create(
                CultureInfo.InvariantCulture,
                $"{verified.Events:N0} events: {verified.Counts.TeamsOpened:N0} teams opened, {verified.Counts.TeamsFormed:N0} formed, "
                    + $"{verified.Counts.TeamsExpired:N0} expired");
            Row(page, "every rule holds on disk", verified.ViolationCount == 0 ? counted
                : string.Join("; ", verified.Violations.Select(Figures.Text)), verified.ViolationCount == 0);
        }

        foreach (Check check in result.Checks)
        {
            Row(page, check.Name, check.Text, check.Holds);
        }

        page.Append("</table><h2>Figures</h2><table>");
        if (result.Timeline is { } timeline)
        {
            foreach ((string label, double ms) in Figures.Latencies(result))
            {
                Row(page, "latency, " + label, Figures.Ms(ms) + " ms");
            }

            IReadOnlyList<Second> seconds = timeline.Seconds;
            Row(page, "requests planned", seconds.Sum(second => second.Planned).ToString("N0", CultureInfo.InvariantCulture));
            Row(page, "accepted", seconds.Sum(second => second.Accepted).ToString("N0", CultureInfo.InvariantCulture));
            Row(page, "latency from the actual send, p99 and longest",
                $"{Figures.Ms(timeline.FromSend.Quantile(0.99) / 1e6)} ms, {Figures.Ms(timeline.FromSend.Max / 1e6)} ms");
            Row(page, "sent later than planned, p99 and longest",
                $"{Figures.Ms(timeline.Slips.Quantile(0.99) / 1e6)} ms, {Figures.Ms(timeline.Slips.Max / 1e6)} ms");
        }

        foreach ((string name, string value) in result.Facts)
        {
            Row(page, name, value);
        }

        page.Append("</table>");
    }

    private static void Row(StringBuilder page, string name, string value, bool? holds = null) => page
        .Append("<tr><td").Append(holds switch { true => " class=\"yes\"", false => " class=\"wrong\"", _ => "" }).Append('>')
        .Append(Text(name)).Append("</td><td>").Append(Text(value)).Append("</td></tr>");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
