using System.Text;

namespace Matching.Engine.Hosting;

/// <summary>
/// Readings in the text format that Prometheus scrapes (version 0.0.4): names with underscores, units and <c>_total</c> as suffixes.
/// </summary>
internal static class PrometheusText
{
    public static string Write(IEnumerable<Reading> readings)
    {
        var text = new StringBuilder(8192);
        foreach (Reading reading in readings)
        {
            string name = NameOf(reading.Instrument.Name) + SuffixOf(reading.Instrument.Unit);
            name += reading.Kind == ReadingKind.Counter ? "_total" : "";
            string kind = reading.Kind switch
            {
                ReadingKind.Histogram => "histogram",
                ReadingKind.Counter => "counter",
                _ => "gauge",
            };
            text.Append("# HELP ").Append(name).Append(' ').Append((reading.Instrument.Description ?? "").ReplaceLineEndings(" "))
                .Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            reading.Write(text, name);
        }

        return text.ToString();
    }

    /// <summary>Letters, digits and underscores only.</summary>
    public static string NameOf(string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        }
    });

    private static string SuffixOf(string? unit) => unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        _ => "",
    };
}
