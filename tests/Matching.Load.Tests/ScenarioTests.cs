using System.Text.RegularExpressions;
using Matching.Host.Cli;
using Matching.Load.Report;
using Matching.Load.Scenarios;

namespace Matching.Load.Tests;

/// <summary>
/// A short form of each scenario: it runs, nothing timed is asserted, its directory is verified and its page needs nothing else.
/// </summary>
[Collection(Alone.Name)]
public sealed partial class ScenarioTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-load-");

    private string Recording => Path.Combine(_root.FullName, "recording");

    private static (string Name, string Value) MemoryTaken => ("orders that memory was taken for at the start", "4,000");

    private LoadOptions Short => new()
    {
        Rate = 2_000,
        Seconds = 1,
        WarmUp = 0,
        Items = 500,
        Teams = 3_000,
        ExpectedOrders = 4_000,
        Data = Path.Combine(_root.FullName, "data")
    };

    [Fact]
    public async Task A_steady_load_is_answered_verified_and_its_recording_replayed()
    {
        RunResult steady = await InjectScenarios.SteadyAsync(Short with { Record = Recording });
        Expect(steady, planned: 2_000);
        Assert.Equal(OperatingSystem.IsLinux(),
            steady.Facts.Exists(fact => fact.Name.StartsWith("threads of this process", StringComparison.Ordinal)));
        RunResult replay = await ReplayScenario.RunAsync(Short with { Data = Short.Data + "2", Recording = Recording, Speed = 4 });
        Expect(replay, planned: 2_000);
        Assert.Equal(steady.Verification!.Counts.TeamsOpened, replay.Verification!.Counts.TeamsOpened);
        Assert.Equal(steady.Verification.StateHash, replay.Verification.StateHash);
    }

    [Fact]
    public async Task A_flash_sale_ramps_up_and_down() =>
        Expect(await InjectScenarios.FlashSaleAsync(Short), planned: 250 + 1_000 + 275);

    [Fact]
    public async Task An_expiry_storm_expires_every_team_of_it() => Expect(await ExpiryStorm.RunAsync(Short), planned: 2_000);

    [Fact]
    public async Task An_overload_is_told_busy_and_leaves_nothing_in_flight()
    {
        RunResult result = await Overload.RunAsync(Short with { MaxInFlight = 64, Seconds = 1 });
        Expect(result, planned: null);
    }

    [Fact]
    public async Task A_killed_program_gives_every_answer_again() =>
        Expect(await Restart.RunAsync(Short with { Rate = 500, Seconds = 3, ExpectedOrders = null }), planned: 1_500, embedded: false);

    [Fact]
    public async Task A_soak_stays_within_its_bounds()
    {
        RunResult result = await Soak.RunAsync(Short with { Seconds = 14 });
        Assert.True(result.Holds, Told(result));
        Assert.Equal(6, result.Plots.Count);
        Assert.True(result.Verification!.Counts.TeamsExpired > 0);
        Assert.Contains(MemoryTaken, result.Facts);
        ExpectPage(result);
    }

    [Fact]
    public async Task A_soak_beside_the_order_ledger_stays_within_its_bounds_and_its_records_are_verified()
    {
        RunResult result = await Soak.RunAsync(Short with { Seconds = 14, OrderLedger = true });
        Assert.True(result.Holds, Told(result));
        Assert.True(result.Verification is { Records: > 0, Snapshots: > 0 });
    }

    [Fact]
    public void A_failed_check_or_a_broken_rule_fails_the_run()
    {
        var result = new RunResult("x", "y");
        Assert.True(result.Holds);
        result.Verification = new Host.Verify.Verification(1, default, 0, 0, "", 1, []);
        Assert.False(result.Holds);
        result.Verification = null;
        result.Checks.Add(new Check("a", false, "b"));
        Assert.False(result.Holds);
        Assert.Contains("a check failed", Page.Write(result, ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("steady --rat 5", 2)]
    [InlineData("stady", 2)]
    [InlineData("steady --rate 0", 2)]
    [InlineData("steady --url ftp://x", 2)]
    [InlineData("restart --url http://127.0.0.1:1", 2)]
    [InlineData("steady --speed 2", 2)]
    [InlineData("steady --memory --data x", 2)]
    [InlineData("steady --key k", 2)]
    [InlineData("soak --order-ledger --memory", 2)]
    [InlineData("steady --order-ledger", 2)]
    [InlineData("replay", 2)]
    [InlineData("replay --recording missing", 2)]
    [InlineData("soak --rate 5", 2)]
    [InlineData("overload --rate 5", 2)]
    [InlineData("restart --memory", 2)]
    [InlineData("replay --shards 2 --recording missing", 2)]
    [InlineData("steady --rate 1e3", 2)]
    [InlineData("steady --html missing/page.html", 2)]
    [InlineData("steady --html .", 2)]
    [InlineData("soak --memory --expected-orders 1000000000", 2)]
    [InlineData("steady --url http://127.0.0.1:1 --seconds 1", 1)]
    public async Task A_command_line_that_cannot_be_followed_ends_with_a_code(string line, int code) =>
        Assert.Equal(code, await LoadCommand.RunAsync(line.Split(' ')));

    [Fact]
    public async Task A_data_directory_in_use_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Short.Data!);
        string file = Path.Combine(Short.Data!, "mine.txt");
        await File.WriteAllTextAsync(file, "mine");
        await Assert.ThrowsAsync<UsageException>(() => InjectScenarios.SteadyAsync(Short));
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static void Expect(RunResult result, long? planned, bool embedded = true)
    {
        Assert.True(result.Holds, Told(result));
        Assert.Equal(embedded, result.Facts.Contains(MemoryTaken));
        Assert.NotNull(result.Verification);
        IReadOnlyList<Measure.Second> seconds = result.Timeline!.Seconds;
        long answered = seconds.Sum(second => second.Accepted + second.Refused + second.Busy);
        Assert.Equal(seconds.Sum(second => second.Planned), answered);
        Assert.True(answered > 0);
        if (planned is { } exact)
        {
            Assert.Equal(exact, answered);
        }

        ExpectPage(result);
    }

    private static void ExpectPage(RunResult result)
    {
        string page = Page.Write(result, "a machine");
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(FromOutside(), page);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    private static string Told(RunResult result) =>
        string.Join("; ", result.Checks.Where(check => !check.Holds).Select(check => $"{check.Name}: {check.Text}"))
        + string.Join("; ", result.Verification?.Violations.Select(Figures.Text) ?? []);

    [GeneratedRegex("(?:src|href|url)\\s*[=(]|<script|@import", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FromOutside();
}
