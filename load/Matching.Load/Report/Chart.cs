using System.Globalization;
using System.Net;
using System.Text;

namespace Matching.Load.Report;

/// <summary>
/// One plot as inline SVG: lines over a grid, its names in a legend above, values told by the pointer. Colours come from the page's style.
/// </summary>
internal static class Chart
{
    private const double Width = 860, Height = 260, Left = 64, Right = 12, Top = 10, Bottom = 34;
    private const int MostTicks = 5;
    private static readonly int[] RoundSteps = [1, 2, 5, 10];

    /// <summary>Draws it.</summary>
    /// <param name="plot">What.</param>
    /// <param name="log">A logarithmic scale upwards; values up to 0 are left out.</param>
    public static string Draw(Plot plot, bool log)
    {
        var svg = new StringBuilder();
        double[] shown = [.. plot.Series.SelectMany(series => series.Values).Where(value => double.IsFinite(value) && (!log || value > 0))];
        double high = shown.Length == 0 ? 1 : Math.Max(shown.Max(), log ? 1e-3 : 1);
        double low = log && shown.Length > 0 ? shown.Min() : 0;
        double[] ticks = log ? Decades(low, high) : Steps(high);
        (low, high) = (ticks[0], ticks[^1]);
        int count = Math.Max(2, plot.Series.Count == 0 ? 2 : plot.Series.Max(series => series.Values.Count));

        svg.Append("<figure><figcaption><b>").Append(Text(plot.Title)).Append("</b>");
        if (plot.Unit.Length > 0)
        {
            svg.Append("<i>").Append(Text(plot.Unit)).Append(log ? ", logarithmic" : "").Append("</i>");
        }

        for (int i = 0; i < plot.Series.Count && plot.Series.Count > 1; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<span class=\"k c{i}\">{Text(plot.Series[i].Name)}</span>");
        }

        svg.Append("</figcaption>")
            .Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(plot.Title)}\">");
        foreach (double tick in ticks)
        {
            double y = Y(tick, low, high, log);
            svg.Append(
                CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:F1}\" y2=\"{y:F1}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"t r\" x=\"{Left - 8}\" y=\"{y + 4:F1}\">{Number(tick)}</text>");
        }

        Across(svg, plot, count);
        for (int i = 0; i < plot.Series.Count; i++)
        {
            Line(svg, plot.Series[i], i, count, low, high, log, area: plot.Series.Count == 1);
        }

        Pointers(svg, plot, count);
        return svg.Append("</svg></figure>").ToString();
    }

    /// <summary>A number as people write it: 1.2k, 3M.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static void Across(StringBuilder svg, Plot plot, int count)
    {
        int step = Math.Max(1, (int)Steps(count - 1)[1]);
        for (int i = 0; i < count; i += step)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"t m\" x=\"{X(i, count):F1}\" y=\"{Height - 16}\">{i}</text>");
        }

        svg.Append(
            CultureInfo.InvariantCulture, $"<text class=\"t r\" x=\"{Width - Right}\" y=\"{Height - 2}\">{Text(plot.Across)}</text>");
    }

    private static void Line(StringBuilder svg, Series series, int colour, int count, double low, double high, bool log, bool area)
    {
        var path = new StringBuilder();
        bool drawing = false;
        double firstX = Left, lastX = Left;
        for (int i = 0; i < series.Values.Count; i++)
        {
            double value = series.Values[i];
            if (!double.IsFinite(value) || (log && value <= 0))
            {
                // A second nobody looked at is bridged in an area and a gap in a line.
                drawing &= area;
                continue;
            }

            lastX = X(i, count);
            firstX = path.Length == 0 ? lastX : firstX;
            path.Append(CultureInfo.InvariantCulture, $"{(drawing ? 'L' : 'M')}{lastX:F1} {Y(value, low, high, log):F1}");
            drawing = true;
        }

        if (path.Length == 0)
        {
            return;
        }

        if (area)
        {
            double floor = Height - Bottom;
            svg.Append(
                CultureInfo.InvariantCulture, $"<path class=\"a c{colour}\" d=\"{path}L{lastX:F1} {floor:F1}L{firstX:F1} {floor:F1}Z\"/>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"l c{colour}\" d=\"{path}\"/>");
    }

    /// <summary>An invisible strip a step, with all values of that step as its title.</summary>
    private static void Pointers(StringBuilder svg, Plot plot, int count)
    {
        double wide = (Width - Left - Right) / (count - 1);
        for (int i = 0; i < count; i++)
        {
            string values = string.Join("\n", plot.Series.Where(series => i < series.Values.Count && double.IsFinite(series.Values[i]))
                .Select(series => $"{series.Name} {Number(series.Values[i])} {plot.Unit}".TrimEnd()));
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"p\" x=\"{X(i, count) - (wide / 2):F1}\" y=\"{Top}\" width=\"{wide:F1}\" "
                + $"height=\"{Height - Top - Bottom}\"><title>{i} {Text(plot.Across)}\n{Text(values)}</title></rect>");
        }
    }

    private static double X(int i, int count) => Left + (i * (Width - Left - Right) / (count - 1));

    private static double Y(double value, double low, double high, bool log)
    {
        double share = log ? Math.Log(value / low) / Math.Log(high / low) : (value - low) / (high - low);
        return Height - Bottom - (share * (Height - Top - Bottom));
    }

    private static double[] Decades(double low, double high)
    {
        int from = (int)Math.Floor(Math.Log10(low)), to = Math.Max(from + 1, (int)Math.Ceiling(Math.Log10(high)));
        return [.. Enumerable.Range(from, to - from + 1).Select(power => Math.Pow(10, power))];
    }

    /// <summary>Round steps from 0 to the first one not below.</summary>
    private static double[] Steps(double high)
    {
        double raw = Math.Max(high, 1) / MostTicks;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = RoundSteps.First(times => times * power >= raw * 0.999) * power;
        return [.. Enumerable.Range(0, Math.Max(2, (int)Math.Ceiling((high * 0.999) / step) + 1)).Select(i => i * step)];
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
