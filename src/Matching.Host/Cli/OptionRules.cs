using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Matching.Host.Cli;

/// <summary>What an option's value must be. A refusal names the option, what is allowed and what was given.</summary>
internal static class OptionRules
{
    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>; a whole one where the option's type is.</summary>
    /// <param name="option">The option.</param>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The most.</param>
    /// <param name="rule">The rule that says so; null for none.</param>
    public static Option<T> Within<T>(this Option<T> option, decimal least, decimal most, string? rule = null)
    {
        bool isWhole = typeof(T) != typeof(double);
        NumberStyles styles = isWhole ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
        return option.Refusing(
            text => !decimal.TryParse(text, styles, CultureInfo.InvariantCulture, out decimal value) || value < least || value > most,
            string.Create(CultureInfo.InvariantCulture,
                $"must be a {(isWhole ? "whole " : "")}number from {least} to {most}{(rule is null ? "" : $" ({rule})")}"));
    }

    /// <summary>A file or folder by name: not a blank one.</summary>
    public static Option<T> Named<T>(this Option<T> option) => option.Refusing(string.IsNullOrWhiteSpace, "must name something on disk");

    /// <summary>One of these words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        return option.Refusing(text => !words.Contains(text, StringComparer.Ordinal), "must be one of " + string.Join(", ", words));
    }

    /// <summary>True for an option that the command line names, be it with the value it has anyway.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static Option<T> Refusing<T>(this Option<T> option, Func<string, bool> isWrong, string wanted)
    {
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(token => isWrong(token.Value)))
            {
                result.AddError($"{option.Name} {wanted}, not '{token.Value}'");
            }
        });
        return option;
    }
}
