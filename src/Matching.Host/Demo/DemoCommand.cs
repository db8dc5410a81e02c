using System.CommandLine;
using Matching.Host.Cli;
using Matching.Host.Generate;
using Matching.Host.Replay;
using Matching.Host.Traffic;
using Matching.Host.Verify;

namespace Matching.Host.Demo;

/// <summary><c>matching</c> without a command: made-up traffic through a durable engine, then a check of what is on disk.</summary>
internal static class DemoCommand
{
    /// <summary>
    /// Two million requests of 400,000 buyers for a million items over 36 h: the best item gets 7 % of them, and many teams expire.
    /// </summary>
    public static readonly GeneratorOptions Traffic = new(2_000_000, 1_000_000, GeneratorOptions.UsersFor(2_000_000), 36, 1, 20_241_111);

    /// <summary>The option of the root command.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "The demo's summary as one JSON object on standard output." };

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string directory = Place();
        Screen.Note($"the data goes to {directory}");
        var replay = new ReplayRun(new ReplayOptions { Directory = directory });
        await Screen.StepAsync("generating", meter =>
        {
            meter.SetTotal(Traffic.Requests);
            Fill(replay.Arrivals, meter);
            return Task.FromResult(true);
        }).ConfigureAwait(false);
        Summary summary = await replay.RunAsync().ConfigureAwait(false);
        Verification verified = await VerifyRun.RunAsync(directory).ConfigureAwait(false);
        summary.Add("violationCount", "rules broken on disk", verified.ViolationCount);
        summary.Add("verifiedHash", "state hash read back from disk", verified.StateHash);
        summary.Show("two million requests, replayed and verified", parsed.GetValue(Json));
        Screen.Note($"look again: matching verify --data {directory}");
        return verified.ViolationCount == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Fill(ArrivalList arrivals, Meter meter)
    {
        var generator = new Generator(Traffic);
        while (generator.TryNext(out Arrival arrival))
        {
            arrivals.Add(arrival);
            if ((arrival.Order & 0xFFFF) == 0)
            {
                meter.Report(arrival.Order);
            }
        }
    }

    /// <summary>./matching-data, or a new temporary directory where that exists or cannot be made.</summary>
    private static string Place()
    {
        string here = Path.GetFullPath(ReplayCommand.DefaultDirectory);
        if (Path.Exists(here))
        {
            Screen.Note($"{here} exists already and is left alone");
            return Directory.CreateTempSubdirectory("matching-").FullName;
        }

        try
        {
            return Directory.CreateDirectory(here).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Screen.Note($"{here} cannot be made: {e.Message}");
            return Directory.CreateTempSubdirectory("matching-").FullName;
        }
    }
}
