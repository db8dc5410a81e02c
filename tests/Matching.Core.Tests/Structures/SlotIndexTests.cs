using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Matching.Structures;

namespace Matching.Core.Tests.Structures;

public sealed class SlotIndexTests
{
    private static readonly Gen<Step> s_steps = Gen.Choose(0, 9)
        .SelectMany(what => Gen.Choose(0, 9999).Select(pick => new Step(what, pick)));

    public sealed record Step(int What, int Pick);

    public static Arbitrary<Program<Step>> AnyProgram() => Programs.Of(s_steps, 250);

    // How keys are hashed: well, badly (16 hashes for all), all alike, and all at the end of the table, so that runs wrap round.
    [Property(MaxTest = 40, Arbitrary = [typeof(SlotIndexTests)])]
    public void The_index_agrees_with_a_dictionary(Program<Step> program)
    {
        Run(program.Steps, key => Mix.Of((ulong)key));
        Run(program.Steps, key => (ulong)(key % 16));
        Run(program.Steps, _ => 7);
        Run(program.Steps, key => uint.MaxValue - (ulong)(key % 3));
    }

    // Steps add a run of keys, or take out some; runs carry the index through several growths, in all states of moving.
    private static void Run(Step[] program, Func<long, ulong> hashOf)
    {
        var rig = new Rig(hashOf);
        foreach (Step step in program)
        {
            for (int i = 0; i < 20; i++)
            {
                long key = 1 + ((step.Pick + (i * 37L)) % 3000);
                if (step.What < 7)
                {
                    rig.Add(key);
                }
                else
                {
                    rig.Remove(key);
                }
            }

            rig.CheckOne(1 + (step.Pick % 3000));
        }

        rig.CheckAll(3001);
    }

    [Fact]
    public void Every_key_is_found_after_every_insertion_of_a_growth()
    {
        var rig = new Rig(key => Mix.Of((ulong)key));
        for (long key = 1; key <= 2000; key++)
        {
            rig.Add(key);
            if (key is >= 760 and <= 1000)
            {
                rig.CheckAll(key + 1);
            }
        }

        rig.CheckAll(2001);
    }

    [Fact]
    public void What_is_removed_while_the_table_grows_stays_removed_and_may_come_back()
    {
        var rig = new Rig(key => Mix.Of((ulong)key));
        for (long key = 1; key <= 800; key++)
        {
            rig.Add(key);
        }

        // The table doubled at 768 keys; some of these were moved since, most were not.
        for (long key = 1; key <= 800; key += 2)
        {
            rig.Remove(key);
        }

        rig.CheckAll(801);
        for (long key = 1; key <= 800; key += 2)
        {
            rig.Add(key);
        }

        rig.CheckAll(801);
        for (long key = 801; key <= 1500; key++)
        {
            rig.Add(key);
        }

        rig.CheckAll(1501);
        for (long key = 1; key <= 1500; key++)
        {
            rig.Remove(key);
        }

        rig.CheckAll(1501);
    }

    [Fact]
    public void Removing_a_slot_that_is_not_in_the_index_throws()
    {
        var index = new SlotIndex();
        index.Add(5, 1);
        Assert.Throws<InvariantException>(() => index.Remove(5, 2));
        Assert.Throws<InvariantException>(() => index.Remove(6, 1));
        index.Remove(5, 1);
        Assert.Throws<InvariantException>(() => index.Remove(5, 1));
        Assert.Equal(0, index.Count);
    }

    [Fact]
    public void Equal_hashes_are_told_apart_by_the_row()
    {
        var rig = new Rig(_ => 0);
        rig.Add(11);
        rig.Add(12);
        rig.Remove(11);
        rig.CheckAll(20);
    }

    /// <summary>An index beside a dictionary; a key gets a new slot each time it is added.</summary>
    private sealed class Rig(Func<long, ulong> hashOf)
    {
        private readonly SlotIndex _index = new();
        private readonly Dictionary<long, int> _model = [];
        private readonly List<long> _keys = [0];

        public void Add(long key)
        {
            if (_model.TryAdd(key, _keys.Count))
            {
                _index.Add(hashOf(key), _keys.Count);
                _keys.Add(key);
            }
        }

        public void Remove(long key)
        {
            if (_model.Remove(key, out int slot))
            {
                _index.Remove(hashOf(key), slot);
            }
        }

        public void CheckOne(long key)
        {
            Assert.Equal(_model.GetValueOrDefault(key), _index.Find(hashOf(key), new Key(_keys, key)));
            Assert.Equal(_model.Count, _index.Count);
        }

        public void CheckAll(long below)
        {
            for (long key = 1; key < below; key++)
            {
                CheckOne(key);
            }
        }
    }

    private readonly struct Key(List<long> keys, long key) : ISlotKey
    {
        public bool Is(int slot) => keys[slot] == key;
    }
}
