using System.CommandLine;
using System.Diagnostics;
using Matching.Host.Cli;

namespace Matching.Host.Generate;

/// <summary><c>matching generate</c>.</summary>
internal static class GenerateCommand
{
    private const long MostRequests = 1_000_000_000;
    private const int MostItems = 1 << 24;
    private const int MostHours = 100_000;
    private const int HighestSkew = 3;

    private static readonly Option<long> Requests =
        new Option<long>("--requests") { Description = "How many.", HelpName = "N", Required = true }.Within(0, MostRequests);

    private static readonly Option<int> Items =
        new Option<int>("--items") { Description = "Items 1 to N are wanted.", HelpName = "N", Required = true }.Within(1, MostItems);

    private static readonly Option<ulong> Seed = new Option<ulong>("--seed")
    {
        Description = "The same seed, with the same other numbers, gives the same bytes.",
        HelpName = "S",
        Required = true,
    }.Within(0, ulong.MaxValue);

    private static readonly Option<double> Skew = new Option<double>("--skew")
    {
        Description = "Zipf's exponent: item k is wanted 1 / k^Z times as often as item 1. 0 is even, 1 strongly skewed; at most 3.",
        HelpName = "Z",
        Required = true,
    }.Within(0, HighestSkew);

    private static readonly Option<string> Out = new Option<string>(
        "--out")
    { Description = "The file, replaced when there; gzip when it ends in .gz.", HelpName = "FILE", Required = true }.Named();

    private static readonly Option<long> Users = new Option<long>("--users")
    {
        Description = "Buyers 1 to N ask, evenly; a fifth of the requests when nothing is said, at least 10.",
        HelpName = "N",
    }.Within(1, Traffic.WordTable.FirstHashed - 1);

    private static readonly Option<int> Hours = new Option<int>("--hours")
    {
        Description = "Event time the requests are spread over, evenly.",
        HelpName = "H",
        DefaultValueFactory = _ => 30,
    }.Within(1, MostHours);

    private static readonly Option<bool> Json = new("--json") { Description = "The summary as one JSON object on standard output." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("generate", "Make seeded, skewed traffic for replay: row,t,user,item, sorted by time.")
        {
            Requests, Items, Seed, Skew, Out, Users, Hours, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        GeneratorOptions options = Options(parsed);
        string path = parsed.GetRequiredValue(Out);
        long startedAt = Stopwatch.GetTimestamp();
        await Screen.StepAsync("writing", meter =>
        {
            meter.SetTotal(options.Requests);
            RequestWriter.Write(path, new Generator(options), meter.Report);
            return Task.FromResult(true);
        }).ConfigureAwait(false);
        var summary = new Summary();
        summary.Add("requests", "requests", options.Requests);
        summary.Add("items", "items", options.Items);
        summary.Add("users", "users", options.Users);
        summary.Add("bytes", "bytes", new FileInfo(path).Length);
        summary.Add("elapsedMs", "ms", (long)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
        summary.Add("out", "written to", path);
        summary.Show("generated", parsed.GetValue(Json));
        return ExitCodes.Ok;
    }

    private static GeneratorOptions Options(ParseResult parsed)
    {
        long requests = parsed.GetValue(Requests);
        return new GeneratorOptions(
            requests,
            parsed.GetValue(Items),
            parsed.IsGiven(Users) ? parsed.GetValue(Users) : GeneratorOptions.UsersFor(requests),
            parsed.GetValue(Hours),
            parsed.GetValue(Skew),
            parsed.GetValue(Seed));
    }
}
