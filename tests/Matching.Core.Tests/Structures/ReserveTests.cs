using Matching.Core.Structures;

namespace Matching.Core.Tests.Structures;

/// <summary>Room made at the start: what was reserved is given out without a byte more, what comes behind it as ever.</summary>
public sealed class ReserveTests
{
    // Behind the middle of a block, where the next is ordered.
    private const int Many = 1_700_000;

    // Behind the place where a table orders its next, before the one where it grows.
    private const int Keys = 1_400_000;

    [Fact]
    public void Rows_within_the_reserve_allocate_nothing_and_order_nothing_and_go_on_behind_it()
    {
        var rows = new Rows<Row>();
        ref Row first = ref rows[rows.Add()];
        rows.Reserve(Many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool ordered = false;
        while (rows.Count < Many)
        {
            int slot = rows.Add();
            rows[slot].A += slot;
            ordered |= rows.HasNext;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(ordered);
        while (rows.Count < 2 * Many)
        {
            int slot = rows.Add();
            rows[slot].A += slot;
            ordered |= rows.HasNext;
        }

        Assert.True(ordered);
        first.A = 1;
        for (int slot = 1; slot <= rows.Count; slot++)
        {
            Assert.Equal(slot, rows[slot].A);
        }
    }

    [Fact]
    public void Several_rows_at_once_fit_the_reserve_too()
    {
        var rows = new Rows<Row>();
        rows.Reserve(Many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        (int first, int last) = (rows.Add(Many - 1), rows.Add());
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((1, Many), (first, last));
    }

    [Fact]
    public void Keys_within_the_reserve_allocate_nothing_and_order_nothing_and_are_found_behind_it()
    {
        var index = new SlotIndex();
        index.Reserve(Keys);
        index.TakeMemory();
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool ordered = false;
        while (index.Count < Keys)
        {
            AddOne(index);
            ordered |= index.HasNext;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(ordered);
        while (index.Count < 3 * Keys)
        {
            AddOne(index);
        }

        AssertFound(index);
    }

    [Fact]
    public void A_reserve_smaller_than_the_index_or_made_too_late_changes_nothing()
    {
        var index = new SlotIndex();
        index.Reserve(Keys);
        index.Reserve(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (index.Count < Keys)
        {
            AddOne(index);
        }

        index.Reserve(10 * Keys);
        index.TakeMemory();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        AssertFound(index);
    }

    private static void AddOne(SlotIndex index) => index.Add(Mix.Of((ulong)index.Count + 1), index.Count + 1);

    private static void AssertFound(SlotIndex index)
    {
        for (int slot = 1; slot <= index.Count; slot++)
        {
            Assert.Equal(slot, index.Find(Mix.Of((ulong)slot), new Same(slot)));
        }
    }

    private struct Row
    {
        public long A;
        public long B;
    }

    private readonly struct Same(int key) : ISlotKey
    {
        public bool Is(int slot) => slot == key;
    }
}
