using System.CommandLine;

namespace Matching.Host.Cli;

/// <summary><c>--data</c> of the commands that read a directory and change nothing in it.</summary>
internal static class DataDirectory
{
    /// <summary>The option.</summary>
    public static Option<string> Option(string description) =>
        new("--data") { Description = description + " Nothing in it is changed.", HelpName = "DIR", Required = true };

    /// <summary>Refuses a directory with something in it, and a file.</summary>
    /// <param name="directory">What was named; null for nothing on disk.</param>
    /// <param name="otherwise">What to write instead of one that is in use.</param>
    /// <exception cref="UsageException">It is one of those.</exception>
    public static void CheckUnused(string? directory, string otherwise)
    {
        if (File.Exists(directory))
        {
            throw new UsageException($"--data '{directory}' is a file: name a folder");
        }

        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new UsageException($"--data '{directory}' is not empty; {otherwise}");
        }
    }

    /// <summary>The directory that was named.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Of(ParseResult parsed, Option<string> option)
    {
        string directory = parsed.GetRequiredValue(option);
        return Directory.Exists(directory) ? directory
            : throw new UsageException($"--data '{directory}' {(File.Exists(directory) ? "is a file: name a folder" : "does not exist")}");
    }
}
