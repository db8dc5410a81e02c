using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Replay;
using Matching.Host.Traffic;
using Command = System.CommandLine.Command;

namespace Matching.Host.Report;

/// <summary><c>matching report import-views</c>: views (R22) from a web server's log, or from a table of any layout replay knows.</summary>
internal static class ImportViewsCommand
{
    private static readonly Argument<string[]> Files = new("FILES")
    { Description = "Logs, plain or gzip.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> Data = new("--data")
    { Description = "The data directory, also one in use; the views go to its view log.", HelpName = "DIR", Required = true };

    private static readonly Option<string> Pattern = new("--pattern")
    {
        Description = "A regular expression of .NET for a line that is a view, with groups named time, item and viewer, and source and "
            + "sharer where there are any. Other lines are passed over.",
        HelpName = "REGEX",
        DefaultValueFactory = _ => WebLog.Usual,
    };

    private static readonly Option<bool> Table = new("--table")
    { Description = "The files are tables, read as replay reads them: every row a view." };

    private static readonly Option<bool> Again = new("--again") { Description = "Take a file that was imported before all the same." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("import-views", "Take views from a web server's log, or from a table. They count from the next report on.")
        {
            Files, Data, Pattern, Table, Again,
        };
        foreach (Option option in TrafficArguments.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string directory = DataDirectory.Of(parsed, Data);
        string[] files = parsed.GetRequiredValue(Files);
        string imported = Path.Combine(directory, "views", "imported.txt");
        string[] known = File.Exists(imported) ? File.ReadAllLines(imported) : [];
        string[] marks = [.. files.Select(MarkOf)];
        for (int i = 0; i < files.Length && !parsed.GetValue(Again); i++)
        {
            if (known.Contains(marks[i], StringComparer.Ordinal) || Array.IndexOf(marks, marks[i]) < i)
            {
                throw new UsageException($"'{files[i]}' was imported before: each view would count twice; --again takes it all the same");
            }
        }

        List<View> views = parsed.GetValue(Table) ? OfTables(files, TrafficArguments.Of(parsed))
            : OfLogs(files, parsed.GetRequiredValue(Pattern));
        using (var log = new ViewLogWriter(directory))
        {
            views.ForEach(view => log.Add(view));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(imported)!);
        File.AppendAllLines(imported, marks);
        Screen.Note(string.Create(CultureInfo.InvariantCulture, $"{views.Count} views imported from {files.Length} files"));
        return ExitCodes.Ok;
    }

    private static List<View> OfTables(string[] files, TrafficOptions options)
    {
        var bad = new BadRows(options.Strict);
        var reader = new TrafficReader(options, new WordTable(), bad);
        foreach (string file in files)
        {
            reader.Read(file);
        }

        bad.Judge(options.MaxBadPercent);
        reader.Notes.ForEach(Screen.Note);
        return [.. reader.Arrivals.InOrder().SelectMany(piece => piece.ToArray())
            .Select(arrival => new View(arrival.Item, arrival.Buyer) { At = arrival.AtMs })];
    }

    private static List<View> OfLogs(string[] files, string pattern)
    {
        var log = new WebLog(pattern);
        List<View> views = [];
        foreach (string file in files)
        {
            int before = views.Count;
            long lines = 0;
            using Stream raw = File.OpenRead(file);
            using var reader = new StreamReader(
                file.EndsWith(".gz", StringComparison.Ordinal) ? new WholeGzip(raw, file) : raw);
            while (reader.ReadLine() is { } line)
            {
                lines++;
                if (log.TryRead(line, out View view))
                {
                    views.Add(view);
                }
            }

            if (views.Count == before)
            {
                throw new InvalidDataException(
                    $"{file}: none of its {lines} lines is a view by --pattern '{pattern}'. Nothing was imported{log.FirstProblem}");
            }

            Screen.Note(string.Create(CultureInfo.InvariantCulture, $"{file}: {views.Count - before} of {lines} lines are views"));
        }

        return views;
    }

    private static string MarkOf(string file)
    {
        using Stream content = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(content));
    }
}
