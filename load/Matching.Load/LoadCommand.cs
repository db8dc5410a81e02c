using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.InteropServices;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Load.Report;
using Matching.Load.Scenarios;
using Matching.Storage;

namespace Matching.Load;

/// <summary>
/// The command line: a scenario and its options. Exit codes: 0 all holds, 1 a check or the verification failed, 2 it cannot be followed.
/// </summary>
internal static class LoadCommand
{
    private static readonly Dictionary<string, Func<LoadOptions, Task<RunResult>>> Scenarios = new(StringComparer.Ordinal)
    {
        ["steady"] = InjectScenarios.SteadyAsync,
        ["flash-sale"] = InjectScenarios.FlashSaleAsync,
        ["expiry-storm"] = ExpiryStorm.RunAsync,
        ["overload"] = Overload.RunAsync,
        ["restart"] = Restart.RunAsync,
        ["replay"] = ReplayScenario.RunAsync,
        ["soak"] = Soak.RunAsync,
    };

    private static readonly string[] OverHttp = ["steady", "flash-sale", "overload"];
    private static readonly string[] WithShop = [.. OverHttp, "restart"];
    private static readonly string[] WithTraffic = [.. WithShop, "expiry-storm"];
    private static readonly string[] Embedded = [.. OverHttp, "expiry-storm", "soak", "replay"];

    private static readonly Argument<string> Name = new Argument<string>("SCENARIO")
    {
        Description =
            "steady: one rate. flash-sale: a ramp up and down, one item takes a quarter. expiry-storm: many deadlines in one moment. "
            + "overload: twice the measured capacity. restart: kill -9 under load, twice. replay: an engine's recording, N times faster. "
                + "soak: days in compressed time.",
    }.AcceptOnlyFromAmong([.. Scenarios.Keys]);

    private static readonly Option<int?> Rate =
        Ranged<int?>(1, 10_000_000, new("--rate") { Description = "Requests a second; each scenario has its own default." });
    private static readonly Option<int> Seconds = Ranged<int>(1, 86_400,
        new("--seconds") { Description = "How long; of soak, every second is two virtual hours.", DefaultValueFactory = _ => 20 });
    private static readonly Option<int> WarmUp =
        Ranged<int>(0, 600, new("--warm-up") { Description = "Seconds before that, which are not counted.", DefaultValueFactory = _ => 3 });
    private static readonly Option<int> Items =
        Ranged<int>(1, 16_000_000, new("--items") { Description = "Items wanted.", DefaultValueFactory = _ => 100_000 });
    private static readonly Option<double> Skew =
        Ranged<double>(0, 3, new("--skew") { Description = "Zipf's exponent: 0 even, 1 strongly skewed.", DefaultValueFactory = _ => 0.8 });
    private static readonly Option<ulong> Seed = Ranged<ulong>(
        0, ulong.MaxValue, new("--seed") { Description = "The same seed, the same requests.", DefaultValueFactory = _ => 1UL });
    private static readonly Option<int> Teams = Ranged<int>(
        1, 50_000_000, new("--teams") { Description = "expiry-storm: teams due in one moment.", DefaultValueFactory = _ => 300_000 });
    private static readonly Option<string?> Data =
        new Option<string?>(
        "--data")
        {
            Description =
            "The data directory: empty, and kept; ./load-data/SCENARIO, emptied first, when nothing is said. With --url: the shop's, to be verified afterwards."
        }.Named();
    private static readonly Option<bool> Memory =
        new("--memory") { Description = "Nothing on disk: the engine alone is measured, and nothing can be verified." };
    private static readonly Option<bool> OrderLedger = new("--order-ledger")
    {
        Description =
            "soak: with the order ledger, snapshots and archive; everything that forms is shipped, so that what is alive is bounded."
    };
    private static readonly Option<int> Shards = Ranged<int>(
        0, MatchingOptions.MostShards, new("--shards") { Description = "Shard loops; 0 for one less than there are processors." });
    private static readonly Option<int?> MaxInFlight = Ranged<int?>(1, MatchingOptions.MostRequestsInFlight,
        new("--max-in-flight") { Description = "Requests in flight before the engine answers Busy." });
    private static readonly Option<long?> ExpectedOrders = Ranged<long?>(0, MatchingOptions.MostExpectedOrders, new("--expected-orders")
    {
        Description =
            "Orders the embedded engine takes memory for at its start; when nothing is said, enough for what steady and flash-sale plan, "
            + "20 million at most, and none elsewhere.",
    });

    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = "steady, flash-sale, overload: load a storefront over its HTTP API instead of an engine in this process.",
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : Wrong<Uri?>(result, $"--url '{result.Tokens[0].Value}' is no http address"),
    };

    private static readonly Option<string?> Shop = new("--shop")
    {
        Description =
            "steady, flash-sale, overload, restart: the same over HTTP, on a storefront started for the run: its program, "
            + "Matching.Storefront.dll. Its directory is verified afterwards.",
    };

    private static readonly Option<string> Key =
        new("--key") { Description = "With --url: the shop's API key of a back end, role buyer, id 0.", DefaultValueFactory = _ => "" };
    private static readonly Option<string?> OperatorKey =
        new("--operator-key") { Description = "With --url: an operator's API key, to count open teams." };
    private static readonly Option<long[]> ShopItems = new("--shop-items")
    {
        Description = "With --url: items to join; all the shop's when nothing is said.",
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<bool> Wrk =
        new("--wrk") { Description = "With --url or --shop: measure the peak as well, by wrk too where it is installed." };
    private static readonly Option<string?> Record =
        new Option<string?>("--record") { Description = "Record the engine's traffic into this folder." }.Named();
    private static readonly Option<string?> Recording =
        new Option<string?>("--recording") { Description = "replay: the folder of a recording, or one file of it." }.Named();
    private static readonly Option<double> Speed = Ranged<double>(
        0.001m, 1_000_000, new("--speed") { Description = "replay: how many times faster than recorded.", DefaultValueFactory = _ => 1.0 });
    private static readonly Option<string?> Html =
        new Option<string?>("--html") { Description = "The page; ./load-SCENARIO.html when nothing is said." }.Named();
    private static readonly Option<bool> Json = new("--json") { Description = "The figures as one JSON object on standard output." };

    private static readonly (Option[] Options, string[] Scenarios)[] For =
    [
        ([Url], OverHttp),
        ([Shop], WithShop),
        ([Rate], ["steady", "flash-sale", "restart", "expiry-storm"]),
        ([WarmUp, Items, Skew], WithTraffic),
        ([Seconds, Seed], [.. WithTraffic, "soak"]),
        ([Memory, MaxInFlight, ExpectedOrders, Record], Embedded),
        ([Shards], [.. OverHttp, "expiry-storm", "soak"]),
        ([Teams], ["expiry-storm"]),
        ([OrderLedger], ["soak"]),
        ([Recording, Speed], ["replay"]),
    ];

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root =
            new RootCommand(
            "Open-loop load of the group-join engine, embedded or behind a storefront: latency from the planned send, a page of plots, "
            + "the data directory verified.")
        {
            Name, Rate, Seconds, WarmUp, Items, Skew, Seed, Teams, Data, Memory, OrderLedger, Shards, MaxInFlight, ExpectedOrders, Url,
                Shop, Key, OperatorKey, ShopItems, Wrk, Record, Recording, Speed, Html, Json,
        };
        root.SetAction((parsed, _) => RunAsync(parsed));
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Examples((HelpAction)help.Action!);
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                Screen.Note("load: " + error.Message);
            }

            Screen.Note("load: --help says what can be written.");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException e)
        {
            Screen.Note("load: " + e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InvalidDataException or JournalException or MatchingUnavailableException)
        {
            Screen.Note("load: " + e.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(Name);
        LoadOptions options = Options(parsed, name);
        RunResult result = options.Shop is not null && OverHttp.Contains(name, StringComparer.Ordinal)
            ? await OwnShop.RunAsync(options, name, Scenarios[name])
            : await Scenarios[name](options);
        Figures.Summary(result).Show(name, options.Json);
        await File.WriteAllTextAsync(options.Html, Page.Write(result, Machine()));
        Screen.Note("the page: " + Path.GetFullPath(options.Html));
        if (result.Latency() is { Count: > 0 } latency)
        {
            string hgrm = Path.ChangeExtension(options.Html, ".hgrm");
            using (StreamWriter percentiles = File.CreateText(hgrm))
            {
                latency.WriteTo(percentiles);
            }

            Screen.Note("its latencies, in ms: " + Path.GetFullPath(hgrm));
        }

        return result.Holds ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static LoadOptions Options(ParseResult parsed, string name)
    {
        foreach ((Option[] some, string[] scenarios) in For)
        {
            Option? idle = scenarios.Contains(name, StringComparer.Ordinal) ? null : some.FirstOrDefault(parsed.IsGiven);
            Refuse(idle is not null, $"{idle?.Name} says nothing to {name}; it is for {string.Join(", ", scenarios)}");
        }

        Uri? url = parsed.GetValue(Url);
        bool overHttp = url is not null || parsed.GetValue(Shop) is not null;
        Refuse(url is not null && parsed.GetValue(Shop) is not null, "--url loads a shop that runs, --shop starts one: not both");
        foreach (Option option in (Option[])[Key, OperatorKey, ShopItems])
        {
            Refuse(url is null && parsed.IsGiven(option), $"{option.Name} says nothing without --url");
        }

        Refuse(!overHttp && parsed.IsGiven(Wrk), "--wrk says nothing without --url or --shop");
        foreach (Option option in (Option[])[Memory, Record, Shards, ExpectedOrders])
        {
            Refuse(overHttp && parsed.IsGiven(option), $"{option.Name} is the embedded engine's: it does not go with --url or --shop");
        }

        Refuse(parsed.GetValue(OrderLedger) && parsed.GetValue(Memory), "--order-ledger is a place on disk: it does not go with --memory");
        Refuse(parsed.GetValue(Memory) && parsed.GetValue(Data) is not null, "--memory keeps nothing: it does not go with --data");
        Refuse(url is not null && parsed.GetValue(Data) is { } data && !Directory.Exists(data),
            $"--data '{parsed.GetValue(Data)}' does not exist: with --url it is the shop's directory");
        string page = parsed.GetValue(Html) ?? $"load-{name}.html";
        Refuse(Directory.Exists(page), $"--html '{page}' is a folder: name a file");
        Refuse(Path.GetDirectoryName(Path.GetFullPath(page)) is { } folder && !Directory.Exists(folder),
            $"--html '{page}': its folder does not exist");
        return new LoadOptions
        {
            Rate = parsed.GetValue(Rate),
            Seconds = parsed.GetValue(Seconds),
            WarmUp = parsed.GetValue(WarmUp),
            Items = parsed.GetValue(Items),
            Skew = parsed.GetValue(Skew),
            Seed = parsed.GetValue(Seed),
            Teams = parsed.GetValue(Teams),
            Data = parsed.GetValue(Data),
            Memory = parsed.GetValue(Memory),
            OrderLedger = parsed.GetValue(OrderLedger),
            Shards = parsed.GetValue(Shards),
            MaxInFlight = parsed.GetValue(MaxInFlight),
            ExpectedOrders = parsed.GetValue(ExpectedOrders),
            Url = url,
            Shop = parsed.GetValue(Shop),
            Key = parsed.GetValue(Key) ?? "",
            OperatorKey = parsed.GetValue(OperatorKey),
            ShopItems = parsed.GetValue(ShopItems) is { Length: > 0 } items ? items : null,
            Wrk = parsed.GetValue(Wrk),
            Record = parsed.GetValue(Record),
            Recording = parsed.GetValue(Recording),
            Speed = parsed.GetValue(Speed),
            Html = page,
            Json = parsed.GetValue(Json),
        };
    }

    private static void Refuse(bool wrong, string why)
    {
        if (wrong)
        {
            throw new UsageException(why);
        }
    }

    private static T Wrong<T>(System.CommandLine.Parsing.ArgumentResult result, string why)
    {
        result.AddError(why);
        return default!;
    }

    private static Option<T> Ranged<T>(decimal least, decimal most, Option<T> option)
    {
        option.HelpName = "N";
        return option.Within(least, most);
    }

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC · {Environment.ProcessorCount} processors · "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB · {RuntimeInformation.OSDescription} · "
            + $"{RuntimeInformation.FrameworkDescription}");

    private sealed class Examples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int code = usual.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(
                """
                Examples (dotnet run -c Release --project load/Matching.Load -- …):
                  steady --rate 200000 --seconds 20
                  flash-sale --rate 100000 --record recording      and then: replay --recording recording --speed 2
                  expiry-storm --teams 1000000
                  overload
                  restart --rate 10000 --seconds 30
                  soak --seconds 120                               and, with what closed out of memory: soak --seconds 120 --order-ledger
                  steady --url http://127.0.0.1:5080 --key KEY --rate 2000 --wrk
                  restart --shop src/Matching.Storefront/bin/Release/net10.0/Matching.Storefront.dll

                Exit codes: 0 every check holds, 1 a check or the verification failed, 2 the command line cannot be followed.
                """);
            return code;
        }
    }
}
