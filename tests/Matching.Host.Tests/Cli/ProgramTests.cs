using System.Text.Json;
using Matching.Host.Tests.Replay;

namespace Matching.Host.Tests.Cli;

/// <summary>The program as its users meet it: help, results on standard output alone, clear errors, exit codes.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string Rows = "row,t,user,item\n1,100,a,Latte\n2,200,b,Latte\n3,300,c,Tea\n";

    private static readonly string[] Counted = ["requests", "badRows", "opened", "formed", "expired", "open", "ignored"];

    private readonly ProgramRun _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("", "replay", "generate", "verify")]
    [InlineData("replay", "--ledger", "--append", "UserBehavior.csv --behaviors buy,cart,fav")]
    [InlineData("replay", "--columns user=", "--time 'dd-MM-yyyy HH:mm' --zone", "--delimiter ';' --encoding gbk", "--preset uci",
        "--max-bad 5", "--teams ", "--resume ", "--again ")]
    [InlineData("generate", "--skew", "--seed", "matching generate --requests 10000000")]
    [InlineData("verify", "--data", "Examples:", "Exit codes:")]
    [InlineData("inspect", "--order", "matching inspect --data shop --item 3 --order 101")]
    [InlineData("backup", "--at", "matching backup --data shop --to shop-copy")]
    [InlineData("repair", "--cut-at", "matching repair --data shop --to shop-saved")]
    public async Task Help_teaches_with_options_and_examples(string command, params string[] shown)
    {
        var (code, output, error) = await _program.RunAsync(command.Length == 0 ? ["--help"] : [command, "--help"]);
        Assert.Equal((0, ""), (code, error));
        Assert.All(shown, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'shout'", "shout")]
    [InlineData("FILE", "replay")]
    [InlineData("nowhere.csv", "replay", "nowhere.csv")]
    [InlineData("--team-size must be a whole number from 2 to 3 (R1), not '4'", "replay", "here.csv", "--team-size", "4")]
    [InlineData("--behaviors 'look' is none of pv, cart, fav, buy", "replay", "taobao.csv", "--memory", "--behaviors", "buy,look")]
    [InlineData("--behaviors 'look' is none of view, cart", "replay", "here.csv", "--behaviors", "look", "--preset", "rees46")]
    [InlineData("--behaviors says nothing to here.csv", "replay", "here.csv", "--memory", "--behaviors", "buy")]
    [InlineData("--item 'shop'", "replay", "here.csv", "--item", "shop")]
    [InlineData(
        "--preset must be one of taobao, tianchi, rees46, olist, uci, movielens, not 'amazon'", "replay", "here.csv", "--preset", "amazon")]
    [InlineData("--columns 'buyer=1' is no NAME=COLUMN; NAME is one of user, item, t, row, category, behavior", "replay", "here.csv",
        "--columns", "buyer=1")]
    [InlineData("--columns names user twice", "replay", "here.csv", "--columns", "user=1,user=2")]
    [InlineData("--time 'seconds' is none of s, ms, us, iso", "replay", "here.csv", "--time", "seconds")]
    [InlineData("--zone 'Mars/Base' is not known", "replay", "here.csv", "--zone", "Mars/Base")]
    [InlineData("--zone says nothing to times that are numbers", "replay", "here.csv", "--zone", "UTC", "--time", "ms")]
    [InlineData("--delimiter 'x' is neither tab nor a mark", "replay", "here.csv", "--delimiter", "x")]
    [InlineData("--encoding must be one of utf-8, utf-16, gbk, latin1, not 'ebcdic'", "replay", "here.csv", "--encoding", "ebcdic")]
    [InlineData("--max-bad must be a number from 0 to 100, not '101'", "replay", "here.csv", "--max-bad", "101")]
    [InlineData("--preset says nothing to team lists (--teams)", "replay", "here.csv", "--teams", "--preset", "uci")]
    [InlineData("--memory keeps nothing", "replay", "here.csv", "--memory", "--resume")]
    [InlineData(
        "--resume goes on with the same files, --append adds others", "replay", "here.csv", "--data", "new", "--append", "--resume")]
    [InlineData("--memory", "replay", "here.csv", "--memory", "--data", "x")]
    [InlineData("--shards must be a whole number from 0 to 64, not '65'", "replay", "here.csv", "--memory", "--shards", "65")]
    [InlineData("--shards must be a whole number from 0 to 64, not '1e1'", "replay", "here.csv", "--memory", "--shards", "1e1")]
    [InlineData("--data must name something on disk, not ' '", "replay", "here.csv", "--data", " ")]
    [InlineData("--ledger", "replay", "here.csv", "--memory", "--ledger", "no/such/place.csv")]
    [InlineData("--data 'full'", "replay", "here.csv", "--data", "full")]
    [InlineData("--skew must be a number from 0 to 3, not '9'", "generate", "--requests", "1", "--items", "1", "--seed", "1", "--skew", "9",
        "--out", "x.csv")]
    [InlineData("--seed must be a whole number from 0 to 18446744073709551615, not '-1'", "generate", "--requests", "1", "--items", "1",
        "--seed", "-1", "--skew", "1", "--out", "x.csv")]
    [InlineData("--items must be a whole number from 1 to 16777216, not '0'", "generate", "--requests", "1", "--items", "0", "--seed", "1",
        "--skew", "1", "--out", "x.csv")]
    [InlineData("--out", "generate", "--requests", "1", "--items", "1", "--seed", "1", "--skew", "1")]
    [InlineData("nowhere", "verify", "--data", "nowhere")]
    [InlineData("--data 'here.csv' is a file", "replay", "here.csv", "--data", "here.csv")]
    [InlineData("--data 'here.csv' is a file", "verify", "--data", "here.csv")]
    [InlineData("--ledger 'here.csv' is what is to be replayed", "replay", "here.csv", "--memory", "--ledger", "here.csv")]
    [InlineData("--ledger 'full' is a folder", "replay", "here.csv", "--memory", "--ledger", "full")]
    [InlineData("--ledger must name something on disk, not ''", "replay", "here.csv", "--memory", "--ledger", "")]
    [InlineData("--out must name something on disk, not ''", "generate", "--requests", "1", "--items", "1", "--seed", "1", "--skew", "1",
        "--out", "")]
    [InlineData("--clock must be one of system, manual, not 'Manual'", "run", "--data", "new", "--clock", "Manual")]
    [InlineData(
        "--item must be a whole number from 1 to 9223372036854775807, not 'x'", "inspect", "--data", "full", "--item", "x", "--order", "1")]
    [InlineData("--team must be a whole number", "inspect", "--data", "full", "--item", "1", "--team", "0")]
    [InlineData("--item goes with one of", "inspect", "--data", "full", "--item", "1", "--order", "1", "--team", "1")]
    [InlineData("--at must be a whole number from 0 to", "backup", "--data", "full", "--to", "copy", "--at", "-1")]
    [InlineData("--record-mb says nothing without --record", "run", "--data", "new", "--record-mb", "5")]
    [InlineData("--data must name something on disk, not ''", "run", "--data", "")]
    [InlineData("--keep-days must be a whole number from 0 to 36500, not '-1'", "run", "--data", "new", "--keep-days", "-1")]
    [InlineData("--snapshot-mib must be a whole number from 0 to 1073741824, not '-1'", "run", "--data", "new", "--snapshot-mib", "-1")]
    [InlineData(
        "--expected-orders must be a whole number from 0 to 1000000000, not 'many'", "run", "--data", "new", "--expected-orders", "many")]
    public async Task A_command_line_that_cannot_be_followed_ends_with_2_and_names_the_reason(string named, params string[] arguments)
    {
        _program.File("here.csv", Rows);
        _program.File("taobao.csv", "543462,1715,1464116,pv,1511658000\n");
        Directory.CreateDirectory(Path.Combine(_program.Folder, "full"));
        _program.File(Path.Combine("full", "mine.txt"), "keep");
        var (code, output, error) = await _program.RunAsync(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("matching: ", error, StringComparison.Ordinal);
        Assert.Contains(named.Replace("FILE", "argument", StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "new")));
        Assert.Equal(Rows, await File.ReadAllTextAsync(Path.Combine(_program.Folder, "here.csv")));
    }

    [Fact]
    public async Task A_replay_then_verify_give_the_same_counts_as_json_and_nothing_else_on_standard_output()
    {
        string file = _program.File("here.csv", Rows + "4,x,d,Tea\n");
        var replayed = await _program.RunAsync("replay", file, "--data", "shop", "--json", "--team-size", "3", "--max-bad", "30");
        Assert.Equal(0, replayed.Code);
        JsonElement summary = JsonDocument.Parse(replayed.Out).RootElement;
        Assert.Equal("3 1 2 0 0 2 0", string.Join(' ', Counted.Select(name => summary.GetProperty(name))));
        Assert.True(summary.GetProperty("elapsedMs").GetInt64() >= 0 && summary.GetProperty("joinsPerSecond").GetInt64() > 0);
        Assert.Matches("^[0-9a-f]{16}$", summary.GetProperty("stateHash").GetString());
        Assert.Contains("here.csv:5: t 'x'", replayed.Error, StringComparison.Ordinal);

        var verified = await _program.RunAsync("verify", "--data", "shop", "--json");
        Assert.Equal(0, verified.Code);
        JsonElement found = JsonDocument.Parse(verified.Out).RootElement;
        Assert.Equal(summary.GetProperty("stateHash").GetString(), found.GetProperty("stateHash").GetString());
        Assert.Equal((2, 3, 0), (found.GetProperty("opened").GetInt32(), found.GetProperty("waiting").GetInt32(),
            found.GetProperty("violationCount").GetInt32()));
    }

    [Theory]
    [InlineData("what is this\n", "its header is not known: what is this", false)]
    [InlineData("user_id,product_id,action,when\n8,1,view,5\n", "its header is not known: user_id,product_id,action,when", false)]
    [InlineData("row,t,user,item\n1,1.51E+12,a,b\n", "here.csv:2: t '1.51E+12' is a number as a spreadsheet shows it", false)]
    [InlineData("row,t,user,item\n1,1,a,b\n2,x,a,b\n", "1 of 2 rows are bad, more than 1 % (--max-bad)", false)]
    [InlineData("row,t,user,item\n1,x,a,b\n", "here.csv:2: t 'x'", true)]
    public async Task A_file_that_cannot_be_read_ends_with_1_and_says_where(string text, string named, bool strict)
    {
        string file = _program.File("here.csv", text);
        var (code, output, error) = await _program.RunAsync(["replay", file, "--memory", .. strict ? ["--strict"] : Array.Empty<string>()]);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat here.csv | matching replay - --memory --json")]
    [InlineData("cat here.csv | matching replay /dev/stdin --memory --json")]
    [InlineData("matching replay /dev/stdin --memory --json < here.csv")]
    [InlineData("matching replay <(cat here.csv) --memory --json")]
    [InlineData("mkfifo pipe; cat here.csv > pipe & matching replay pipe --memory --json")]
    [InlineData("gzip -c here.csv | matching replay - --memory --json")]
    [InlineData("tar c here.csv | matching replay - --memory --json")]
    public async Task A_pipe_is_read_like_a_file(string line)
    {
        _program.File("here.csv", Rows);
        var (code, output, error) = await _program.ShellAsync(line);
        Assert.True(code == 0, error);
        Assert.Equal(3, JsonDocument.Parse(output).RootElement.GetProperty("requests").GetInt32());
    }

    [Theory]
    [InlineData("true | matching replay - --memory", "matching: standard input: the file is empty")]
    [InlineData("matching replay /dev/null --memory", "matching: null: the file is empty")]
    [InlineData("head -c 60 here.csv.gz | matching replay - --memory", "matching: standard input: the gzip data is cut off")]
    [InlineData("head -c 60 here.csv.gz > cut.gz; matching replay cut.gz --memory", "matching: cut.gz: the gzip data is cut off")]
    [InlineData("cat here.zip | matching replay - --memory", "matching: standard input is a zip archive in a pipe")]
    [InlineData("cat here.csv | matching replay - - --memory", "matching: standard input: the file is empty")]
    public async Task What_cannot_be_read_of_a_pipe_or_file_is_one_line_and_no_stack_trace(string line, string why)
    {
        _program.File("here.csv", Rows);
        File.WriteAllBytes(Path.Combine(_program.Folder, "here.csv.gz"), Traffic.Reading.Gzip(System.Text.Encoding.UTF8.GetBytes(Rows)));
        File.WriteAllBytes(
            Path.Combine(_program.Folder, "here.zip"), Traffic.Reading.Zip(("here.csv", System.Text.Encoding.UTF8.GetBytes(Rows))));
        var (code, output, error) = await _program.ShellAsync(line);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_was_killed_goes_on_and_ends_alike()
    {
        Assert.Equal(0, (await _program.RunAsync(
            "generate", "--requests", "200000", "--items", "3000", "--seed", "4", "--skew", "0.5", "--out", "big.csv")).Code);
        var whole = await _program.RunAsync("replay", "big.csv", "--memory", "--json");
        var killed = await _program.ShellAsync(
            $"'{ProgramRun.DotNet()}' '{ProgramRun.Assembly}' replay big.csv --data shop 2> said & while ! [ -e shop/matching.replays ] "
                + "&& ! grep -q replaying said; do :; done; kill -9 $!; wait $! 2>/dev/null; true");
        Assert.Equal(0, killed.Code);
        var rest = await _program.RunAsync("replay", "big.csv", "--data", "shop", "--resume", "--json");
        Assert.True(rest.Code == 0, rest.Error);
        Assert.Equal(Replays.Outcome(JsonDocument.Parse(whole.Out).RootElement), Replays.Outcome(JsonDocument.Parse(rest.Out).RootElement));
    }

    [Fact]
    public async Task Verify_refuses_a_damaged_journal_with_1_and_says_where()
    {
        string file = _program.File("here.csv", Rows);
        Assert.Equal(0, (await _program.RunAsync("replay", file, "--data", "shop")).Code);
        string segment = new DirectoryInfo(Path.Combine(_program.Folder, "shop")).GetFiles().MaxBy(f => f.Length)!.FullName;
        byte[] bytes = await File.ReadAllBytesAsync(segment);
        int at = Array.FindLastIndex(bytes.AsSpan(0, 3 * 4096).ToArray(), b => b != 0);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);
        var (code, output, error) = await _program.RunAsync("verify", "--data", "shop");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(Path.GetFileName(segment), error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_gives_the_same_bytes_for_the_same_seed_and_replay_takes_them()
    {
        foreach (string name in new[] { "a.csv", "b.csv" })
        {
            var made =
                await _program.RunAsync("generate", "--requests", "3000", "--items", "40", "--seed", "9", "--skew", "0.9", "--out", name);
            Assert.Equal(0, made.Code);
        }

        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(_program.Folder, "a.csv"));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(_program.Folder, "b.csv")));
        var replayed = await _program.RunAsync("replay", "a.csv", "--memory", "--strict");
        Assert.Equal(0, replayed.Code);
        Assert.Contains("3,000", replayed.Out, StringComparison.Ordinal);
    }

    [AllSetsFact]
    public async Task The_demo_replays_verifies_and_leaves_a_directory_that_is_there_alone()
    {
        var first = await _program.RunAsync("--json");
        Assert.Equal(0, first.Code);
        JsonElement summary = JsonDocument.Parse(first.Out).RootElement;
        Assert.Equal((2_000_000, 0), (summary.GetProperty("requests").GetInt32(), summary.GetProperty("violationCount").GetInt32()));
        Assert.Equal(summary.GetProperty("stateHash").GetString(), summary.GetProperty("verifiedHash").GetString());
        Assert.True(summary.GetProperty("expired").GetInt32() > 50_000);
        Assert.Equal(Path.Combine(_program.Folder, "matching-data"), summary.GetProperty("data").GetString());
    }
}
