using System.Text;

namespace Matching.Host.Traffic;

/// <summary>
/// Finds where a file's columns are. The header decides. A file without one is known by its shape only where that cannot be mistaken, or
/// by positions. What is not sure is refused: taken wrongly, a file gives an answer all the same.
/// </summary>
/// <param name="options">What was said.</param>
internal sealed class LayoutFinder(TrafficOptions options)
{
    private const int LinesTried = 50;
    private const int Shown = 200;

    private static readonly string[] UsualDelimiters = [",", "\t", ";", "|", "::"];

    private readonly HeaderColumns _columns = new(options);

    /// <summary>Finds.</summary>
    /// <param name="head">The first bytes of the file, in UTF-8.</param>
    /// <param name="lineEnd">The byte that ends its lines.</param>
    /// <param name="why">Where nothing is found: why, in words.</param>
    /// <returns>Null where nothing is found.</returns>
    public Layout? Find(ReadOnlySpan<byte> head, byte lineEnd, out string why)
    {
        ReadOnlySpan<byte> first = LineReader.NextLine(ref head, lineEnd);
        while (first.IsEmpty && !head.IsEmpty)
        {
            first = LineReader.NextLine(ref head, lineEnd);
        }

        if (first.Contains((byte)0))
        {
            why = "its first line holds NUL bytes: it is no text, or UTF-16 without its mark, which --encoding utf-16 reads";
            return null;
        }

        string[] delimiters = DelimitersIn(first);
        why = "";
        foreach (string delimiter in delimiters)
        {
            string wrong = "";
            if (HeaderColumns.Split(first, delimiter, ref wrong) is { } names && _columns.Find(names, delimiter, ref wrong) is { } layout)
            {
                return layout;
            }

            why = why.Length == 0 ? wrong : why;
        }

        if (options.Columns.Any || WithoutHeader(first, head, lineEnd, delimiters) is not { } known)
        {
            why = Explain(first, why, delimiters[0]);
            return null;
        }

        return known;
    }

    /// <summary>The delimiter asked for, or those that are there, the most frequent first.</summary>
    private string[] DelimitersIn(ReadOnlySpan<byte> line)
    {
        if (options.Delimiter is { } asked)
        {
            return [asked];
        }

        string text = Encoding.UTF8.GetString(line);
        string[] found = [.. UsualDelimiters.Where(text.Contains).OrderByDescending(delimiter => text.Split(delimiter).Length)];
        return found.Length > 0 ? found : [","];
    }

    /// <summary>The layout of a set that has no header, where a line near the beginning has its shape.</summary>
    private Layout? WithoutHeader(ReadOnlySpan<byte> first, ReadOnlySpan<byte> head, byte lineEnd, string[] delimiters)
    {
        Preset preset = options.Preset ?? Preset.Taobao;
        if (preset.WithoutHeader is not { } places || !HasNumber(first, delimiters))
        {
            return null;
        }

        foreach (string delimiter in delimiters)
        {
            ReadOnlySpan<byte> rest = head;
            ReadOnlySpan<byte> line = first;
            for (int i = 0; i < LinesTried && !line.IsEmpty; i++, line = LineReader.NextLine(ref rest, lineEnd))
            {
                if (Fits(line, delimiter, preset))
                {
                    var layout = new Layout
                    {
                        Delimiter = Encoding.UTF8.GetBytes(delimiter),
                        Columns = preset.Columns,
                        HasHeader = false,
                        Preset = preset,
                    };
                    foreach ((Column column, int at) in places)
                    {
                        layout[column] = at;
                    }

                    return layout;
                }
            }
        }

        return null;
    }

    // A line in which a column is a number is a row: no header is one.
    private static bool HasNumber(ReadOnlySpan<byte> line, string[] delimiters)
    {
        string text = Encoding.UTF8.GetString(line);
        return delimiters.Any(delimiter => text.Split(delimiter).Any(field => field.Length > 0 && field.All(char.IsAsciiDigit)));
    }

    private static bool Fits(ReadOnlySpan<byte> line, string delimiter, Preset preset)
    {
        string wrong = "";
        if (HeaderColumns.Split(line, delimiter, ref wrong) is not { } fields || fields.Length != preset.Columns)
        {
            return false;
        }

        return preset.WithoutHeader!.All(place => place.Key == Column.Behavior
            ? preset.Behaviors.Any(behavior => string.Equals(behavior.Word, fields[place.Value], StringComparison.Ordinal))
            : fields[place.Value].Length > 0 && fields[place.Value].All(char.IsAsciiDigit));
    }

    private string Explain(ReadOnlySpan<byte> first, string why, string delimiter)
    {
        string line = Fields.Show(first, Shown);
        string what = options.Columns.Any || options.Preset is not null || !HasNumber(first, [delimiter])
            ? $"its header is not known: {line}"
            : $"it has no header, and its first line is no row that is known by its shape: {line}";
        string encoding = System.Text.Unicode.Utf8.IsValid(first) ? "" : " It is no UTF-8: --encoding gbk, utf-16 or latin1 may read it.";
        return $"{what}\n  {(why.Length > 0 ? why + ". " : "")}Columns are parted by '{(delimiter is "\t" ? "tab" : delimiter)}' there.{encoding}";
    }
}
