using System.Globalization;
using Matching.Host.Cli;

namespace Matching.Host.Traffic;

/// <summary>Columns named on the command line, each by its header or by its position from 1.</summary>
internal sealed class ColumnChoice
{
    private readonly string?[] _chosen = new string?[ColumnNames.Count];

    /// <summary>None named.</summary>
    public static ColumnChoice None { get; } = new();

    /// <summary>Any column is named.</summary>
    public bool Any => _chosen.Any(name => name is not null);

    /// <summary>User, item and time are all given by position: the file may have no header.</summary>
    public bool ByPosition => PositionOf(Column.User) > 0 && PositionOf(Column.Item) > 0 && PositionOf(Column.Time) > 0;

    /// <summary>Reads <c>user=NAME,item=NAME,t=NAME</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ColumnChoice Parse(string text)
    {
        var choice = new ColumnChoice();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            int column = sides.Length == 2 && sides[1].Length > 0 ? Array.IndexOf(ColumnNames.Words, sides[0].ToLowerInvariant()) : -1;
            if (column < 0)
            {
                throw new UsageException(
                    $"--columns '{part}' is no NAME=COLUMN; NAME is one of {string.Join(", ", ColumnNames.Words)}, " +
                    "COLUMN a header or a position from 1: user=buyer_id,item=3,t=time");
            }

            if (choice._chosen[column] is not null)
            {
                throw new UsageException($"--columns names {ColumnNames.Words[column]} twice");
            }

            choice._chosen[column] = sides[1];
        }

        return choice;
    }

    /// <summary>The header or position chosen for a column; null for none.</summary>
    public string? NameOf(Column column) => _chosen[(int)column];

    /// <summary>The position chosen for a column, from 1; 0 where none was, or a name.</summary>
    public int PositionOf(Column column) =>
        int.TryParse(NameOf(column), NumberStyles.None, CultureInfo.InvariantCulture, out int position) ? position : 0;
}
