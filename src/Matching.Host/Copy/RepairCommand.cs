using System.CommandLine;
using System.Globalization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Cli;
using Matching.Storage;
using Command = System.CommandLine.Command;

namespace Matching.Host.Copy;

/// <summary><c>matching repair</c>: for a directory that is refused, when no copy of it is left.</summary>
internal static class RepairCommand
{
    private const int Listed = 1_000;

    private static readonly Option<string> Data = DataDirectory.Option("The refused data directory.");

    private static readonly Option<string> To = new Option<string>("--to")
    {
        Description = "Where what can be saved goes: a directory that is missing or empty.",
        HelpName = "DIR",
        Required = true
    }.Named();

    private static readonly Option<long?> CutAt =
        new Option<long?>(
        "--cut-at")
        {
            Description =
            "Give up this event, what was written at once with it, and all behind it; without it, all from the first that cannot be read.",
            HelpName = "EVENT"
        }.Within(0, long.MaxValue);

    private static readonly Option<bool> Json = new("--json") { Description = "The result as one JSON object on standard output." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "repair",
            "Copy what can be read of a refused data directory into a new one, and list what is lost: answers that were given and are "
                + "taken back.")
        {
            Data, To, CutAt, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string directory = DataDirectory.Of(parsed, Data);
        string to = parsed.GetRequiredValue(To);
        CopiedJournal copied = JournalCopy.Run(LocalDisk.Instance, directory, to, parsed.GetValue(CutAt) ?? long.MaxValue);
        BackupCommand.TellIfEarlier(copied, parsed.GetValue(CutAt));
        ReadOnlyJournal.Open(to);
        (List<string> lost, long readable, string? stopped) = LostFrom(directory, copied);
        var summary = new Summary();
        summary.Add("data", "directory", directory);
        summary.Add("to", "saved to", to);
        summary.Add("savedEvents", "events before", copied.EndSequence);
        summary.Add("snapshots", "snapshots", copied.Snapshots);
        summary.Add("lostReadable", "lost events that can be read", readable);
        summary.Add("unreadable", "and what cannot be read", stopped ?? "nothing");
        summary.Add("lost", "lost", lost);
        summary.Show("saved", parsed.GetValue(Json));
        return ExitCodes.Ok;
    }

    // What is behind the cut and can still be read, as far as that goes.
    private static (List<string> Lost, long Readable, string? Stopped) LostFrom(string directory, in CopiedJournal copied)
    {
        List<string> lost = [];
        long readable = 0;
        string? stopped = JournalCopy.ReadBehind(LocalDisk.Instance, directory, copied.EndSequence, (sequence, events) =>
        {
            while (!events.IsEmpty)
            {
                string text;
                if (ControlCodec.IsControl(events.Span))
                {
                    events = events[ControlCodec.Read(events.Span, out ControlEvent control)..];
                    text = $"{control.Kind} by request {control.Request}";
                }
                else
                {
                    events = events[EventCodec.Read(events.Span, out Event e)..];
                    text = $"{e.Kind} item {e.Item} order {e.Order} buyer {e.Buyer} team {e.Team}";
                }

                if (lost.Count < Listed)
                {
                    lost.Add(string.Create(CultureInfo.InvariantCulture, $"event {sequence}: {text}"));
                }

                sequence++;
                readable++;
            }
        });
        if (readable > lost.Count)
        {
            lost.Add(string.Create(CultureInfo.InvariantCulture, $"… and {readable - lost.Count} more"));
        }

        return (lost, readable, stopped ?? copied.Stopped);
    }
}
