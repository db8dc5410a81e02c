using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

public sealed class TimeTests
{
    private const long Day = 86_400_000;

    [Fact]
    public void Time_is_the_wall_at_start_carried_on_by_the_monotonic_clock_R43()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Assert.Equal(SteppedEngine.Start, rig.Engine.Now);
        rig.Time.Pass(1_500);
        Assert.Equal(SteppedEngine.Start + 1_500, rig.Join(1, 1, 1).Now);
        Assert.Equal(TimeSpan.Zero, rig.Engine.Health.ClockStep);
        rig.Close();
    }

    [Theory]
    [InlineData(-3_600_000)]
    [InlineData(3_600_000)]
    public void A_step_of_the_wall_is_not_followed_and_health_says_so_R43(long stepMs)
    {
        SteppedEngine rig = SteppedEngine.Open();
        rig.Time.StepWall(stepMs);
        rig.Time.Pass(10);
        Assert.Equal(SteppedEngine.Start + 10, rig.Engine.Now);
        Assert.Equal(TimeSpan.FromMilliseconds(stepMs), rig.Engine.Health.ClockStep);
        rig.Close();
    }

    [Fact]
    public void A_small_step_of_the_wall_is_nothing_to_tell_R43()
    {
        SteppedEngine rig = SteppedEngine.Open();
        rig.Time.StepWall(60_000);
        Assert.Equal(TimeSpan.Zero, rig.Engine.Health.ClockStep);
        rig.Time.StepWall(1);
        Assert.NotEqual(TimeSpan.Zero, rig.Engine.Health.ClockStep);
        rig.Close();
    }

    [Theory]
    [InlineData(-60_001, "behind")]
    [InlineData((7 * Day) + 1, "ahead")]
    public void A_wall_too_far_from_the_journal_is_refused_unless_accepted_R43(long offMs, string said)
    {
        IJournal journal = JournalWithOneJoin();
        ClockRefusedException refused =
            Assert.Throws<ClockRefusedException>(() => SteppedEngine.Open(journal, time: new SteppedTime(SteppedEngine.Start + offMs)));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-clock", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2023-11-14 22:13:20.000 UTC", refused.Message, StringComparison.Ordinal);

        SteppedEngine rig = SteppedEngine.Open(
            journal, time: new SteppedTime(SteppedEngine.Start + offMs), with: o => o with { AcceptClock = true });
        Assert.Equal(Math.Max(SteppedEngine.Start, SteppedEngine.Start + offMs), rig.Engine.Now);
        rig.Close();
    }

    [Fact]
    public void Entries_of_time_0_are_entries_too_R43()
    {
        var journal = new FaultyJournal();
        OpenByHand(journal).Close();
        SteppedEngine.Open(journal).Close();

        SteppedEngine byHand = OpenByHand(journal);
        Assert.Equal(0, byHand.Join(1, 1, 1).Now);
        byHand.Close();
        ClockRefusedException refused = Assert.Throws<ClockRefusedException>(() => SteppedEngine.Open(journal));
        Assert.Contains(
            "too far ahead of the journal's last entry at 1970-01-01 00:00:00.000 UTC (R43)", refused.Message, StringComparison.Ordinal);

        SteppedEngine accepted = SteppedEngine.Open(journal, with: o => o with { AcceptClock = true });
        Assert.Equal(SteppedEngine.Start, accepted.Engine.Now);
        accepted.Close();
    }

    [Theory]
    [InlineData(-60_000)]
    [InlineData(7 * Day)]
    public void Time_is_never_behind_what_was_journaled_R43(long offMs)
    {
        SteppedEngine rig = SteppedEngine.Open(JournalWithOneJoin(), time: new SteppedTime(SteppedEngine.Start + offMs));
        Assert.Equal(Math.Max(SteppedEngine.Start, SteppedEngine.Start + offMs), rig.Engine.Now);
        rig.Close();
    }

    [Fact]
    public void An_idle_shard_wakes_for_a_deadline_and_expires_its_teams_R6()
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = SteppedEngine.Open(journal);
        long team = rig.Join(1, 1, 1).Team;
        rig.Time.Pass(Day - 1);
        rig.Loops.RunUntilIdle();
        Assert.DoesNotContain(Events.Of(journal), e => e.Event.Kind == EventKind.TeamExpired);
        rig.Time.Pass(1);
        rig.Loops.RunUntilIdle();
        Event expired = Assert.Single(Events.Of(journal), e => e.Event.Kind == EventKind.TeamExpired).Event;
        Assert.Equal((team, SteppedEngine.Start + Day), (expired.Team, expired.At));
        Assert.Equal(SteppedEngine.Start + Day, Assert.Single(rig.Run(rig.Engine.RefundsOwedAsync(5))).Since);
        rig.Close();
    }

    [Fact]
    public void A_later_start_finds_what_came_due_meanwhile_R6()
    {
        IJournal journal = JournalWithOneJoin();
        SteppedEngine rig = SteppedEngine.Open(journal, time: new SteppedTime(SteppedEngine.Start + (2 * Day)));
        rig.Loops.RunUntilIdle();
        Assert.Equal(1, rig.Run(rig.Engine.CountAsync()).TeamsExpired);
        rig.Close();
    }

    [Fact]
    public void A_storm_of_deadlines_is_swept_in_slices_and_holds_up_no_join_for_long_R36()
    {
        const int Teams = 5_000;
        SteppedEngine rig = SteppedEngine.Open();
        var answers = new Answer[Teams];
        rig.Run(rig.Engine.QuickJoinBatchAsync(Enumerable.Range(1, Teams).Select(i => new QuickJoinRequest(i, 1, 1)).ToArray(), answers));
        rig.Time.Pass(Day + 5_000);
        Pending<Answer> join = rig.AskJoin(Teams + 1, 2, 2);
        while (!join.IsOver)
        {
            Assert.True(rig.Loops.Step());
        }

        Assert.Equal(Outcome.Opened, join.Value.Outcome);
        Assert.InRange(rig.Engine.Health.ExpiryLagMs, 5_000, 6_000);
        long expired = rig.Engine.Health.DurableSequence - Teams - 1;
        Assert.InRange(expired, 0, Teams);
        rig.Loops.RunUntilIdle();
        Assert.Equal(Teams, rig.Run(rig.Engine.CountAsync()).TeamsExpired);
        Assert.Equal(0, rig.Engine.Health.ExpiryLagMs);
        rig.Close();
    }

    private static SteppedEngine OpenByHand(FaultyJournal journal) => SteppedEngine.Open(journal, with: o => o with { ManualClock = true });

    private static FaultyJournal JournalWithOneJoin()
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = SteppedEngine.Open(journal);
        Assert.True(rig.Join(1, 1, 1).Ok);
        rig.Close();
        return journal;
    }
}
