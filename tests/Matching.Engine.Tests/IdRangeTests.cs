using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

/// <summary>Ids up to 2^63 − 1 are like any other: in commands, campaigns, lists, pages, a restart and the ledger.</summary>
public sealed class IdRangeTests
{
    private const long Item = long.MaxValue, Merchant = long.MaxValue, Order = long.MaxValue, Buyer = long.MaxValue;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_order_with_the_largest_ids_lives_and_survives_a_restart(bool ledger)
    {
        var journal = new FaultyJournal();
        var table = new LedgerTable();
        SteppedEngine rig = Open(journal, ledger ? table : null);
        Publish(rig);
        Answer opened = rig.Execute(new Command { Operation = Operation.OpenTeam, Item = Item, Order = Order, Buyer = Buyer });
        Assert.Equal((Outcome.Opened, Item, Order), (opened.Outcome, opened.Item, opened.Order));
        Assert.InRange(opened.Team, 1, BookOptions.MaxExact);
        Assert.Equal(Outcome.AlreadyMember,
            rig.Execute(new Command { Operation = Operation.QuickJoin, Item = Item, Order = 1, Buyer = Buyer }).Outcome);
        Assert.Equal(Outcome.Held,
            rig.Execute(new Command { Operation = Operation.Hold, Item = Item, Order = Order - 1, Buyer = Buyer - 1 }).Outcome);
        Assert.Equal(
            Outcome.Formed, rig.Execute(
                new Command { Operation = Operation.Pay, Item = Item, Order = Order - 1, Payment = long.MaxValue, Amount = 5 }).Outcome);
        Assert.Equal(
            Outcome.RefundOwed, rig.Execute(
                new Command { Operation = Operation.Pay, Item = Item, Order = Order, Payment = long.MaxValue - 1, Amount = 7 }).Outcome);
        Assert.Equal(Outcome.UnknownTeam,
            rig.Execute(new Command { Operation = Operation.JoinTeam, Item = Item, Order = 9, Buyer = 9, Team = long.MaxValue }).Outcome);
        ulong hash = rig.Hash();
        rig.Close();

        SteppedEngine next = Open(journal, ledger ? table.Reopen() : null);
        Assert.Equal(hash, next.Hash());
        Assert.Equal(Order, next.Engine.HighestOrder);
        RefundView owed = Assert.Single(next.Run(next.Engine.RefundsOwedAsync(10)));
        Assert.Equal((Item, Order, Buyer, long.MaxValue - 1), (owed.Item, owed.Order, owed.Buyer, owed.Payment));
        Assert.Equal(Outcome.Refunded, next.Execute(new Command { Operation = Operation.RefundDone, Item = Item, Order = Order }).Outcome);
        Assert.Equal(Outcome.Shipped, next.Execute(new Command { Operation = Operation.Ship, Item = Item, Order = Order }).Outcome);
        Assert.Equal(Outcome.Shipped, next.Execute(new Command { Operation = Operation.Ship, Item = Item, Order = Order - 1 }).Outcome);
        next.Loops.RunUntilIdle();
        if (ledger)
        {
            LedgerTests.Settle(next);
        }

        Assert.Equal(OrderState.Shipped, next.Run(next.Engine.FindOrderAsync(Item, Order))?.State);
        Assert.Equal([Buyer, Buyer - 1], next.Run(next.Engine.FindTeamAsync(Item, opened.Team))!.Members);
        Assert.True(next.Execute(new Command { Operation = Operation.OpenTeam, Item = Item, Order = Order, Buyer = Buyer }).Repeated);
        Assert.Equal(2, next.Run(next.Engine.CountMerchantAsync(Merchant))?.Shipped);
        next.Close();
    }

    /// <summary>Behind the last id there is nothing, and no page is left out before it.</summary>
    [Fact]
    public void Pages_go_on_to_the_largest_ids_and_end_there()
    {
        SteppedEngine rig = Open(new FaultyJournal(), null);
        Publish(rig);
        (long Item, long Order)[] placed =
            [(1, Order), (Item, Order - 1), (Item - 1, Order), (Item, 3), (Item - 1, Order - 1), (Item, Order), (1, 1)];
        foreach ((long item, long order) in placed)
        {
            rig.Execute(new Command { Operation = Operation.SoloBuy, Item = item, Order = order, Buyer = Buyer });
        }

        List<(long Item, long Order)> read = [];
        for ((long order, long item) = (0, 0); ;)
        {
            IReadOnlyList<OrderView> page = rig.Run(rig.Engine.OrdersOfAsync(Buyer, 2, order, item));
            if (page.Count == 0)
            {
                break;
            }

            read.AddRange(page.Select(view => (view.Item, view.Order)));
            (order, item) = (page[^1].Order, page[^1].Item);
        }

        Assert.Equal(placed.OrderBy(one => one.Order).ThenBy(one => one.Item), read);
        Assert.Equal([Order], rig.Run(rig.Engine.OrdersToShipAsync(Item, 5, after: Order - 1)).Select(view => view.Order));
        Assert.Empty(rig.Run(rig.Engine.OrdersToShipAsync(Item, 5, after: Order)));
        Assert.Equal(
            [3L, Order - 1, Order], Run(rig, rig.Engine.MerchantOrdersToShipAsync(Merchant, 5)).Select(view => view.Order));
        Assert.Empty(Run(rig, rig.Engine.MerchantOrdersToShipAsync(Merchant, 5, after: Order, afterItem: Item)));
        rig.Close();
    }

    [Fact]
    public void Every_id_of_a_campaign_command_may_be_the_largest()
    {
        SteppedEngine rig = Open(new FaultyJournal(), null);
        Publish(rig);
        ControlCommand[] commands =
        [
            new() { Operation = ControlOperation.SetPromotion, Item = Item,
                Promotion = new Promotion(long.MaxValue, PromotionKind.FlashSale, 5, SteppedEngine.Start + 9_000) },
            new() { Operation = ControlOperation.SetBigDay,
                BigDay = new BigDay(long.MaxValue, Grade.S, 5, 6, SteppedEngine.Start + 9_000) },
            new()
            {
                Operation = ControlOperation.RegisterActivity,
                Chat = long.MaxValue,
                Activity = new Activity(ActivityKind.EarlyPurchase, long.MaxValue, 0),
            },
            new() { Operation = ControlOperation.SetVenue, Venue = long.MaxValue, Plan = VenuePlan.Once(5, SteppedEngine.Start + 9_000) },
            new() { Operation = ControlOperation.ApplyToVenue, Venue = long.MaxValue, Campaign = 1 },
        ];
        for (int i = 0; i < commands.Length; i++)
        {
            ControlCommand command = commands[i] with { Request = long.MaxValue - i };
            Assert.True(rig.Control(command).Ok, $"{command}");
            Assert.True(rig.Control(command).Repeated, $"{command}");
        }

        Assert.Equal([1L], Run(rig, rig.Engine.LiveCampaignsOfAsync(Merchant)));
        Assert.Equal(long.MaxValue, Assert.Single(Run(rig, rig.Engine.FindChatAsync(long.MaxValue)).Live).Id);
        Assert.Equal([1L], Run(rig, rig.Engine.FindVenueAsync(long.MaxValue))!.Applied);
        ControlAnswer refused = rig.Control(commands[0] with { Request = long.MinValue });
        Assert.Equal(
            (ControlOutcome.BadRequest, "request is -9223372036854775808; ids are 1 … 9223372036854775807 (R35)"),
                (refused.Outcome, refused.Reason));
        rig.Close();
    }

    private static T Run<T>(SteppedEngine rig, Task<T> wait) => rig.Run(new ValueTask<T>(wait));

    private static void Publish(SteppedEngine rig)
    {
        ControlCommand[] commands =
        [
            new()
            {
                Operation = ControlOperation.SetMerchant,
                Request = long.MaxValue,
                Merchant = Merchant,
                Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed | PrivateTraffic.ChatGroup),
            },
            new()
            {
                Operation = ControlOperation.PublishCampaign,
                Request = long.MaxValue,
                Merchant = Merchant,
                Item = Item,
                Category = "toys",
                Terms =
                    new CampaignTerms { EndMs = SteppedEngine.Start + 9_000_000, TeamSize = 2, GroupPriceFen = 500, SoloPriceFen = 900 },
            },
        ];
        Assert.All(commands, command => Assert.True(rig.Control(command).Ok));
    }

    private static SteppedEngine Open(FaultyJournal journal, LedgerTable? ledger) =>
        SteppedEngine.Open(journal, shards: 2, with: options => ledger is null ? options : LedgerTests.WithLedger(options, ledger));
}
