using System.Net;
using System.Text.Json.Nodes;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>An item leaves the catalogue: nothing new is sold, and all that was sold goes on (R5, R7, R33, R35, R37).</summary>
public sealed class GoneItemTests : IDisposable
{
    private const long Gone = RunningShop.Item;
    private const long Lin = 1001;

    private readonly Storehouse _storehouse = new();

    public void Dispose() => _storehouse.Dispose();

    [Fact]
    public async Task Nothing_new_of_it_is_sold()
    {
        await using RunningShop shop = await _storehouse.OpenAsync(Gone);
        using HttpClient lin = shop.Buyer(Lin);
        foreach (string verb in (string[])["hold", "open-team", "quick-join", "join-team", "solo-buy"])
        {
            Heard refused = await lin.AskAsync(ShopCalls.Of(7, verb), verb == "join-team" ? new { team = 1024 } : new { });
            Assert.Equal((verb, HttpStatusCode.NotFound, "UnknownItem"), (verb, refused.Status, refused.Text("title")));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await lin.ReadAsync("/api/items/101")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await lin.ReadAsync("/item/101")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await lin.ReadAsync("/buy/101/7")).Status);
    }

    [Fact]
    public async Task What_was_decided_keeps_its_answer_R35()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await SellAsync(before);
        }

        await using RunningShop shop = await _storehouse.OpenAsync(Gone);
        using HttpClient lin = shop.Buyer(Lin);

        Heard held = await lin.AskAsync(ShopCalls.Of(11, "hold"), new { open = true });
        Heard bought = await lin.AskAsync(ShopCalls.Of(12, "solo-buy"), new { });
        Heard other = await shop.Buyer(5).AskAsync(ShopCalls.Of(12, "solo-buy"), new { });

        Assert.Equal(("Held", "True"), (held.Text("outcome"), held.Text("repeated")));
        Assert.Equal(("Bought", "True"), (bought.Text("outcome"), bought.Text("repeated")));
        Assert.Equal((HttpStatusCode.NotFound, "UnknownItem"), (other.Status, other.Text("title")));
    }

    [Fact]
    public async Task Its_holds_are_paid_or_given_back_and_refunds_are_asked_for_and_acknowledged()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await SellAsync(before);
        }

        await using RunningShop shop = await _storehouse.OpenAsync(Gone);
        using HttpClient lin = shop.Buyer(Lin);
        using HttpClient payments = shop.Payments();

        Assert.Equal("Opened", (await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 11_900, payment = 1 })).Text("outcome"));
        Assert.Equal(
            "RefundOwed", (await payments.AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 300, payment = 2 })).Text("outcome"));
        Assert.Equal(
            "Refunded", (await payments.AskAsync(ShopCalls.Of(11, "refund-done"), new { key = await KeyAsync(shop) })).Text("outcome"));
        Assert.Equal("RefundRequested", (await lin.AskAsync(ShopCalls.Of(12, "request-refund"))).Text("outcome"));
        Assert.Equal("RefundWithdrawn", (await lin.AskAsync(ShopCalls.Of(12, "withdraw-refund"))).Text("outcome"));
        Assert.Equal("Released", (await shop.Buyer(4).AskAsync(ShopCalls.Of(16, "release"))).Text("outcome"));
        Assert.Equal("Bought", (await lin.ReadAsync("/api/items/101/orders/12")).Text("state"));
        Assert.Equal(
            HttpStatusCode.OK, (await lin.ReadAsync($"/api/items/101/teams/{(await shop.Engine.FindOrderAsync(Gone, 11))?.Team}")).Status);
    }

    [Fact]
    public async Task Buyers_and_operators_go_on_seeing_them_under_a_neutral_name()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await SellAsync(before);
        }

        await using RunningShop shop = await _storehouse.OpenAsync(Gone);
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient watch = await shop.SignedInAsync("operator");
        await shop.Payments().AskAsync(ShopCalls.Of(12, "pay"), new { amountFen = 300, payment = 2 });

        string orders = await lin.PageAsync("/orders");
        string refunds = await watch.PageAsync("/operator/refunds");
        string hold = await lin.PageAsync("/pay/101/11");
        long team = (await shop.Engine.FindOrderAsync(Gone, 13))!.Value.Team;
        string teamPage = await lin.PageAsync($"/item/101/team/{team}");

        Assert.All((long[])[11, 12], order => Assert.Contains($"data-order=\"{order}\"", orders, StringComparison.Ordinal));
        Assert.All((string[])[orders, refunds, hold, teamPage], page => Assert.Contains("商品 101", page, StringComparison.Ordinal));
        Assert.All((string[])[orders, teamPage], page => Assert.DoesNotContain("href=\"/item/101\"", page, StringComparison.Ordinal));
        Assert.Contains("已下架", ShopPages.TextOf(teamPage, "not-sold"), StringComparison.Ordinal);
        Assert.Equal(2, (await lin.ReadAsync("/api/orders")).Body.GetArrayLength());
    }

    [Fact]
    public async Task Its_merchant_goes_on_shipping_and_answering_for_orders_made_with_him_and_nobody_else_does_R45()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await before.PublishAsync();
            await SellAsync(before);
        }

        await using RunningShop shop = await _storehouse.OpenAsync(Gone);
        using HttpClient merchant = shop.Merchant1();
        using HttpClient other = shop.Merchant2();
        const string Orders = "/api/merchant/items/101/orders";
        await shop.Buyer(Lin).AskAsync(ShopCalls.Of(12, "request-refund"));
        await shop.Buyer(2).AskAsync(ShopCalls.Of(14, "request-refund"));
        ulong state = await shop.Engine.StateHashAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await other.AskAsync(Orders + "/15/ship")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.AskAsync(Orders + "/12/approve-refund")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.ReadAsync(Orders)).Status);
        Assert.Equal(0, (await other.ReadAsync("/api/merchant/refund-requests")).Body.GetArrayLength());
        Assert.Equal(state, await shop.Engine.StateHashAsync());

        Assert.Equal(6, (await merchant.ReadAsync(Orders)).Body.GetArrayLength());
        Assert.Equal(2, (await merchant.ReadAsync("/api/merchant/refund-requests")).Body.GetArrayLength());
        Assert.Equal("Shipped", (await merchant.AskAsync(Orders + "/15/ship")).Text("outcome"));
        Assert.Equal("AfterSale", (await merchant.AskAsync(Orders + "/12/approve-refund")).Text("outcome"));
        Assert.Equal("RefundRejected", (await merchant.AskAsync(Orders + "/14/reject-refund")).Text("outcome"));
    }

    [Fact]
    public async Task Its_merchants_pages_go_on_showing_its_orders_and_counting_them()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await before.PublishAsync();
            await SellAsync(before);
        }

        await using RunningShop shop = await _storehouse.OpenAsync(Gone);
        await shop.Buyer(Lin).AskAsync(ShopCalls.Of(12, "request-refund"));
        using HttpClient merchant = await shop.SignedInAsync("merchant1");

        string overview = await merchant.PageAsync("/merchant");
        string orders = await merchant.PageAsync("/merchant/orders?item=101");
        string refunds = await merchant.PageAsync("/merchant/refunds");
        string campaigns = await merchant.PageAsync("/merchant/campaigns");

        Assert.Equal("3", ShopPages.TextOf(overview, "sum-to-ship"));
        Assert.All((long[])[11, 12, 13, 14, 15, 16], order => Assert.Contains($"data-order=\"{order}\"", orders, StringComparison.Ordinal));
        Assert.Contains("data-order=\"12\"", refunds, StringComparison.Ordinal);
        Assert.All((string[])[overview, orders, refunds, campaigns], page => Assert.Contains("商品 101", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_order_stays_with_the_merchant_it_was_made_with_when_another_one_sells_the_item_R45()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await before.PublishAsync();
            await SellAsync(before);
        }

        await using RunningShop shop = await _storehouse.OpenAsync(SoldBy2);
        using HttpClient before1 = shop.Merchant1();
        using HttpClient now2 = shop.Merchant2();

        Heard theirs = await now2.AskAsync("/api/merchant/items/101/orders/15/ship");
        Heard own = await before1.AskAsync("/api/merchant/items/101/orders/15/ship");

        Assert.Equal((HttpStatusCode.NotFound, "UnknownOrder"), (theirs.Status, theirs.Text("title")));
        Assert.Equal("Shipped", own.Text("outcome"));
        Assert.Equal(0, (await now2.ReadAsync("/api/merchant/items/101/orders")).Body.GetArrayLength());
        Assert.Equal(6, (await before1.ReadAsync("/api/merchant/items/101/orders")).Body.GetArrayLength());
    }

    [Fact]
    public async Task An_item_handed_over_in_the_catalogue_keeps_its_old_orders_with_the_old_merchant_and_gives_new_ones_to_the_new_R45()
    {
        await using (RunningShop before = await _storehouse.OpenAsync())
        {
            await before.PublishAsync();
            await SellAsync(before);
            await before.Buyer(Lin).AskAsync(ShopCalls.Of(12, "request-refund"));
        }

        await using (RunningShop shop = await _storehouse.OpenAsync(SoldBy2))
        {
            await shop.Buyer(2).AskAsync(ShopCalls.Of(21, "solo-buy"), new { });
            await shop.Buyer(2).AskAsync(ShopCalls.Of(22, "hold"), new { });
            await shop.Payments().AskAsync(ShopCalls.Of(11, "pay"), new { amountFen = 11_900, payment = 1 });
            await HandedOverAsync(shop);
        }

        // Opened again with the same catalogue nothing is handed over: the lists are the same, and no command is told anew.
        long events;
        await using (RunningShop shop = await _storehouse.OpenAsync(SoldBy2))
        {
            await HandedOverAsync(shop);
            events = shop.Engine.Health.DurableSequence;
        }

        await using (RunningShop shop = await _storehouse.OpenAsync())
        {
            Assert.Equal(1, (await shop.Engine.FindItemAsync(Gone))?.Merchant);
            await shop.Buyer(3).AskAsync(ShopCalls.Of(23, "solo-buy"), new { });
            Assert.Equal([11, 12, 13, 14, 15, 16, 23], await OrdersAsync(shop.Merchant1()));
            Assert.Equal([21, 22], await OrdersAsync(shop.Merchant2()));
            Assert.True(shop.Engine.Health.DurableSequence > events);
        }
    }

    [Fact]
    public async Task Solo_orders_are_in_the_list_of_their_merchant_from_the_first_start_R45()
    {
        await using RunningShop shop = await _storehouse.OpenAsync();
        await shop.Buyer(2).AskAsync(ShopCalls.Of(21, "solo-buy"), new { });
        await shop.Buyer(2).AskAsync(ShopCalls.Of(22, "solo-buy", RunningShop.ItemOfMerchant2), new { });

        Assert.Equal((1, 2), ((await shop.Engine.FindOrderAsync(Gone, 21))?.Merchant,
            (await shop.Engine.FindOrderAsync(RunningShop.ItemOfMerchant2, 22))?.Merchant));
        Assert.Equal([21], (await shop.Engine.MerchantOrdersToShipAsync(1, 10)).Select(order => order.Order));
        Assert.Equal([22], (await shop.Engine.MerchantOrdersToShipAsync(2, 10)).Select(order => order.Order));
        Assert.Equal([21], await OrdersAsync(shop.Merchant1()));
        Assert.Equal("Shipped", (await shop.Merchant1().AskAsync("/api/merchant/items/101/orders/21/ship")).Text("outcome"));
        Assert.Equal(HttpStatusCode.Forbidden, (await shop.Merchant1().AskAsync("/api/merchant/items/201/orders/22/ship")).Status);
    }

    private static void SoldBy2(JsonNode item)
    {
        if (item["id"]!.GetValue<long>() == Gone)
        {
            item["merchant"] = 2;
        }
    }

    /// <summary>11 to 16 are merchant 1's, 21 and 22 merchant 2's: in the engine's lists, in the API and on the pages.</summary>
    private static async Task HandedOverAsync(RunningShop shop)
    {
        Assert.Equal(2, (await shop.Engine.FindItemAsync(Gone))?.Merchant);
        Assert.Equal([11, 12, 13, 14, 15, 16], await OrdersAsync(shop.Merchant1()));
        Assert.Equal([21, 22], await OrdersAsync(shop.Merchant2()));
        Assert.Equal([14, 15], (await shop.Engine.MerchantOrdersToShipAsync(1, 10)).Select(order => order.Order).Except([11, 13]));
        Assert.Equal([21], (await shop.Engine.MerchantOrdersToShipAsync(2, 10)).Select(order => order.Order));
        Assert.Equal(1, (await shop.Merchant1().ReadAsync("/api/merchant/refund-requests")).Body.GetArrayLength());
        Assert.Equal(0, (await shop.Merchant2().ReadAsync("/api/merchant/refund-requests")).Body.GetArrayLength());
        await OnPagesAsync(shop, "merchant1", [11, 12, 13, 14, 15, 16], [21, 22], refunds: true);
        await OnPagesAsync(shop, "merchant2", [21, 22], [11, 12, 13, 14, 15, 16], refunds: false);
    }

    private static async Task OnPagesAsync(RunningShop shop, string person, long[] own, long[] others, bool refunds)
    {
        using HttpClient browser = await shop.SignedInAsync(person);
        string orders = await browser.PageAsync("/merchant/orders?item=101");
        string requests = await browser.PageAsync("/merchant/refunds");
        Assert.All(own, order => Assert.Contains($"data-order=\"{order}\"", orders, StringComparison.Ordinal));
        Assert.All(others, order => Assert.DoesNotContain($"data-order=\"{order}\"", orders, StringComparison.Ordinal));
        Assert.Equal(refunds, requests.Contains("data-order=\"12\"", StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<long>> OrdersAsync(HttpClient merchant) =>
        (await merchant.ReadAsync("/api/merchant/items/101/orders")).Body.EnumerateArray()
            .Select(order => order.GetProperty("order").GetProperty("order").GetInt64()).Order();

    private static async Task<string> KeyAsync(RunningShop shop) => (await shop.Engine.RefundsOwedAsync(1))[0].Key;

    /// <summary>One of everything: 11 held and 12 bought by Lin, 13 waiting, 14 and 15 formed, 16 held by another.</summary>
    private static async Task SellAsync(RunningShop shop)
    {
        using HttpClient lin = shop.Buyer(Lin);
        Assert.Equal("Held", (await lin.AskAsync(ShopCalls.Of(11, "hold"), new { open = true })).Text("outcome"));
        Assert.Equal("Bought", (await lin.AskAsync(ShopCalls.Of(12, "solo-buy"), new { })).Text("outcome"));
        long formed = (await shop.Buyer(2).AskAsync(ShopCalls.Of(14, "open-team"), new { })).Number("team");
        Assert.Equal("Formed", (await shop.Buyer(3).AskAsync(ShopCalls.Of(15, "join-team"), new { team = formed })).Text("outcome"));
        Assert.Equal("Opened", (await shop.Buyer(3).AskAsync(ShopCalls.Of(13, "open-team"), new { })).Text("outcome"));
        Assert.Equal("Held", (await shop.Buyer(4).AskAsync(ShopCalls.Of(16, "hold"), new { open = true })).Text("outcome"));
    }
}
