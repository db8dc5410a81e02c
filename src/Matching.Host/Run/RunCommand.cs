using System.CommandLine;
using System.Runtime.InteropServices;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Recording;
using Matching.Storage;

namespace Matching.Host.Run;

/// <summary>
/// <c>matching run</c>: the engine as a program that any other can drive, one JSON object a line. Exit codes: 0 after a good
/// end, 1 when it refused to start, 3 when it failed while serving.
/// </summary>
internal static class RunCommand
{
    private const int RefusedToStart = 1, FailedServing = 3;
    private const int MostInFlight = MatchingOptions.MostRequestsInFlight / MatchingOptions.MostShards;
    private const long MiB = 1L << 20;

    // Lives as long as the program: a signal may come at any moment of its end.
    private static readonly CancellationTokenSource Starting = new();

    private static readonly Option<string> Data = new Option<string>("--data")
    {
        Description = "The directory the journal lives in; made when missing or empty.",
        HelpName = "DIR",
        Required = true,
    }.Named();

    private static readonly Option<bool> Existing = new("--existing")
    {
        Description = "Refuse to make a new directory: serve one that exists, or stop.",
    };

    private static readonly Option<int> Shards = new Option<int>("--shards")
    {
        Description = $"Shard loops, 1 to {MatchingOptions.MostShards}; 0 for processors - 1. May differ from run to run.",
        HelpName = "N",
    }.Within(0, MatchingOptions.MostShards);

    private static readonly Option<string> Clock = new Option<string>("--clock")
    {
        Description = "'system' follows the wall clock; with 'manual' time stands still and moves only by advance (R43).",
        DefaultValueFactory = _ => "system",
    }.OneOf("system", "manual");

    private static readonly Option<bool> AcceptClock = new("--accept-clock")
    {
        Description = "Start although the wall clock is over a minute behind the journal, or over seven days ahead of it (R43).",
    };

    private static readonly Option<int> TeamSize = new Option<int>("--team-size")
    {
        Description = "Seats of a team under the default terms, 2 or 3 (R1).",
        DefaultValueFactory = _ => 2,
        HelpName = "2|3",
    }.Within(2, 3, "R1");

    private static readonly Option<string> Campaigns = new Option<string>("--campaigns")
    {
        Description = "'open': every item is on offer under the default terms. 'required': an item needs a published campaign (R10).",
        DefaultValueFactory = _ => "open",
    }.OneOf("open", "required");

    private static readonly Option<bool?> OrderLedger = new("--order-ledger")
    {
        Description =
            "Let closed orders and teams leave memory for the order ledger, in DIR/ledger; they are found there however old. 'false' keeps "
            + "them. Without it: true, but false with --keep-days, where the ledger would be the only copy of some.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<long> ClosedInMemory = new Option<long>("--closed-in-memory")
    {
        Description = "With --order-ledger: closed teams that each shard keeps in memory all the same, those closed last.",
        DefaultValueFactory = _ => 16_384,
        HelpName = "N",
    }.Within(0, MatchingOptions.MostExpectedOrders);

    private static readonly Option<bool> AcceptLostHistory = new("--accept-lost-history")
    {
        Description =
            "Start although the order ledger is missing or broken and the events it could be made anew from are deleted: closed orders "
            + "and teams of before are then unknown, and an order of them sent again is taken for a new one.",
    };

    private static readonly Option<int> SnapshotMiB = new Option<int>("--snapshot-mib")
    {
        Description = "MiB of events that bring the next snapshot, and never less than the last one's length; 0 for none.",
        DefaultValueFactory = _ => 256,
        HelpName = "N",
    }.Within(0, MatchingOptions.MostSnapshotBytes / MiB);

    private static readonly Option<int> SegmentMiB = new Option<int>("--segment-mib")
    {
        Description =
            $"MiB of the longest journal segment from now on, 1 to {JournalOptions.MostSegmentBytes / MiB}. Smaller ones go to the "
            + "archive sooner.",
        DefaultValueFactory = _ => 64,
        HelpName = "N",
    }.Within(1, JournalOptions.MostSegmentBytes / MiB);

    private static readonly Option<int?> KeepDays = new Option<int?>("--keep-days")
    {
        Description =
            $"Delete archived events after so many days, 0 to {MatchingOptions.MostDuration.Days}; without it nothing is ever deleted.",
        HelpName = "N",
    }.Within(0, MatchingOptions.MostDuration.Days);

    private static readonly Option<long> ExpectedOrders = new Option<long>("--expected-orders")
    {
        Description =
            "Orders that memory is taken for at the start, some 220 bytes each; 0 takes it as they come, which now and then holds up an "
            + "answer for some ms.",
        HelpName = "N",
    }.Within(0, MatchingOptions.MostExpectedOrders);

    private static readonly Option<int> MaxInFlight = new Option<int>("--max-in-flight")
    {
        Description = $"Lines read and not yet answered, 1 to {MostInFlight}; at the bound reading waits.",
        DefaultValueFactory = _ => 16_384,
        HelpName = "N",
    }.Within(1, MostInFlight);

    private static readonly Option<string?> Record = new Option<string?>("--record")
    {
        Description =
            "Record the commands, their times and answers into this folder, for matching replay. It never delays an answer: what does not "
            + "fit is left out and counted.",
        HelpName = "DIR",
    }.Named();

    private static readonly Option<int> RecordMegabytes = new Option<int>("--record-mb")
    {
        Description =
            $"Megabytes the recording may take, {2 * RecordingOptions.LeastBytes / MiB} to {RecordingOptions.MostTotalBytes / MiB}; then "
            + "its oldest file goes.",
        DefaultValueFactory = _ => 1024,
        HelpName = "N",
    }.Within(2 * RecordingOptions.LeastBytes / MiB, RecordingOptions.MostTotalBytes / MiB);

    /// <summary>Makes the command for the program's root.</summary>
    public static System.CommandLine.Command Create()
    {
        var command =
            new System.CommandLine.Command("run", RunHelp.Summary) { Data, Existing, Shards, Clock, AcceptClock, TeamSize, Campaigns,
            OrderLedger, ClosedInMemory, AcceptLostHistory, MaxInFlight, ExpectedOrders, SnapshotMiB, SegmentMiB, KeepDays, Record,
            RecordMegabytes };

        // Not an asynchronous action: those are given two seconds to end when the program is asked to stop, and finishing what
        // was read may take longer.
        command.SetAction(parsed => ServeAsync(parsed).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> ServeAsync(ParseResult parsed)
    {
        var settings = new RunSettings(parsed.GetValue(Clock) is "manual", parsed.GetValue(MaxInFlight));
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        MatchingEngine engine;
        try
        {
            engine = await MatchingEngine.OpenAsync(OptionsOf(parsed, settings), Starting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("matching run: told to stop while it recovered; nothing was changed").ConfigureAwait(false);
            return ExitCodes.Ok;
        }
        catch (Exception e) when (
            e is JournalException or LedgerException or ArgumentException or InvalidOperationException
                or IOException or UnauthorizedAccessException or ClockRefusedException)
        {
            await Console.Error.WriteLineAsync("matching run: " + e.Message).ConfigureAwait(false);
            return RefusedToStart;
        }

        if (engine.LedgerWarning is { } told)
        {
            await Console.Error.WriteLineAsync("matching run: " + told).ConfigureAwait(false);
        }

        Exception? failure;
        await using (engine.ConfigureAwait(false))
        {
            using Stream output = StandardOutput.Open();
            using var conversation = new Conversation(engine, Console.OpenStandardInput(), output, settings);
            failure = await conversation.RunAsync(stop.Task).ConfigureAwait(false);
            failure = engine.Health.Failure ?? failure;
            if (engine.Recording is { } recording && (recording.Dropped > 0 || recording.Failure is not null))
            {
                await Console.Error.WriteLineAsync(string.Create(
                    null,
                        $"matching run: the recording lacks {recording.Dropped} "
                        + $"commands{(recording.Failure is { } broken ? ": " + broken.Message : "; its disk was too slow")}"))
                        .ConfigureAwait(false);
            }
        }

        if (failure is null)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync("matching run: " + failure.Message).ConfigureAwait(false);
        return FailedServing;

        // The first signal ends recovering or reading; a second one ends the program on the spot.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = stop.TrySetResult();
            Starting.Cancel();
        }
    }

    private static MatchingOptions OptionsOf(ParseResult parsed, RunSettings settings) => new()
    {
        DataDirectory = parsed.GetValue(Data),
        ExistingOnly = parsed.GetValue(Existing),
        Shards = parsed.GetValue(Shards),
        ManualClock = settings.ManualClock,
        AcceptClock = parsed.GetValue(AcceptClock),
        Book = new BookOptions { TeamSize = parsed.GetValue(TeamSize), CampaignsRequired = parsed.GetValue(Campaigns) is "required" },
        Ledger = parsed.GetValue(OrderLedger),
        ClosedInMemory = parsed.GetValue(ClosedInMemory),
        AcceptLostHistory = parsed.GetValue(AcceptLostHistory),
        ExpectedOrders = parsed.GetValue(ExpectedOrders),
        SnapshotBytes = (long)parsed.GetValue(SnapshotMiB) << 20,
        SegmentBytes = (long)parsed.GetValue(SegmentMiB) << 20,
        ArchiveHorizon = parsed.GetValue(KeepDays) is { } days ? TimeSpan.FromDays(days) : null,
        Warned = static text => Console.Error.WriteLine("matching run: " + text),
        Recovery = new RecoveryNotice(Console.Error, TimeProvider.System),

        Recording = RecordingOf(parsed),

        // The lines' own bound is what makes reading wait; this one, which would answer Busy, is never to be met: a line
        // counts at most once a shard.
        MaxRequestsInFlight = MostInFlight * MatchingOptions.MostShards,
    };

    private static RecordingOptions? RecordingOf(ParseResult parsed)
    {
        if (parsed.GetValue(Record) is not { } folder)
        {
            return parsed.IsGiven(RecordMegabytes) ? throw new UsageException("--record-mb says nothing without --record") : null;
        }

        long bytes = (long)parsed.GetValue(RecordMegabytes) << 20;
        return File.Exists(folder)
            ? throw new UsageException($"--record '{folder}' is a file; name a folder")
            : new() { Directory = folder, TotalBytes = bytes, FileBytes = Math.Min(64L << 20, bytes / 2) };
    }
}
