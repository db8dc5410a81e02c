using System.Globalization;
using System.Text;
using System.Text.Json;
using Matching.Core;

namespace Matching.Reports;

/// <summary>A report as text: for a person, as CSV, as JSON. Numbers are rounded for a person only (R22). Any thread.</summary>
public static class ReportText
{
    private const int WidestOfColumns = 12;

    /// <summary>CSV with a line of names: the columns and values as they are.</summary>
    public static string ToCsv(this ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns).Append('\n');
        foreach (IReadOnlyList<object?> row in table.Rows)
        {
            text.AppendJoin(',', row.Select(Plain)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes one JSON object: what was asked, as of when, and the rows. What is above 2^53 − 1 is a string of digits.</summary>
    public static void WriteTo(this ReportTable table, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("report", table.Request.Name);
        json.WriteString("from", Day(table.Request.From));
        json.WriteString("to", Day(table.Request.To));
        json.WriteNumber("position", table.Position);
        json.WriteNumber("now", table.Now);
        json.WriteNumber("missingEvents", table.MissingEvents);
        json.WriteNumber("lostViews", table.LostViews);
        json.WriteStartArray("rows");
        foreach (IReadOnlyList<object?> row in table.Rows)
        {
            json.WriteStartObject();
            for (int i = 0; i < row.Count; i++)
            {
                json.WritePropertyName(table.Columns[i]);
                WriteValue(json, row[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// Columns and cells for a person: a pair is one cell, <c>71.43 % (5/7)</c>, money is in yuan, a time that something took in h, min and
    /// s, a moment in UTC.
    /// </summary>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) ForPeople(this ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].EndsWith("_of", StringComparison.Ordinal))];
        return ([.. shown.Select(i => NameOf(table.Columns[i]))],
            [.. table.Rows.Select(row => (IReadOnlyList<string>)[.. shown.Select(i => Cell(table.Columns[i], row, i))])]);
    }

    /// <summary>
    /// A table for a terminal, and a line that says as of when; one with many columns is turned, so that each stands in a line of its own.
    /// </summary>
    public static string ToText(this ReportTable table)
    {
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) = table.ForPeople();
        List<IReadOnlyList<string>> lines = [columns, .. rows];
        if (columns.Count > WidestOfColumns)
        {
            lines = [.. Enumerable.Range(0, columns.Count).Select(i => (IReadOnlyList<string>)[.. lines.Select(line => line[i])])];
        }

        var text = new StringBuilder();
        int[] widths = [.. Enumerable.Range(0, lines[0].Count).Select(i => lines.Max(line => line[i].Length))];
        foreach (IReadOnlyList<string> line in lines)
        {
            for (int i = 0; i < widths.Length; i++)
            {
                text.Append(i == 0 ? line[i].PadRight(widths[i]) : "  " + line[i].PadLeft(widths[i]));
            }

            text.Append('\n');
        }

        return text.Append(table.AsOf()).Append('\n').ToString();
    }

    /// <summary>As of which event and time a report is, and what it misses (R22).</summary>
    public static string AsOf(this ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"as of event {table.Position}, {Words.Time(table.Now)}; {table.LostViews} views are known to be lost")
            + (table.MissingEvents == 0 ? ""
                : string.Create(CultureInfo.InvariantCulture, $"; {table.MissingEvents} events were deleted before they were counted"));
    }

    private static string NameOf(string column) => column.EndsWith("_n", StringComparison.Ordinal) ? column[..^2]
        : column.EndsWith("_fen", StringComparison.Ordinal) ? column[..^4] + "_yuan" : column;

    private static string Cell(string column, IReadOnlyList<object?> row, int i) => (column, row[i]) switch
    {
        (_, null) => "-",
        ({ } pair, long part) when pair.EndsWith("_n", StringComparison.Ordinal) => Share(part, row[i + 1] as long? ?? 0),
        ({ } money, long or Int128) when money.EndsWith("_fen", StringComparison.Ordinal) => Yuan(row[i]!),
        ({ } span, long ms) when span.EndsWith("_ms", StringComparison.Ordinal) => Span(ms),
        ({ } moment, long ms) when moment.EndsWith("_at", StringComparison.Ordinal) => Words.Time(ms),
        _ => Plain(row[i]),
    };

    private static string Share(long part, long of)
    {
        string percent = of == 0 ? "-"
            : Math.Round(100m * part / of, 2, MidpointRounding.AwayFromZero).ToString("0.00 '%'", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{percent} ({part}/{of})");
    }

    private static string Yuan(object fen) =>
        (Convert.ToDecimal(Plain(fen), CultureInfo.InvariantCulture) / 100).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Span(long ms) => string.Create(
        CultureInfo.InvariantCulture, $"{ms / 3_600_000} h {ms / 60_000 % 60} min {ms / 1000 % 60} s");

    private static string Plain(object? value) => value switch
    {
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool yes:
                json.WriteBooleanValue(yes);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case long number:
                json.WriteFenValue(number);
                break;
            case Int128 sum:
                json.WriteFenValue(sum);
                break;
            default:
                throw new InvalidOperationException($"a report has no values of type {value.GetType()}");
        }
    }
}
