using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Matching.Engine.Hosting;

/// <summary>What one instrument has said so far, by its tags.</summary>
internal sealed class Reading(Instrument instrument, ReadingKind kind)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Cell> _cells = new(StringComparer.Ordinal);

    public Instrument Instrument => instrument;

    public ReadingKind Kind => kind;

    /// <summary>Takes a measurement: adds, replaces or sorts it into a bucket, as the kind wants.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = tags.IsEmpty ? "" : Labels(tags);
        lock (_lock)
        {
            if (!_cells.TryGetValue(labels, out Cell? cell))
            {
                _cells.Add(labels, cell = new Cell(kind == ReadingKind.Histogram ? new Buckets(instrument.Unit) : null));
            }

            cell.Value = kind is ReadingKind.Counter or ReadingKind.Balance && !instrument.IsObservable ? cell.Value + value : value;
            cell.Buckets?.Add(value);
        }
    }

    /// <summary>Sum over the cells with one of these labels, or over all.</summary>
    public double Sum(ReadOnlySpan<string> labelled)
    {
        double sum = 0;
        lock (_lock)
        {
            foreach ((string labels, Cell cell) in _cells)
            {
                if (labelled.IsEmpty || ContainsAny(labels, labelled))
                {
                    sum += cell.Value;
                }
            }
        }

        return sum;
    }

    /// <summary>Counts of the buckets of all cells together, and their bounds; empty before the first measurement.</summary>
    public (long[] Counts, double[] Bounds) Counts()
    {
        lock (_lock)
        {
            long[] counts = [];
            double[] bounds = [];
            foreach (Cell cell in _cells.Values)
            {
                bounds = cell.Buckets!.Bounds;
                counts = counts.Length == 0 ? [.. cell.Buckets.Counts] : [.. counts.Zip(cell.Buckets.Counts, (a, b) => a + b)];
            }

            return (counts, bounds);
        }
    }

    /// <summary>Writes every cell, one line each or, for histograms, one a bucket.</summary>
    public void Write(StringBuilder to, string name)
    {
        lock (_lock)
        {
            foreach ((string labels, Cell cell) in _cells)
            {
                if (cell.Buckets is { } buckets)
                {
                    buckets.Write(to, name, labels);
                }
                else
                {
                    to.Append(name).Append(labels.Length == 0 ? "" : "{" + labels + "}").Append(' ').Append(Text(cell.Value)).Append('\n');
                }
            }
        }
    }

    /// <summary>By the instrument's type; the type's arguments differ, so by its name.</summary>
    public static ReadingKind KindOf(Instrument instrument) => instrument.GetType().Name switch
    {
        "Histogram`1" => ReadingKind.Histogram,
        "Counter`1" or "ObservableCounter`1" => ReadingKind.Counter,
        "UpDownCounter`1" => ReadingKind.Balance,
        _ => ReadingKind.Gauge,
    };

    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool ContainsAny(string labels, ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (labels.Contains(part, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach ((string key, object? value) in tags)
        {
            string plain = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(text.Length == 0 ? "" : ",").Append(PrometheusText.NameOf(key)).Append("=\"")
                .Append(plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.ToString();
    }

    private sealed class Cell(Buckets? buckets)
    {
        public double Value { get; set; }

        public Buckets? Buckets => buckets;
    }
}

/// <summary>How measurements of an instrument add up.</summary>
internal enum ReadingKind
{
    /// <summary>Ever growing.</summary>
    Counter,

    /// <summary>Changed by differences, both ways.</summary>
    Balance,

    /// <summary>As it is.</summary>
    Gauge,

    /// <summary>Sorted into buckets.</summary>
    Histogram,
}
