using System.Globalization;
using System.Text;

namespace Matching.Host.Traffic;

/// <summary>
/// Finds where a file's columns are. The header decides: by the names given on the command line, those of the preset, or the usual ones. A file without a
/// header is known by its shape only where that cannot be mistaken, or by positions. What is not sure is refused: taken wrongly, a file gives an answer all the same.
/// </summary>
/// <param name="options">What was said.</param>
internal sealed class LayoutFinder(TrafficOptions options)
{
    private const int LinesTried = 50;
    private const int Shown = 200;

    private static readonly string[] UsualDelimiters = [",", "\t", ";", "|", "::"];

    private readonly Preset _preset = options.Preset ?? Preset.None;

    /// <summary>Finds.</summary>
    /// <param name="head">The first bytes of the file, in UTF-8.</param>
    /// <param name="lineEnd">The byte that ends its lines.</param>
    /// <param name="why">Where nothing is found: why, in words.</param>
    /// <returns>Null where nothing is found.</returns>
    public Layout? Find(ReadOnlySpan<byte> head, byte lineEnd, out string why)
    {
        ReadOnlySpan<byte> first = NextLine(ref head, lineEnd);
        while (first.IsEmpty && !head.IsEmpty)
        {
            first = NextLine(ref head, lineEnd);
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
            if (ByHeader(first, delimiter, out string wrong) is { } layout)
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

    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> head, byte lineEnd)
    {
        int end = head.IndexOf(lineEnd);
        ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
        head = end < 0 ? default : head[(end + 1)..];
        return line.TrimEnd((byte)'\r');
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

    private Layout? ByHeader(ReadOnlySpan<byte> line, string delimiter, out string why)
    {
        if (Split(line, delimiter, out why) is not { } names)
        {
            return null;
        }

        // Positions serve a file with a header and one without: a time has digits, its header has none.
        int time = options.Columns.PositionOf(Column.Time);
        bool hasHeader = !options.Columns.ByPosition || (time <= names.Length && !names[time - 1].Any(char.IsAsciiDigit));
        var layout = new Layout { Delimiter = Encoding.UTF8.GetBytes(delimiter), Columns = names.Length, HasHeader = hasHeader, Preset = _preset };
        string[] plain = [.. names.Select(ColumnNames.Plain)];
        var shown = new List<string>();
        for (Column column = 0; (int)column < ColumnNames.Count; column++)
        {
            if (!TryFind(column, names, plain, hasHeader, out int at, out why))
            {
                return null;
            }

            // A column is one thing: what was not named for it gives way.
            if (at >= 0 && layout.At(at) is { } taken)
            {
                if (options.Columns.NameOf(column) is not null)
                {
                    why = $"column {at + 1} cannot be {ColumnNames.Words[(int)taken]} and {ColumnNames.Words[(int)column]} at once";
                    return null;
                }

                at = -1;
            }

            layout[column] = at;
            if (at >= 0)
            {
                shown.Add($"{ColumnNames.Words[(int)column]} = {(hasHeader ? names[at] : (at + 1).ToString(CultureInfo.InvariantCulture))}");
            }
        }

        // What goes by its own word needs none.
        layout.Shown = shown.TrueForAll(pair => pair.Split(" = ") is [var word, var name] && string.Equals(word, ColumnNames.Plain(name), StringComparison.Ordinal)) ? "" : string.Join(", ", shown);
        string[] missing = [.. new[] { Column.User, Column.Item, Column.Time }.Where(column => !layout.Has(column)).Select(column => ColumnNames.Words[(int)column])];
        why = missing.Length == 0 ? "" : $"no column is known as {string.Join(" or ", missing)}";
        return missing.Length == 0 ? layout : null;
    }

    private bool TryFind(Column column, string[] names, string[] plain, bool hasHeader, out int at, out string why)
    {
        string word = ColumnNames.Words[(int)column];
        (at, why) = (-1, "");
        if (options.Columns.PositionOf(column) is > 0 and var position)
        {
            at = position - 1;
            why = $"--columns {word}={position}: the first line has {names.Length} column{(names.Length == 1 ? "" : "s")}";
            return position <= names.Length;
        }

        if (options.Columns.NameOf(column) is { } chosen)
        {
            int[] found = Places(plain, ColumnNames.Plain(chosen));
            why = found.Length == 0 ? $"--columns {word}={chosen}: no column has that name" : $"--columns {word}={chosen}: {found.Length} columns have that name";
            at = found.FirstOrDefault(-1);
            return found.Length == 1;
        }

        return !hasHeader || TryFindUsual(column, names, plain, out at, out why);
    }

    private bool TryFindUsual(Column column, string[] names, string[] plain, out int at, out string why)
    {
        int[] found = _preset.NamesOf(column) is { } own
            ? own.Select(name => Places(plain, name)).FirstOrDefault(places => places.Length > 0, [])
            : [.. Enumerable.Range(0, plain.Length).Where(i => ColumnNames.UsualOf(column).Contains(plain[i], StringComparer.Ordinal))];
        bool isWanted = column switch
        {
            Column.Category => options.ByCategory,
            Column.Behavior => options.Behaviors is not null || _preset.Behaviors.Count > 0,
            _ => true,
        };
        at = found.Length == 1 || !isWanted ? found.FirstOrDefault(-1) : -1;
        why = $"{ColumnNames.Words[(int)column]} could be each of {string.Join(", ", found.Select(i => $"{names[i]} (column {i + 1})"))}";
        return found.Length <= 1 || !isWanted;
    }

    private static int[] Places(string[] plain, string name) =>
        [.. Enumerable.Range(0, plain.Length).Where(i => string.Equals(plain[i], name, StringComparison.Ordinal))];

    private static string[]? Split(ReadOnlySpan<byte> line, string delimiter, out string wrong)
    {
        var names = new List<string>();
        var fields = new Fields(line, Encoding.UTF8.GetBytes(delimiter), new byte[line.Length]);
        while (fields.TryNext(out ReadOnlySpan<byte> name))
        {
            names.Add(Encoding.UTF8.GetString(name).Trim());
        }

        wrong = fields.Wrong ?? "";
        return fields.Wrong is null ? [.. names] : null;
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
            for (int i = 0; i < LinesTried && !line.IsEmpty; i++, line = NextLine(ref rest, lineEnd))
            {
                if (Fits(line, delimiter, preset))
                {
                    var layout = new Layout { Delimiter = Encoding.UTF8.GetBytes(delimiter), Columns = preset.Columns, HasHeader = false, Preset = preset };
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
        if (Split(line, delimiter, out _) is not { } fields || fields.Length != preset.Columns)
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
