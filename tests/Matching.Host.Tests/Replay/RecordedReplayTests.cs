using System.Text.Json;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Replay;
using Matching.Host.Replay.Recorded;
using Matching.Kit.Engine;
using Matching.Recording;
using Matching.Storage;

namespace Matching.Host.Tests.Replay;

public sealed class RecordedReplayTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-recorded-");

    private string Recording => Path.Combine(_root.FullName, "recording");

    private string Data => Path.Combine(_root.FullName, "data");

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_recording_of_many_callers_replays_without_a_difference(int shards)
    {
        ulong hash = await RecordAsync(shards);
        JsonElement replayed = await ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Data });
        Assert.Equal(0, replayed.GetProperty("differences").GetInt64());
        Assert.Equal(4_001, replayed.GetProperty("commands").GetInt64());
        Assert.Equal(hash.ToString("x16", null), replayed.GetProperty("stateHash").GetString());
    }

    [Fact]
    public async Task A_replay_in_another_directory_says_why_answers_differ()
    {
        await RecordAsync(1, directory: Data + "1");
        await RecordAsync(1, firstSeed: 2, directory: Data + "1");
        var options = new RecordedOptions { Recording = Path.Combine(Recording, "recording-000002.rec"), Directory = Data };
        JsonElement replayed = await ReplayAsync(options);
        Assert.True(replayed.GetProperty("differences").GetInt64() > 0);
        Assert.True(replayed.GetProperty("otherBeginning").GetInt64() > 0);
        Assert.Equal(0, replayed.GetProperty("unexplained").GetInt64());
    }

    [Fact]
    public async Task A_restarted_engine_replays_as_two_sittings_and_from_a_copy_of_its_directory()
    {
        await RecordAsync(2, directory: Path.Combine(_root.FullName, "original"));
        string copied = Path.Combine(_root.FullName, "copied");
        CopyAll(Path.Combine(_root.FullName, "original"), copied);
        ulong hash = await RecordAsync(2, firstSeed: 2, directory: Path.Combine(_root.FullName, "original"));

        JsonElement whole = await ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Data });
        Assert.Equal((2, 0), (whole.GetProperty("sittings").GetInt64(), whole.GetProperty("gaps").GetInt64()));
        Assert.Equal(0, whole.GetProperty("differences").GetInt64());
        Assert.Equal(hash.ToString("x16", null), whole.GetProperty("stateHash").GetString());

        JsonElement second = await ReplayAsync(new RecordedOptions
        {
            Recording = Path.Combine(Recording, "recording-000002.rec"),
            Directory = Data + "2",
            CopyOf = copied,
        });
        Assert.Equal(0, second.GetProperty("differences").GetInt64());
        Assert.Equal(hash.ToString("x16", null), second.GetProperty("stateHash").GetString());
    }

    [Fact]
    public async Task A_sitting_that_was_not_recorded_is_told()
    {
        string original = Path.Combine(_root.FullName, "original");
        await RecordAsync(2, directory: original);
        await using (MatchingEngine unrecorded =
            await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = original, ManualClock = true }))
        {
            await unrecorded.SoloBuyAsync(new SoloBuyRequest(99, 1, 1_000_000));
        }

        await RecordAsync(2, firstSeed: 2, directory: original);
        JsonElement replayed = await ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Data });
        Assert.Equal((1, 0), (replayed.GetProperty("gaps").GetInt64(), replayed.GetProperty("unexplained").GetInt64()));
    }

    [Fact]
    public async Task A_directory_that_an_engine_has_open_is_not_copied()
    {
        await RecordAsync(1);
        string original = Path.Combine(_root.FullName, "original");
        await using MatchingEngine running = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = original });
        var options = new RecordedOptions { Recording = Recording, Directory = Data, CopyOf = original };
        Assert.Contains(
            "is in use", (await Assert.ThrowsAsync<JournalException>(() => ReplayAsync(options))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
        Assert.Contains("no matching.marker", (await Assert.ThrowsAsync<JournalException>(
            () => ReplayAsync(options with { CopyOf = Recording }))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
        UsageException e = Assert.Throws<UsageException>(() => new ReplayOptions { Files = [Recording, Recording] }.Check());
        Assert.Contains("is a recording: name it alone", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_number_of_shards_explains_times_and_nothing_else()
    {
        var differences = new Differences(timesReplayed: true) { OtherShards = true };
        var recorded = new RecordedCommand { Command = new Command { Item = 3 }, Answer = new Answer { Team = 1, Now = 5 } };
        differences.Take(recorded, new Answer { Team = 1, Now = 6 });
        recorded.Command = recorded.Command with { Item = 4 };
        differences.Take(recorded, new Answer { Team = 2, Now = 5 });
        Assert.Equal((1, 1), (differences.Of(Cause.OtherShards), differences.Of(Cause.Unexplained)));
    }

    [Fact]
    public async Task At_times_of_now_only_times_differ_or_deadlines_moved()
    {
        await RecordAsync(1);
        JsonElement replayed = await ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Data, RecordedTimes = false });
        Assert.True(replayed.GetProperty("onlyTimes").GetInt64() > 0);
        Assert.Equal(0, replayed.GetProperty("unexplained").GetInt64());
    }

    [Fact]
    public async Task At_a_speed_the_same_answers_come()
    {
        await RecordAsync(1);
        JsonElement replayed = await ReplayAsync(new RecordedOptions { Recording = Recording, Speed = 1_000_000 });
        Assert.Equal(0, replayed.GetProperty("differences").GetInt64());
        Assert.Equal(4_001, replayed.GetProperty("commands").GetInt64());
    }

    [Fact]
    public void A_changed_answer_is_an_unexplained_difference_and_what_follows_in_its_item_is_not()
    {
        var differences = new Differences(timesReplayed: true);
        var recorded = new RecordedCommand
        {
            Command = new Command { Operation = Operation.QuickJoin, Item = 3, Order = 5, At = 7 },
            Answer = new Answer { Team = 1 }
        };
        differences.Take(recorded, recorded.Answer);
        Assert.Equal(0, differences.Count);
        differences.Take(recorded, new Answer { Team = 2 });
        differences.Take(recorded, new Answer { Team = 2 });
        Assert.Equal(1, differences.Of(Cause.Unexplained));
        Assert.Equal(1, differences.Of(Cause.Follows));
        Assert.Contains("QuickJoin of 3:5 at 7", Assert.Single(differences.First), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_that_the_recorder_dropped_explain_what_differs_behind_them()
    {
        var differences = new Differences(timesReplayed: true);
        differences.Take(new RecordedCommand { DroppedBefore = 4, Answer = new Answer { Team = 1 } }, default);
        Assert.Equal(1, differences.Of(Cause.Missing));

        await RecordAsync(1);
        UsageException e = await Assert.ThrowsAsync<UsageException>(
            () => ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Recording }));
        Assert.Contains("not empty", e.Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => RecordedOptions.SpeedOf("fast"));
        Assert.Throws<UsageException>(() => RecordedOptions.SpeedOf("0"));
        Assert.Equal(2.5, RecordedOptions.SpeedOf("2.5"));
        Assert.Null(RecordedOptions.SpeedOf("max"));
    }

    // Four callers and a merchant at once on real threads: a join may be decided before or behind a change of its terms, and is so again.
    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(3, 2)]
    public async Task Campaigns_are_replayed_where_each_shard_learned_of_them(int shards, int? speed)
    {
        ulong hash = await RecordAsync(shards, campaigns: true);

        JsonElement replayed =
            await ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Data, Speed = speed is null ? null : 1_000_000 });
        Assert.True(replayed.GetProperty("first").GetArrayLength() == 0, replayed.GetProperty("first").GetRawText());
        Assert.Equal(0, replayed.GetProperty("differences").GetInt64());
        Assert.True(replayed.GetProperty("campaignCommands").GetInt64() > 50);
        Assert.Equal(hash.ToString("x16", null), replayed.GetProperty("stateHash").GetString());
    }

    // Its command is gone with the first file: what was decided by it differs, and so does what merchants are told.
    [Fact]
    public async Task A_campaign_command_that_was_decided_otherwise_is_told_and_explains_what_follows()
    {
        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions
        {
            DataDirectory = Data + "-recorded",
            ManualClock = true,
            Book = new BookOptions { CampaignsRequired = true },
        }))
        {
            await engine.ControlAsync(new ControlCommand
            {
                Operation = ControlOperation.SetMerchant,
                Request = 1,
                Merchant = 7,
                Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed),
            });
        }

        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions
        {
            DataDirectory = Data + "-recorded",
            ManualClock = true,
            Book = new BookOptions { CampaignsRequired = true },
            Recording = new RecordingOptions { Directory = Recording },
        }))
        {
            await engine.ControlAsync(new ControlCommand
            {
                Operation = ControlOperation.PublishCampaign,
                Request = 2,
                Merchant = 7,
                Item = 3,
                Category = "shoes",
                Terms = new CampaignTerms { EndMs = 900_000_000, TeamSize = 2, GroupPriceFen = 800, SoloPriceFen = 1_000 },
            });
            Assert.Equal(Outcome.Opened, (await engine.QuickJoinAsync(new QuickJoinRequest(3, 1, 1))).Outcome);
        }

        JsonElement replayed = await ReplayAsync(new RecordedOptions { Recording = Recording, Directory = Data });
        Assert.Equal((2, 1), (replayed.GetProperty("differences").GetInt64(), replayed.GetProperty("campaignCommands").GetInt64()));
        Assert.Equal((1, 1, 0), (
            replayed.GetProperty("otherBeginning").GetInt64(), replayed.GetProperty("follows").GetInt64(),
                replayed.GetProperty("unexplained").GetInt64()));
        Assert.Contains("PublishCampaign 2", replayed.GetProperty("first")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_recording_is_said_to_be_one()
    {
        UsageException empty = Assert.Throws<UsageException>(() => new ReplayOptions { Files = [_root.FullName] }.Check());
        UsageException missing = Assert.Throws<UsageException>(() => new ReplayOptions { Files = [Recording] }.Check());

        Assert.Contains("is a folder without a recording in it", empty.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>
    /// Records a real engine with four callers at once: on a manual clock, so that much happens, or fails to, in the run.
    /// </summary>
    private async Task<ulong> RecordAsync(int shards, int firstSeed = 1, string? directory = null, bool campaigns = false)
    {
        var options = new MatchingOptions
        {
            DataDirectory = directory,
            InMemory = directory is null,
            Shards = shards,
            ManualClock = true,
            Recording = new RecordingOptions { Directory = Recording },
        };
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options);
        long start = engine.Now + 1_000_000;
        Task offering = campaigns ? Task.Run(() => OfferAsync(engine, firstSeed, start)) : Task.CompletedTask;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            var commands = new RandomCommands((firstSeed * 10) + caller, start, items: 12);
            for (int i = 0; i < 100; i++)
            {
                var answers = new Answer[10];
                await engine.ExecuteBatchAsync(commands.Take(10), answers);
            }
        })));

        await offering;

        // One command behind the move, so that the recording, which knows commands only, reaches that time as well.
        await engine.AdvanceAsync(engine.Now + 10_000_000_000);
        await engine.ReleaseAsync(1, BookOptions.MaxId);
        Assert.Equal(0, engine.Recording!.Dropped);
        return await engine.StateHashAsync();
    }

    private static async Task OfferAsync(MatchingEngine engine, int seed, long start)
    {
        var offers = new RandomOffers(seed, items: 12);
        foreach (ControlCommand command in RandomOffers.Merchants)
        {
            await engine.ControlAsync(command with { At = start });
        }

        for (int i = 0; i < 100; i++)
        {
            await engine.ControlAsync(offers.Next(Math.Max(start, engine.Now)));
        }
    }

    private static async Task<JsonElement> ReplayAsync(RecordedOptions options)
    {
        Summary summary = await new RecordedRun(options).RunAsync();
        using var json = new MemoryStream();
        summary.WriteJson(json);
        return JsonDocument.Parse(json.ToArray()).RootElement;
    }

    private static void CopyAll(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
