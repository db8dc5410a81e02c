using System.Text.Json;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Generate;
using Matching.Host.Replay;
using Matching.Host.Traffic;
using Matching.Host.Verify;

namespace Matching.Host.Tests.Replay;

public sealed class ReplayTests : IDisposable
{
    private readonly Replays _replays = new();

    public void Dispose() => _replays.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task One_and_four_shards_memory_and_disk_a_restart_and_verify_all_end_alike(int teamSize)
    {
        string file = Generated(20_000, seed: 5);
        var options = new ReplayOptions { Files = [file], TeamSize = teamSize, Shards = 1 };
        string expected = Replays.Outcome(await Replays.RunAsync(options));
        Assert.DoesNotContain("expired=0 ", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Replays.Outcome(await Replays.RunAsync(options with { Shards = 4 })));
        foreach (int shards in new[] { 1, 4 })
        {
            string directory = _replays.New("data");
            ReplayOptions durable = options with { Shards = shards, Directory = directory };
            Assert.Equal(expected, Replays.Outcome(await Replays.RunAsync(durable)));
            Verification found = await VerifyRun.RunAsync(directory);
            Assert.Equal("", string.Join('\n', found.Violations));
            Assert.EndsWith(found.StateHash, expected, StringComparison.Ordinal);
            Assert.EndsWith(await RestartedHashAsync(durable with { Shards = 5 - shards }), expected, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Appending_a_second_file_ends_as_both_in_one_go_and_lists_only_its_own_teams()
    {
        string first = _replays.File("a.csv", "row,t,user,item\n1,100,a,x\n2,200,b,y\n3,300,c,x\n");
        string second = _replays.File("b.csv", "row,t,user,item\n1,300,d,y\n2,400,e,x\n3,90000,f,z\n");
        string expected = Replays.Outcome(await Replays.RunAsync(new ReplayOptions { Files = [first, second] }));
        string directory = _replays.New("data");
        string ledger = _replays.New("ledger.csv");
        await Replays.RunAsync(new ReplayOptions { Files = [first], Directory = directory });
        JsonElement appended =
            await Replays.RunAsync(new ReplayOptions { Files = [second], Directory = directory, Append = true, Ledger = ledger });
        Assert.Equal(expected, Replays.Outcome(appended));
        Assert.Equal(3, appended.GetProperty("requests").GetInt64());
        Assert.Equal(
            "opening_row,item,opened_at,status,formed_at_or_deadline,members\n2,x,400,expired,86800,e\n3,z,90000,open,176400,f\n",
            await File.ReadAllTextAsync(ledger));
    }

    [Fact]
    public async Task A_deadline_equal_to_the_last_requests_time_has_been_acted_on_in_every_shard_and_a_later_one_has_not()
    {
        string file = _replays.File("a.csv", "row,t,user,item\n1,100,1,1\n2,101,1,2\n3,86500,1,3\n");
        JsonElement summary = await Replays.RunAsync(new ReplayOptions { Files = [file], Shards = 4 });
        Assert.Equal((1, 2), (summary.GetProperty("expired").GetInt32(), summary.GetProperty("open").GetInt32()));
    }

    [Fact]
    public async Task Team_lists_form_with_their_own_sizes_and_fail_alone_one_after_the_other()
    {
        string file = _replays.File("t.txt", "1\t7\t2\n3\t7\n1\t7\t2\t4\t5\n3\t7\n6\t8\t1\n3\t8\n");
        string ledger = _replays.New("ledger.csv.gz");
        string directory = _replays.New("data");
        JsonElement summary = await Replays.RunAsync(new ReplayOptions { Files = [file], Directory = directory, Ledger = ledger });
        Assert.Equal("opened=6 formed=3 expired=3 open=0", Replays.Outcome(summary).Split(" stateHash")[0]);
        Assert.Equal(11, summary.GetProperty("requests").GetInt32());
        using var reader =
            new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(ledger), System.IO.Compression.CompressionMode.Decompress));
        string[] lines = (await reader.ReadToEndAsync()).Split('\n')[1..^1];
        Assert.Equal("1,7,formed,1|2 2,7,expired,3 3,7,formed,1|2|4|5 4,7,expired,3 5,8,formed,6|1 6,8,expired,3",
            string.Join(' ', lines.Select(Untimed)));
        Verification found = await VerifyRun.RunAsync(directory);
        Assert.Equal("", string.Join('\n', found.Violations));
    }

    [Fact]
    public async Task A_directory_in_use_is_refused_without_append_and_stays_as_it_was()
    {
        string file = _replays.File("a.csv", "row,t,user,item\n1,100,1,1\n");
        string directory = Directory.CreateDirectory(_replays.New("data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "mine.txt"), "keep");
        var e =
            await Assert.ThrowsAsync<UsageException>(() => Replays.RunAsync(new ReplayOptions { Files = [file], Directory = directory }));
        Assert.Contains("--append", e.Message, StringComparison.Ordinal);
        Assert.Equal("mine.txt", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(directory))));
    }

    [Fact]
    public async Task A_strict_replay_of_a_bad_file_makes_no_directory()
    {
        string file = _replays.File("a.csv", "row,t,user,item\n1,100,1,1\n2,x,1,1\n");
        string directory = _replays.New("data");
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            Replays.RunAsync(new ReplayOptions { Files = [file], Directory = directory, Traffic = new TrafficOptions { Strict = true } }));
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task A_file_without_a_request_gives_zeros()
    {
        JsonElement summary = await Replays.RunAsync(
            new ReplayOptions { Files = [_replays.File("a.csv", "row,t,user,item\n")], Ledger = _replays.New("l.csv") });
        Assert.StartsWith("opened=0 formed=0 expired=0 open=0", Replays.Outcome(summary), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_id_beyond_the_highest_allowed_is_refused_when_appending()
    {
        string file = _replays.File("a.csv", "row,t,user,item\n9223372036854775807,100,1,1\n");
        string directory = _replays.New("data");
        await Replays.RunAsync(new ReplayOptions { Files = [file], Directory = directory });
        await Assert.ThrowsAsync<InvalidDataException>(
            () => Replays.RunAsync(new ReplayOptions { Files = [file], Directory = directory, Append = true, Again = true }));
    }

    [Fact]
    public async Task A_ledger_quotes_words_that_hold_what_parts_its_columns()
    {
        string file = _replays.File(
            "a.csv", "row,t,user,item\n1,100,\"a,b\",\"say \"\"x\"\", then\"\n2,200,c|d,\"say \"\"x\"\", then\"\n3,300,e|f,y\n");
        string ledger = _replays.New("ledger.csv");
        await Replays.RunAsync(new ReplayOptions { Files = [file], Ledger = ledger });
        Assert.Equal(
            "opening_row,item,opened_at,status,formed_at_or_deadline,members\n1,\"say \"\"x\"\", "
                + "then\",100,formed,200,\"a,b|c||d\"\n3,y,300,open,86700,e||f\n",
            await File.ReadAllTextAsync(ledger));
    }

    [Theory]
    [InlineData("t,user,item\nx,1,1\n", "every row is bad")]
    [InlineData("t,user,item\n1,1,1\n2,2,2\nx,3,3\n", "1 of 3 rows are bad, more than 1 %")]
    public async Task A_file_with_too_many_bad_rows_makes_no_directory(string text, string why)
    {
        string directory = _replays.New("data");
        var e = await Assert.ThrowsAsync<InvalidDataException>(
            () => Replays.RunAsync(new ReplayOptions { Files = [_replays.File("a.csv", text)], Directory = directory }));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));
    }

    private static string Untimed(string line)
    {
        string[] f = line.Split(',');
        return string.Join(',', f[0], f[1], f[3], f[5]);
    }

    private static async Task<string> RestartedHashAsync(ReplayOptions options)
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options.Engine(new(), null));
        return (await engine.StateHashAsync()).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Generated(long requests, ulong seed)
    {
        string path = _replays.New("generated.csv");
        RequestWriter.Write(path, new Generator(new GeneratorOptions(requests, 2000, 4000, 40, 1, seed)), _ => { });
        return path;
    }
}
