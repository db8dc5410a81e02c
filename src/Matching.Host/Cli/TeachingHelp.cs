using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Matching.Host.Run;

namespace Matching.Host.Cli;

/// <summary>The usual help of a command, and then examples to copy.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        [""] =
        [
            "matching                                       two million made-up requests through a durable engine, then a check",
            "matching replay requests.csv.gz                recorded requests into ./matching-data",
            "matching verify --data matching-data           checks every rule over what is on disk",
        ],
        ["replay"] =
        [
            "matching replay requests.csv.gz --data shop    replay row,t,user,item requests; every answer is on disk before it counts",
            "matching replay a.csv b.csv --memory --json    two files as one stream, nothing kept, the summary as JSON",
            "matching replay visits.csv --columns user=visitor,item=5,t=when --time ms",
            "matching replay bread.csv --columns user=Transaction,item=Item,t=date_time --time 'dd-MM-yyyy HH:mm' --zone Europe/London",
            "matching replay export.txt --delimiter ';' --encoding gbk",
            "matching replay UserBehavior.csv --behaviors buy,cart,fav --item category --team-size 3",
            "matching replay OnlineRetail.zip --preset uci     also taobao, tianchi, rees46, olist, movielens",
            "zcat part-*.csv.gz | matching replay - --max-bad 5   standard input; up to 5 % of the rows may be bad",
            "matching replay test.txt tune.txt invalid.txt  BeiBei team lists: opened and joined, or opened and expired",
            "matching replay groups.tsv --teams             the same, and lines that are none are bad rows",
            "matching replay requests.csv.gz --data shop --resume   goes on where it was interrupted, and ends alike",
            "matching replay more.csv --data shop --append  go on in a directory that is in use already",
            "matching replay more.csv --data shop --append --again   the same file once more, as new orders",
            "matching replay requests.csv --memory --ledger teams.csv.gz",
            "matching replay recording --data copy --copy-of shop --speed 10   what matching run --record kept, ten times "
                + "faster, on a copy",
            "matching replay recording --memory             as fast as possible; exit code 1 when an answer differs without a known reason",
        ],
        ["generate"] =
        [
            "matching generate --requests 10000000 --items 100000 --seed 1 --skew 1 --out requests.csv.gz",
            "matching generate --requests 1000 --items 5 --seed 7 --skew 0 --users 50 --hours 48 --out small.csv",
        ],
        ["verify"] =
        [
            "matching verify --data matching-data           exit code 0: every rule holds; 1: the first violations are named",
            "matching verify --data shop --json",
        ],
        ["inspect"] =
        [
            "matching inspect --data shop                   segments, archive, snapshots, generations and positions, also of a "
                + "running engine",
            "matching inspect --data shop --item 3 --order 101",
            "matching inspect --data shop --item 3 --team 1898 --json",
        ],
        ["report"] =
        [
            "matching report daily --data shop              the last seven days, day by day, also beside a running engine",
            "matching report funnel --data shop --from 2023-11-01 --to 2023-12-01 --per item",
            "matching report merchants --data shop --previous --spend spend.csv",
            "matching report buyers --data shop --merchant 7 --by month --format csv",
            "matching report items --data shop --format parquet --out items.parquet",
            "matching report import-views access.log --data shop   views from a web server's log",
        ],
        ["import-views"] =
        [
            "matching report import-views access.log access.log.1.gz --data shop    lines such as",
            "  … [15/Nov/2023:00:00:00 +0800] \"GET /items/3?viewer=11&source=liveRoom HTTP/1.1\" 200 …",
            "matching report import-views visits.csv --data shop --table --columns user=visitor,item=page,t=when",
            "matching report import-views UserBehavior.csv --data shop --table --preset taobao --behaviors pv --item category",
        ],
        ["backup"] =
        [
            "matching backup --data shop --to shop-copy     a copy of what is durable now, while the engine runs",
            "matching backup --data shop --to shop-then --at 120000",
        ],
        ["repair"] =
        [
            "matching repair --data shop --to shop-saved    all up to the first event that cannot be read",
            "matching repair --data shop --to shop-saved --cut-at 120000",
        ],
    };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        string name = command is RootCommand ? "" : command.Name;
        if (string.Equals(command.Name, "run", StringComparison.Ordinal))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(RunHelp.Text);
        }

        if (Examples.TryGetValue(name, out string[]? lines))
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string line in lines)
            {
                output.WriteLine("  " + line);
            }

            output.WriteLine();
            output.WriteLine("Exit codes: 0 done, 1 failed or violations found, 2 the command line cannot be followed.");
        }

        return code;
    }
}
