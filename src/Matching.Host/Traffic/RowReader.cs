using System.Globalization;
using Matching.Core;

namespace Matching.Host.Traffic;

/// <summary>Reads the rows of one file, by its layout. One thread at a time.</summary>
internal sealed class RowReader
{
    private readonly Layout _layout;
    private readonly TrafficOptions _options;
    private readonly WordTable _words;
    private readonly TimeReader _times;
    private readonly BehaviorFilter? _behaviors;
    private readonly Column?[] _columns;
    private readonly byte[] _scratch = new byte[LineReader.MaxBytes];

    /// <summary>Makes a reader.</summary>
    /// <param name="layout">Where the columns are.</param>
    /// <param name="options">What is to be taken.</param>
    /// <param name="words">Gives the ids.</param>
    /// <exception cref="Cli.UsageException">A behavior is asked for that the set does not have.</exception>
    public RowReader(Layout layout, TrafficOptions options, WordTable words)
    {
        const long FirstOfTenDigits = 1_000_000_000;
        _layout = layout;
        _options = options;
        _words = words;
        _times = layout.Preset.HasTenDigitSeconds && options.Time.Kind == TimeKind.Auto
            ? new TimeReader(new TimeFormat(TimeKind.Seconds), null, FirstOfTenDigits)
            : new TimeReader(options.Time, options.Zone);
        _behaviors = layout.Has(Column.Behavior) ? new BehaviorFilter(layout.Preset, options.Behaviors) : null;
        _columns = [.. Enumerable.Range(0, layout.Columns).Select(layout.At)];
    }

    /// <summary>Words of the behavior column that were not asked for, the first few.</summary>
    public IReadOnlyCollection<string> OtherBehaviors => _behaviors?.Seen ?? [];

    /// <summary>Reads one row.</summary>
    /// <param name="record">The row, without its end.</param>
    /// <param name="orderOffset">Added to the row number, where there is one; otherwise the arrival gets no order.</param>
    /// <param name="arrival">The request; Item 0 where the row is good and no request.</param>
    /// <returns>Null when it is good, else what is wrong with it.</returns>
    public string? Read(ReadOnlySpan<byte> record, long orderOffset, out Arrival arrival)
    {
        arrival = default;
        if (Split(record, out Row row) is { } wrong)
        {
            return wrong;
        }

        // A row that is no request must still be a row: a line cut short is bad, whatever it was.
        if (Check(row, orderOffset, ref arrival) is { } bad)
        {
            return bad;
        }

        bool isTaken = !_layout.Preset.PassesRowsWithoutUser || !row.User.IsEmpty;
        if (_behaviors is not null && isTaken && _behaviors.Look(row.Behavior, out isTaken) is { } unknown)
        {
            return unknown;
        }

        arrival.Order += arrival.Order > 0 ? orderOffset : 0;
        return !isTaken ? null
            : WordOf("user", row.User, out arrival.Buyer)
            ?? WordOf("item", _options.ByCategory ? row.Category : row.Item, out arrival.Item);
    }

    private string? Check(in Row row, long orderOffset, ref Arrival arrival)
    {
        long highest = BookOptions.MaxId - orderOffset;
        if (_layout.Has(Column.Row) && (!Fields.TryNumber(row.Number, highest, out arrival.Order) || arrival.Order == 0))
        {
            return IsSpreadsheetNumber(row.Number) ? LostDigits("row", row.Number)
                : string.Create(CultureInfo.InvariantCulture, $"row '{Fields.Show(row.Number)}' is no whole number from 1 to {highest}");
        }

        if (!_times.TryRead(row.Time, out arrival.AtMs))
        {
            return IsSpreadsheetNumber(row.Time) ? LostDigits("t", row.Time) : $"t '{Fields.Show(row.Time)}' is not {_times.Wanted}";
        }

        bool areNumbers = !_layout.Preset.HasNumbersOnly
            || (Fields.IsDigits(row.User) && Fields.IsDigits(row.Item) && Fields.IsDigits(row.Category));
        return areNumbers ? null
            : $"user '{Fields.Show(row.User)}', item '{Fields.Show(row.Item)}' or category '{Fields.Show(row.Category)}' is no number";
    }

    private string? Split(ReadOnlySpan<byte> record, out Row row)
    {
        row = default;
        var fields = new Fields(record, _layout.Delimiter, _scratch);
        int count = 0;
        while (fields.TryNext(out ReadOnlySpan<byte> field))
        {
            if (count < _columns.Length && _columns[count] is { } column)
            {
                row.Set(column, field);
            }

            count++;
        }

        return fields.Wrong
            ?? (count == _layout.Columns ? null
                : $"{count} column{(count == 1 ? "" : "s")}; {(_layout.HasHeader ? "the header has" : "rows of this file have")} "
                    + $"{_layout.Columns}");
    }

    private string? WordOf(string name, ReadOnlySpan<byte> word, out long id)
    {
        id = 0;
        if (word.IsEmpty)
        {
            return $"{name} is empty";
        }

        id = _words.IdOf(word);
        return id < WordTable.FirstHashed ? null
            : word.IndexOfAny((byte)0, (byte)'\r', (byte)'\n') >= 0 ? $"{name} '{Fields.Show(word)}' holds a NUL byte or a line end"
            : IsSpreadsheetNumber(word) ? LostDigits(name, word)
            : !System.Text.Unicode.Utf8.IsValid(word) ? $"{name} '{Fields.Show(word)}' is no UTF-8; --encoding says how the file is written"
            : word.IndexOf("\uFFFD"u8) >= 0 ? $"{name} '{Fields.Show(word)}' cannot be read in the file's encoding"
            : null;
    }

    /// <summary>A number such as <c>1.51E+12</c>, which spreadsheets write for one that is too long for the cell.</summary>
    private static bool IsSpreadsheetNumber(ReadOnlySpan<byte> field)
    {
        int e = field.IndexOf("E+"u8);
        int dot = field.IndexOf((byte)'.');
        return e > 0 && dot < e && Fields.IsDigits(field[(e + 2)..])
            && (dot < 0 ? Fields.IsDigits(field[..e]) : Fields.IsDigits(field[..dot]) && Fields.IsDigits(field[(dot + 1)..e]));
    }

    private static string LostDigits(string name, ReadOnlySpan<byte> field) =>
        $"{name} '{Fields.Show(field)}' is a number as a spreadsheet shows it, with digits lost: " +
        "give the column a format of whole numbers or text there, and save it again";

    private ref struct Row
    {
        public ReadOnlySpan<byte> User;
        public ReadOnlySpan<byte> Item;
        public ReadOnlySpan<byte> Time;
        public ReadOnlySpan<byte> Number;
        public ReadOnlySpan<byte> Category;
        public ReadOnlySpan<byte> Behavior;

        public void Set(Column column, ReadOnlySpan<byte> field)
        {
            switch (column)
            {
                case Column.User:
                    User = field;
                    break;
                case Column.Item:
                    Item = field;
                    break;
                case Column.Time:
                    Time = field;
                    break;
                case Column.Row:
                    Number = field;
                    break;
                case Column.Category:
                    Category = field;
                    break;
                case Column.Behavior:
                    Behavior = field;
                    break;
            }
        }
    }
}
