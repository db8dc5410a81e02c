using System.Text.Json;
using Matching.Host.Replay;
using Matching.Host.Traffic;
using Matching.Host.Verify;

namespace Matching.Host.Tests.Replay;

/// <summary>Recorded traffic through the durable engine gives the reference ledgers, which two other programs agree on.</summary>
public sealed class RecordedSetTests : IDisposable
{
    private readonly Replays _replays = new();

    public static TheoryData<string, int> SetsAndSizes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string set in RecordedTraffic.Sets)
            {
                data.Add(set, 2);
                data.Add(set, 3);
            }

            return data;
        }
    }

    public void Dispose() => _replays.Dispose();

    [RecordedTheory]
    [MemberData(nameof(SetsAndSizes))]
    public async Task A_recorded_set_gives_the_reference_ledger_row_for_row(string set, int teamSize)
    {
        string ledger = _replays.New("ledger.csv");
        string directory = _replays.New("data");
        JsonElement summary = await Replays.RunAsync(new ReplayOptions
        {
            Files = [RecordedTraffic.File($"requests/{set}.csv.gz")],
            TeamSize = teamSize,
            Directory = directory,
            Ledger = ledger,
        });
        Assert.Equal(RecordedTraffic.Unpacked($"oracle/{set}_K{teamSize}_A.csv.gz"), await File.ReadAllTextAsync(ledger));
        Verification found = await VerifyRun.RunAsync(directory);
        Assert.Equal("", string.Join('\n', found.Violations));
        Assert.Equal(summary.GetProperty("stateHash").GetString(), found.StateHash);
        Counts counts = new(summary);
        Assert.Equal(counts, new Counts(counts.Requests, counts.Ignored, found.Counts.TeamsOpened, found.Counts.TeamsFormed,
            found.Counts.TeamsExpired, found.Counts.TeamsOpen));
        Assert.Equal(counts.Requests - counts.Ignored, found.Counts.Waiting + found.Counts.Formed + found.Counts.RefundOwed);
    }

    [RecordedTheory]
    [InlineData("taobao_10k", "pv,cart,fav,buy", false, "taobao_10k_all", 0)]
    [InlineData("taobao_96k", "buy", false, "taobao_96k_buy", 1)]
    [InlineData("taobao_96k", "fav,cart,buy", false, "taobao_96k_want", 1)]
    public async Task The_original_Taobao_file_gives_the_same_ledger(string raw, string behaviors, bool byCategory, string set, long bad) =>
        await CheckRawAsync(raw, behaviors, byCategory, set, bad);

    [AllSetsFact]
    public async Task The_original_Taobao_file_by_category_gives_the_same_ledger() =>
        await CheckRawAsync("taobao_96k", "pv,cart,fav,buy", true, "taobao_96k_cat", 1);

    [RecordedTheory]
    [InlineData("rees46_5k", "rees46", null, null, "rees46_all", 0)]
    [InlineData("breadbasket", null, "user=Transaction,item=Item,t=date_time", "dd-MM-yyyy HH:mm", "breadbasket", 0)]
    [InlineData("coffee_vending", null, "user=card,item=coffee_name,t=datetime", "yyyy/M/d H:mm", "coffee", 89)]
    public async Task Other_original_files_give_the_same_ledger_by_preset_or_columns(
        string raw, string? preset, string? columns, string? time, string set, long bad) =>
        await CheckTableAsync(raw, preset, columns, time, set, bad);

    [AllSetsTheory]
    [InlineData("uci_online_retail", "uci", null, null, "uci", 0)]
    [InlineData("completejourney_75k", null, null, null, "completejourney", 0)]
    public async Task Large_original_files_give_the_same_ledger_by_preset_or_their_headers(
        string raw, string? preset, string? columns, string? time, string set, long bad) =>
        await CheckTableAsync(raw, preset, columns, time, set, bad);

    [AllSetsFact]
    public async Task Every_team_of_the_BeiBei_lists_ends_as_it_ended_there()
    {
        string ledger = _replays.New("ledger.csv");
        JsonElement summary =
            await Replays.RunAsync(new ReplayOptions { Files = [RecordedTraffic.File("raw/beibei_groups.tar.gz")], Ledger = ledger });
        Assert.Equal(332_826, summary.GetProperty("formed").GetInt64());
        Assert.Equal(211_291, summary.GetProperty("expired").GetInt64());
        Assert.Equal(0, summary.GetProperty("open").GetInt64());
        Assert.Equal(0, summary.GetProperty("badRows").GetInt64());
        Assert.Equal(332_826 + 211_291, File.ReadLines(ledger).Skip(1).Count());
        Assert.Equal(879_945, File.ReadLines(ledger).Skip(1).Sum(line => 1 + line.Count(c => c == '|')));
    }

    private async Task CheckRawAsync(string raw, string behaviors, bool byCategory, string set, long bad)
    {
        string ledger = _replays.New("ledger.csv");
        JsonElement summary = await Replays.RunAsync(new ReplayOptions
        {
            Files = [RecordedTraffic.File($"raw/{raw}.tar.gz")],
            Traffic = new TrafficOptions
            {
                Behaviors = new HashSet<string>(behaviors.Split(','), StringComparer.Ordinal),
                ByCategory = byCategory
            },
            Ledger = ledger,
        });
        Assert.Equal(RecordedTraffic.Unpacked($"oracle/{set}_K2_A.csv.gz"), await File.ReadAllTextAsync(ledger));
        Assert.Equal(bad, summary.GetProperty("badRows").GetInt64());
    }

    private async Task CheckTableAsync(string raw, string? preset, string? columns, string? time, string set, long bad)
    {
        string ledger = _replays.New("ledger.csv");
        JsonElement summary = await Replays.RunAsync(new ReplayOptions
        {
            Files = [RecordedTraffic.File($"raw/{raw}.tar.gz")],
            Traffic = new TrafficOptions
            {
                Preset = preset is null ? null : Preset.All[preset],
                Columns = columns is null ? ColumnChoice.None : ColumnChoice.Parse(columns),
                Time = time is null ? TimeFormat.Auto : TimeFormat.Parse(time),
                MaxBadPercent = 5,
            },
            Ledger = ledger,
        });
        Assert.Equal(RecordedTraffic.Unpacked($"oracle/{set}_K2_A.csv.gz"), await File.ReadAllTextAsync(ledger));
        Assert.Equal(bad, summary.GetProperty("badRows").GetInt64());
    }

    private sealed record Counts(long Requests, long Ignored, long Opened, long Formed, long Expired, long Open)
    {
        public Counts(JsonElement summary)
            : this(Of(summary, "requests"), Of(summary, "ignored"), Of(summary, "opened"), Of(summary, "formed"), Of(summary, "expired"),
                Of(summary, "open"))
        {
        }

        private static long Of(JsonElement summary, string name) => summary.GetProperty(name).GetInt64();
    }
}
