using Matching.Structures;

namespace Matching.Core.Tests.Structures;

/// <summary>Room made at the start: what was reserved is given out without a byte more, what comes behind it as ever.</summary>
public sealed class ReserveTests
{
    // Behind the middle of a block, where the next is ordered.
    private const int Many = 1_700_000;

    // Behind the place where a table orders its next, before the one where it grows.
    private const int Keys = 1_400_000;

    [Fact]
    public void Rows_within_the_reserve_allocate_nothing_and_order_nothing_and_go_on_behind_it() => Assert.Equal(0, Least(() =>
    {
        var rows = new Rows<Row>();
        ref Row first = ref rows[rows.Add()];
        rows.TakeMemory(Many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool ordered = false;
        while (rows.Count < Many)
        {
            int slot = rows.Add();
            rows[slot].A += slot;
            ordered |= rows.HasNext;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
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

        return allocated;
    }));

    [Fact]
    public void Several_rows_at_once_fit_the_reserve_too() => Assert.Equal(0, Least(() =>
    {
        var rows = new Rows<Row>();
        rows.TakeMemory(Many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        (int first, int last) = (rows.Add(Many - 1), rows.Add());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((1, Many), (first, last));

        return allocated;
    }));

    [Fact]
    public void Keys_within_the_reserve_allocate_nothing_and_order_nothing_and_are_found_behind_it() => Assert.Equal(0, Least(() =>
    {
        var index = new SlotIndex();
        index.TakeMemory(Keys);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool ordered = false;
        while (index.Count < Keys)
        {
            SlotKeys.Add(index);
            ordered |= index.HasNext;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.False(ordered);
        while (index.Count < 3 * Keys)
        {
            SlotKeys.Add(index);
        }

        SlotKeys.AssertFound(index);

        return allocated;
    }));

    [Fact]
    public void A_reserve_smaller_than_the_index_or_made_too_late_changes_nothing() => Assert.Equal(0, Least(() =>
    {
        var index = new SlotIndex();
        index.Reserve(Keys);
        index.Reserve(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (index.Count < Keys)
        {
            SlotKeys.Add(index);
        }

        index.TakeMemory(10 * Keys);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        SlotKeys.AssertFound(index);

        return allocated;
    }));

    // What the runtime sets up once, on this thread, while the code is new, is nobody's: so the least of three rounds.
    private static long Least(Func<long> allocated) => Enumerable.Range(0, 3).Min(_ => allocated());

    private struct Row
    {
        public long A;
        public long B;
    }
}
