using System.Text.RegularExpressions;

namespace Matching.Tidy.Tests;

/// <summary>How the code looks, as far as a machine can see it.</summary>
public sealed partial class TidyTests
{
    private const int Columns = 140;
    private const int FileLines = 400;

    [Fact]
    public void Lines_end_within_140_columns()
    {
        // Literals may be longer where they cannot be broken: texts of protocols, pages, tables of formats (parted by dots).
        IEnumerable<string> long140 = SourceFile.All
            .Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Code(file).Select(line => (file.Path, line.Number, line.Text)))
            .Where(line => line.Text.Length > Columns && SourceFile.WithoutLiterals(line.Text).Length > Columns
                && !line.Text.Contains(" · ", StringComparison.Ordinal))
            .Select(line => $"{line.Path}:{line.Number} has {line.Text.Length} columns");
        Assert.True(!long140.Any(), string.Join('\n', long140));
    }

    [Fact]
    public void Files_have_400_lines_at_most() => Assert.Empty(SourceFile.All
        .Where(file => file.Lines.Length > FileLines)
        .Select(file => $"{file.Path} has {file.Lines.Length} lines"));

    [Fact]
    public void No_type_is_called_what_says_nothing() => Assert.Empty(SourceFile.All
        .Where(file => SaysNothing().IsMatch(Path.GetFileNameWithoutExtension(file.Path))
            || file.Lines.Any(line => DeclaresNothing().IsMatch(line)))
        .Select(file => file.Path));

    /// <summary>An engine works on any journal: which one it is decides the opening, which lies in Matching.Storage.</summary>
    [Fact]
    public void Only_storage_names_the_journal_in_files() => Assert.Empty(SourceFile.All
        .Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal)
            && !file.Path.StartsWith("src/Matching.Storage/", StringComparison.Ordinal))
        .Where(file => file.Lines.Any(line => line.Contains("SegmentJournal", StringComparison.Ordinal)))
        .Select(file => file.Path));

    [Fact]
    public void The_checks_see_what_they_are_for()
    {
        Assert.Matches(SaysNothing(), "Seat" + "Manager");
        Assert.Matches(DeclaresNothing(), "internal static " + "class Time" + "Helpers");
        Assert.DoesNotMatch(DeclaresNothing(), "internal sealed class Seats");
        Assert.Equal("Say(\"\", 1);", SourceFile.WithoutLiterals("Say(\"a \\\" b\", 1);"));
    }

    /// <summary>The lines of code and comments; what stands between """ and """ is text.</summary>
    private static IEnumerable<(int Number, string Text)> Code(SourceFile file)
    {
        bool text = false;
        for (int i = 0; i < file.Lines.Length; i++)
        {
            int marks = Regex.Count(file.Lines[i], "\"\"\"");
            if (!text && marks == 0)
            {
                yield return (i + 1, file.Lines[i]);
            }

            text ^= marks % 2 == 1;
        }
    }

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utilities)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SaysNothing();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum) \w*(Manager|Helpers?|Utils?|Utilities)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DeclaresNothing();
}
