using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Matching.Core.Tests.Structures;

public sealed class TimingWheelPropertyTests
{
    private const int Members = 40;

    private static readonly Gen<long> s_spans = Gen.OneOf(
        Gen.Choose(-3_000, 3_000).Select(ms => (long)ms),
        Gen.Choose(0, 200_000).Select(seconds => seconds * 1000L),
        Gen.Choose(-2_000, 2_000).Select(ms => 86_400_000L + ms),
        Gen.Choose(-2, 2).SelectMany(ms => Gen.Choose(1, 3).Select(turns => (turns * WheelRig.Turn) + ms)),
        Gen.Choose(1, 5).Select(years => years * 365 * 86_400_000L));

    private static readonly Gen<Step> s_steps =
        Gen.Choose(0, 9).SelectMany(what => Gen.Choose(1, Members).SelectMany(slot => s_spans.Select(span => new Step(what, slot, span))));

    public sealed record Step(int What, int Slot, long SpanMs);

    public static Arbitrary<Program<Step>> AnyProgram() => Programs.Of(s_steps, 400);

    [Property(MaxTest = 300, Arbitrary = [typeof(TimingWheelPropertyTests)])]
    public void The_wheel_agrees_with_a_sorted_list(Program<Step> program) => Run(program.Steps);

    private static void Run(Step[] program)
    {
        var rig = new WheelRig(Members + 1);
        var due = new Dictionary<int, long>();
        long latest = WheelRig.Start;
        foreach (Step step in program)
        {
            if (step.What <= 4)
            {
                if (!due.ContainsKey(step.Slot))
                {
                    due[step.Slot] = latest + step.SpanMs;
                    rig.Wheel.Schedule(step.Slot, due[step.Slot]);
                }
            }
            else if (step.What <= 6)
            {
                if (due.Remove(step.Slot))
                {
                    rig.Wheel.Cancel(step.Slot);
                }
            }
            else
            {
                long now = latest + (step.What == 7 ? Math.Abs(step.SpanMs) % 5_000 : step.SpanMs);
                latest = Math.Max(latest, now);
                Take(rig, due, now, step.Slot, latest);
            }

            Assert.Equal(due.Count, rig.Wheel.Count);
            Assert.True(rig.Wheel.NextDue <= (due.Count == 0 ? long.MaxValue : Math.Max(due.Values.Min(), latest)),
                "the next due time is too late");
        }

        Take(rig, due, latest + (6 * 365 * 86_400_000L), int.MaxValue, latest + (6 * 365 * 86_400_000L));
        Assert.Empty(due);
    }

    // What is taken must be due; where the steps were not used up, nothing due may be left.
    private static void Take(WheelRig rig, Dictionary<int, long> due, long now, int steps, long latest)
    {
        while (rig.Wheel.TryTakeDue(now, ref steps, out int slot))
        {
            Assert.True(due.Remove(slot, out long dueMs), $"slot {slot} is taken and not scheduled");
            Assert.True(dueMs <= now, $"slot {slot} is taken {dueMs - now} ms early");
        }

        Assert.InRange(steps, 0, int.MaxValue);
        if (steps > 0 && now == latest)
        {
            Assert.DoesNotContain(due, member => member.Value <= now);
        }
    }
}
