using System.Collections.Concurrent;
using Matching.Core;
using Matching.Host.Cli;
using Matching.Load.Scenarios;
using Matching.Load.Targets;

namespace Matching.Load.Tests;

/// <summary>The check behind <c>restart</c>: every answer given is asked for again (R35, R38). Each way of losing one is planted.</summary>
[Collection(Alone.Name)]
public sealed class RestartTests : IDisposable
{
    private static readonly Answer Given = new() { Ok = true, Outcome = Outcome.Joined, Order = 5, Team = 1024 };

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-load-restart-");

    public static TheoryData<string, bool> Again => new()
    {
        { "kept", true },
        { "lost", false },
        { "another team", false },
        { "another outcome", false },
        { "no answer", false },
    };

    [Theory]
    [MemberData(nameof(Again))]
    public async Task An_answer_that_is_lost_or_changed_fails_the_check(string what, bool holds)
    {
        Answer again = what switch
        {
            "kept" => Given with { Repeated = true },
            "lost" => Given with { Repeated = false },
            "another team" => Given with { Repeated = true, Team = 2048 },
            "another outcome" => Given with { Repeated = true, Outcome = Outcome.Opened },
            _ => new Answer { Outcome = Outcome.None },
        };
        var kept = new ConcurrentDictionary<long, (Command, Answer)>();
        for (long order = 1; order <= 1_000; order++)
        {
            kept[order] = (new Command { Operation = Operation.QuickJoin, Order = order }, Given with { Order = order });
        }

        // One of a thousand orders is answered so; all others as they should.
        await using var target =
            new AnsweringTarget(command => command.Order == 5 ? again : Given with { Order = command.Order, Repeated = true });
        Check check = await Restart.AskAgainAsync(target, kept);

        Assert.Equal(holds, check.Holds);
        Assert.Contains(
            holds ? "0 lost or changed" : "1 lost or changed; the first: order 5 was Joined", check.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_storefront_gives_every_answer_again_over_http()
    {
        var options =
            new LoadOptions { Rate = 100, Seconds = 3, WarmUp = 0, Data = Path.Combine(_root.FullName, "data"), Shop = Storefront() };
        RunResult result = await Restart.RunAsync(options);

        Assert.True(result.Holds, string.Join("; ", result.Checks));

        // What waited for the shop comes all at once when it is back: more than it works on is Busy.
        Assert.Equal(300, result.Timeline!.Seconds.Sum(second => second.Accepted + second.Refused + second.Busy));
        Assert.True(result.Verification!.Events > 0);
    }

    [Fact]
    public async Task A_storefront_started_for_a_run_is_stopped_and_its_directory_verified()
    {
        var options =
            new LoadOptions { Rate = 100, Seconds = 1, WarmUp = 0, Data = Path.Combine(_root.FullName, "data"), Shop = Storefront() };
        RunResult result = await OwnShop.RunAsync(options, "steady", InjectScenarios.SteadyAsync);

        Assert.True(result.Holds, string.Join("; ", result.Checks));

        // A machine that stood still sends more at once than the shop works on: they are Busy.
        Assert.Equal(100, result.Timeline!.Seconds.Sum(second => second.Accepted + second.Busy));
        Assert.True(result.Verification!.Events >= result.Timeline.Seconds.Sum(second => second.Accepted));
    }

    [Fact]
    public async Task A_storefront_that_is_not_there_is_said_to_be_missing()
    {
        UsageException e = await Assert.ThrowsAsync<UsageException>(() => ShopProgram.OpenAsync("nowhere.dll", _root.FullName));
        Assert.Contains("nowhere.dll", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>The shop as built beside these tests, in the same configuration.</summary>
    private static string Storefront()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        string configuration = own.Parent!.Name;
        return Path.Combine(own.Parent.Parent!.Parent!.Parent!.Parent!.FullName, "src", "Matching.Storefront", "bin", configuration,
            own.Name, "Matching.Storefront.dll");
    }

    private sealed class AnsweringTarget(Func<Command, Answer> answer) : ITarget
    {
        public ValueTask<Answer> SendAsync(in Command command) => ValueTask.FromResult(answer(command));

        public ValueTask<long> CountOpenTeamsAsync() => ValueTask.FromResult(-1L);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
