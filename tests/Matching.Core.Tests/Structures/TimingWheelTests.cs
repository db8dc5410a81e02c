using Matching.Structures;

namespace Matching.Core.Tests.Structures;

public sealed class TimingWheelTests
{
    private const long Start = WheelRig.Start;
    private const long Turn = WheelRig.Turn;

    [Theory]
    [InlineData(Start)]
    [InlineData(Start + 1)]
    [InlineData(Start + 999)]
    [InlineData(Start + 1000)]
    [InlineData(Start + 86_400_000)]
    [InlineData(Start + Turn - 1)]
    [InlineData(Start + Turn)]
    [InlineData(Start + Turn + 1)]
    [InlineData(Start + (5 * Turn) + 17)]
    public void A_member_is_due_at_its_time_and_not_a_millisecond_before(long due)
    {
        var rig = new WheelRig(4);
        rig.Wheel.Schedule(1, due);
        Assert.Empty(rig.TakeAll(due - 1));
        Assert.Equal([1], rig.TakeAll(due));
        Assert.Empty(rig.TakeAll(due + Turn));
        Assert.Equal(0, rig.Wheel.Count);
    }

    [Fact]
    public void A_deadline_beyond_the_span_waits_for_its_turn_while_its_spoke_is_passed()
    {
        var rig = new WheelRig(4);
        long far = Start + (3 * Turn) + 5_500;
        rig.Wheel.Schedule(1, far);
        for (long now = Start; now < far; now += 977_777)
        {
            Assert.Empty(rig.TakeAll(now));
            Assert.InRange(rig.Wheel.NextDue, 0, far);
        }

        Assert.Empty(rig.TakeAll(far - 1));
        Assert.Equal([1], rig.TakeAll(far));
    }

    [Fact]
    public void A_jump_of_years_finds_all_that_fell_due_in_between()
    {
        var rig = new WheelRig(1000);
        for (int slot = 1; slot <= 1000; slot++)
        {
            rig.Wheel.Schedule(slot, Start + (slot * 7_654_321L));
        }

        List<int> taken = rig.TakeAll(Start + (10 * 365 * 86_400_000L));
        Assert.Equal(Enumerable.Range(1, 1000), taken.Order());
    }

    [Fact]
    public void A_jump_of_years_passes_over_no_spoke()
    {
        const int Spokes = (int)(Turn / 1000);
        var rig = new WheelRig(Spokes + 1);
        for (int slot = 1; slot <= Spokes; slot++)
        {
            rig.Wheel.Schedule(slot, Start + (slot * 1000L));
        }

        Assert.Equal(Spokes, rig.TakeAll(Start + (10 * 365 * 86_400_000L)).Count);
    }

    [Fact]
    public void A_jump_of_years_with_nothing_due_takes_a_few_steps()
    {
        var rig = new WheelRig(2);
        rig.Wheel.Schedule(1, Start + (20 * 365 * 86_400_000L));
        int steps = 8;
        Assert.False(rig.Wheel.TryTakeDue(Start + (10 * 365 * 86_400_000L), ref steps, out _));
        Assert.InRange(steps, 1, 8);
    }

    [Fact]
    public void A_due_time_in_the_past_is_due_at_once()
    {
        var rig = new WheelRig(2);
        rig.Wheel.Schedule(1, 1);
        Assert.InRange(rig.Wheel.NextDue, 0, Start);
        Assert.Equal([1], rig.TakeAll(Start));
    }

    [Fact]
    public void A_clock_that_goes_back_finds_nothing_new_and_loses_nothing()
    {
        var rig = new WheelRig(4);
        rig.Wheel.Schedule(1, Start + 10_400);
        rig.Wheel.Schedule(2, Start + 10_600);
        rig.Wheel.Schedule(3, Start + 60_000);
        Assert.Equal([1], rig.TakeAll(Start + 10_500));
        Assert.Empty(rig.TakeAll(Start + 10_300));
        Assert.Empty(rig.TakeAll(Start - Turn));
        Assert.Equal([2], rig.TakeAll(Start + 10_600));
        Assert.Equal([3], rig.TakeAll(Start + 60_000));
    }

    [Fact]
    public void A_cancelled_member_is_never_taken_and_may_be_scheduled_anew()
    {
        var rig = new WheelRig(2);
        rig.Wheel.Schedule(1, Start + 5_000);
        rig.Wheel.Cancel(1);
        Assert.False(rig.IsScheduled(1));
        Assert.Equal(long.MaxValue, rig.Wheel.NextDue);
        Assert.Empty(rig.TakeAll(Start + 6_000));
        rig.Wheel.Schedule(1, Start + 7_000);
        Assert.Equal([1], rig.TakeAll(Start + 7_000));
        rig.Wheel.Schedule(1, Start + 7_000);
        Assert.Equal([1], rig.TakeAll(Start + 7_000));
    }

    [Fact]
    public void Cancelling_the_member_about_to_be_looked_at_skips_no_other()
    {
        var rig = new WheelRig(5);
        for (int slot = 1; slot <= 5; slot++)
        {
            rig.Wheel.Schedule(slot, Start + 1_000);
        }

        int steps = 100;
        Assert.True(rig.Wheel.TryTakeDue(Start + 1_000, ref steps, out int first));

        // Members are handed out newest first, so the next one to be looked at is the one scheduled before.
        rig.Wheel.Cancel(first - 1);
        List<int> rest = rig.TakeAll(Start + 1_000);
        Assert.Equal(Enumerable.Range(1, 5).Except([first, first - 1]), rest.Order());
    }

    [Fact]
    public void A_member_scheduled_into_the_spoke_being_looked_through_is_found()
    {
        var rig = new WheelRig(3);
        rig.Wheel.Schedule(1, Start + 1_000);
        rig.Wheel.Schedule(2, Start + 1_001);
        int steps = 100;
        Assert.True(rig.Wheel.TryTakeDue(Start + 1_001, ref steps, out _));
        rig.Wheel.Schedule(3, Start + 1_000);
        Assert.Equal(2, rig.TakeAll(Start + 1_001).Count);
    }

    [Fact]
    public void A_call_looks_at_no_more_members_than_its_steps_allow()
    {
        var rig = new WheelRig(10_000);
        rig.Wheel.Schedule(1, Start + 1_000);
        for (int slot = 2; slot <= 10_000; slot++)
        {
            rig.Wheel.Schedule(slot, Start + Turn + 1_000);
        }

        // All stand in one spoke, and all but the last of them wait for another turn: only looking through them shows that.
        int looksBefore = rig.Looks;
        for (int call = 0; call < 199; call++)
        {
            int before = rig.Looks;
            int steps = 50;
            Assert.False(rig.Wheel.TryTakeDue(Start + 1_500, ref steps, out _));
            Assert.Equal(0, steps);
            Assert.InRange(rig.Looks - before, 0, 50);
        }

        int enough = 100;
        Assert.True(rig.Wheel.TryTakeDue(Start + 1_500, ref enough, out int due));
        Assert.Equal(1, due);
        Assert.InRange(rig.Looks - looksBefore, 10_000, 10_010);
    }

    [Fact]
    public void The_next_due_time_is_exact_in_the_present_second_and_never_too_late()
    {
        var rig = new WheelRig(3);
        rig.Wheel.Schedule(1, Start + 700);
        Assert.Equal(Start + 700, rig.Wheel.NextDue);
        rig.Wheel.Schedule(2, Start + 300);
        Assert.Equal(Start + 300, rig.Wheel.NextDue);
        rig.TakeAll(Start + 300);
        Assert.Equal(Start + 700, rig.Wheel.NextDue);
        rig.TakeAll(Start + 700);
        rig.Wheel.Schedule(3, Start + 90_500);
        Assert.Equal(Start + 90_000, rig.Wheel.NextDue);
    }

    [Fact]
    public void Cancelling_what_the_wheel_does_not_keep_there_throws()
    {
        var rig = new WheelRig(2);
        rig.Wheel.Schedule(1, Start + 1_000);
        Assert.Throws<InvariantException>(() => rig.Wheel.Cancel(2));
    }
}
