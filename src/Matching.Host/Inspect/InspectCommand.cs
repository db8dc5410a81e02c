using System.CommandLine;
using System.Globalization;
using Matching.Core;
using Matching.Host.Cli;
using Matching.Storage;
using Command = System.CommandLine.Command;

namespace Matching.Host.Inspect;

/// <summary><c>matching inspect</c>.</summary>
internal static class InspectCommand
{
    private static readonly Option<string> Data = DataDirectory.Option("The data directory, also one in use.");

    private static readonly Option<long> Item = new Option<long>(
        "--item")
    { Description = "Show the events of an order or a team of this item.", HelpName = "ID" }.Within(1, BookOptions.MaxId);

    private static readonly Option<long> Order = new Option<long>("--order")
    {
        Description = "The order; with it come the events of the teams it sat in.",
        HelpName = "ID"
    }.Within(1, BookOptions.MaxId);

    private static readonly Option<long> Team = new Option<long>(
        "--team")
    { Description = "The team; with it come the events of its orders.", HelpName = "ID" }.Within(1, BookOptions.MaxId);

    private static readonly Option<bool> Json = new("--json") { Description = "JSON on standard output: one object, or one event a line." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "inspect",
            "Show what a data directory holds: segments, archive, snapshots, the order ledger, generations, positions. Or, with --item "
                + "and --order or --team, the events of one order or team.")
        {
            Data, Item, Order, Team, Json,
        };
        command.Validators.Add(result =>
        {
            (bool item, bool order, bool team) =
                (result.GetResult(Item) is not null, result.GetResult(Order) is not null, result.GetResult(Team) is not null);
            if (item ? order == team : order || team)
            {
                result.AddError("--item goes with one of --order and --team, and they with it: an order is known by its item and its id");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string directory = DataDirectory.Of(parsed, Data);
        var store = new SnapshotStore(LocalDisk.Instance, directory);
        IReadOnlyList<long> snapshots = store.List();
        ReadOnlyJournal journal = ReadOnlyJournal.Open(directory, LocalDisk.Instance, whole: false);
        if (parsed.GetValue(Item) != 0)
        {
            return EventListing.Show(journal, parsed.GetValue(Item), parsed.GetValue(Order), parsed.GetValue(Team), parsed.GetValue(Json));
        }

        Summarize(directory, journal, store, snapshots).Show("what the directory holds", parsed.GetValue(Json));
        return ExitCodes.Ok;
    }

    private static Summary Summarize(string directory, ReadOnlyJournal journal, SnapshotStore store, IReadOnlyList<long> snapshots)
    {
        var summary = new Summary();
        summary.Add("data", "directory", directory);
        summary.Add("partitions", "partitions", BookOptions.Partitions);
        summary.Add("generation", "starts so far (generation)", journal.Generation);
        summary.Add("firstEvent", "oldest event kept", journal.FirstSequence);
        summary.Add("endEvent", "events so far", journal.EndSequence);
        summary.Add("endFile", "the journal ends in", journal.EndFile);
        summary.Add("endPosition", "at byte", journal.EndPosition);
        summary.Add("closedCleanly", "stopped cleanly", journal.ClosedCleanly);
        summary.Add("tornTail", "a write is under way or was cut short", journal.TornTail);
        summary.Add("segments", "segments", [.. journal.Parts.Select(Text)]);
        summary.Add("snapshots", "snapshots", [.. snapshots.Select(sequence => Text(store, sequence))]);
        summary.Add("ledger", "checkpoints of the order ledger", [.. LedgerReading.List(directory).Select(Text)]);
        summary.Add("ledgerBytes", "bytes of the order ledger", SizeOf(OrderLedger.DirectoryIn(directory)));
        return summary;
    }

    private static long SizeOf(string directory) =>
        Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
            : 0;

    private static string Text(LedgerPoint point) => point.Broken is { } broken
        ? $"{Path.GetFileName(point.Path)}: NOT WHOLE: {broken}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(point.Path)}: what closed before event "
                + $"{point.Position}{(point.From == 0 ? "" : $", written from event {point.From} on")}{(point.Lost ? ", what closed before that is LOST" : "")}, {point.Records} records, {point.LogBytes} bytes of records");

    private static string Text(JournalPart part) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileName(part.Path)}{(part.Archived ? " (archived)" : "")}: generation {part.Generation}, from event "
            + $"{part.FirstSequence}, {part.Bytes} bytes");

    // Whole or not is found by reading all of it.
    private static string Text(SnapshotStore store, long sequence)
    {
        try
        {
            using Snapshot snapshot = store.Open(sequence);
            byte[] buffer = [];
            foreach (int section in snapshot.Sections)
            {
                snapshot.Read(section, ref buffer);
            }

            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(store.PathOf(sequence))}: events before {sequence}, {snapshot.Sections.Count()} sections, "
                    + $"{snapshot.Length} bytes, time {Words.Time(snapshot.Header.NowMs)}, whole");
        }
        catch (JournalException e)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(store.PathOf(sequence))}: events before {sequence}, NOT WHOLE: {e.Message}");
        }
    }
}
