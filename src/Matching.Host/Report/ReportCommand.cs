using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Matching.Core;
using Matching.Host.Cli;
using Matching.Reports;
using Matching.Storage;
using Command = System.CommandLine.Command;

namespace Matching.Host.Report;

/// <summary><c>matching report</c>: what operators look at (R22–R24), of a directory in use or at rest.</summary>
internal static class ReportCommand
{
    private const string FactsName = "reports/facts.duckdb";
    private const int DaysWhenNothingIsSaid = 7;

    private static readonly Argument<string> Name = new("NAME")
    {
        Description = "Which report: " + string.Join(", ", Reports.Report.Names) + ".",
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = $"The data directory, also one in use. What was counted is kept in {FactsName} there, and can be deleted.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<long> Merchant = new Option<long>(
        "--merchant")
    { Description = "What is this merchant's (R45); all of it otherwise.", HelpName = "ID" }.Within(1, BookOptions.MaxId);

    private static readonly Option<DateOnly?> From = new("--from")
    { Description = "The first day; seven days before --to when nothing is said.", HelpName = "YYYY-MM-DD", CustomParser = ParseDay };

    private static readonly Option<DateOnly?> To = new("--to")
    {
        Description = "The day behind the last; the one behind the latest event when nothing is said.",
        HelpName = "YYYY-MM-DD",
        CustomParser = ParseDay,
    };

    private static readonly Option<string> By = new Option<string>("--by")
    { Description = "The length of a period; weeks begin on Monday.", DefaultValueFactory = _ => "day" }.OneOf("day", "week", "month");

    private static readonly Option<string> Per = new("--per")
    {
        Description = "funnel: a row for each period, item, campaign or merchant. buyers: for each buyer, or tier and segment.",
        HelpName = "period|item|campaign|merchant|buyer|tier",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<bool> Previous = new("--previous") { Description = "The window before it, as long, beside." };

    private static readonly Option<int> Gap = new Option<int>("--gap")
    {
        Description = "Days without an order after which a buyer is lost (R24).",
        HelpName = "DAYS",
        DefaultValueFactory = _ => 30,
    }.Within(1, 3650);

    private static readonly Option<string> Zone = new("--zone")
    { Description = "How far the shop's days are ahead of UTC (R22).", HelpName = "+HH:MM", DefaultValueFactory = _ => "+08:00" };

    private static readonly Option<string?> Spend = new Option<string?>("--spend")
    {
        Description = "Advertising spend, a CSV file with day, merchant and fen; more than 10 % of sales is marked (R24).",
        HelpName = "FILE.csv",
    }.Named();

    private static readonly Option<string> Format = new Option<string>(
        "--format")
    { Description = "How it is written.", DefaultValueFactory = _ => "table" }.OneOf("table", "csv", "json", "parquet");

    private static readonly Option<string?> Out = new Option<string?>(
        "--out")
    { Description = "The file to write to; standard output otherwise.", HelpName = "FILE" }.Named();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "report",
            "Reports of a data directory (R22-R24): days, funnel, channels, buyers, cohorts, items, refunds, merchants. Windows are [from, to).")
        {
            Name, Data, Merchant, From, To, By, Per, Previous, Gap, Zone, Spend, Format, Out, ImportViewsCommand.Create(),
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string directory = DataDirectory.Of(parsed, Data);
        string? output = parsed.GetValue(Out);
        string format = parsed.GetRequiredValue(Format);
        if (format is "parquet" && output is null)
        {
            throw new UsageException("--format parquet needs --out: it is no text");
        }

        Check(Request(parsed, new DateOnly(2000, 1, 2)));
        using Facts facts = await Screen.StepAsync("counting", meter => Task.FromResult(Count(directory, meter))).ConfigureAwait(false);
        ReportRequest request = Request(parsed, facts.EndDay(ZoneOf(parsed)));
        Check(request);
        if (format is "parquet")
        {
            facts.WriteParquet(request, output!);
            return ExitCodes.Ok;
        }

        ReportTable table = facts.Run(request);
        string text = format switch
        {
            "csv" => table.ToCsv(),
            "json" => Json(table),
            _ => table.ToText(),
        };
        if (output is null)
        {
            await Console.Out.WriteAsync(text).ConfigureAwait(false);
        }
        else
        {
            await File.WriteAllTextAsync(output, text, cancellationToken).ConfigureAwait(false);
        }

        return ExitCodes.Ok;
    }

    private static Facts Count(string directory, Meter meter)
    {
        ReadOnlyJournal journal = ReadOnlyJournal.Open(directory, LocalDisk.Instance, whole: false);
        meter.SetTotal(journal.EndSequence);
        Facts facts = OpenFacts(Path.Combine(directory, FactsName));
        try
        {
            facts.CatchUp(journal, meter.Report);
            facts.ReadViews(directory);
            return facts;
        }
        catch
        {
            facts.Dispose();
            throw;
        }
    }

    // A directory that may only be read, or another report at the same time: it is counted again, in memory.
    private static Facts OpenFacts(string path)
    {
        try
        {
            return Facts.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Screen.Note($"{e.Message} This report counts everything anew, in memory.");
            return Facts.Open(null);
        }
    }

    private static ReportRequest Request(ParseResult parsed, DateOnly end)
    {
        DateOnly to = parsed.GetValue(To) ?? end;
        return new ReportRequest(parsed.GetRequiredValue(Name), parsed.GetValue(From) ?? to.AddDays(-DaysWhenNothingIsSaid), to)
        {
            Merchant = parsed.GetValue(Merchant) is var merchant and not 0 ? merchant : null,
            By = Enum.Parse<ReportPeriod>(parsed.GetRequiredValue(By), ignoreCase: true),
            Per = parsed.GetRequiredValue(Per),
            Previous = parsed.GetValue(Previous),
            GapDays = parsed.GetValue(Gap),
            Zone = ZoneOf(parsed),
            SpendFile = parsed.GetValue(Spend),
        };
    }

    private static void Check(ReportRequest request)
    {
        if (request.Problem is { } problem)
        {
            throw new UsageException(problem);
        }
    }

    private static string Json(ReportTable table)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            table.WriteTo(json);
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static TimeSpan ZoneOf(ParseResult parsed)
    {
        string zone = parsed.GetRequiredValue(Zone);
        string digits = zone.TrimStart('+', '-');
        return TimeSpan.TryParseExact(digits, @"hh\:mm", CultureInfo.InvariantCulture, out TimeSpan ahead)
            ? zone.StartsWith('-') ? -ahead : ahead
            : throw new UsageException($"--zone must be such as +08:00, not '{zone}' (R22)");
    }

    private static DateOnly? ParseDay(ArgumentResult result)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return day;
        }

        result.AddError($"'{text}' is no day: write it as 2023-11-15");
        return null;
    }
}
