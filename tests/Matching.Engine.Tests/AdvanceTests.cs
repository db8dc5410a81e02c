using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

/// <summary>The manual clock (R43).</summary>
public sealed class AdvanceTests
{
    private const long Day = 86_400_000;

    [Fact]
    public void The_manual_clock_stands_still_at_0_and_moves_only_when_told()
    {
        SteppedEngine rig = Open();
        rig.Time.Pass(Day);
        Assert.Equal(0, rig.Join(1, 1, 1).Now);
        Assert.Equal(500, rig.Run(rig.Engine.AdvanceAsync(500)));
        Assert.Equal(500, rig.Engine.Now);
        Assert.Equal(500, rig.Join(1, 2, 2).Now);
        rig.Close();
    }

    [Fact]
    public void Moving_on_survives_a_restart()
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = Open(3, journal: journal);
        rig.Run(rig.Engine.AdvanceAsync(12_345));
        rig.Close();
        Assert.Equal(EventKind.TimeAdvanced, Assert.Single(Events.Of(journal)).Event.Kind);
        SteppedEngine next = Open(2, journal: journal);
        Assert.Equal(12_345, next.Engine.Now);
        for (int item = 1; item <= 20; item++)
        {
            Assert.Equal(12_345, next.Join(item, 1, 1).Now);
        }

        next.Close();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void It_is_a_barrier_what_was_sent_before_acts_before_and_after_after(int shards)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var journal = new FaultyJournal();
            SteppedEngine rig = Open(shards, seed, journal);
            List<Pending<Answer>> before = [];
            List<Pending<Answer>> between = [];
            List<Pending<Answer>> after = [];
            Send(rig, before, 1);
            Pending<long> first = new(rig.Engine.AdvanceAsync(Day - 1));
            Send(rig, between, 100);
            Pending<long> second = new(rig.Engine.AdvanceAsync(Day));
            Send(rig, after, 200);
            rig.Loops.RunUntilIdle();
            Assert.Equal((Day - 1, Day), (first.Value, second.Value));
            Assert.All(before, join => Assert.Equal((Outcome.Opened, 0L), (join.Value.Outcome, join.Value.Now)));
            Assert.All(between, join => Assert.Equal((Outcome.Formed, Day - 1), (join.Value.Outcome, join.Value.Now)));
            Assert.All(after, join => Assert.Equal((Outcome.Opened, Day), (join.Value.Outcome, join.Value.Now)));
            rig.Close();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_deadline_up_to_and_including_it_has_been_acted_on_and_is_durable(int shards)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var journal = new FaultyJournal();
            SteppedEngine rig = Open(shards, seed, journal);
            var answers = new Answer[1_000];
            rig.Run(
                rig.Engine.QuickJoinBatchAsync(Enumerable.Range(1, 1_000).Select(i => new QuickJoinRequest(i, i, i)).ToArray(), answers));
            Pending<long> advance = new(rig.Engine.AdvanceAsync(Day));
            while (!advance.IsOver)
            {
                Assert.True(rig.Loops.Step());
            }

            List<Event> durable = [.. Events.Of(journal).Select(e => e.Event)];
            Assert.Equal(1_000, durable.Count(e => e.Kind == EventKind.TeamExpired));
            Assert.Equal(1_000, durable.Count(e => e.Kind == EventKind.RefundOwed));
            Assert.Equal(EventKind.TimeAdvanced, durable[^1].Kind);
            Assert.Equal(1_000, rig.Run(rig.Engine.CountAsync()).TeamsExpired);
            rig.Close();
        }
    }

    [Fact]
    public void Time_never_goes_back()
    {
        SteppedEngine rig = Open(3);
        rig.Run(rig.Engine.AdvanceAsync(100));
        Assert.Contains("to is 99", Assert.Throws<ArgumentOutOfRangeException>(() => { _ = rig.Engine.AdvanceAsync(99).AsTask(); }).Message,
            StringComparison.Ordinal);
        Assert.Equal(100, rig.Run(rig.Engine.AdvanceAsync(100)));
        Pending<long> ahead = new(rig.Engine.AdvanceAsync(300));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = rig.Engine.AdvanceAsync(200).AsTask(); });
        rig.Loops.RunUntilIdle();
        Assert.Equal(300, ahead.Value);
        rig.Close();
    }

    [Fact]
    public void A_command_still_on_its_way_may_be_later_than_the_barrier_which_is_refused_then_as_a_whole()
    {
        SteppedEngine rig = Open(3);
        Pending<Answer> join = new(rig.Engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1) { At = 1_000 }));
        Pending<long> advance = new(rig.Engine.AdvanceAsync(999));
        Pending<Answer> other = rig.AskJoin(2, 1, 1);
        rig.Loops.RunUntilIdle();
        Assert.Equal(1_000, join.Value.Now);
        Assert.Throws<ArgumentOutOfRangeException>(() => advance.Value);
        Assert.True(other.Value.Ok);
        Assert.Equal(1_000, rig.Run(rig.Engine.AdvanceAsync(1_000)));
        rig.Close();
    }

    [Fact]
    public void The_system_clock_cannot_be_advanced()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Assert.Throws<InvalidOperationException>(() => { _ = rig.Engine.AdvanceAsync(5).AsTask(); });
        rig.Close();
    }

    private static void Send(SteppedEngine rig, List<Pending<Answer>> to, int firstOrder)
    {
        for (int item = 1; item <= 12; item++)
        {
            to.Add(rig.AskJoin(item, firstOrder, firstOrder));
        }
    }

    private static SteppedEngine Open(int shards = 1, int seed = 1, FaultyJournal? journal = null) =>
        SteppedEngine.Open(journal, shards, seed, with: o => o with { ManualClock = true });
}
