using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Lists;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class ListTests
{
    private const int Items = 6;
    private const int Buyers = 40;

    /// <summary>Every list, after a campaign of every command, against what the books themselves say of every order.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_lists_say_of_every_order_what_its_book_says_R19(int seed)
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = Open(journal, 3);
        var random = new RandomCommands(seed, SteppedEngine.Start, Items);
        for (int part = 0; part < 8; part++)
        {
            rig.Run(rig.Engine.ExecuteBatchAsync(random.Take(400), new Answer[400]));
            rig.Run(rig.Engine.AdvanceAsync(random.Now));
            AssertListsAreRight(rig, journal);
        }

        rig.Close();
        SteppedEngine next = Open(journal, 1);
        AssertListsAreRight(next, journal);
        next.Close();
    }

    [Fact]
    public void A_list_holds_what_its_caller_was_answered_before()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SteppedEngine rig = SteppedEngine.Open(seed: seed);
            Pending<bool> seen = new(JoinAndLook(rig.Engine));
            rig.Loops.RunUntilIdle();
            Assert.True(seen.Value);
            rig.Close();
        }
    }

    /// <summary>The lists read to the end; then an event and a question come; then they look at what was sent to them.</summary>
    [Fact]
    public async Task A_wake_up_between_reading_and_looking_is_not_lost()
    {
        var journal = new FaultyJournal();
        List<IThreadPoolWorkItem> queued = [];
        var source = new FollowedJournal("the lists", journal, new InFlight(10), static () => { }, queued.Add);
        var loop = new JournalFollower<OrderLists>(source, new OrderLists(0), ListStart.Apply, 0);
        ValueTask<long> read = default;
        journal.ReadToEnd = () =>
        {
            journal.ReadToEnd = null;
            var events = new EventBuffer();
            events.Append(new Event { Kind = EventKind.SoloBought, Item = 1, Order = 7, Buyer = 9, Quantity = 1 });
            journal.Append(events.Written, 1);
            journal.Commit();
            loop.Wake();
            read = loop.ReadAsync(lists => Assert.Single(lists.OrdersOf(9, 10, 0, 0)).Order);
        };
        Task running = loop.RunAsync();

        // Everything up to the first wait ran in that call.
        Assert.Single(queued).Execute();
        Assert.Equal(7, await read);
        loop.Complete();
        await running;
    }

    [Fact]
    public void Pages_follow_each_other_by_order_id()
    {
        SteppedEngine rig = SteppedEngine.Open();
        long[] orders = [50, 7, 33, 12, 90, 41, 5];
        foreach (long order in orders)
        {
            rig.Execute(new Command { Operation = Operation.SoloBuy, Item = 1, Buyer = 9, Order = order });
        }

        Assert.Equal([5L, 7L, 12L], rig.Run(rig.Engine.OrdersOfAsync(9, 3)).Select(o => o.Order));
        Assert.Equal([33L, 41L, 50L, 90L], rig.Run(rig.Engine.OrdersOfAsync(9, 10, after: 12)).Select(o => o.Order));
        Assert.Equal([5L, 7L], rig.Run(rig.Engine.OrdersToShipAsync(1, 2)).Select(o => o.Order));
        rig.Execute(new Command { Operation = Operation.RequestRefund, Item = 1, Order = 33 });
        Assert.Equal([12L, 41L], rig.Run(rig.Engine.OrdersToShipAsync(1, 2, after: 7)).Select(o => o.Order));
        Assert.Equal([33L], rig.Run(rig.Engine.RefundRequestsAsync(1, 5)).Select(o => o.Order));
        rig.Execute(new Command { Operation = Operation.RejectRefund, Item = 1, Order = 33 });
        Assert.Equal([12L, 33L, 41L], rig.Run(rig.Engine.OrdersToShipAsync(1, 3, after: 7)).Select(o => o.Order));
        Assert.Empty(rig.Run(rig.Engine.RefundRequestsAsync(1, 5)));
        Assert.Empty(rig.Run(rig.Engine.OrdersToShipAsync(2, 5)));
        rig.Close();
    }

    [Fact]
    public void Two_items_may_share_an_order_id_across_a_page_border()
    {
        SteppedEngine rig = SteppedEngine.Open();
        foreach ((long item, long order) in new[] { (3L, 7L), (1L, 7L), (2L, 7L), (2L, 8L) })
        {
            rig.Execute(new Command { Operation = Operation.SoloBuy, Item = item, Buyer = 9, Order = order });
        }

        OrderView[] first = [.. rig.Run(rig.Engine.OrdersOfAsync(9, 2))];
        Assert.Equal([(7L, 1L), (7L, 2L)], first.Select(o => (o.Order, o.Item)));
        Assert.Equal(
            [(7L, 3L), (8L, 2L)],
            rig.Run(rig.Engine.OrdersOfAsync(9, 2, first[^1].Order, first[^1].Item)).Select(o => (o.Order, o.Item)));
        Assert.Equal([(8L, 2L)], rig.Run(rig.Engine.OrdersOfAsync(9, 2, after: 7)).Select(o => (o.Order, o.Item)));
        rig.Close();
    }

    [Fact]
    public void A_merchants_lists_hold_the_orders_made_with_him_R19_R45()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 3);
        var terms = new CampaignTerms { EndMs = SteppedEngine.Start + 1_000, TeamSize = 2, GroupPriceFen = 5, SoloPriceFen = 9 };
        long request = 0;
        foreach (long merchant in new[] { 7L, 8L })
        {
            Ask(rig, new ControlCommand
            {
                Operation = ControlOperation.SetMerchant,
                Request = ++request,
                Merchant = merchant,
                Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed)
            });
        }

        foreach ((long merchant, long item) in new[] { (7L, 1L), (7L, 2L), (8L, 3L), (7L, 4L) })
        {
            Ask(rig, new ControlCommand
            {
                Operation = ControlOperation.PublishCampaign,
                Request = ++request,
                Merchant = merchant,
                Item = item,
                Category = "toys",
                Terms = terms
            });
        }

        foreach ((long item, long order) in new[] { (1L, 20L), (1L, 21L), (2L, 20L), (2L, 19L), (3L, 1L), (3L, 2L), (4L, 5L), (9L, 1L) })
        {
            rig.Join(item, order, order);
        }

        Assert.Equal([(19L, 2L), (20L, 1L), (20L, 2L), (21L, 1L)], ToShip(7, 10));
        Assert.Equal([(19L, 2L), (20L, 1L)], ToShip(7, 2));
        Assert.Equal([(20L, 2L), (21L, 1L)], ToShip(7, 2, 20, 1));
        Assert.Equal([(1L, 3L), (2L, 3L)], ToShip(8, 10));
        Assert.Empty(ToShip(9, 10));
        rig.Execute(new Command { Operation = Operation.RequestRefund, Item = 2, Order = 20 });
        rig.Execute(new Command { Operation = Operation.Ship, Item = 1, Order = 21 });
        Assert.Equal([(19L, 2L), (20L, 1L)], ToShip(7, 10));
        Assert.Equal([(20L, 2L)], rig.Loops.Run(rig.Engine.MerchantRefundRequestsAsync(7, 10)).Select(o => (o.Order, o.Item)));
        rig.Close();

        (long, long)[] ToShip(long merchant, int take, long after = 0, long afterItem = 0) =>
            [.. rig.Loops.Run(rig.Engine.MerchantOrdersToShipAsync(merchant, take, after, afterItem)).Select(o => (o.Order, o.Item))];
    }

    [Fact]
    public void A_hand_over_leaves_the_old_orders_with_the_old_merchant_solo_orders_too_R45()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 2);
        Set(7, 0);
        Buy(1);
        Set(8, 7);
        Buy(2);
        rig.Execute(new Command { Operation = Operation.SoloBuy, Item = 4, Buyer = 3, Order = 3 });
        Assert.Equal([1L], ToShip(7));
        Assert.Equal([2L], ToShip(8));
        Assert.Equal(0, rig.Run(rig.Engine.FindOrderAsync(4, 3))!.Value.Merchant);
        Set(9, 0, item: 4);
        Assert.Equal([3L], ToShip(9));
        rig.Execute(new Command { Operation = Operation.RequestRefund, Item = 3, Order = 1 });
        Assert.Equal([1L], rig.Loops.Run(rig.Engine.MerchantRefundRequestsAsync(7, 10)).Select(o => o.Order));
        Assert.Empty(rig.Loops.Run(rig.Engine.MerchantRefundRequestsAsync(8, 10)));
        rig.Close();

        void Set(long merchant, long from, long item = 3) => Ask(rig, new ControlCommand
        {
            Operation = ControlOperation.SetItem,
            Request = merchant,
            Item = item,
            Merchant = merchant,
            Category = "toys",
            From = from,
        });

        void Buy(long order) => rig.Execute(new Command { Operation = Operation.SoloBuy, Item = 3, Buyer = order, Order = order });

        long[] ToShip(long merchant) => [.. rig.Loops.Run(rig.Engine.MerchantOrdersToShipAsync(merchant, 10)).Select(o => o.Order)];
    }

    private static void Ask(SteppedEngine rig, ControlCommand command) => Assert.True(rig.Loops.Run(rig.Engine.ControlAsync(command)).Ok);

    [Fact]
    public void An_engine_without_lists_says_which_option_is_missing()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { Lists = false });
        Assert.Contains("Lists", Assert.Throws<InvalidOperationException>(() => { _ = rig.Engine.OrdersOfAsync(1, 1).AsTask(); }).Message,
            StringComparison.Ordinal);
        rig.Close();
    }

    private static void AssertListsAreRight(SteppedEngine rig, FaultyJournal journal)
    {
        var orders = new SortedDictionary<(long Order, long Item), OrderView>();
        foreach ((long item, long order) in Events.Of(journal).Where(e => e.Event.Order != 0).Select(e => (e.Event.Item, e.Event.Order))
            .Distinct())
        {
            orders[(order, item)] = rig.Run(rig.Engine.FindOrderAsync(item, order))!.Value;
        }

        foreach (long buyer in Enumerable.Range(1, Buyers).Select(RandomCommands.BuyerOf))
        {
            Assert.Equal(orders.Values.Where(o => o.Buyer == buyer), rig.Run(rig.Engine.OrdersOfAsync(buyer, 10_000)));
        }

        foreach (long item in Enumerable.Range(1, Items).Select(RandomCommands.ItemOf))
        {
            OrderView[] all = [.. orders.Values.Where(o => o.Item == item)];
            Assert.Equal(
                all.Where(o => o.State is OrderState.Formed or OrderState.Bought && o.Request != RequestState.Pending),
                rig.Run(rig.Engine.OrdersToShipAsync(item, 10_000)));
            Assert.Equal(
                all.Where(o => o.State is OrderState.Waiting or OrderState.Formed or OrderState.Shipped or OrderState.Bought
                    && o.Request == RequestState.Pending),
                rig.Run(rig.Engine.RefundRequestsAsync(item, 10_000)));
        }
    }

    private static async Task<bool> JoinAndLook(MatchingEngine engine)
    {
        for (int i = 1; i <= 30; i++)
        {
            await engine.SoloBuyAsync(new SoloBuyRequest(1, 5, i)).ConfigureAwait(false);
            IReadOnlyList<OrderView> orders = await engine.OrdersOfAsync(5, 100).ConfigureAwait(false);
            if (orders.Count != i)
            {
                return false;
            }
        }

        return true;
    }

    private static SteppedEngine Open(FaultyJournal journal, int shards) =>
        SteppedEngine.Open(journal, shards, with: o => o with { ManualClock = true });
}
