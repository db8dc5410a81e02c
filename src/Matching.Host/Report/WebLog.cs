using System.Globalization;
using System.Text.RegularExpressions;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;

namespace Matching.Host.Report;

/// <summary>Finds views in the lines of a web server's log. One thread.</summary>
internal sealed class WebLog
{
    /// <summary>
    /// The combined format of common servers: a page of an item that was shown, with the viewer, and where he came from, in the address.
    /// </summary>
    public const string Usual =
        """\[(?<time>[^\]]+)\] "GET /(?:[\w-]+/)*items?/(?<item>\d+)(?=[/? ])(?=[^" ]*[?&](?:viewer|buyer)=(?<viewer>\d+))(?:(?=[^" ]*[?&]source=(?<source>\w+)))?(?:(?=[^" ]*[?&]sharer=(?<sharer>\d+)))?[^"]*" (?:200|304) """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly string[] TimeFormats =
        ["dd/MMM/yyyy:HH:mm:ss zzz", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fffzzz", "yyyy-MM-dd HH:mm:sszzz"];

    private readonly Regex _pattern;

    /// <summary>Makes one.</summary>
    /// <exception cref="UsageException">It is no pattern, or lacks a group.</exception>
    public WebLog(string pattern)
    {
        try
        {
            _pattern = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Patience);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--pattern is no regular expression: {e.Message}");
        }

        foreach (string group in new[] { "time", "item", "viewer" })
        {
            if (!_pattern.GetGroupNames().Contains(group, StringComparer.Ordinal))
            {
                throw new UsageException($"--pattern has no group named {group}: write it as (?<{group}>...)");
            }
        }
    }

    /// <summary>What was wrong with the first line that matched and was no view; empty for nothing.</summary>
    public string FirstProblem { get; private set; } = "";

    /// <summary>The view of a line; false where it is none.</summary>
    public bool TryRead(string line, out View view)
    {
        view = default;
        Match match = _pattern.Match(line);
        if (!match.Success)
        {
            return false;
        }

        if (IdJson.TryParse(match.Groups["item"].Value, out long item) && item > 0
            && IdJson.TryParse(match.Groups["viewer"].Value, out long viewer) && viewer > 0
            && TryTime(match.Groups["time"].Value, out long at))
        {
            // A link without a sharer is a view all the same.
            long sharer = IdJson.TryParse(match.Groups["sharer"].Value, out long named) ? named : 0;
            view = new View(item, viewer) { At = at, Sharer = sharer, Source = SourceOf(match.Groups["source"].Value) };
            return true;
        }

        FirstProblem = FirstProblem.Length > 0 ? FirstProblem
            : $"; the first that matches and is none: item '{match.Groups["item"].Value}', viewer '{match.Groups["viewer"].Value}', time "
                + $"'{match.Groups["time"].Value}'";
        return false;
    }

    private static bool TryTime(string text, out long at)
    {
        at = 0;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time))
        {
            at = time.ToUnixTimeMilliseconds();
        }

        return at > 0;
    }

    private static Source SourceOf(string word) => word.Length == 0 ? Source.Unknown
        : Enum.TryParse(word, ignoreCase: true, out Source source) && !char.IsAsciiDigit(word[0]) && source != Source.Unknown ? source
        : Source.Other;
}
