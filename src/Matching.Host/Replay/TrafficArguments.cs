using System.CommandLine;
using Matching.Host.Cli;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>The options that say how recorded files are to be read.</summary>
internal static class TrafficArguments
{
    private const int LongestDelimiter = 8;

    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = $"Which columns they are, by header or by position from 1: {string.Join(", ", ColumnNames.Words)}. "
            + "What is not named goes by its header.",
        HelpName = "user=NAME,item=NAME,t=NAME",
    };

    private static readonly Option<string?> PresetName = new Option<string?>("--preset")
    {
        Description = "The files have the layout of a well-known set; --columns can name other columns of it.",
        HelpName = string.Join('|', Preset.All.Keys),
    }.OneOf([.. Preset.All.Keys]);

    private static readonly Option<string?> Time = new("--time")
    {
        Description = "How times are written: seconds, ms or millionths since 1970, ISO, or a format such as 'dd-MM-yyyy HH:mm'. "
            + "The first time of a file tells it otherwise.",
        HelpName = "s|ms|us|iso|FORMAT",
    };

    private static readonly Option<string?> Zone = new("--zone")
    {
        Description = "The zone of times that name none, such as Asia/Shanghai; UTC when nothing is said.",
        HelpName = "ZONE",
    };

    private static readonly Option<string?> Delimiter = new("--delimiter")
    {
        Description = "What parts columns: one character or more, or tab. The first line tells it otherwise. Fields may be quoted.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> Encoding = new Option<string?>("--encoding")
    {
        Description = "How the text is written: UTF-8, or what its byte order mark says, when nothing is said.",
        HelpName = string.Join('|', TextEncodings.Names),
    }.OneOf([.. TextEncodings.Names]);

    private static readonly Option<bool> Teams = new("--teams")
    {
        Description = "The files are team lists; lines that are none are bad. Otherwise a file is one only where every line fits.",
    };

    private static readonly Option<string?> Behaviors = new("--behaviors")
    {
        Description = "The behaviors taken as requests, of those in the behavior column; "
            + "all of them, or those of the preset, when nothing is said.",
        HelpName = "buy,cart,...",
    };

    private static readonly Option<string> Item = new("--item")
    {
        Description = "Which column is the item; category makes far more contended traffic.",
        HelpName = "item|category",
        DefaultValueFactory = _ => "item",
    };

    private static readonly Option<bool> Strict = new("--strict")
    {
        Description = "A bad row is an error; otherwise it is left out, counted and shown.",
    };

    private static readonly Option<double> MaxBad = new Option<double>("--max-bad")
    {
        Description = "Percent of the rows that may be bad before the replay is refused. A file of bad rows only always is.",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => TrafficOptions.Default.MaxBadPercent,
    }.Within(0, 100);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } =
        [Columns, PresetName, Time, Zone, Delimiter, Encoding, Teams, Behaviors, Item, Strict, MaxBad];

    private static Option[] OfTables => [Columns, PresetName, Time, Zone, Delimiter, Behaviors, Item];

    /// <summary>What they say.</summary>
    /// <exception cref="UsageException">One says what cannot be.</exception>
    public static TrafficOptions Of(ParseResult parsed)
    {
        bool teams = parsed.GetValue(Teams);
        if (teams && OfTables.FirstOrDefault(parsed.IsGiven) is { } option)
        {
            throw new UsageException($"{option.Name} says nothing to team lists (--teams)");
        }

        string item = parsed.GetRequiredValue(Item);
        if (item is not ("item" or "category"))
        {
            throw new UsageException($"--item '{item}' is neither item nor category");
        }

        Preset? preset = parsed.GetValue(PresetName) is { } name ? Preset.All[name] : null;
        HashSet<string>? behaviors = parsed.GetValue(Behaviors)?.Split(',', StringSplitOptions.TrimEntries)
            .ToHashSet(StringComparer.Ordinal);
        var options = new TrafficOptions
        {
            Columns = parsed.GetValue(Columns) is { } columns ? ColumnChoice.Parse(columns) : ColumnChoice.None,
            Preset = preset,
            Time = parsed.GetValue(Time) is { } time ? TimeFormat.Parse(time) : TimeFormat.Auto,
            Zone = parsed.GetValue(Zone) is { } zone ? ZoneOf(zone) : null,
            Delimiter = parsed.GetValue(Delimiter) is { } delimiter ? DelimiterOf(delimiter) : null,
            Encoding = parsed.GetValue(Encoding),
            Teams = teams,
            Behaviors = behaviors,
            ByCategory = item is "category",
            Strict = parsed.GetValue(Strict),
            MaxBadPercent = parsed.GetValue(MaxBad),
        };

        // What can be known to be wrong without a file is told before any is opened.
        _ = new BehaviorFilter(preset ?? Preset.None, behaviors);
        _ = new TimeReader(options.Time, options.Zone);
        return options;
    }

    private static TimeZoneInfo ZoneOf(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone
            : throw new UsageException(
                $"--zone '{name}' is not known on this machine: name one such as UTC, Asia/Shanghai or Europe/Berlin");

    private static string DelimiterOf(string text)
    {
        if (text is "tab" or "\\t")
        {
            return "\t";
        }

        bool isMark = text.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= LongestDelimiter
            && !text.Any(c => char.IsAsciiLetterOrDigit(c) || c is '"' or '\r' or '\n');
        return isMark ? text : throw new UsageException(
            $"--delimiter '{text}' is neither tab nor a mark between columns, of {LongestDelimiter} bytes at most, " +
            "without letters, digits, quotes and line ends");
    }
}
