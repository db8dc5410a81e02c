namespace Matching.Host.Traffic;

/// <summary>How recorded files are to be read. What is not said is told from the files.</summary>
internal sealed record TrafficOptions
{
    /// <summary>Nothing is said.</summary>
    public static TrafficOptions Default { get; } = new();

    /// <summary>Columns named; the others go by their headers.</summary>
    public ColumnChoice Columns { get; init; } = ColumnChoice.None;

    /// <summary>The data set whose layout the files have; null for any.</summary>
    public Preset? Preset { get; init; }

    /// <summary>How times are written.</summary>
    public TimeFormat Time { get; init; } = TimeFormat.Auto;

    /// <summary>The zone of times that name none; null for UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>What parts columns; null to tell it from the first line.</summary>
    public string? Delimiter { get; init; }

    /// <summary>How the bytes are to be read; null for UTF-8, or what a byte order mark says.</summary>
    public string? Encoding { get; init; }

    /// <summary>The files are team lists, and lines that are none are bad; otherwise a file is one only where every line fits.</summary>
    public bool Teams { get; init; }

    /// <summary>The behaviors taken as requests; null for all, or for those of the preset.</summary>
    public IReadOnlySet<string>? Behaviors { get; init; }

    /// <summary>The category stands for the item: the same recording, far more contended.</summary>
    public bool ByCategory { get; init; }

    /// <summary>Something is said that a team list has not.</summary>
    public bool SaysTable =>
        Columns.Any || Preset is not null || Time != TimeFormat.Auto || Zone is not null || Delimiter is not null
        || Behaviors is not null || ByCategory;

    /// <summary>A bad row is an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Percent of the rows that may be bad, 0 … 100. Never all of a file's.</summary>
    public double MaxBadPercent { get; init; } = 1;
}
