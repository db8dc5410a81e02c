using System.Globalization;
using System.Text;

namespace Matching.Host.Traffic;

/// <summary>
/// Finds the columns by a file's first line: by the names or positions given, the names of the preset, or the usual ones.
/// </summary>
/// <param name="options">What was said.</param>
internal sealed class HeaderColumns(TrafficOptions options)
{
    private static readonly Column[] Needed = [Column.User, Column.Item, Column.Time];

    private readonly Preset _preset = options.Preset ?? Preset.None;

    /// <summary>Splits a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="delimiter">What parts its fields.</param>
    /// <param name="wrong">Set where its quotes are wrong.</param>
    public static string[]? Split(ReadOnlySpan<byte> line, string delimiter, ref string wrong)
    {
        var names = new List<string>();
        var fields = new Fields(line, Encoding.UTF8.GetBytes(delimiter), new byte[line.Length]);
        while (fields.TryNext(out ReadOnlySpan<byte> name))
        {
            names.Add(Encoding.UTF8.GetString(name).Trim());
        }

        wrong = fields.Wrong ?? wrong;
        return fields.Wrong is null ? [.. names] : null;
    }

    /// <summary>Finds.</summary>
    /// <param name="names">The fields of the first line.</param>
    /// <param name="delimiter">What parts them.</param>
    /// <param name="why">Set to why, where they are not found.</param>
    /// <returns>Null where user, item and time are not all found, or a column could be several.</returns>
    public Layout? Find(string[] names, string delimiter, ref string why)
    {
        // Positions serve a file with a header and one without: a time has digits, its header has none.
        int time = options.Columns.PositionOf(Column.Time);
        var layout = new Layout
        {
            Delimiter = Encoding.UTF8.GetBytes(delimiter),
            Columns = names.Length,
            HasHeader = !options.Columns.ByPosition || (time <= names.Length && !names[time - 1].Any(char.IsAsciiDigit)),
            Preset = _preset,
        };
        string[] plain = [.. names.Select(ColumnNames.Plain)];
        for (Column column = Column.User; (int)column < ColumnNames.Count; column++)
        {
            if (!TryFind(column, names, plain, layout.HasHeader, out int at, ref why) || !TrySet(layout, column, at, ref why))
            {
                return null;
            }
        }

        string[] missing = [.. Needed.Where(column => !layout.Has(column)).Select(ColumnNames.WordOf)];
        if (missing.Length > 0)
        {
            why = $"no column is known as {string.Join(" or ", missing)}";
            return null;
        }

        layout.Shown = Show(layout, names);
        return layout;
    }

    private bool TryFind(Column column, string[] names, string[] plain, bool hasHeader, out int at, ref string why)
    {
        string word = ColumnNames.WordOf(column);
        if (options.Columns.PositionOf(column) is > 0 and var position)
        {
            at = position - 1;
            why = $"--columns {word}={position}: the first line has {names.Length} column{(names.Length == 1 ? "" : "s")}";
            return position <= names.Length;
        }

        if (options.Columns.NameOf(column) is { } chosen)
        {
            int[] found = Places(plain, ColumnNames.Plain(chosen));
            why = $"--columns {word}={chosen}: {(found.Length == 0 ? "no column has" : $"{found.Length} columns have")} that name";
            at = found.FirstOrDefault(-1);
            return found.Length == 1;
        }

        at = -1;
        return !hasHeader || TryFindUsual(column, names, plain, out at, ref why);
    }

    private bool TryFindUsual(Column column, string[] names, string[] plain, out int at, ref string why)
    {
        int[] found = _preset.NamesOf(column) is { } own
            ? own.Select(name => Places(plain, name)).FirstOrDefault(places => places.Length > 0, [])
            : [.. ColumnNames.UsualOf(column).SelectMany(name => Places(plain, name)).Order()];
        bool isWanted = column switch
        {
            Column.Category => options.ByCategory,
            Column.Behavior => options.Behaviors is not null || _preset.Behaviors.Count > 0,
            _ => true,
        };
        at = found.FirstOrDefault(-1);
        if (found.Length > 1 && isWanted)
        {
            why = $"{ColumnNames.WordOf(column)} could be each of {string.Join(", ", found.Select(i => $"{names[i]} (column {i + 1})"))}";
            return false;
        }

        return true;
    }

    // A column is one thing: what was not named for it gives way.
    private bool TrySet(Layout layout, Column column, int at, ref string why)
    {
        if (at >= 0 && layout.At(at) is { } taken)
        {
            why = $"column {at + 1} cannot be {ColumnNames.WordOf(taken)} and {ColumnNames.WordOf(column)} at once";
            return options.Columns.NameOf(column) is null;
        }

        layout[column] = at;
        return true;
    }

    private static int[] Places(string[] plain, string name) =>
        [.. Enumerable.Range(0, plain.Length).Where(i => string.Equals(plain[i], name, StringComparison.Ordinal))];

    /// <summary>Which columns were taken; empty where all go by their own word, which needs no telling.</summary>
    private static string Show(Layout layout, string[] names)
    {
        var shown = new List<string>();
        bool own = layout.HasHeader;
        for (Column column = Column.User; (int)column < ColumnNames.Count; column++)
        {
            if (layout.Has(column))
            {
                string name = layout.HasHeader ? names[layout[column]] : (layout[column] + 1).ToString(CultureInfo.InvariantCulture);
                shown.Add($"{ColumnNames.WordOf(column)} = {name}");
                own &= string.Equals(ColumnNames.Plain(name), ColumnNames.WordOf(column), StringComparison.Ordinal);
            }
        }

        return own ? "" : Fields.Printable(string.Join(", ", shown));
    }
}
