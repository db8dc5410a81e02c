using System.Text.Json;
using Matching.Core.Campaigns;
using Matching.Kit;

namespace Matching.Core.Tests.Rules;

/// <summary>Sums of money are wider than amounts (R23, R44, R46): 2,200 orders of 2^53 − 1 fen are more than 64 bits hold.</summary>
public sealed class SumOfMoneyTests
{
    private const int Orders = 2_200;

    private static readonly Int128 s_all = Int128.Parse("19815838360430180200", null);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_channel_brought_is_summed_in_full_and_comes_back_with_a_saved_state(bool evicting)
    {
        var books = new Books(new BookOptions(), new());
        if (evicting)
        {
            books.All[0].KeepOnlyOpen(Orders);
        }

        books.All[0].SetSchedule(new ItemSchedule(Desk.Item, 0, MerchantKind.C2C, Terms(), []));
        for (long order = 1; order <= Orders; order++)
        {
            Do(Operation.QuickJoin, order);
            Do(Operation.Ship, order);
        }

        books.All[0].EvictClosed(int.MaxValue, keep: 0);
        Assert.Equal(s_all, Sum(books));
        SavedState saved = SavedState.Of(books.Save);
        Books loaded = saved.Load(new BookOptions(), new(), 3, evicting);
        Assert.Equal(s_all, Sum(loaded));
        Assert.Equal(books.StateHash(), loaded.StateHash());
        Assert.True(saved.SameRows(SavedState.Of(loaded.Save)));

        void Do(Operation operation, long order)
        {
            var command =
                new Command { Operation = operation, Item = Desk.Item, Order = order, Amount = BookOptions.MaxExact, Quantity = 1 };
            books.All[0].Execute(
                operation == Operation.Ship ? command : command with { Buyer = order, Source = Source.LiveRoom }, order, out Answer answer);
            Assert.True(answer.Ok || answer.Outcome == Outcome.NotFormed, answer.ToString());
            if (operation == Operation.Ship && order % 2 == 0)
            {
                books.All[0].Execute(command with { Order = order - 1 }, order, out _);
            }
        }
    }

    [Fact]
    public void What_was_paid_for_one_order_is_summed_in_full()
    {
        var desk = new Desk();
        desk.Quick(11, 1, amount: BookOptions.MaxExact);
        for (int payment = 1; payment < Orders; payment++)
        {
            desk.Book.Execute(
                new Command { Operation = Operation.Pay, Item = Desk.Item, Order = 1, Payment = payment, Amount = BookOptions.MaxExact },
                    desk.Now, out _);
        }

        Assert.Equal(
            (s_all, BookOptions.MaxExact, s_all - BookOptions.MaxExact), (desk.Order(1).Amount, desk.Order(1).Kept, desk.Order(1).Owed));
        desk.Book.Validate();
        string json = JsonSerializer.Serialize(desk.Order(1));
        Assert.Contains($"\"Amount\":\"{s_all}\"", json, StringComparison.Ordinal);
        Assert.Contains("\"Refunded\":0", json, StringComparison.Ordinal);
        Assert.Equal(desk.Order(1), JsonSerializer.Deserialize<OrderView>(json));
    }

    private static Int128 Sum(Books books)
    {
        SourceCount all = default;
        foreach (Book book in books.All)
        {
            all.Add(book.CountSource(1, Source.LiveRoom));
        }

        return all.FormedFen;
    }

    private static CampaignTerms Terms() => new()
    {
        Campaign = 1,
        Version = 1,
        Merchant = 5,
        Item = Desk.Item,
        Enabled = true,
        EndMs = Desk.Day * 20,
        TeamSize = 2,
        GroupPriceFen = 500,
        SoloPriceFen = 900,
        Merge = true,
    };
}
