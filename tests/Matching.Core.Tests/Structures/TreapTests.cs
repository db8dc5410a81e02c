using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Matching.Structures;

namespace Matching.Core.Tests.Structures;

public sealed class TreapTests
{
    private const int Slots = 100;

    private static readonly Gen<Step> s_steps =
        Gen.Choose(1, Slots).SelectMany(slot => Gen.Choose(0, 30).Select(key => new Step(slot, key)));

    public sealed record Step(int Slot, int Key);

    public static Arbitrary<Program<Step>> AnyProgram() => Programs.Of(s_steps, 500);

    [Property(MaxTest = 300, Arbitrary = [typeof(TreapTests)])]
    public void The_treap_agrees_with_a_sorted_set(Program<Step> program) => Run(program.Steps);

    // A slot that is out is put in, one that is in is taken out; few keys, so that ties are common.
    private static void Run(Step[] program)
    {
        var rig = new TreapRig(Slots);
        var keys = new Dictionary<int, long>();
        var set = new SortedSet<(long Key, int Slot)>();
        foreach (Step step in program)
        {
            if (keys.Remove(step.Slot, out long key))
            {
                rig.Remove(step.Slot);
                set.Remove((key, step.Slot));
            }
            else
            {
                keys[step.Slot] = step.Key;
                rig.Add(step.Slot, step.Key);
                set.Add((step.Key, step.Slot));
            }

            Assert.Equal(set.Count == 0 ? 0 : set.Min.Slot, rig.First);
        }

        Assert.Equal(set.Select(member => member.Slot), rig.InOrder());
    }

    [Fact]
    public void Removing_a_slot_that_is_not_in_the_set_throws_and_changes_nothing()
    {
        var rig = new TreapRig(5);
        Assert.Throws<InvariantException>(() => rig.Remove(1));
        rig.Add(1, 10);
        rig.Add(2, 20);
        Assert.Throws<InvariantException>(() => rig.Remove(3));
        Assert.Equal([1, 2], rig.InOrder());
        rig.Remove(1);
        Assert.Throws<InvariantException>(() => rig.Remove(1));
        Assert.Equal([2], rig.InOrder());
    }

    [Fact]
    public void A_removed_slot_may_come_back_under_another_key()
    {
        var rig = new TreapRig(3);
        rig.Add(1, 10);
        rig.Add(2, 20);
        rig.Add(3, 30);
        rig.Remove(1);
        rig.Add(1, 25);
        Assert.Equal([2, 1, 3], rig.InOrder());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(7919)]
    public void A_hundred_thousand_members_stay_within_a_few_dozen_comparisons_each(int stride)
    {
        const int Many = 100_000;
        var rig = new TreapRig(Many);
        for (int slot = 1; slot <= Many; slot++)
        {
            rig.Add(slot, (long)stride * slot % 100_003);
        }

        Assert.InRange(rig.Comparisons / Many, 0, 60);
        int before = rig.Comparisons;
        for (int slot = 1; slot <= Many; slot += 10)
        {
            rig.Remove(slot);
        }

        Assert.InRange((rig.Comparisons - before) / (Many / 10), 0, 60);
    }
}
