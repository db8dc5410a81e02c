using System.Globalization;
using Matching.Host.Cli;

namespace Matching.Host.Traffic;

/// <summary>The ways of writing a time.</summary>
internal enum TimeKind
{
    /// <summary>One of the others, told by the first time of a file.</summary>
    Auto,

    /// <summary>Seconds since 1970.</summary>
    Seconds,

    /// <summary>Ms since 1970.</summary>
    Milliseconds,

    /// <summary>Millionths of a second since 1970.</summary>
    Microseconds,

    /// <summary>ISO 8601: a date, or date and time, with or without a zone.</summary>
    Iso,

    /// <summary>A format of its own.</summary>
    Custom,
}

/// <summary>How the times of a file are written.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Custom">The format, in .NET's letters, where it is one of its own.</param>
internal readonly record struct TimeFormat(TimeKind Kind, string? Custom = null)
{
    private static readonly string[] Words = ["s", "ms", "us", "iso"];

    /// <summary>Told from the file.</summary>
    public static TimeFormat Auto => new(TimeKind.Auto);

    /// <summary>A number, which has no zone.</summary>
    public bool IsNumber => Kind is TimeKind.Seconds or TimeKind.Milliseconds or TimeKind.Microseconds;

    /// <summary>Reads the word or format of the command line.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static TimeFormat Parse(string text)
    {
        int word = Array.IndexOf(Words, text);
        if (word >= 0)
        {
            return new TimeFormat(TimeKind.Seconds + word);
        }

        return HasDate(text) && ReadsItself(text) ? new TimeFormat(TimeKind.Custom, text) : throw new UsageException(
            $"--time '{text}' is none of {string.Join(", ", Words)} and no format of a date: " +
            "one has y, M and d, as in 'dd-MM-yyyy HH:mm' or 'yyyy/M/d H:mm:ss'");
    }

    private static bool HasDate(string text) => text.Contains('y') && text.Contains('M') && text.Contains('d');

    private static bool ReadsItself(string text)
    {
        try
        {
            return DateTime.TryParseExact(
                DateTime.UnixEpoch.ToString(text, CultureInfo.InvariantCulture), text, CultureInfo.InvariantCulture, DateTimeStyles.None,
                    out _);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
