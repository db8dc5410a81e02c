using System.Globalization;
using System.Net;
using Matching.Core;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>Who says that money came: a payment provider or a back end, never who would get it back (R33, R35, R46).</summary>
public sealed class PaymentTests
{
    [Fact]
    public async Task A_buyer_with_a_key_of_his_own_cannot_say_that_he_paid()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient gadget = shop.Machine("buyer-77-key");
        Assert.Equal("Held", (await gadget.AskAsync(ShopCalls.Of(11, "hold"), new { })).Text("outcome"));
        ulong before = await shop.Engine.StateHashAsync();

        foreach (string verb in (string[])["pay", "open-team", "quick-join", "join-team", "solo-buy"])
        {
            Heard refused = await gadget.AskAsync(ShopCalls.Of(verb == "pay" ? 11 : 12, verb), Body(verb));

            Assert.Equal((verb, HttpStatusCode.Forbidden), (verb, refused.Status));
            Assert.Equal(before, await shop.Engine.StateHashAsync());
        }
    }

    [Fact]
    public async Task A_provider_pays_for_whichever_order_and_the_same_payment_twice_is_one_R35()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient gadget = shop.Machine("buyer-77-key");
        using HttpClient payments = shop.Payments();
        await gadget.AskAsync(ShopCalls.Of(11, "hold"), new { });

        Heard paid = await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 11_900, payment = 5 });
        Heard again = await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 11_900, payment = 5 });
        Heard second = await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 11_900, payment = 6 });
        Heard unknown = await payments.AskAsync(ShopCalls.Of(99, "pay"), new { amountFen = 300, payment = 7 });

        Assert.Equal(("Opened", "False"), (paid.Text("outcome"), paid.Text("repeated")));
        Assert.Equal(("Opened", "True"), (again.Text("outcome"), again.Text("repeated")));
        Assert.Equal(("RefundOwed", "RefundOwed"), (second.Text("outcome"), unknown.Text("outcome")));
        Assert.Equal(["secondPayment 6 11900", "unknownPayment 7 300"], await OwedAsync(shop));
    }

    [Theory]
    [InlineData("any-buyer-key", 12)]
    [InlineData("payments-key", 0)]
    public async Task Money_for_an_order_nobody_knows_is_recorded_whoever_says_that_it_came_and_said_again_it_is_a_repeat_R33_R35(
        string key, long buyer)
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient says = shop.Machine(key, buyer);

        Heard first = await says.AskAsync(ShopCalls.Of(40, "pay"), new { amountFen = 500, payment = "A1" });
        Heard again = await says.AskAsync(ShopCalls.Of(40, "pay"), new { amountFen = 500, payment = "A1" });
        Heard second = await says.AskAsync(ShopCalls.Of(40, "pay"), new { amountFen = 700, payment = "A2" });
        Heard third = await shop.Buyer(13).AskAsync(ShopCalls.Of(40, "pay"), new { amountFen = 900, payment = "A3" });

        Assert.All(
            [first, again, second, third], heard => Assert.Equal((HttpStatusCode.OK, "RefundOwed"), (heard.Status, heard.Text("outcome"))));
        Assert.Equal(("False", "True", "False"), (first.Text("repeated"), again.Text("repeated"), second.Text("repeated")));
        Assert.Equal(["secondPayment A2 700", "secondPayment A3 900", "unknownPayment A1 500"], await OwedAsync(shop));
    }

    [Fact]
    public async Task A_back_ends_payment_counts_whichever_buyer_it_names_and_shows_him_nothing_of_the_order_R33()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using HttpClient may = shop.Buyer(2);
        using HttpClient payments = shop.Payments();
        await lin.AskAsync(ShopCalls.Of(11, "hold"), new { });

        Heard paid = await may.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 12_000, payment = 5 });
        Heard again = await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 12_000, payment = 5 });
        Heard second = await may.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 700, payment = 6 });

        Assert.Equal((HttpStatusCode.OK, "Opened", "False"), (paid.Status, paid.Text("outcome"), paid.Text("repeated")));
        Assert.Equal(["item", "now", "order", "outcome", "repeated", "rerouted"], Names(paid));
        Assert.Equal(("Opened", "True", "RefundOwed"), (again.Text("outcome"), again.Text("repeated"), second.Text("outcome")));
        Assert.Contains("team", Names(again));
        Assert.Equal(["overpaid 5 100", "secondPayment 6 700"], await OwedAsync(shop));
        Assert.Equal(HttpStatusCode.NotFound, (await may.ReadAsync("/api/items/101/orders/11")).Status);
        Assert.Equal("Waiting", (await lin.ReadAsync("/api/items/101/orders/11")).Text("state"));
    }

    [Fact]
    public async Task Who_would_make_an_order_that_only_a_payment_is_known_of_is_told_that_it_exists_R35()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        await shop.Payments().AskAsync(ShopCalls.Of(40, "pay"), new { amountFen = 500, payment = "A1" });
        foreach (string verb in (string[])["hold", "quick-join", "open-team", "solo-buy"])
        {
            Heard refused = await lin.AskAsync(ShopCalls.Of(40, verb), new { });
            Assert.Equal((verb, HttpStatusCode.Conflict, "OrderConflict", "R35"),
                (verb, refused.Status, refused.Text("title"), refused.Text("rule")));
        }
    }

    [Fact]
    public async Task A_reply_says_how_much_of_the_money_goes_back_R46()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using HttpClient may = shop.Buyer(2);
        await lin.AskAsync(ShopCalls.Of(11, "hold"), new { });

        Heard paid = await lin.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 12_000, payment = 5 });
        Heard joined = await may.AskAsync(ShopCalls.Of(12, "quick-join"), new { amountFen = 11_950 });
        Heard little = await may.AskAsync(ShopCalls.Of(13, "solo-buy"), new { amountFen = 70 });
        Heard exact = await may.AskAsync(ShopCalls.Of(14, "solo-buy"), new { });

        Assert.Equal((100, 50, 70), (paid.Number("owedFen"), joined.Number("owedFen"), little.Number("owedFen")));
        Assert.DoesNotContain("owedFen", Names(exact));
    }

    [Fact]
    public async Task What_a_back_end_says_was_paid_is_kept_and_without_it_what_the_shop_asks()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        await lin.AskAsync(ShopCalls.Of(11, "solo-buy"), new { quantity = 2, source = "liveRoom" });
        await lin.AskAsync(ShopCalls.Of(12, "solo-buy"), new { amountFen = 17_000, sharer = 9 });

        OrderView asked = (await shop.Engine.FindOrderAsync(RunningShop.Item, 11))!.Value;
        OrderView said = (await shop.Engine.FindOrderAsync(RunningShop.Item, 12))!.Value;

        Assert.Equal((33_600, 2, Source.LiveRoom), (asked.Amount, asked.Quantity, asked.Source));
        Assert.Equal((17_000, 16_800, 200, 9), (said.Amount, said.Kept, said.Owed, said.Sharer));
    }

    [Fact]
    public async Task The_demos_button_pays_a_hold_once_and_makes_no_refund_however_often_it_is_pressed()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient backEnd = shop.Buyer(1001);
        await HoldAsync(lin, 11);
        await backEnd.AskAsync(ShopCalls.Of(12, "quick-join", item: 201), new { });

        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage held = await PayAsync(lin, 101, 11);
            using HttpResponseMessage joined = await PayAsync(lin, 201, 12);
            Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (held.StatusCode, joined.StatusCode));
        }

        OrderView order = (await shop.Engine.FindOrderAsync(RunningShop.Item, 11))!.Value;
        Assert.Equal((OrderState.Waiting, 11_900), (order.State, order.Amount));
        Assert.Empty(await shop.Engine.RefundsOwedAsync(10));
    }

    [Fact]
    public async Task Only_who_came_by_the_demo_sign_in_sees_a_button_that_pays()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient sameByKey = shop.Buyer(1001);
        await HoldAsync(lin, 11);

        string demo = await lin.PageAsync("/pay/101/11");
        string other = await sameByKey.PageAsync("/pay/101/11");

        Assert.Contains("action=\"/do/pay\"", demo, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/do/pay\"", other, StringComparison.Ordinal);
        Assert.Contains("请在支付应用中付款", ShopPages.TextOf(other, "pay-how"), StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/do/solo\"", await sameByKey.PageAsync("/buy/101/77"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pieces_are_named_when_holding_and_the_payment_is_compared_with_what_is_due_for_them_R33_R42_R46()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient backEnd = shop.Buyer(1001);
        using HttpClient payments = shop.Payments();
        await backEnd.AskAsync(ShopCalls.Of(11, "hold"), new { quantity = 3, source = "shortVideo", sharer = 77 });

        string page = await lin.PageAsync("/pay/101/11");
        Heard little = await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 11_900, payment = 1 });
        Heard much = await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 35_800, payment = 2 });
        Heard order = await backEnd.ReadAsync("/api/items/101/orders/11");

        Assert.Equal("¥357", ShopPages.TextOf(page, "pay-amount"));
        Assert.Contains("× 3", page, StringComparison.Ordinal);
        Assert.Equal(("RefundOwed", "Opened"), (little.Text("outcome"), much.Text("outcome")));
        Assert.Equal(
            (3, "Waiting", "ShortVideo", 35_700, 47_700, 35_700, 12_000, 0),
            (order.Number("quantity"), order.Text("state"), order.Text("source"), order.Number("dueFen"), order.Number("amountFen"),
                order.Number("keptFen"),
                order.Number("owedFen"), order.Number("refundedFen")));
        Assert.Equal(77, (await shop.Engine.FindOrderAsync(RunningShop.Item, 11))?.Sharer);
        Assert.Equal("待退 ¥120", ShopPages.TextOf(await lin.PageAsync("/orders"), "order-owed"));
    }

    [Fact]
    public async Task What_a_back_end_buys_with_less_than_is_due_seats_nobody_R46()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);

        Heard joined = await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { amountFen = 100 });
        Heard alone = await lin.AskAsync(ShopCalls.Of(12, "solo-buy"), new { amountFen = 100 });

        Assert.Equal(("RefundOwed", "RefundOwed"), (joined.Text("outcome"), alone.Text("outcome")));
        Assert.Empty(await shop.Engine.OpenTeamsAsync(RunningShop.Item, 10));
        Assert.Equal([100, 100], (await shop.Engine.RefundsOwedAsync(10)).Select(refund => refund.Amount));
    }

    [Fact]
    public async Task A_refund_is_acknowledged_by_its_key_once_and_no_other_is_taken_for_it_R37()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient lin = shop.Buyer(1);
        using HttpClient payments = shop.Payments();
        await lin.AskAsync(ShopCalls.Of(11, "solo-buy"), new { });
        await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 100, payment = 5 });
        await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 100, payment = 6 });
        string key = (await payments.ReadAsync("/api/refunds")).Body[0].GetProperty("key").GetString()!;

        Heard done = await payments.AskAsync(ShopCalls.Of(11, "refund-done"), new { key });
        Heard again = await payments.AskAsync(ShopCalls.Of(11, "refund-done"), new { key });
        Heard wrong = await payments.AskAsync(ShopCalls.Of(11, "refund-done"), new { key = "anything" });

        Assert.Equal(("False", "True"), (done.Text("repeated"), again.Text("repeated")));
        Assert.Equal((HttpStatusCode.Conflict, "NotOwed"), (wrong.Status, wrong.Text("title")));
        Assert.NotEqual(key, Assert.Single(await shop.Engine.RefundsOwedAsync(10)).Key);
    }

    private static IEnumerable<string> Names(Heard heard) =>
        heard.Body.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> OwedAsync(RunningShop shop)
    {
        using HttpClient payments = shop.Payments();
        return (await payments.ReadAsync("/api/refunds")).Body.EnumerateArray().Select(refund =>
            $"{refund.GetProperty("cause")} {refund.GetProperty("payment")} {refund.GetProperty("amountFen")}")
                .Order(StringComparer.Ordinal);
    }

    private static object Body(string verb) => verb switch
    {
        "pay" => new { amountFen = 1 },
        "join-team" => new { team = 1024 },
        _ => new { },
    };

    private static async Task HoldAsync(HttpClient browser, long order)
    {
        using HttpResponseMessage held = await browser.SubmitFromAsync(
            "/item/101", "/do/hold", ("item", "101"), ("order", order.ToString(CultureInfo.InvariantCulture)), ("open", "true"));
        Assert.Equal(HttpStatusCode.Redirect, held.StatusCode);
    }

    private static Task<HttpResponseMessage> PayAsync(HttpClient browser, long item, long order) => browser.SubmitFromAsync(
        "/orders", "/do/pay", ("item", item.ToString(CultureInfo.InvariantCulture)),
            ("order", order.ToString(CultureInfo.InvariantCulture)));
}
