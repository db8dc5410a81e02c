using System.Text;
using System.Text.RegularExpressions;

namespace Matching.Tidy.Tests;

/// <summary>A file of code of this repository.</summary>
/// <param name="Path">From the repository's root, with '/'.</param>
/// <param name="Lines">Its lines.</param>
public sealed record SourceFile(string Path, string[] Lines)
{
    private static readonly string[] s_folders = ["src", "tests", "load", "bench"];

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Repository.Root;

    /// <summary>All files of code and pages, build output left out.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. s_folders.SelectMany(Under)];

    /// <summary>The line without what its literals say: a text that may not be broken is no reason to refuse a line.</summary>
    public static string WithoutLiterals(string line) =>
        Regex.Replace(line, "\"(\\\\.|[^\"\\\\])*\"", "\"\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static IEnumerable<SourceFile> Under(string folder) => Directory
        .EnumerateFiles(System.IO.Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal))
        .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"))
        .Order(StringComparer.Ordinal)
        .Select(path => new SourceFile(path, File.ReadAllLines(System.IO.Path.Combine(Root, path), Encoding.UTF8)));
}
