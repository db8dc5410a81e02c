using System.Text.Json;
using Matching.Host.Tests.Cli;

namespace Matching.Host.Tests.Run;

/// <summary>The program with <c>--order-ledger</c>: killed, started again, its ledger deleted, damaged, copied (R35, R38).</summary>
public sealed class OrderLedgerRunTests : IDisposable
{
    private const int Orders = 400;

    private readonly ScratchDirectory _scratch = new();

    private string Ledger => Path.Combine(_scratch.Data, "ledger");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void An_old_order_gets_its_first_outcome_after_a_kill_after_a_clean_stop_and_after_its_ledger_is_deleted_or_damaged()
    {
        using (HostProcess host = Serve())
        {
            Play(host);
            host.Kill();
            host.WaitForEnd();
        }

        // The kill came before the ledger's first checkpoint.
        CheckedLife(told: "made anew");
        CheckedLife(told: null);
        Directory.Delete(Ledger, recursive: true);
        CheckedLife(told: "made anew");
        CheckedLife(told: null);
        foreach (string checkpoint in Directory.GetFiles(Ledger, "checkpoint-*"))
        {
            Flip(checkpoint, 20);
        }

        CheckedLife(told: "is not whole");
        CheckedLife(told: null);
    }

    [Fact]
    public async Task Inspect_shows_the_ledger_verify_finds_a_changed_record_and_a_backup_carries_it()
    {
        using var program = new ProgramRun();
        using (HostProcess host = Serve("--snapshot-mib", "0"))
        {
            Play(host);
            Assert.Equal(0, host.End());
        }

        JsonElement shown = Json(await program.RunAsync("inspect", "--data", _scratch.Data, "--json"));
        Assert.Contains("what closed before event", shown.GetProperty("ledger")[0].GetString(), StringComparison.Ordinal);
        Assert.True(shown.GetProperty("ledgerBytes").GetInt64() > 0);
        JsonElement good = Json(await program.RunAsync("verify", "--data", _scratch.Data, "--json"));
        Assert.Equal(0, good.GetProperty("violationCount").GetInt32());
        Assert.Equal(Orders / 2 * 3, good.GetProperty("records").GetInt32());

        string copy = Path.Combine(program.Folder, "copy");
        JsonElement backup = Json(await program.RunAsync("backup", "--data", _scratch.Data, "--to", copy, "--json"));
        Assert.Equal(backup.GetProperty("endEvent").GetInt64(), backup.GetProperty("ledger").GetInt64());
        JsonElement same = Json(await program.RunAsync("verify", "--data", copy, "--json"));
        Assert.Equal(good.GetProperty("stateHash").GetString(), same.GetProperty("stateHash").GetString());
        Assert.Equal(good.GetProperty("records").GetInt32(), same.GetProperty("records").GetInt32());

        // The newest checkpoint's records are read back at opening, so the damage is found there; the state is checked against the events
        // alone.
        string log = Directory.GetFiles(Path.Combine(copy, "ledger"), "records.log*").Single();
        Flip(log, (int)(new FileInfo(log).Length / 2));
        var (code, output, _) = await program.RunAsync("verify", "--data", copy, "--json");
        Assert.Equal(1, code);
        Assert.Contains("is not whole", output, StringComparison.Ordinal);
    }

    private void CheckedLife(string? told)
    {
        using HostProcess host = Serve();
        JsonElement[] repeats = host.Pump(Enumerable.Range(1, Orders).Select(Join));
        Assert.All(repeats, reply => Assert.True(reply.GetProperty("repeated").GetBoolean()));
        Assert.Equal("Shipped", JsonSerializer.Deserialize<JsonElement>(host.Ask("""{"op":"order","item":1,"order":9}""")).GetProperty("state").GetString());
        Assert.Equal(0, host.End());
        if (told is null)
        {
            Assert.Equal("", host.Errors.Trim());
        }
        else
        {
            Assert.Contains(told, host.Errors, StringComparison.Ordinal);
        }
    }

    private HostProcess Serve(params string[] more) => HostProcess.Serve(_scratch.Data, ["--order-ledger", "--closed-in-memory", "0", "--clock", "manual", .. more]);

    private static void Play(HostProcess host)
    {
        host.Pump(Enumerable.Range(1, Orders).Select(Join));
        JsonElement[] ships = host.Pump(Enumerable.Range(1, Orders).Select(order => $$"""{"op":"ship","item":{{ItemOf(order)}},"order":{{order}}}"""));
        Assert.All(ships, reply => Assert.True(reply.GetProperty("ok").GetBoolean()));
    }

    // Two orders of one item after the other, by different buyers: they form a team.
    private static string Join(int order) => $$"""{"op":"quickJoin","item":{{ItemOf(order)}},"buyer":{{order}},"order":{{order}}}""";

    private static int ItemOf(int order) => 1 + ((order - 1) / 2 % 4);

    private static void Flip(string path, int position)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = position;
        int value = file.ReadByte();
        file.Position = position;
        file.WriteByte((byte)(value ^ 0x10));
    }

    private static JsonElement Json((int Code, string Out, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error + run.Out);
        return JsonDocument.Parse(run.Out).RootElement;
    }
}
