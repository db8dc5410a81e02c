using System.Text;
using System.Text.Json;
using Matching.Host.Cli;
using Matching.Host.Replay;
using Matching.Host.Verify;
using Matching.Storage;

namespace Matching.Host.Tests.Replay;

/// <summary>An interrupted replay goes on and ends as if it had not been interrupted; a file is not taken twice unnoticed (R35).</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Rows = "row,t,user,item\n1,100,a,x\n2,200,b,x\n3,90000,a,y\n";

    private readonly Replays _replays = new();

    public void Dispose() => _replays.Dispose();

    [Theory]
    [InlineData(2, 4)]
    [InlineData(3, 3)]
    [InlineData(2, 1)]
    public async Task Cut_off_behind_any_block_a_replay_ends_with_the_same_teams(int teamSize, int shards)
    {
        string file = Contended(40_000, 4 * 86_400);
        await CheckEveryCutAsync(new ReplayOptions { Files = [file], TeamSize = teamSize, Shards = shards });
    }

    [Fact]
    public async Task A_request_that_was_refused_is_not_taken_when_it_would_be_sent_again_later()
    {
        // The third is refused: its buyer sits in a team that expires at 87,400. Behind that, he would open another.
        string file = _replays.File("a.csv", "t,user,item\n1000,1,1\n2000,2,2\n87000,1,1\n87500,2,2\n");
        await CheckEveryCutAsync(new ReplayOptions { Files = [file], Shards = 1 });
    }

    [Fact]
    public async Task What_comes_before_the_directorys_time_is_decided_at_it_by_whichever_shard()
    {
        string Rows(int count, string time) => string.Concat(Enumerable.Range(1, count).Select(item => $"{time},{item},{item}\n"));
        string first = _replays.File("a.csv", "t,user,item\n" + Rows(50, "1000") + Rows(1, "90000"));
        string whole = _replays.New("whole");
        await Replays.RunAsync(new ReplayOptions { Files = [first], Directory = whole, Shards = 4 });
        // Without the last event, which sets all shards to one time, only item 1's stands at 90,000.
        string before = _replays.New("before");
        JournalCopy.Run(LocalDisk.Instance, whole, before, ReadOnlyJournal.Open(whole).EndSequence - 1);
        string second = _replays.File("b.csv", "t,user,item\n" + Rows(50, "2000").Replace(",", ",9", StringComparison.Ordinal));
        foreach (int shards in new[] { 1, 4 })
        {
            string directory = _replays.New("data");
            JournalCopy.Run(LocalDisk.Instance, before, directory, long.MaxValue);
            string ledger = _replays.New("ledger.csv");
            await Replays.RunAsync(
                new ReplayOptions { Files = [second], Directory = directory, Shards = shards, Append = true, Ledger = ledger });
            Assert.All(File.ReadLines(ledger).Skip(1), line => Assert.Equal("90000", line.Split(',')[2]));
        }
    }

    [Fact]
    public async Task Cut_off_behind_any_block_an_appended_replay_ends_with_the_same_teams()
    {
        string first =
            _replays.File("a.csv", "t,user,item\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"{180_000 + i},{i},{i % 50}\n")));
        string directory = _replays.New("data");
        await Replays.RunAsync(new ReplayOptions { Files = [first], Directory = directory, Shards = 2 });
        // Half of it lies before the directory's time.
        await CheckEveryCutAsync(new ReplayOptions { Files = [Contended(30_000, 4 * 86_400)], Shards = 3, Append = true }, directory);
    }

    [Fact]
    public async Task Cut_off_behind_any_block_team_lists_end_with_the_same_teams()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 12_000; i++)
        {
            text.Append(i + 1).Append('\t').Append((i * 31 % 4_000) + 1);
            for (int member = 0; member < i % 3; member++)
            {
                text.Append('\t').Append(100_000 + i + member);
            }

            text.Append('\n');
        }

        await CheckEveryCutAsync(new ReplayOptions { Files = [_replays.File("t.txt", text.ToString())], Shards = 4 });
    }

    [Fact]
    public async Task A_finished_replay_that_goes_on_changes_nothing_and_an_empty_directory_begins()
    {
        var options = new ReplayOptions { Files = [Contended(5_000, 86_400)], Directory = _replays.New("data"), Resume = true, Shards = 3 };
        string expected = Replays.Outcome(await Replays.RunAsync(options));
        Assert.Equal(expected, Replays.Outcome(await Replays.RunAsync(options with { Directory = null, Resume = false })));
        Assert.Equal(expected, Replays.Outcome(await Replays.RunAsync(options)));
        Assert.Equal(expected, Replays.Outcome(await Replays.RunAsync(options with { Shards = 0 })));
    }

    [Fact]
    public async Task Only_the_same_requests_and_terms_go_on()
    {
        var options = new ReplayOptions { Files = [_replays.File("a.csv", Rows)], Directory = _replays.New("data"), Shards = 2 };
        await Replays.RunAsync(options);
        Interrupt(options.Directory!);
        string other = _replays.File("b.csv", Rows.Replace("90000", "90001", StringComparison.Ordinal));
        ReplayOptions again = options with { Resume = true };
        Assert.Contains("a.csv, 3 requests; ", await RefusalAsync(again with { Files = [other] }), StringComparison.Ordinal);
        Assert.Contains("--team-size 2, not 3 (R34)", await RefusalAsync(again with { TeamSize = 3 }), StringComparison.Ordinal);
        Assert.Contains("--shards 2", await RefusalAsync(again with { Shards = 4 }), StringComparison.Ordinal);
        Assert.Contains(
            "an interrupted replay of ", await RefusalAsync(options with { Files = [other], Append = true }), StringComparison.Ordinal);
        await Replays.RunAsync(again);
        await Replays.RunAsync(options with { Files = [other], Append = true });
    }

    [Fact]
    public async Task A_directory_that_remembers_no_replay_is_not_gone_on_in()
    {
        var options = new ReplayOptions { Files = [_replays.File("a.csv", Rows)], Directory = _replays.New("data") };
        await Replays.RunAsync(options);
        File.Delete(Path.Combine(options.Directory!, ReplayHistory.FileName));
        Assert.Contains("no replay into it is remembered", await RefusalAsync(options with { Resume = true }), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(options.Directory!, ReplayHistory.FileName), "[{");
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => Replays.RunAsync(options with { Resume = true }));
        Assert.Contains($"{ReplayHistory.FileName} is not as it was written", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_requests_twice_are_refused_unless_asked_for_however_they_are_packed()
    {
        string file = _replays.File("a.csv", Rows);
        string packed = _replays.New("a.csv.gz");
        File.WriteAllBytes(packed, Tests.Traffic.Reading.Gzip(
            Encoding.UTF8.GetBytes(Rows.Replace("row,t,user,item", "Row,Time,Buyer,Product", StringComparison.Ordinal))));
        var options = new ReplayOptions { Files = [file], Directory = _replays.New("data") };
        Assert.Contains(
            "holds the same requests as", await RefusalAsync(options with { Files = [file, packed] }), StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Directory));
        await Replays.RunAsync(options);
        Assert.Contains(
            "was replayed into", await RefusalAsync(options with { Files = [packed], Append = true }), StringComparison.Ordinal);
        JsonElement twice = await Replays.RunAsync(options with { Files = [packed], Append = true, Again = true });
        Assert.Equal(3, twice.GetProperty("requests").GetInt64());
        JsonElement both = await Replays.RunAsync(options with { Files = [file, packed], Directory = null, Again = true });
        Assert.Equal(6, both.GetProperty("requests").GetInt64());
        await Replays.RunAsync(
            options with { Files = [_replays.File("b.csv", Rows.Replace(",a,", ",c,", StringComparison.Ordinal))], Append = true });
    }

    [Fact]
    public async Task Verify_says_nothing_of_the_file_beside_the_journal()
    {
        var options = new ReplayOptions { Files = [Contended(5_000, 86_400)], Directory = _replays.New("data") };
        await Replays.RunAsync(options);
        Assert.Empty((await VerifyRun.RunAsync(options.Directory!)).Violations);
        Assert.True(File.Exists(Path.Combine(options.Directory!, ReplayHistory.FileName)));
    }

    private static void Interrupt(string directory)
    {
        string path = Path.Combine(directory, ReplayHistory.FileName);
        string text = File.ReadAllText(path);
        int done = text.LastIndexOf("\"IsDone\":true", StringComparison.Ordinal);
        File.WriteAllText(path, string.Concat(text.AsSpan(0, done), "\"IsDone\":false", text.AsSpan(done + "\"IsDone\":true".Length)));
    }

    private static async Task<string> RefusalAsync(ReplayOptions options) =>
        (await Assert.ThrowsAsync<UsageException>(() => Replays.RunAsync(options))).Message;

    /// <summary>Replays in one go, then from every place at which the journal could have ended.</summary>
    private async Task CheckEveryCutAsync(ReplayOptions options, string? before = null)
    {
        string whole = _replays.New("whole");
        if (before is not null)
        {
            JournalCopy.Run(LocalDisk.Instance, before, whole, long.MaxValue);
        }

        ReplayOptions first = options with { Directory = whole, Ledger = _replays.New("whole.csv") };
        string expected = Replays.Outcome(await Replays.RunAsync(first));
        Assert.DoesNotContain("expired=0 ", expected, StringComparison.Ordinal);
        string ledger = await File.ReadAllTextAsync(first.Ledger);
        Interrupt(whole);
        string history = await File.ReadAllTextAsync(Path.Combine(whole, ReplayHistory.FileName));
        long firstEvent = ReplayHistory.Load(whole).Last!.FirstEvent;
        var ends = new List<long> { firstEvent };
        JournalCopy.ReadBehind(LocalDisk.Instance, whole, firstEvent, (sequence, _) => ends.Add(sequence));
        foreach (long end in Some(ends))
        {
            string cut = _replays.New("cut");
            JournalCopy.Run(LocalDisk.Instance, whole, cut, end);
            await File.WriteAllTextAsync(Path.Combine(cut, ReplayHistory.FileName), history);
            ReplayOptions rest = options with { Directory = cut, Append = false, Resume = true, Ledger = _replays.New("cut.csv") };
            Assert.Equal((end, expected), (end, Replays.Outcome(await Replays.RunAsync(rest))));
            Assert.True(
                string.Equals(ledger, await File.ReadAllTextAsync(rest.Ledger), StringComparison.Ordinal), $"cut before event {end}");
            Assert.True(ReplayHistory.Load(cut).Last!.IsDone);
        }
    }

    // Every start makes a segment, so not all of some twenty places are tried each time.
    private static IEnumerable<long> Some(List<long> ends) =>
        RecordedTraffic.AllSets ? ends.Distinct()
            : ends.Distinct().Chunk(Math.Max(1, ends.Count / 7)).Select(chunk => chunk[0]).Append(ends[^1]).Distinct();

    /// <summary>
    /// Each item is wanted by two buyers, mostly by one of them, about once a day: most requests are refused or open a team that expires.
    /// </summary>
    private string Contended(int requests, int seconds)
    {
        int items = (int)(requests * 86_400L / seconds);
        var random = new Random(7);
        var text = new StringBuilder("t,user,item\n");
        for (int i = 0; i < requests; i++)
        {
            int item = random.Next(items) + 1;
            text.Append(1_000 + ((long)i * seconds / requests)).Append(',').Append((item * 2) + (random.Next(8) == 0 ? 1 : 0)).Append(',')
                .Append(item).Append('\n');
        }

        return _replays.File("contended.csv", text.ToString());
    }
}
