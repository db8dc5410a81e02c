using System.CommandLine;
using Matching.Host.Cli;
using Matching.Storage;
using Command = System.CommandLine.Command;

namespace Matching.Host.Copy;

/// <summary><c>matching backup</c>.</summary>
internal static class BackupCommand
{
    private static readonly Option<string> Data = DataDirectory.Option("The data directory, also one in use.");

    private static readonly Option<string> To =
        new Option<string>(
        "--to")
        {
            Description = "Where the copy goes: a directory that is missing or empty. It opens like any data directory.",
            HelpName = "DIR",
            Required = true
        }.Named();

    private static readonly Option<long?> At =
        new Option<long?>(
        "--at")
        {
            Description =
        "The copy holds only events before this one, whole blocks of them: what was written at once is not torn apart. Without it, all "
        + "that are durable.",
            HelpName = "EVENT"
        }.Within(0, long.MaxValue);

    private static readonly Option<bool> Json = new("--json") { Description = "The result as one JSON object on standard output." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("backup",
            "Copy a data directory while the engine runs, up to its end or to a position, and check the copy.") { Data, To, At, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string directory = DataDirectory.Of(parsed, Data);
        string to = parsed.GetRequiredValue(To);
        CopiedJournal copied = JournalCopy.Run(LocalDisk.Instance, directory, to, parsed.GetValue(At) ?? long.MaxValue);
        if (copied.Stopped is { } stopped)
        {
            throw new InvalidDataException($"{stopped}. 'matching repair' copies what is before it.");
        }

        TellIfEarlier(copied, parsed.GetValue(At));

        // Every block of the copy is read back.
        ReadOnlyJournal check = ReadOnlyJournal.Open(to);
        long ledger = LedgerCopy.Run(directory, to, check.EndSequence, out string? told);
        if (told is not null)
        {
            Screen.Note(check.FirstSequence == 0
                ? $"the order ledger is not in the copy ({told}): a start of it makes the ledger anew"
                : $"the order ledger is not in the copy ({told}), and the events it could be made anew from are deleted: the copy starts "
                    + $"with --accept-lost-history only");
        }

        var summary = new Summary();
        summary.Add("data", "directory", directory);
        summary.Add("to", "copied to", to);
        summary.Add("endEvent", "events before", check.EndSequence);
        summary.Add("segments", "segments", check.Segments);
        summary.Add("snapshots", "snapshots", copied.Snapshots);
        summary.Add("ledger", "the order ledger stands at event", ledger);
        summary.Show("copied and read back", parsed.GetValue(Json));
        return ExitCodes.Ok;
    }

    /// <summary>Says where a copy ends that was to be cut within a block.</summary>
    public static void TellIfEarlier(in CopiedJournal copied, long? asked)
    {
        if (asked > copied.EndSequence)
        {
            Screen.Note(string.Create(
                null,
                    $"the copy ends before event {copied.EndSequence}, not {asked}: what was written at once is not torn apart, or there "
                    + $"are no more events"));
        }
    }
}
