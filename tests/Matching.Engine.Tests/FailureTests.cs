using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Engine.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void When_writing_fails_waiting_and_later_callers_get_Unavailable_R38(int shards)
    {
        List<Exception> told = [];
        var journal = new FaultyJournal();
        SteppedEngine rig = SteppedEngine.Open(journal, shards, with: o => o with { Failed = told.Add });
        Answer before = rig.Join(1, 1, 1);
        journal.FailAt = journal.Commits + 1;
        Pending<Answer>[] waiting = [.. Enumerable.Range(2, 20).Select(i => rig.AskJoin(i, i, i))];
        Pending<OrderView?> read = new(rig.Engine.FindOrderAsync(2, 2));
        var batch = new Answer[5];
        Pending<bool> wait =
            new(Whole(rig.Engine.QuickJoinBatchAsync(Enumerable.Range(30, 5).Select(i => new QuickJoinRequest(i, i, i)).ToArray(), batch)));
        rig.Loops.RunUntilIdle();

        Assert.True(before.Ok);
        Assert.All(waiting, pending => AssertUnavailable(pending.Value));
        Assert.True(wait.Value);
        Assert.All(batch, AssertUnavailable);
        MatchingUnavailableException refused = Assert.Throws<MatchingUnavailableException>(() => read.Value);
        Assert.IsType<JournalException>(refused.InnerException);
        AssertUnavailable(rig.Join(1, 1, 1));
        Assert.Throws<MatchingUnavailableException>(() => { _ = rig.Engine.CountAsync().AsTask(); });
        Assert.Same(Assert.Single(told), rig.Engine.Health.Failure);
        Assert.Equal(0, rig.Engine.Health.RequestsInFlight);
        rig.Close();
    }

    [Fact]
    public void What_was_applied_and_not_written_is_gone_after_the_restart_and_may_be_repeated_R38()
    {
        var memory = new MemoryJournal();
        SteppedEngine rig = SteppedEngine.Open(new FaultyJournal(memory) { FailAt = 2 });
        Assert.Equal(Outcome.Opened, rig.Join(1, 1, 1).Outcome);
        AssertUnavailable(rig.Join(1, 2, 2));
        rig.Close();

        SteppedEngine next = SteppedEngine.Open(new FaultyJournal(memory));
        Assert.Null(next.Run(next.Engine.FindOrderAsync(1, 2)));
        Answer again = next.Join(1, 2, 2);
        Assert.Equal((Outcome.Formed, false), (again.Outcome, again.Repeated));
        Assert.True(next.Join(1, 1, 1).Repeated);
        next.Close();
    }

    [Fact]
    public void A_broken_invariant_stops_everything_before_it_is_journaled()
    {
        var journal = new FaultyJournal();
        List<Exception> told = [];
        SteppedEngine rig = SteppedEngine.Open(journal, with: o => o with { Failed = told.Add });
        Assert.True(rig.Join(1, 1, 1).Ok);
        long events = journal.DurableSequence;
        Pending<Answer> before = rig.AskJoin(2, 2, 2);
        Pending<int> broken = new(rig.Engine.Ask<int>(1, static (_, _) => throw new InvariantException("planted"), CancellationToken.None));
        Pending<Answer> after = rig.AskJoin(3, 3, 3);
        rig.Loops.RunUntilIdle();
        AssertUnavailable(before.Value);
        AssertUnavailable(after.Value);
        Assert.Throws<MatchingUnavailableException>(() => broken.Value);
        Assert.IsType<InvariantException>(Assert.Single(told));
        Assert.Equal(events, journal.DurableSequence);
        rig.Close();
    }

    [Fact]
    public void A_barrier_ends_when_writing_fails_R43()
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = SteppedEngine.Open(journal, shards: 3, with: o => o with { ManualClock = true });
        Assert.True(rig.Join(1, 1, 1).Ok);
        journal.FailAt = journal.Commits + 1;
        Pending<Answer> join = rig.AskJoin(2, 2, 2);
        Pending<long> advance = new(rig.Engine.AdvanceAsync(1_000));
        Pending<long> second = new(rig.Engine.AdvanceAsync(2_000));
        rig.Loops.RunUntilIdle();
        AssertUnavailable(join.Value);
        Assert.Throws<MatchingUnavailableException>(() => advance.Value);
        Assert.Throws<MatchingUnavailableException>(() => second.Value);
        Assert.Throws<MatchingUnavailableException>(() => { _ = rig.Engine.AdvanceAsync(3_000).AsTask(); });
        rig.Close();
    }

    [Fact]
    public void An_engine_whose_journal_another_one_has_answers_neither_a_repeat_nor_a_refusal_nor_a_read_R38()
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = SteppedEngine.Open(journal);
        Assert.True(rig.Join(1, 1, 1).Ok);
        Assert.True(rig.Join(1, 1, 1).Repeated);
        journal.IsTaken = true;
        long events = journal.DurableSequence;
        Pending<Answer> repeat = rig.AskJoin(1, 1, 1);
        rig.Loops.RunUntilIdle();
        AssertUnavailable(repeat.Value);
        AssertUnavailable(rig.Join(1, 1, 2));
        Assert.Throws<MatchingUnavailableException>(() => rig.Run(rig.Engine.FindOrderAsync(1, 1)));
        Assert.Equal(events, journal.DurableSequence);
        rig.Close();
    }

    private static async Task<bool> Whole(ValueTask wait)
    {
        await wait.ConfigureAwait(false);
        return true;
    }

    private static void AssertUnavailable(Answer answer) =>
        Assert.Equal((Outcome.Unavailable, false, (byte)38), (answer.Outcome, answer.Ok, answer.Rule));
}
