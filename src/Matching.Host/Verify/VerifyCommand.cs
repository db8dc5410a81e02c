using System.CommandLine;
using System.Globalization;
using Matching.Audit;
using Matching.Core;
using Matching.Host.Cli;
using Command = System.CommandLine.Command;

namespace Matching.Host.Verify;

/// <summary><c>matching verify</c>.</summary>
internal static class VerifyCommand
{
    private static readonly Option<string> Data = DataDirectory.Option("The data directory.");

    private static readonly Option<bool> Json = new("--json") { Description = "The result as one JSON object on standard output." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "verify",
            "Check a data directory offline, event by event: sizes, one seat per buyer, exact expiry, every order in exactly one state, "
                + "refunds owed once, the sequence unbroken, every snapshot, and every record of the order ledger, equal to the events "
                + "before it. Works beside a running engine.")
        {
            Data, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string directory = DataDirectory.Of(parsed, Data);
        Verification found = await VerifyRun.RunAsync(directory).ConfigureAwait(false);
        Summarize(found, directory)
            .Show(found.ViolationCount == 0 ? "verified: every rule holds" : "rules are broken", parsed.GetValue(Json));
        return found.ViolationCount == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static Summary Summarize(Verification found, string directory)
    {
        Counts counts = found.Counts;
        var summary = new Summary();
        summary.Add("data", "directory", directory);
        summary.Add("events", "events", found.Events);
        summary.Add("opened", "teams opened", counts.TeamsOpened);
        summary.Add("formed", "teams formed", counts.TeamsFormed);
        summary.Add("expired", "teams expired", counts.TeamsExpired);
        summary.Add("dissolved", "teams dissolved", counts.TeamsDissolved);
        summary.Add("merged", "teams merged", counts.TeamsMerged);
        summary.Add("open", "teams open", counts.TeamsOpen);
        summary.Add("waiting", "orders waiting", counts.Waiting);
        summary.Add("ordersFormed", "orders formed", counts.Formed);
        summary.Add("shipped", "orders shipped", counts.Shipped);
        summary.Add("bought", "orders bought alone", counts.Bought);
        summary.Add("refundOwed", "orders owed a refund", counts.RefundOwed);
        summary.Add("refunded", "orders refunded", counts.Refunded);
        summary.Add("snapshots", "snapshots compared", found.Snapshots);
        summary.Add("records", "records of the order ledger compared", found.Records);
        summary.Add("stateHash", "state hash", found.StateHash);
        summary.Add("violationCount", "violations", found.ViolationCount);
        summary.Add("violations", "the first", [.. found.Violations.Select(Text)]);
        return summary;
    }

    private static string Text(Violation violation) =>
        string.Create(CultureInfo.InvariantCulture, $"event {violation.Sequence}, {violation.Rule}: {violation.Text}");
}
