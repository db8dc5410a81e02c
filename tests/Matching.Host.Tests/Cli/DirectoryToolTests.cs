using System.Text.Json;
using Matching.Core;
using Matching.Engine;
using Matching.Storage;

namespace Matching.Host.Tests.Cli;

/// <summary>inspect, verify, backup and repair over a directory whose engine is running.</summary>
public sealed class DirectoryToolTests : IAsyncLifetime, IDisposable
{
    private readonly ProgramRun _program = new();
    private MatchingEngine _engine = null!;

    private string Data => Path.Combine(_program.Folder, "shop");

    public async Task InitializeAsync()
    {
        _engine = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = Data, ManualClock = true, SegmentBytes = 1 << 20 });
        for (int round = 0; round < 3; round++)
        {
            for (int i = 1; i <= 50; i++)
            {
                await _engine.QuickJoinAsync(new QuickJoinRequest(1 + (i % 7), (100 * round) + i, (100 * round) + i));
            }

            if (round < 2)
            {
                await _engine.SnapshotAsync();
            }
        }
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Inspect_shows_what_a_directory_in_use_holds_and_the_events_of_an_order_or_a_team()
    {
        JsonElement shown = Json(await _program.RunAsync("inspect", "--data", Data, "--json"));
        Assert.Equal(_engine.Health.DurableSequence, shown.GetProperty("endEvent").GetInt64());
        Assert.Equal(2, shown.GetProperty("snapshots").GetArrayLength());
        Assert.EndsWith("whole", shown.GetProperty("snapshots")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("generation 1, from event 0", shown.GetProperty("segments")[0].GetString(), StringComparison.Ordinal);

        OrderView order = (await _engine.FindOrderAsync(1, 7))!.Value;
        var (code, output, _) = await _program.RunAsync("inspect", "--data", Data, "--item", "1", "--order", "7");
        Assert.Equal(0, code);
        Assert.Contains("TeamOpened item 1 order 7 buyer 7", output, StringComparison.Ordinal);
        Assert.Contains("TeamFormed", output, StringComparison.Ordinal);
        (code, output, _) = await _program.RunAsync("inspect", "--data", Data, "--item", "1", "--team", $"{order.Team}", "--json");
        Assert.Equal(0, code);
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Equal(order.Team, JsonDocument.Parse(line).RootElement.GetProperty("team").GetInt64()));
        Assert.Equal(1, (await _program.RunAsync("inspect", "--data", Data, "--item", "1", "--order", "9999")).Code);
        Assert.Equal(2, (await _program.RunAsync("inspect", "--data", Data, "--order", "7")).Code);
    }

    [Fact]
    public async Task Verify_compares_every_snapshot_and_names_the_one_that_is_wrong()
    {
        JsonElement good = Json(await _program.RunAsync("verify", "--data", Data, "--json"));
        Assert.Equal((0, 2), (good.GetProperty("violationCount").GetInt32(), good.GetProperty("snapshots").GetInt32()));
        Assert.Equal((await _engine.StateHashAsync()).ToString("x16", null), good.GetProperty("stateHash").GetString());

        // The same bytes but one, under right checksums: only the comparison can see it.
        var store = new SnapshotStore(LocalDisk.Instance, Data);
        long sequence = store.List()[0];
        using (Snapshot snapshot = store.Open(sequence))
        {
            using SnapshotWriter forged = store.Create(sequence, snapshot.Header.Boundary, snapshot.Header.NowMs);
            byte[] buffer = [];
            foreach (int section in snapshot.Sections)
            {
                byte[] bytes = snapshot.Read(section, ref buffer).ToArray();
                bytes[16] ^= section == StateSections.Head ? (byte)1 : (byte)0;
                forged.Write(section, bytes);
            }

            forged.Complete();
        }

        var (code, output, _) = await _program.RunAsync("verify", "--data", Data);
        Assert.Equal(1, code);
        Assert.Contains(
            $"event {sequence}, R38: the snapshot differs from the events before it in 1 sections", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_made_beside_the_engine_opens_and_one_to_a_position_has_the_state_of_that_moment()
    {
        string copy = Path.Combine(_program.Folder, "copy");
        Assert.Equal(0, (await _program.RunAsync("backup", "--data", Data, "--to", copy)).Code);
        ulong hash = await _engine.StateHashAsync();
        await using (
            MatchingEngine copied = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = copy, ManualClock = true }))
        {
            Assert.Equal(hash, await copied.StateHashAsync());
            Assert.True(copied.RecoveredFromSnapshot > 0);
        }

        string then = Path.Combine(_program.Folder, "then");
        Assert.Equal(0, (await _program.RunAsync("backup", "--data", Data, "--to", then, "--at", "60")).Code);
        await using (
            MatchingEngine early = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = then, ManualClock = true }))
        {
            Assert.InRange(early.Recovered, 50, 60);
            Assert.Equal(Outcome.Opened, (await early.QuickJoinAsync(new QuickJoinRequest(99, 1, 1))).Outcome);
        }

        Assert.Equal(0, (await _program.RunAsync("verify", "--data", then)).Code);
        Assert.Equal(1, (await _program.RunAsync("backup", "--data", Data, "--to", copy)).Code);
    }

    [Fact]
    public async Task A_backup_cut_within_a_block_ends_before_it_also_where_further_starts_follow()
    {
        string data = Path.Combine(_program.Folder, "two");
        string copy = Path.Combine(_program.Folder, "copy");
        var options = new MatchingOptions { DataDirectory = data, ManualClock = true, Shards = 1 };
        await using (MatchingEngine first = await MatchingEngine.OpenAsync(options))
        {
            await first.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));

            // The second joins and forms: two events in one block.
            await first.QuickJoinAsync(new QuickJoinRequest(1, 2, 2));
        }

        await using (MatchingEngine second = await MatchingEngine.OpenAsync(options))
        {
            await second.QuickJoinAsync(new QuickJoinRequest(1, 3, 3));
        }

        var (code, _, error) = await _program.RunAsync("backup", "--data", data, "--to", copy, "--at", "2");
        Assert.True(code == 0, error);
        Assert.Contains("the copy ends before event 1, not 2", error, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be read", error, StringComparison.Ordinal);
        await using MatchingEngine early = await MatchingEngine.OpenAsync(options with { DataDirectory = copy });
        Assert.Equal((1, 1), (early.Recovered, (await early.CountAsync()).Waiting));
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("shop/copy")]
    [InlineData("shop/../shop/copy")]
    public async Task A_copy_into_the_directory_itself_is_refused(string to)
    {
        var (code, _, error) = await _program.RunAsync("backup", "--data", Data, "--to", Path.Combine(_program.Folder, to));

        Assert.Equal(1, code);
        Assert.Contains("name a directory outside it", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Data, "copy")));
    }

    [Fact]
    public async Task Times_beyond_the_calendar_are_shown_as_they_are_R43()
    {
        string data = Path.Combine(_program.Folder, "late");
        await using (
            MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = data, ManualClock = true }))
        {
            await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1));
            await engine.AdvanceAsync(BookOptions.MaxExact - 1);
            await engine.QuickJoinAsync(new QuickJoinRequest(1, 2, 2));
        }

        var (code, output, _) = await _program.RunAsync("inspect", "--data", data, "--item", "1", "--order", "2");
        Assert.Equal(0, code);
        Assert.Contains("9007199254740990 ms after 1970  TeamOpened item 1 order 2", output, StringComparison.Ordinal);
        ClockRefusedException refused =
            await Assert.ThrowsAsync<ClockRefusedException>(() => MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = data }));
        Assert.Contains("the journal's last entry at 9007199254740990 ms after 1970 (R43)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_saves_what_can_be_read_of_a_refused_directory_and_lists_what_is_lost()
    {
        string copy = Path.Combine(_program.Folder, "copy");
        string saved = Path.Combine(_program.Folder, "saved");
        Assert.Equal(0, (await _program.RunAsync("backup", "--data", Data, "--to", copy)).Code);
        JsonElement cut = Json(await _program.RunAsync("repair", "--data", copy, "--to", saved, "--cut-at", "100", "--json"));
        long kept = cut.GetProperty("savedEvents").GetInt64();
        Assert.InRange(kept, 90, 100);
        Assert.Equal(_engine.Health.DurableSequence - kept, cut.GetProperty("lostReadable").GetInt64());
        Assert.StartsWith($"event {kept}: ", cut.GetProperty("lost")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await _program.RunAsync("verify", "--data", saved)).Code);
    }

    private static JsonElement Json((int Code, string Out, string Error) run)
    {
        Assert.True(run.Code == 0, run.Error + run.Out);
        return JsonDocument.Parse(run.Out).RootElement;
    }
}
