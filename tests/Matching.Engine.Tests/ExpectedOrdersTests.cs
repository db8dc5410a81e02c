using Matching.Core;
using Matching.Engine.State;
using Matching.Engine.Tests.Snapshots;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

/// <summary>Memory for the orders expected is taken at the start, and changes no answer.</summary>
public sealed class ExpectedOrdersTests
{
    private const int Orders = 200_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_join_within_the_expected_orders_waits_for_no_memory(int shards)
    {
        var options = new MatchingOptions { InMemory = true, Shards = shards, ExpectedOrders = Orders };

        // All teams are of one partition, whose list of lines doubles.
        Assert.InRange(AllocatedByJoins(options), 0, Orders / 2);

        // Without it at least the blocks are made here that are too small to be ordered.
        Assert.InRange(AllocatedByJoins(options with { ExpectedOrders = 0 }), 1 << 21, long.MaxValue);
    }

    [Fact]
    public void Opening_takes_what_the_books_and_the_lists_need_anew_and_from_a_snapshot()
    {
        // An order, half a team and an index entry; an order and two index entries.
        const long BookBytes = 64 + 32 + 8;
        const long ListBytes = 64 + 8 + 8;
        var rig = new SnapshotRig();
        for (int life = 0; life < 2; life++)
        {
            long nothing = AllocatedByOpening(rig, 0, lists: false);
            long books = AllocatedByOpening(rig, Orders, lists: false) - nothing;
            long lists = AllocatedByOpening(rig, Orders, lists: true) - books - nothing;
            Assert.InRange(books, BookBytes * Orders, 3 * BookBytes * Orders);
            Assert.InRange(lists, ListBytes * Orders, 3 * ListBytes * Orders);
            _ = Live(rig, 0);
        }
    }

    /// <summary>A snapshot of many orders is loaded where fewer are expected, where more are, and where none are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Answers_and_state_are_those_without_it_in_service_and_in_recovery(bool beyond)
    {
        int expected = beyond ? 50 : Orders;
        var plain = new SnapshotRig();
        var rig = new SnapshotRig();
        for (int life = 0; life < 3; life++)
        {
            ulong hash = Live(plain, 0);
            Assert.Equal(hash, Live(rig, expected));
            Assert.Equal(plain.Answered.Select(one => one.Answer), rig.Answered.Select(one => one.Answer));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000_001)]
    public void An_impossible_number_is_refused_by_name_and_range(long orders)
    {
        string message = Assert.Throws<ArgumentException>(
            () => { _ = MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true, ExpectedOrders = orders }); }).Message;
        Assert.Contains($"ExpectedOrders is {orders}; it must be 0 … 1000000000", message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_the_machine_has_memory_for_is_refused_before_any_is_taken()
    {
        // By what the runtime says of this machine, with the lists and without.
        long all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach ((bool lists, int bytesEach) in ((bool, int)[])[(true, 220), (false, 120)])
        {
            long orders = Math.Min(1_000_000_000, (all / bytesEach) + 1);
            var options = new MatchingOptions { InMemory = true, ExpectedOrders = orders, Lists = lists };
            if (orders * bytesEach > all)
            {
                string message = Assert.Throws<ArgumentException>(() => OptionsCheck.Check(options)).Message;
                Assert.Contains(
                    $"ExpectedOrders is {orders}, for which some {orders * bytesEach} bytes of memory are taken; this process may have "
                    + $"{all}", message, StringComparison.Ordinal);
            }

            OptionsCheck.Check(options with { ExpectedOrders = all / bytesEach > 1_000_000_000 ? 1_000_000_000 : all / bytesEach });
        }
    }

    private static ulong Live(SnapshotRig rig, long expected)
    {
        SteppedEngine engine = rig.Open(2, options => options with { ExpectedOrders = expected });
        rig.Play(engine, 1_500);
        engine.Run(new ValueTask<SnapshotTaken>(engine.Engine.SnapshotAsync()));
        rig.Play(engine, 200);
        ulong hash = engine.Hash();
        engine.Close();
        return hash;
    }

    // Of one item, so of one shard: it has its part of the memory.
    private static long AllocatedByJoins(MatchingOptions options)
    {
        Books books = options.NewShardBooks(evicts: false);
        Book book = books.All[Books.IndexOf(1, options.Shards)];
        int orders = Orders / options.Shards;
        Join(book, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int order = 2; order <= orders; order++)
        {
            Join(book, order);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Join(Book book, int order)
    {
        book.Execute(new Command { Operation = Operation.QuickJoin, Item = 1, Order = order, Buyer = order, Quantity = 1 },
            SteppedEngine.Start, out Answer answer);
        book.Events.Clear();
        Assert.True(answer.Outcome is Outcome.Opened or Outcome.Joined or Outcome.Formed);
    }

    private static long AllocatedByOpening(SnapshotRig rig, int expected, bool lists)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        SteppedEngine engine = rig.Open(2, options => options with { ExpectedOrders = expected, Lists = lists });
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        engine.Close();
        return taken;
    }
}
