namespace Matching.Host.Traffic;

/// <summary>Where in a file's rows the columns are.</summary>
internal sealed class Layout
{
    private readonly int[] _at = Enumerable.Repeat(-1, ColumnNames.Count).ToArray();

    /// <summary>What parts columns, in UTF-8.</summary>
    public required byte[] Delimiter { get; init; }

    /// <summary>How many columns each row has.</summary>
    public required int Columns { get; init; }

    /// <summary>The first line names the columns.</summary>
    public required bool HasHeader { get; init; }

    /// <summary>What is known of the data set.</summary>
    public required Preset Preset { get; init; }

    /// <summary>Which columns were taken, in words.</summary>
    public string Shown { get; set; } = "";

    /// <summary>The place of a column, from 0; -1 where the file has none.</summary>
    public int this[Column column]
    {
        get => _at[(int)column];
        set => _at[(int)column] = value;
    }

    /// <summary>What a place is; null for nothing that is read.</summary>
    public Column? At(int place) => Array.IndexOf(_at, place) is >= 0 and var column ? (Column)column : null;

    /// <summary>True when the file has such a column.</summary>
    public bool Has(Column column) => this[column] >= 0;
}
