using System.Globalization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Reports.Tests;

/// <summary>Two days of one item, counted by hand (R22–R24).</summary>
public sealed class ExampleTests
{
    private const long Hour = TestShop.Hour;
    private static readonly long Day1 = TestShop.Midnight("2023-11-15");
    private static readonly long Day2 = Day1 + (24 * Hour);

    [Fact]
    public async Task R22_The_days_of_the_example()
    {
        await using TestShop shop = await PlayAsync();
        ReportTable daily = await shop.RunAsync(TestShop.Ask("daily", "2023-11-15", "2023-11-17"));
        Assert.Equal(
            ["2023-11-15 8 7 3 1 1 2 2000 1 1500 0 5 7 0 3", "2023-11-16 2 2 0 1 1 2 2000 0 0 1 1 2 1 2"],
            daily.Of("period", "views", "viewers", "opens", "joins", "teams_formed", "formed_orders", "formed_fen", "solo_orders", "solo_fen",
                "teams_expired", "conversion_n", "conversion_of", "refund_rate_n", "refund_rate_of"));
        Assert.Equal([$"{Hour} {Hour}", $"{23 * Hour} {23 * Hour}"], daily.Of("form_p50_ms", "form_p95_ms"));
        Assert.Equal(["0 0 0 3", "1 1 2000 1"], daily.Of("refunds_expired", "refunds_after_sale", "refunds_fen", "new_buyers"));
        Assert.Equal(0, daily.LostViews);
    }

    [Fact]
    public async Task R22_The_funnel_of_the_example()
    {
        await using TestShop shop = await PlayAsync();
        ReportRequest request = TestShop.Ask("funnel", "2023-11-15", "2023-11-17");
        foreach (ReportRequest asked in new[] { request, request with { Merchant = 7 } })
        {
            ReportTable funnel = await shop.RunAsync(asked);
            Assert.Equal(["8 5 4 1 6 8"], funnel.Of("viewers", "seated", "formed", "bought", "conversion_n", "conversion_of"));
            Assert.Equal(["2 2 1 2"], funnel.Of("share_new_n", "share_new_of", "share_claimed_n", "share_claimed_of"));
            Assert.Equal([$"{Hour} {23 * Hour}"], funnel.Of("form_p50_ms", "form_p95_ms"));
        }

        Assert.Equal(["-"], (await shop.RunAsync(request with { Merchant = 8 })).Of("key").DefaultIfEmpty("-"));
        Assert.Equal(
            ["2023-11-15 7 4 3", "2023-11-16 2 1 1"],
            (await shop.RunAsync(request with { Per = "period" })).Of("key", "viewers", "seated", "formed"));
        Assert.Equal(["1 8 5 4"], (await shop.RunAsync(request with { Per = "item" })).Of("key", "viewers", "seated", "formed"));
    }

    [Fact]
    public async Task R24_The_buyers_of_the_example()
    {
        await using TestShop shop = await PlayAsync();
        ReportRequest request = TestShop.Ask("buyers", "2023-11-15", "2023-11-17");
        Assert.Equal(
            ["1 1 1 1 1", "3 1 1 1 1", "4 1 1 4 2", "6 4 1 1 2"],
            (await shop.RunAsync(request with { Per = "buyer" })).Of("buyer", "r", "f", "m", "tier").Order());
        Assert.Equal(["2023-11-15 3 3 0 0 0", "2023-11-16 1 1 0 0 0"],
            (await shop.RunAsync(request)).Of("period", "buyers", "new", "returning", "won_back", "lost"));
    }

    [Fact]
    public async Task R23_The_channels_of_the_example_sum_to_the_total()
    {
        await using TestShop shop = await PlayAsync();
        ReportTable channels = await shop.RunAsync(TestShop.Ask("channels", "2023-11-15", "2023-11-17"));
        Assert.Equal(
            [
                "unknown 0 1 0 2 2 1000 2500", "detailPage 4 0 0 0 0 0 0", "chatGroup 1 1 0 1 1 1000 1000", "liveRoom 1 1 0 0 0 0 0",
                "shortVideo 0 0 0 0 0 0 0", "shareLink 4 0 2 1 1 2000 1000", "venue 0 0 0 0 0 0 0", "other 0 0 0 0 0 0 0",
                "total 10 3 2 4 4 4000 4500",
            ],
            channels.Of("channel", "views", "opens", "joins", "new_buyers", "net_orders", "formed_fen", "net_fen"));
        foreach (string column in channels.Columns.Skip(1).Where(column => column != "viewers"))
        {
            long[] values = [.. channels.Of(column).Select(value => long.Parse(value, CultureInfo.InvariantCulture))];
            Assert.Equal(values[^1], values[..^1].Sum());
        }
    }

    [Fact]
    public async Task R24_The_quadrants_of_the_example()
    {
        await using TestShop shop = await TestShop.OpenAsync();
        long buyer = 0;
        foreach ((long item, int viewers, int buyers) in new[] { (1L, 10, 1), (2L, 2, 1), (3L, 2, 0), (4L, 10, 4) })
        {
            for (int i = 0; i < viewers; i++)
            {
                buyer++;
                Assert.True(await shop.Engine.ViewAsync(new View(item, buyer) { At = Day1 }));
                if (i < buyers)
                {
                    await shop.DoAsync(Solo(item, buyer, buyer, Day1));
                }
            }
        }

        await shop.DoAsync(Solo(5, 1, 999, Day1));
        ReportTable items = await shop.RunAsync(TestShop.Ask("items", "2023-11-15", "2023-11-16"));
        Assert.Equal(
            [
                "1 10 1 0 highLow promote", "2 2 1 0 lowHigh advertise", "3 2 0 0 lowLow showThenTakeDown", "4 10 4 0 highHigh stockUp",
                "5 0 0 1 notViewed show",
            ],
            items.Of("item", "viewers", "viewed_buyers", "unseen_buyers", "quadrant", "advice").Order());
        Assert.Equal("4 24 6", items.Of("viewed_items", "all_viewers", "all_buyers")[0]);
    }

    /// <summary>The example as it is told.</summary>
    internal static async Task<TestShop> PlayAsync()
    {
        TestShop shop = await TestShop.OpenAsync();
        await shop.SetItemAsync(item: 1, merchant: 7, at: Day1);
        (long Viewer, Source Source, long At)[] views =
        [
            (1, Source.DetailPage, Day1), (4, Source.DetailPage, Day1), (2, Source.ShareLink, Day1), (3, Source.ChatGroup, Day1),
            (5, Source.LiveRoom, Day1), (7, Source.DetailPage, Day1), (7, Source.DetailPage, Day1 + 1), (8, Source.ShareLink, Day2 - 1),
            (6, Source.ShareLink, Day2), (8, Source.ShareLink, Day2 + Hour),
        ];
        Assert.Equal(views.Length, await shop.Engine.ViewBatchAsync(
            views.Select(view => new View(1, view.Viewer) { Source = view.Source, At = view.At }).ToArray()));
        var two = new BuyerFacts(BuyerStanding.New, 0);
        await shop.DoAsync(new Command { Operation = Operation.OpenTeam, Item = 1, Buyer = 1, Order = 1, Amount = 1000, At = Day1 });
        await shop.DoAsync(new Command
        {
            Operation = Operation.QuickJoin,
            Item = 1,
            Buyer = 2,
            Order = 2,
            Amount = 1000,
            Source = Source.ShareLink,
            Sharer = 1,
            BuyerFacts = two,
            At = Day1 + Hour,
        });
        await shop.DoAsync(new Command
        { Operation = Operation.OpenTeam, Item = 1, Buyer = 3, Order = 3, Amount = 1000, Source = Source.ChatGroup, At = Day1 + Hour });
        await shop.DoAsync(Solo(1, 4, 4, Day1 + Hour) with { Amount = 1500 });
        await shop.DoAsync(new Command
        { Operation = Operation.OpenTeam, Item = 1, Buyer = 5, Order = 5, Amount = 1000, Source = Source.LiveRoom, At = Day2 - 1 });
        await shop.DoAsync(new Command
        { Operation = Operation.QuickJoin, Item = 1, Buyer = 6, Order = 6, Amount = 1000, Source = Source.ShareLink, At = Day2 });
        await shop.DoAsync(new Command { Operation = Operation.RequestRefund, Item = 1, Order = 2, At = Day2 + Hour });
        await shop.DoAsync(new Command { Operation = Operation.ApproveRefund, Item = 1, Order = 2, At = Day2 + Hour });
        await shop.Engine.AdvanceAsync(Day2 + (24 * Hour));
        return shop;
    }

    private static Command Solo(long item, long buyer, long order, long at) =>
        new() { Operation = Operation.SoloBuy, Item = item, Buyer = buyer, Order = order, Amount = 1000, At = at };
}
