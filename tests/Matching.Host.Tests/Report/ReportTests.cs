using System.IO.Compression;
using System.Text.Json;
using Matching.Host.Tests.Cli;
using Matching.Host.Tests.Run;

namespace Matching.Host.Tests.Report;

/// <summary><c>matching report</c> and the op <c>view</c>, of the built program (R22).</summary>
public sealed class ReportTests : IDisposable
{
    private const string Midnight = "1699977600000";
    private readonly ProgramRun _program = new();

    private string Data => Path.Combine(_program.Folder, "shop");

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task R22_Reports_are_made_beside_a_running_engine_and_of_a_directory_at_rest()
    {
        using HostProcess host = HostProcess.Serve(Data, "--clock", "manual");
        host.Ask($$"""{"op":"advance","to":{{Midnight}}}""");
        Assert.Equal("""{"id":"v","ok":true,"outcome":"Noted"}""", host.Ask("""{"id":"v","op":"view","item":1,"viewer":"1","source":"liveRoom"}"""));
        Assert.Contains("Noted", host.Ask($$"""{"op":"view","item":1,"viewer":2,"sharer":1,"at":{{Midnight}}}"""), StringComparison.Ordinal);
        Assert.Contains("view needs viewer", host.Ask("""{"op":"view","item":1}"""), StringComparison.Ordinal);
        Assert.Contains("at must be an integer", host.Ask("""{"op":"view","item":1,"viewer":2,"at":-1}"""), StringComparison.Ordinal);
        host.Ask("""{"op":"openTeam","item":1,"buyer":1,"order":1,"amount":1000}""");
        Assert.Contains("Formed", host.Ask("""{"op":"quickJoin","item":1,"buyer":2,"order":2,"amount":1000}"""), StringComparison.Ordinal);

        JsonElement beside = await JsonAsync("funnel");
        Assert.Equal(4, beside.GetProperty("position").GetInt64());
        Assert.Equal(2, beside.GetProperty("rows")[0].GetProperty("formed").GetInt64());
        Assert.Equal(0, host.End());

        // The clean stop writes every view that was noted.
        JsonElement row = (await JsonAsync("funnel", "--per", "item")).GetProperty("rows")[0];
        Assert.Equal((2, "1"), (row.GetProperty("viewers").GetInt64(), row.GetProperty("key").GetString()));
        (int code, string table, _) = await RunAsync("daily");
        Assert.Equal(0, code);
        Assert.Contains("100.00 % (2/2)", table, StringComparison.Ordinal);
        Assert.Contains("as of event 4, 2023-11-14 16:00:00.000 UTC; 0 views are known to be lost", table, StringComparison.Ordinal);
        (_, string csv, _) = await RunAsync("channels", "--format", "csv");
        Assert.Equal(10, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(0, (await RunAsync("items", "--format", "parquet", "--out", "items.parquet")).Code);
        Assert.Equal("PAR1"u8, File.ReadAllBytes(Path.Combine(_program.Folder, "items.parquet")).AsSpan(0, 4));
        Assert.Equal(0, (await _program.RunAsync("verify", "--data", Data)).Code);
    }

    [Fact]
    public async Task R22_Views_are_imported_from_a_web_log_once()
    {
        HostProcess.Serve(Data).End();
        string log = _program.File(
            "access.log",
            """
            1.2.3.4 - - [15/Nov/2023:00:00:00 +0800] "GET /items/1?viewer=11&source=liveRoom HTTP/1.1" 200 1 "-" "x"
            1.2.3.4 - - [15/Nov/2023:23:59:59 +0800] "GET /zh/item/1?sharer=9&viewer=12 HTTP/1.1" 200 1 "-" "x"
            1.2.3.4 - - [15/Nov/2023:00:00:02 +0800] "GET /item/1 HTTP/1.1" 200 1 "-" "x"
            1.2.3.4 - - [15/Nov/2023:00:00:02 +0800] "GET /item/1?viewer=13 HTTP/1.1" 404 1 "-" "x"
            1.2.3.4 - - [15/Nov/2023:00:00:02 +0800] "POST /item/1?viewer=3 HTTP/1.1" 200 1 "-" "x"
            """);
        Assert.Equal(0, (await _program.RunAsync("report", "import-views", log, "--data", Data)).Code);
        (int code, _, string error) = await _program.RunAsync("report", "import-views", log, "--data", Data);
        Assert.Equal(2, code);
        Assert.Contains("imported before", error, StringComparison.Ordinal);
        string table = _program.File("views.csv", "user,item,t\n21,1,1699977600\n22,1,1699977601\n");
        Assert.Equal(0, (await _program.RunAsync("report", "import-views", table, "--table", "--data", Data)).Code);
        string own = _program.File("own.txt", "2023-11-15T00:00:00+08:00 saw 1 by 31\n");
        (code, _, error) = await _program.RunAsync(
            "report", "import-views", own, "--data", Data, "--pattern", @"^(?<time>\S+) saw (?<item>\d+) by (?<viewer>\d+)");
        Assert.True(code == 0, error);
        (_, string csv, _) = await RunAsync("channels", "--from", "2023-11-15", "--to", "2023-11-16", "--format", "csv");
        Assert.Contains("\nliveRoom,1,1,", csv, StringComparison.Ordinal);
        Assert.Contains("\nunknown,4,4,", csv, StringComparison.Ordinal);
        Assert.Contains("\ntotal,5,5,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_log_that_was_cut_off_is_refused_and_nothing_is_imported()
    {
        HostProcess.Serve(Data).End();
        string log = _program.File("access.log.gz", "");
        using (var packed = new GZipStream(File.Create(log), CompressionLevel.NoCompression))
        {
            for (int i = 0; i < 2_000; i++)
            {
                packed.Write("1.2.3.4 - - [15/Nov/2023:00:00:00 +0800] \"GET /items/1?viewer=11 HTTP/1.1\" 200 1 \"-\" \"x\"\n"u8);
            }
        }

        await File.WriteAllBytesAsync(log, (await File.ReadAllBytesAsync(log))[..^1_000]);
        (int code, _, string error) = await _program.RunAsync("report", "import-views", log, "--data", Data);
        Assert.Equal(1, code);
        Assert.Contains("access.log.gz", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Data, "views")));
    }

    [Theory]
    [InlineData("there is no report 'weekly'", "weekly")]
    [InlineData("to is 2023-11-15; it must be later than from", "daily", "--from", "2023-11-15", "--to", "2023-11-15")]
    [InlineData("'15.11.2023' is no day", "daily", "--from", "15.11.2023")]
    [InlineData("--zone must be such as +08:00", "daily", "--zone", "Shanghai")]
    [InlineData("--format parquet needs --out", "daily", "--format", "parquet")]
    public async Task A_wrong_command_line_says_what_is_allowed(string reason, params string[] arguments)
    {
        Directory.CreateDirectory(Data);
        (int code, _, string error) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        _program.RunAsync(["report", .. arguments, "--data", Data]);

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync([.. arguments, "--format", "json"]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }
}
