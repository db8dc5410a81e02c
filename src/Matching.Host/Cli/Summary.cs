using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Matching.Host.Cli;

/// <summary>The result of a command: named values, shown as a table to a person and as one JSON object to a program.</summary>
internal sealed class Summary
{
    private readonly List<(string Name, string Label, string Shown, Action<Utf8JsonWriter> Write)> _lines = [];

    /// <summary>Adds a whole number.</summary>
    public void Add(string name, string label, long value) =>
        _lines.Add((name, label, value.ToString("N0", CultureInfo.InvariantCulture), json => json.WriteNumberValue(value)));

    /// <summary>Adds a word.</summary>
    public void Add(string name, string label, string value) =>
        _lines.Add((name, label, value, json => json.WriteStringValue(value)));

    /// <summary>Adds a yes or no.</summary>
    public void Add(string name, string label, bool value) =>
        _lines.Add((name, label, value ? "yes" : "no", json => json.WriteBooleanValue(value)));

    /// <summary>Adds a list of lines; shown only where there are any.</summary>
    public void Add(string name, string label, IReadOnlyList<string> values) =>
        _lines.Add((name, label, string.Join('\n', values), json =>
        {
            json.WriteStartArray();
            foreach (string value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }
    ));

    /// <summary>Writes it to standard output: JSON, a table on a terminal, else plain lines.</summary>
    public void Show(string title, bool json)
    {
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            WriteJson(output);
        }
        else if (Console.IsOutputRedirected)
        {
            ShowPlain(title);
        }
        else
        {
            ShowTable(title);
        }
    }

    /// <summary>Writes it as one JSON object and a line end.</summary>
    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var line in _lines)
            {
                json.WritePropertyName(line.Name);
                line.Write(json);
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private void ShowPlain(string title)
    {
        Console.Out.WriteLine(title);
        int width = _lines.Max(line => line.Label.Length);
        foreach (var line in _lines.Where(line => line.Shown.Length > 0))
        {
            Console.Out.WriteLine(
                $"  {line.Label.PadRight(width)}  {line.Shown.ReplaceLineEndings("\n  " + new string(' ', width) + "  ")}");
        }
    }

    private void ShowTable(string title)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title)).HideHeaders();
        table.AddColumn("name").AddColumn(new TableColumn("value").RightAligned());
        foreach (var line in _lines.Where(line => line.Shown.Length > 0))
        {
            table.AddRow(Markup.Escape(line.Label), Markup.Escape(line.Shown));
        }

        AnsiConsole.Write(table);
    }
}
