using System.Globalization;
using Matching.Core;
using Matching.Engine;

namespace Matching.Reports.Tests;

/// <summary>What must hold whatever happened: sums are exact, and what both count, reports and engine count alike.</summary>
public sealed class RandomHistoryTests
{
    private const int Commands = 1_500;
    private const int Items = 4;
    private const int Buyers = 14;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task R22_R23_R24_Sums_are_exact_and_are_the_engines(int seed)
    {
        await using TestShop shop = await TestShop.OpenAsync(teamSize: 3);
        await PlayAsync(shop, new Random(seed));
        ReportRequest request = TestShop.Ask("daily", "2023-11-14", "2024-06-01");
        ReportTable daily = await shop.RunAsync(request);
        Counts counts = await shop.Engine.CountAsync();
        Assert.True(counts is { TeamsFormed: > 0, TeamsExpired: > 0, TeamsMerged: > 0, TeamsDissolved: > 0 }, counts.ToString());
        Assert.Equal(
            [counts.TeamsOpened, counts.TeamsFormed, counts.TeamsExpired, counts.TeamsMerged, counts.TeamsDissolved],
            Sums(daily, "teams_opened", "teams_formed", "teams_expired", "teams_merged", "teams_dissolved"));
        Assert.Equal(
            [counts.OrdersFormed, counts.OrdersShipped, counts.OrdersBought, counts.AfterSale],
            Sums(daily, "formed_orders", "shipped", "solo_orders", "refunds_after_sale"));

        ReportTable channels = await shop.RunAsync(request with { Name = "channels" });
        foreach (string column in channels.Columns.Skip(1).Where(column => column != "viewers"))
        {
            long[] values = [.. channels.Of(column).Select(Number)];
            Assert.Equal(values[^1], values[..^1].Sum());
        }

        Assert.Equal(Sum(daily, "formed_orders"), Number(channels.Of("formed_orders")[^1]));
        foreach (ReportPeriod by in Enum.GetValues<ReportPeriod>())
        {
            ReportTable buyers = await shop.RunAsync(request with { Name = "buyers", By = by, GapDays = 3 });
            Assert.All(buyers.Of("buyers", "new", "returning", "won_back"), row =>
            {
                long[] parts = [.. row.Split(' ').Select(Number)];
                Assert.Equal(parts[0], parts[1..].Sum());
            });
            Assert.True(Sum(buyers, "won_back") > 0 && Sum(buyers, "lost") > 0);
        }

        ReportTable refunds = await shop.RunAsync(request with { Name = "refunds" });
        IReadOnlyList<RefundView> owed = await shop.Engine.RefundsOwedAsync(1_000_000);
        Assert.Equal(owed.Count, Number(refunds.Of("open")[^1]));
        Assert.Equal((long)owed.Sum(refund => refund.Amount), Number(refunds.Of("owed_fen")[^1]) - Number(refunds.Of("done_fen")[^1]));
    }

    private static async Task PlayAsync(TestShop shop, Random random)
    {
        long at = TestShop.Midnight("2023-11-15");
        long order = 0;
        for (int i = 0; i < Commands; i++)
        {
            at += random.Next(10) == 0 ? random.NextInt64(20 * TestShop.Hour) : random.NextInt64(TestShop.Hour);
            long item = 1 + random.Next(Items);
            long buyer = 1 + random.Next(Buyers);
            if (random.Next(3) == 0)
            {
                await shop.Engine.ViewAsync(new View(item, buyer) { At = at, Source = (Source)random.Next(8) });
            }

            Operation[] later =
            [
                Operation.Pay, Operation.Pay, Operation.Release, Operation.RequestRefund, Operation.RequestRefund, Operation.ApproveRefund,
                Operation.ApproveRefund, Operation.Ship, Operation.RefundDone,
            ];
            Operation[] first = [Operation.OpenTeam, Operation.QuickJoin, Operation.QuickJoin, Operation.Hold, Operation.SoloBuy];
            bool makes = order < 5 || random.Next(5) < 2;
            Operation operation = makes ? first[random.Next(first.Length)] : later[random.Next(later.Length)];
            (long itsItem, long itsOrder) = makes ? (item, ++order) : OneOf(random, order);
            await shop.Engine.ExecuteAsync(new Command
            {
                Operation = operation,
                Item = makes ? 1 + (itsOrder % Items) : itsItem,
                Order = itsOrder,
                Buyer = buyer,
                Quantity = operation == Operation.Pay ? 0 : 1,
                Amount = 500 + random.Next(500),
                DueNamed = makes && random.Next(4) == 0,
                Due = 0,
                Source = (Source)random.Next(8),
                At = at,
            });
        }

        await shop.Engine.AdvanceAsync(at + (72 * TestShop.Hour));
    }

    private static (long Item, long Order) OneOf(Random random, long last)
    {
        long order = last - Math.Min(last - 1, random.Next(12));
        return (1 + (order % Items), order);
    }

    private static IEnumerable<long> Sums(ReportTable table, params string[] columns) => columns.Select(column => Sum(table, column));

    private static long Sum(ReportTable table, string column) => table.Of(column).Sum(Number);

    private static long Number(string text) => text == "-" ? 0 : long.Parse(text, CultureInfo.InvariantCulture);
}
