using System.CommandLine;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Replay.Recorded;

namespace Matching.Host.Replay;

/// <summary><c>matching replay</c>.</summary>
internal static class ReplayCommand
{
    /// <summary>Where a replay goes when nothing is said.</summary>
    public const string DefaultDirectory = "matching-data";

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Recorded traffic, plain, gzip, tar or zip, told by content; - is standard input. Tables of requests, in any order, "
            + "whose header says which columns are user, item and t (row,t,user,item; buyer_id,product_id,event_time; ...); "
            + "Taobao UserBehavior without a header; BeiBei team lists (initiator, item, participants, parted by tabs). "
            + "Several files are one stream; order ids of a further file go on after the highest. "
            + "Or the folder of a recording (matching run --record), or one file of it: its commands are played back and the answers "
                + "compared with the recorded ones.",
    };

    private static readonly Option<int> TeamSize = new Option<int>("--team-size")
    {
        Description = "Seats of a team (R1). Team lists bring their own sizes.",
        HelpName = "2|3",
        DefaultValueFactory = _ => 2,
    }.Within(2, 3, "R1");

    private static readonly Option<string?> Directory = new Option<string?>("--data")
    {
        Description =
            $"The data directory, made when missing; ./{DefaultDirectory} when nothing is said. One that is not empty is refused "
            + "without --append.",
        HelpName = "DIR",
    }.Named();

    private static readonly Option<bool> Memory =
        new("--memory") { Description = "Keep everything in memory: nothing is written, nothing survives." };

    private static readonly Option<bool> Append = new("--append")
    {
        Description =
            "Go on in a directory that is in use; order ids go on after its highest. The counts are then those of the whole directory.",
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on with a replay into the directory that was interrupted, given the same files and options; "
            + "it ends as it would have. An empty directory begins anew.",
    };

    private static readonly Option<bool> Again = new("--again")
    {
        Description = "Take a file though it was replayed into the directory before, or is named twice: "
            + "each of its requests is then one more order.",
    };

    private static readonly Option<string?> LedgerFile = new Option<string?>("--ledger")
    {
        Description =
            "Write what became of every team opened: opening_row,item,opened_at,status,formed_at_or_deadline,members; gzip when it "
            + "ends in .gz.",
        HelpName = "OUT.csv",
    }.Named();

    private static readonly Option<int> Shards = new Option<int>("--shards")
    {
        Description =
            $"Shard loops, 1 to {MatchingOptions.MostShards}; 0 for one less than there are processors, and for a recording as many as "
            + "were recorded. The result does not depend on it, but for the ms of "
            + "a recording made on the system clock: an item's decision may see a later one.",
        HelpName = "N",
    }.Within(0, MatchingOptions.MostShards);

    private static readonly Option<string> Speed = new("--speed")
    {
        Description = "A recording: how many times faster than recorded; 1 is real time, max as fast as possible.",
        HelpName = "N|max",
        DefaultValueFactory = _ => "max",
    };

    private static readonly Option<string> Times = new Option<string>("--times")
    {
        Description = "A recording: decide at the 'recorded' times, or at those of 'now': deadlines then move, and answers may differ.",
        DefaultValueFactory = _ => "recorded",
    }.OneOf("recorded", "now");

    private static readonly Option<string?> CopyOf = new("--copy-of")
    {
        Description = "A recording: begin with a copy of this data directory of a stopped engine, made in --data.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "The summary as one JSON object on standard output." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command =
            new Command(
            "replay",
            "Replay recorded traffic through a durable engine at its own event times: files of requests at full speed, an engine's "
            + "recording at any speed.")
        {
            Files, TeamSize, Directory, Memory, Append, Resume, Again, LedgerFile, Shards, Speed, Times, CopyOf, Json,
        };
        foreach (Option option in TrafficArguments.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] files = parsed.GetRequiredValue(Files);
        if (files.Length == 1 && ReplayOptions.IsRecording(files[0]))
        {
            const string Why = "says nothing to a recording, which has terms and times of its own";
            Refuse(parsed, Why, [TeamSize, Resume, Again, LedgerFile, .. TrafficArguments.All]);
            var recorded = new RecordedRun(RecordedOptions(parsed, files[0]));
            (await recorded.RunAsync().ConfigureAwait(false)).Show("replayed a recording", parsed.GetValue(Json));
            return recorded.Unexplained == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }

        Refuse(parsed, $"is for recordings, and '{files[0]}' is none", Speed, Times, CopyOf);
        var run = new ReplayRun(Options(parsed));
        Summary summary = await run.RunAsync().ConfigureAwait(false);
        summary.Show("replayed", parsed.GetValue(Json));
        return ExitCodes.Ok;
    }

    private static void Refuse(ParseResult parsed, string why, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (parsed.IsGiven(option))
            {
                throw new UsageException($"{option.Name} {why}");
            }
        }
    }

    private static RecordedOptions RecordedOptions(ParseResult parsed, string recording) => new()
    {
        Recording = recording,
        Directory = DirectoryOf(parsed),
        CopyOf = parsed.GetValue(CopyOf),
        Append = parsed.GetValue(Append),
        Speed = Recorded.RecordedOptions.SpeedOf(parsed.GetRequiredValue(Speed)),
        RecordedTimes = parsed.GetValue(Times) is "recorded",
        Shards = parsed.GetValue(Shards),
    };

    private static string? DirectoryOf(ParseResult parsed)
    {
        bool memory = parsed.GetValue(Memory);
        string? directory = parsed.GetValue(Directory);
        if (memory && (directory is not null || parsed.GetValue(Append) || parsed.GetValue(Resume)))
        {
            throw new UsageException("--memory keeps nothing: it does not go with --data, --append or --resume");
        }

        if (parsed.GetValue(Append) && parsed.GetValue(Resume))
        {
            throw new UsageException("--resume goes on with the same files, --append adds others: name one of them");
        }

        return memory ? null : directory ?? DefaultDirectory;
    }

    private static ReplayOptions Options(ParseResult parsed)
    {
        string? directory = DirectoryOf(parsed);
        return new ReplayOptions
        {
            Files = parsed.GetRequiredValue(Files),
            TeamSize = parsed.GetValue(TeamSize),
            Directory = directory,
            Append = parsed.GetValue(Append),
            Resume = parsed.GetValue(Resume),
            Again = parsed.GetValue(Again),
            Traffic = TrafficArguments.Of(parsed),
            Ledger = parsed.GetValue(LedgerFile),
            Shards = parsed.GetValue(Shards),
        };
    }
}
