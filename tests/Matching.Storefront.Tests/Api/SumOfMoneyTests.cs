using System.Globalization;
using System.Text.Json;
using Matching.Core;
using Matching.Engine;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>R44, R46 in the shop: a sum of money is shown in full, on the page and, as a string above 2^53 − 1, in the API.</summary>
public sealed class SumOfMoneyTests
{
    private const int Payments = 2_200;
    private const string All = "19815838360430180200";

    [Fact]
    public async Task What_was_paid_for_one_order_in_all_is_not_wrapped()
    {
        await using RunningShop shop = await ShopPages.OpenWithDemoAsync();
        using HttpClient lin = await shop.SignedInAsync("lin");
        using HttpClient buyer = shop.Buyer(1001);
        await shop.Engine.SoloBuyAsync(new(RunningShop.Item, 1001, 11) { Amount = BookOptions.MaxExact });
        await Task.WhenAll(Enumerable.Range(1, Payments - 1).Select(payment =>
            shop.Engine.PayAsync(new(RunningShop.Item, 11) { Payment = payment, Amount = BookOptions.MaxExact }).AsTask()));

        JsonElement order = (await buyer.ReadAsync($"/api/items/{RunningShop.Item}/orders/11")).Body;
        JsonElement schema = (await buyer.ReadAsync("/openapi/v1.json")).Body.GetProperty("components").GetProperty("schemas")
            .GetProperty("OrderReading");

        Assert.Equal((JsonValueKind.String, All), (order.GetProperty("amountFen").ValueKind, order.GetProperty("amountFen").GetString()));
        Assert.Equal(BookOptions.MaxExact, order.GetProperty("keptFen").GetInt64());
        Int128 owed = Int128.Parse(All, CultureInfo.InvariantCulture) - BookOptions.MaxExact;
        Assert.Equal(owed.ToString(CultureInfo.InvariantCulture), order.GetProperty("owedFen").GetString());
        Assert.Equal(0, order.GetProperty("refundedFen").GetInt64());
        Assert.Equal("^[0-9]{1,39}$", schema.GetProperty("properties").GetProperty("owedFen").GetProperty("pattern").GetString());
        string page = await lin.PageAsync("/orders");
        Assert.Equal(
            ("¥198158383604301802", "待退 ¥198068311611754392.09"), (ShopPages.TextOf(page, "paid"), ShopPages.TextOf(page, "order-owed")));
    }
}
