using System.Globalization;
using Matching.Core;
using Matching.Host.Cli;

namespace Matching.Host.Traffic;

/// <summary>Reads recorded files of any known layout into <see cref="Arrivals"/>, or into <see cref="Teams"/>.</summary>
internal sealed class TrafficReader
{
    private const string Known =
        "Known without a word are: tables whose header names user, item and t (row,t,user,item; user_id,product_id,event_time; …), " +
        "Taobao UserBehavior (user,item,category,behavior,epoch seconds, no header) and BeiBei team lists (initiator, item, "
            + "participants, " +
        "parted by tabs). " +
        "Otherwise name the columns, by header or position: --columns user=…,item=…,t=…, or a set: --preset";

    private readonly TrafficOptions _options;
    private readonly WordTable _words;
    private readonly BadRows _bad;
    private readonly LayoutFinder _finder;
    private readonly TrafficSource _source;
    private ContentMark _content;
    private string _shown = "";

    /// <summary>Makes a reader.</summary>
    /// <param name="options">How the files are to be read.</param>
    /// <param name="words">Gives the ids.</param>
    /// <param name="bad">Told of the rows that cannot be read.</param>
    public TrafficReader(TrafficOptions options, WordTable words, BadRows bad)
    {
        _options = options;
        _words = words;
        _bad = bad;
        _finder = new LayoutFinder(options);
        _source = new TrafficSource(ReadContent, Notes.Add);
    }

    /// <summary>The requests of the files read so far; orders of a further file go on after the highest.</summary>
    public ArrivalList Arrivals { get; } = new();

    /// <summary>The team lists of the files read so far.</summary>
    public TeamLines Teams { get; } = new();

    /// <summary>What was passed over and why, and which columns were taken, in words for a person.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Good rows that are no requests: behaviors not asked for, or no user where the set has such rows.</summary>
    public long Passed { get; private set; }

    /// <summary>Reads one file, or every known file of an archive.</summary>
    /// <returns>What it was.</returns>
    /// <exception cref="InvalidDataException">It has no known layout, or every row of it is bad; the message shows what it has.</exception>
    /// <exception cref="DamagedFileException">It is cut off or damaged.</exception>
    /// <exception cref="UsageException">An option says nothing to it.</exception>
    public ReplayedFile Read(string path, Action<long>? progress = null)
    {
        long before = Arrivals.Count + Teams.Seats;
        _content = new ContentMark();
        if (!_source.Read(path, progress))
        {
            throw new InvalidDataException($"{path}: the archive holds no file of a known layout. {string.Join(". ", Notes)}\n  {Known}");
        }

        if (Arrivals.Count > 0 && Teams.Count > 0)
        {
            throw new InvalidDataException(
                $"{path}: requests and team lists cannot be replayed together; their clocks have nothing in common");
        }

        return new ReplayedFile(TrafficSource.NameOf(path), _content.ToString(), Arrivals.Count + Teams.Seats - before);
    }

    private bool ReadContent(string name, bool inArchive, Stream content)
    {
        var lines = new LineReader(TextEncodings.AsUtf8(name, content, _options.Encoding));
        string why = "the file is empty";
        Layout? layout = lines.Head.IsEmpty || _options.Teams ? null : _finder.Find(lines.Head, lines.LineEnd, out why);
        if (layout is not null)
        {
            ReadTable(name, lines, layout);
            return true;
        }

        if (MayBeTeams(name, inArchive, lines))
        {
            ReadTeams(name, lines);
            return true;
        }

        if (!inArchive)
        {
            throw new InvalidDataException($"{name}: {why}\n  {Known}");
        }

        Notes.Add($"{name} is passed over: {(why.Length > 0 ? why.Split('\n')[0] : "it is no team list")}");
        return false;
    }

    // Of an archive, what has not the shape is another file; a file named with --teams is one, and what does not fit is bad.
    private bool MayBeTeams(string name, bool inArchive, LineReader lines) =>
        !lines.Head.IsEmpty && !_options.SaysTable && !TeamShapes.IsSideFile(name)
        && ((_options.Teams && !inArchive) || TeamShapes.Fits(lines.Head, lines.LineEnd));

    private void ReadTable(string name, LineReader lines, Layout layout)
    {
        CheckOptions(name, layout);
        var reader = new RowReader(layout, _options, _words);
        RowNumbers? numbers = layout.Has(Column.Row) ? new RowNumbers() : null;
        long offset = Arrivals.HighestOrder;
        long rows = 0;
        long before = Arrivals.Count;
        bool header = layout.HasHeader;
        lines.Quote(layout.Delimiter);
        while (lines.TryRead(out ReadOnlySpan<byte> record))
        {
            if (record.IsEmpty && !lines.TooLong)
            {
                continue;
            }

            if (header)
            {
                header = false;
                continue;
            }

            rows++;
            Arrival arrival = default;
            string? wrong = lines.TooLong ? $"longer than {LineReader.MaxBytes} bytes" : reader.Read(record, offset, out arrival);
            if (wrong is null && arrival.Item != 0 && numbers is not null && !numbers.Add(arrival.Order - offset))
            {
                wrong = $"row {arrival.Order - offset} occurs twice; it is the order's id (R35)";
            }

            Keep(name, lines.Line, wrong, arrival, offset);
        }

        _bad.EndFile(name, rows);
        Tell(name, layout, reader, rows, Arrivals.Count - before);
    }

    // Rows without a number of their own are counted as they are taken, so that one behavior alone is numbered from 1 without a gap.
    private void Keep(string name, long line, string? wrong, Arrival arrival, long offset)
    {
        if (wrong is null && arrival is { Item: not 0, Order: 0 } && Arrivals.HighestOrder == BookOptions.MaxId)
        {
            wrong = $"the rows before it have taken the last order id, {BookOptions.MaxId}";
        }

        if (wrong is not null)
        {
            _bad.Add(name, line, wrong);
        }
        else if (arrival.Item == 0)
        {
            Passed++;
        }
        else
        {
            arrival.Order = arrival.Order > 0 ? arrival.Order : Arrivals.HighestOrder + 1;
            Arrivals.Add(arrival);
            _content.Add(arrival.Order - offset, arrival.AtMs, arrival.Buyer, arrival.Item);
        }
    }

    private void CheckOptions(string name, Layout layout)
    {
        (string Option, string Column)? missing = _options.Behaviors is not null
            && !layout.Has(Column.Behavior) ? ("--behaviors", "behavior")
            : _options.ByCategory && !layout.Has(Column.Category) ? ("--item category", "category")
            : null;
        if (missing is { } wanted)
        {
            throw new UsageException(
                $"{wanted.Option} says nothing to {name}, in which no column is known as {wanted.Column}; --columns names it");
        }
    }

    private void Tell(string name, Layout layout, RowReader reader, long rows, long taken)
    {
        if (taken == 0 && reader.OtherBehaviors.Count > 0)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: none of its {rows:N0} rows has a behavior that --behaviors asks for; there are "
                    + $"{string.Join(", ", reader.OtherBehaviors)}"));
        }

        if (layout.Shown.Length > 0 && !string.Equals(layout.Shown, _shown, StringComparison.Ordinal))
        {
            Notes.Add($"{name}: {layout.Shown}");
        }

        _shown = layout.Shown;
    }

    private void ReadTeams(string name, LineReader lines)
    {
        long rows = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty && !lines.TooLong)
            {
                continue;
            }

            rows++;
            if ((lines.TooLong ? $"longer than {LineReader.MaxBytes} bytes" : Teams.Add(line, _words)) is not { } wrong)
            {
                _content.Add(Teams.ItemOf(Teams.Count - 1), Teams.MembersOf(Teams.Count - 1));
                continue;
            }

            // A row of a table may be bad; a line that does not fit says that this was no team list.
            if (!_options.Teams)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}:{lines.Line}: {wrong}. So it may be no team list; --teams takes it for one and leaves such lines out.\n "
                        + $" {Known}"));
            }

            _bad.Add(name, lines.Line, wrong);
        }

        _bad.EndFile(name, rows);
    }
}
