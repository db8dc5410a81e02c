using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

public sealed class LifeTests
{
    [Fact]
    public void Draining_takes_nothing_new_and_answers_all_that_was_taken()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 2);
        Pending<Answer>[] taken = [.. Enumerable.Range(1, 100).Select(i => rig.AskJoin(i, i, i))];
        Task drained = rig.Engine.DrainAsync().AsTask();
        Answer late = rig.AskJoin(1, 200, 200).Value;
        Assert.False(drained.IsCompleted);
        rig.Loops.RunUntilIdle();
        Assert.True(drained.IsCompletedSuccessfully);
        Assert.Equal(Outcome.Unavailable, late.Outcome);
        Assert.All(taken, pending => Assert.True(pending.Value.Ok));
        Assert.NotNull(rig.Run(rig.Engine.FindOrderAsync(1, 1)));
        rig.Close();
    }

    [Fact]
    public void An_idle_engine_drains_at_once_and_may_be_asked_again()
    {
        SteppedEngine rig = SteppedEngine.Open();
        rig.Run(rig.Engine.DrainAsync());
        rig.Run(rig.Engine.DrainAsync());
        rig.Close();
        rig.Close();
    }

    [Fact]
    public void Closing_drains_first()
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = SteppedEngine.Open(journal);
        Pending<Answer>[] taken = [.. Enumerable.Range(1, 10).Select(i => rig.AskJoin(i, i, i))];
        rig.Close();
        Assert.All(taken, pending => Assert.True(pending.Value.Ok));
        Assert.Equal(10, journal.DurableSequence);
    }

    [Fact]
    public void After_closing_commands_are_Unavailable_and_reads_throw()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { ManualClock = true });
        rig.Close();
        Assert.Equal(Outcome.Unavailable, rig.AskJoin(1, 1, 1).Value.Outcome);
        Assert.Throws<ObjectDisposedException>(() => { _ = rig.Engine.FindOrderAsync(1, 1).AsTask(); });
        Assert.Throws<MatchingUnavailableException>(() => { _ = rig.Engine.AdvanceAsync(1).AsTask(); });
    }

    [Fact]
    public async Task A_callers_blocking_code_holds_up_no_other_caller()
    {
        // Nothing is answered until Block waits for its answer: else its code would go on here, on the test's own thread.
        using var waits = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(
            new MatchingOptions { Journal = () => new FaultyJournal { Committing = waits.Wait } });
        Task<int> blocked = Block(engine, go);
        waits.Set();
        for (int i = 0; i < 1_000; i++)
        {
            Answer answer = await engine.QuickJoinAsync(new QuickJoinRequest(2, 10 + i, 10 + i));
            Assert.True(answer.Ok);
        }

        Assert.False(blocked.IsCompleted);
        go.Set();
        Assert.Equal(1, await blocked);
    }

    [Fact]
    public async Task Code_after_an_answer_may_block_on_the_engine_and_close_it()
    {
        using var waits = new ManualResetEventSlim();
        MatchingEngine engine = await MatchingEngine.OpenAsync(
            new MatchingOptions { Journal = () => new FaultyJournal { Committing = waits.Wait } });
        Task<Outcome>[] callers = [.. Enumerable.Range(1, 8).Select(i => AskAgainBlocking(engine, i))];
        waits.Set();
        Assert.All(await Task.WhenAll(callers), outcome => Assert.Equal(Outcome.Opened, outcome));

        await CloseBlocking(engine);
        Assert.Equal(Outcome.Unavailable, (await engine.QuickJoinAsync(new QuickJoinRequest(100, 2, 2))).Outcome);
    }

    [Fact]
    public async Task A_callers_code_never_runs_on_a_loop_of_the_engine()
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true });
        Assert.DoesNotContain(
            await WhereAnswered(engine),
            thread => thread.StartsWith("matching", StringComparison.Ordinal)
                && !string.Equals(thread, ReplyThread.Name, StringComparison.Ordinal));
    }

    private static async Task<List<string>> WhereAnswered(MatchingEngine engine)
    {
        List<string> threads = [];
        for (int i = 1; i <= 200; i++)
        {
            await engine.QuickJoinAsync(new QuickJoinRequest(i, i, i)).ConfigureAwait(false);
            threads.Add(Thread.CurrentThread.Name ?? "");
            await engine.CountAsync().ConfigureAwait(false);
            threads.Add(Thread.CurrentThread.Name ?? "");
            await engine.OrdersOfAsync(i, 1).ConfigureAwait(false);
            threads.Add(Thread.CurrentThread.Name ?? "");
        }

        return threads;
    }

    private static async Task CloseBlocking(MatchingEngine engine)
    {
        await engine.QuickJoinAsync(new QuickJoinRequest(100, 1, 1)).ConfigureAwait(false);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static async Task<Outcome> AskAgainBlocking(MatchingEngine engine, int item)
    {
        await engine.QuickJoinAsync(new QuickJoinRequest(item, 1, 1)).ConfigureAwait(false);
        Answer second = await engine.SoloBuyAsync(new SoloBuyRequest(item, 1, 2)).ConfigureAwait(false);
        Answer third = engine.QuickJoinAsync(new QuickJoinRequest(1_000 + item, 1, 3)).AsTask().GetAwaiter().GetResult();
        return second.Ok ? third.Outcome : second.Outcome;
    }

    private static async Task<int> Block(MatchingEngine engine, ManualResetEventSlim go)
    {
        await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1)).ConfigureAwait(false);
        go.Wait();
        return 1;
    }
}

/// <summary>The engine on its threads, on a real directory.</summary>
public sealed class DirectoryTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "matching-tests", Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_answered_is_there_after_a_restart_R38()
    {
        MatchingOptions options = Options();
        ulong hash;
        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(options))
        {
            Assert.True(engine.Created);
            var answers = new Answer[2_000];
            await engine.QuickJoinBatchAsync(
                Enumerable.Range(1, 2_000).Select(i => new QuickJoinRequest(1 + (i % 30), i, i)).ToArray(), answers);
            Assert.All(answers, answer => Assert.True(answer.Ok));
            hash = await engine.StateHashAsync();
        }

        await using MatchingEngine next = await MatchingEngine.OpenAsync(options with { Shards = 3, ExistingOnly = true });
        Assert.False(next.Created);
        Assert.Equal(hash, await next.StateHashAsync());
        Assert.Equal(2_000, next.HighestOrder);
        Assert.True((await next.QuickJoinAsync(new QuickJoinRequest(2, 1, 1))).Repeated);
    }

    // One command may have to act on more overdue teams of its item than a block of the journal holds.
    [Fact]
    public async Task A_batch_larger_than_a_block_is_journaled_and_recovered_R36()
    {
        const int Teams = 60_000;
        MatchingOptions options = Options() with { SegmentBytes = 1 << 20, ManualClock = true };
        ulong hash;
        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(options))
        {
            Command[] opens =
                [.. Enumerable.Range(1, Teams).Select(i => new Command { Operation = Operation.OpenTeam, Item = 1, Buyer = i, Order = i })];
            await engine.ExecuteBatchAsync(opens, new Answer[Teams]);
            await engine.AdvanceAsync(86_400_000);
            Assert.Equal(Teams, (await engine.CountAsync(1)).TeamsExpired);
            hash = await engine.StateHashAsync();
        }

        await using MatchingEngine next = await MatchingEngine.OpenAsync(options);
        Assert.Equal(hash, await next.StateHashAsync());
    }

    [Fact]
    public async Task A_directory_that_is_in_use_is_refused()
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(Options());
        await Assert.ThrowsAsync<JournalException>(() => MatchingEngine.OpenAsync(Options()));
    }

    [Fact]
    public async Task A_subscription_goes_on_where_it_was_acknowledged_after_a_restart()
    {
        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(Options()))
        {
            await engine.QuickJoinBatchAsync(Enumerable.Range(1, 10).Select(i => new QuickJoinRequest(i, i, i)).ToArray(), new Answer[10]);
            await using Subscription subscription = await engine.SubscribeAsync("mail.v2");
            await foreach (JournaledEvent e in subscription)
            {
                if (e.Sequence == 6)
                {
                    await subscription.AckAsync(e.Sequence);
                    break;
                }
            }
        }

        await using MatchingEngine next = await MatchingEngine.OpenAsync(Options());
        await using Subscription again = await next.SubscribeAsync("mail.v2", SubscriptionStart.Now);
        Assert.Equal(7, again.Position);
        await foreach (JournaledEvent e in again)
        {
            Assert.Equal((7L, 8L), (e.Sequence, e.Event.Order));
            break;
        }
    }

    [Fact]
    public async Task A_damaged_position_is_refused_and_its_file_named()
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(Options());
        await (await engine.SubscribeAsync("mail")).DisposeAsync();
        string file = Path.Combine(_directory, "subscriptions", "mail");
        byte[] bytes = await File.ReadAllBytesAsync(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 1;
            await File.WriteAllBytesAsync(file, damaged);
            SubscriptionException refused =
                await Assert.ThrowsAsync<SubscriptionException>(async () => await engine.SubscribeAsync("mail"));
            Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        }

        await File.WriteAllBytesAsync(file, bytes);
        await (await engine.SubscribeAsync("mail")).DisposeAsync();
    }

    [Fact]
    public async Task Many_callers_at_once_never_make_a_team_too_large_R30()
    {
        const int Callers = 64;
        const int Joins = 100;
        await using MatchingEngine engine =
            await MatchingEngine.OpenAsync(Options() with { Shards = 2, Book = new BookOptions { TeamSize = 3 } });
        Task<Answer[]>[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => JoinMany(engine, caller, Joins)))];
        Answer[][] answers = await Task.WhenAll(callers);
        Assert.All(answers.SelectMany(a => a), answer => Assert.True(answer.Ok, answer.Outcome.ToString()));

        var members = new Dictionary<long, int>();
        var formed = new HashSet<long>();
        long durable = engine.Health.DurableSequence;
        await foreach (JournaledEvent e in engine.ReadEventsAsync(0))
        {
            long team = e.Event.Team;
            switch (e.Event.Kind)
            {
                case EventKind.TeamOpened:
                    members.Add(team, 1);
                    break;
                case EventKind.SeatTaken:
                    Assert.DoesNotContain(team, formed);
                    Assert.InRange(++members[team], 2, 3);
                    break;
                case EventKind.TeamFormed:
                    Assert.Equal(3, members[team]);
                    Assert.True(formed.Add(team));
                    break;
            }

            if (e.Sequence == durable - 1)
            {
                break;
            }
        }

        Assert.Equal(Callers * Joins, members.Values.Sum());
        Assert.Equal(formed.Count, answers.SelectMany(a => a).Count(answer => answer.Outcome == Outcome.Formed));
    }

    private static async Task<Answer[]> JoinMany(MatchingEngine engine, int caller, int joins)
    {
        var answers = new Answer[joins];
        for (int i = 0; i < joins; i++)
        {
            long order = 1 + (caller * joins) + i;
            answers[i] = await engine.QuickJoinAsync(new QuickJoinRequest(1 + (order % 5), order, order)).ConfigureAwait(false);
        }

        return answers;
    }

    private MatchingOptions Options() => new() { DataDirectory = _directory, SegmentBytes = 4 << 20 };
}
