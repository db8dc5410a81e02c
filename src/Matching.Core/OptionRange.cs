using System.Globalization;

namespace Matching.Core;

/// <summary>The one sentence that refuses an option out of its range.</summary>
public static class OptionRange
{
    /// <summary>
    /// Null where a value is within its range; else the option, its value, the range and the rule, as in <c>HoldMs is 0; it must be 1 …
    /// 86400000 (R33)</c>.
    /// </summary>
    /// <param name="option">The option's name.</param>
    /// <param name="value">What it is set to.</param>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The most.</param>
    /// <param name="rule">The rule that it belongs to; null for none.</param>
    public static string? Fault<T>(string option, T value, T least, T most, string? rule = null)
        where T : IComparable<T>, IFormattable =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture, $"{option} is {value}; it must be {least} … {most}{(rule is null ? "" : $" ({rule})")}");
}
