using Matching.Structures;

namespace Matching.Core.Tests.Structures;

/// <summary>Memory taken before it is wanted: nobody may notice but the clock.</summary>
public sealed class ArrayAheadTests
{
    private const int Length = 1 << 20;

    [Fact]
    public void What_is_written_into_an_array_stays_while_its_memory_is_still_being_taken()
    {
        var ahead = new ArrayAhead<long>(Length);
        Assert.True(ahead.WorkOn());
        long[] array = ahead.Take();
        Array.Fill(array, -1);
        while (ahead.WorkOn())
        {
        }

        Assert.All(array.Where((_, at) => at % 512 == 0), word => Assert.Equal(-1, word));
        Assert.DoesNotContain(array, word => word != -1);
    }

    [Fact]
    public void Two_threads_may_use_an_array_and_take_its_memory_at_once()
    {
        var ahead = new ArrayAhead<long>(Length);
        Assert.True(ahead.WorkOn());
        long[] array = ahead.Take();
        var worker = new Thread(() =>
        {
            while (ahead.WorkOn())
            {
            }
        });
        worker.Start();
        for (int at = 0; at < array.Length; at++)
        {
            array[at]++;
        }

        worker.Join();
        Assert.DoesNotContain(array, word => word != 1);
    }

    [Fact]
    public void An_array_no_worker_came_to_is_made_by_who_takes_it()
    {
        var ahead = new ArrayAhead<long>(Length);
        long[] array = ahead.Take();
        Assert.Equal(Length, array.Length);
        Assert.DoesNotContain(array, word => word != 0);
        Assert.False(ahead.WorkOn());
    }

    [Fact]
    public void All_of_it_is_taken_in_steps()
    {
        var ahead = new ArrayAhead<long>(Length + 9);
        int steps = 1;
        while (ahead.WorkOn())
        {
            steps++;
        }

        // 8 MB and 72 bytes, 2 MB a step.
        Assert.Equal(5, steps);
        Assert.Equal(Length + 9, ahead.Take().Length);
    }

    [Fact]
    public void A_small_array_is_not_ordered()
    {
        Assert.Null(ArrayAhead<long>.Order(1_000));
        Assert.NotNull(ArrayAhead<long>.Order(Length));
    }

    [Fact]
    public void Rows_order_the_block_behind_a_large_one_when_that_is_half_full_and_keep_what_is_in_them()
    {
        var rows = new Rows<long>();
        bool ordered = false;
        int slots = 0;
        while (slots < 4_000_000)
        {
            // One by one and several at once, over the middles and the ends of blocks.
            slots = slots % 3 == 0 ? rows.Add(5) + 4 : rows.Add();
            Assert.Equal(0, rows[slots]);
            rows[slots] = slots;
            ordered |= rows.HasNext;
        }

        Assert.True(ordered);
        int given = 0;
        for (int slot = 1; slot <= slots; slot++)
        {
            Assert.True(rows[slot] == 0 || rows[slot] == slot);
            given += rows[slot] == 0 ? 0 : 1;
        }

        Assert.InRange(given, slots / 5, slots);
    }

    [Fact]
    public void An_index_orders_its_next_table_before_it_grows_and_finds_every_key_afterwards()
    {
        const int Keys = 1_000_000;
        var index = new SlotIndex();
        bool ordered = false;
        while (index.Count < Keys)
        {
            SlotKeys.Add(index);
            ordered |= index.HasNext;
        }

        Assert.True(ordered);
        Assert.Equal(Keys, index.Count);
        SlotKeys.AssertFound(index);
    }
}
