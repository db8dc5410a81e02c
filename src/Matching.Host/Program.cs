using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Copy;
using Matching.Host.Demo;
using Matching.Host.Generate;
using Matching.Host.Inspect;
using Matching.Host.Replay;
using Matching.Host.Report;
using Matching.Host.Run;
using Matching.Host.Verify;
using Matching.Storage;

var root = new RootCommand(
    "Group buying (拼团): strangers' join requests are seated in teams, teams form or expire, every answer is durable. Without a "
        + "command: a demo.")
{
    DemoCommand.Json,
    ReplayCommand.Create(),
    GenerateCommand.Create(),
    VerifyCommand.Create(),
    InspectCommand.Create(),
    BackupCommand.Create(),
    RepairCommand.Create(),
    ReportCommand.Create(),
    RunCommand.Create(),
};
root.SetAction(DemoCommand.RunAsync);
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new TeachingHelp((HelpAction)help.Action!);

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"matching: {error.Message}");
    }

    Console.Error.WriteLine(
        $"matching {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help says what can "
        + "be written.");
    return ExitCodes.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
}
catch (UsageException e)
{
    Console.Error.WriteLine($"matching: {e.Message}");
    return ExitCodes.Usage;
}
catch (Exception e) when (
    e is IOException or UnauthorizedAccessException or InvalidDataException or JournalException or MatchingUnavailableException)
{
    Console.Error.WriteLine($"matching: {e.Message}");
    return ExitCodes.Failed;
}
