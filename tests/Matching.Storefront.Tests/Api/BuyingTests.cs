using System.Net;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Api;

/// <summary>The shop's HTTP API used as it is meant to be.</summary>
public sealed class BuyingTests : IAsyncLifetime
{
    private RunningShop _shop = null!;

    public async Task InitializeAsync() => _shop = await RunningShop.StartAsync();

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    [Fact]
    public async Task Two_strangers_form_a_team_and_the_order_ships_only_then()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        using HttpClient merchant = _shop.Merchant1();

        Heard opened = await lin.AskAsync(ShopCalls.Of(11, "quick-join"), new { quantity = 1 });
        Heard early = await merchant.AskAsync("/api/merchant/items/101/orders/11/ship");
        Heard formed = await may.AskAsync(ShopCalls.Of(12, "quick-join"), new { quantity = 2 });
        Heard shipped = await merchant.AskAsync("/api/merchant/items/101/orders/11/ship");

        Assert.Equal("Opened", opened.Text("outcome"));
        Assert.Equal((HttpStatusCode.Conflict, "NotFormed", "R5"), (early.Status, early.Text("title"), early.Text("rule")));
        Assert.Equal("Formed", formed.Text("outcome"));
        Assert.Equal(opened.Number("team"), formed.Number("team"));
        Assert.Equal("Shipped", shipped.Text("outcome"));
        Heard order = await may.ReadAsync("/api/items/101/orders/12");
        Assert.Equal(2 * 11900, order.Number("amountFen"));
    }

    [Fact]
    public async Task The_same_order_sent_again_is_a_repeat_and_with_other_fields_a_conflict_R35()
    {
        using HttpClient lin = _shop.Buyer(1);
        Heard first = await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });
        Heard again = await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });
        Heard other = await lin.AskAsync(ShopCalls.Of(11, "solo-buy"), new { });

        Assert.Equal("False", first.Text("repeated"));
        Assert.Equal(("True", first.Number("team")), (again.Text("repeated"), again.Number("team")));
        Assert.Equal((HttpStatusCode.Conflict, "OrderConflict", "R35"), (other.Status, other.Text("title"), other.Text("rule")));
    }

    [Fact]
    public async Task A_hold_keeps_the_last_seat_until_it_is_paid_R33()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        using HttpClient zhou = _shop.Buyer(3);
        long team = (await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");

        Heard held = await may.AskAsync(ShopCalls.Of(12, "hold"), new { team });
        Heard full = await zhou.AskAsync(ShopCalls.Of(13, "join-team"), new { team });
        Heard formed = await may.AskAsync(ShopCalls.Of(12, "pay"), new { amountFen = 11_900 });

        Assert.Equal(("Held", 0), (held.Text("outcome"), held.Number("seatsLeft")));
        Assert.Equal((HttpStatusCode.Conflict, "Full", "R30"), (full.Status, full.Text("title"), full.Text("rule")));
        Assert.Equal("Formed", formed.Text("outcome"));
    }

    [Fact]
    public async Task An_invite_only_team_is_there_for_its_members_and_whoever_has_its_link_R2()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        Heard opened = await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { inviteOnly = true });
        (long team, string invite) = (opened.Number("team"), opened.Text("invite")!);
        string address = $"/api/items/101/teams/{team}";

        Assert.Equal(HttpStatusCode.OK, (await lin.ReadAsync(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await may.ReadAsync(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await may.ReadAsync(address + "?invite=5")).Status);
        Assert.Equal(HttpStatusCode.OK, (await may.ReadAsync(address + "?invite=" + invite)).Status);
        foreach (string shown in new[] { "", "?invite=5", "?invite=x", "?invite=" + invite })
        {
            using HttpResponseMessage page = await may.GetAsync($"/item/101/team/{team}{shown}");
            Assert.Equal(shown.EndsWith(invite, StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.NotFound, page.StatusCode);
        }

        Assert.Equal((HttpStatusCode.NotFound, "UnknownTeam"), await AskAsync("join-team", new { team }));
        Assert.Equal((HttpStatusCode.NotFound, "UnknownTeam"), await AskAsync("hold", new { team, invite = "5" }));
        Heard again = await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { inviteOnly = true });
        Assert.Equal(("True", invite), (again.Text("repeated"), again.Text("invite")));
        Assert.Equal("Held", (await may.AskAsync(ShopCalls.Of(12, "hold"), new { team, invite })).Text("outcome"));

        async Task<(HttpStatusCode, string?)> AskAsync(string verb, object body)
        {
            Heard refused = await may.AskAsync(ShopCalls.Of(12, verb), body);
            return (refused.Status, refused.Text("title"));
        }
    }

    [Fact]
    public async Task A_full_team_is_refused_with_another_open_one_to_join_instead_R39()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        using HttpClient zhou = _shop.Buyer(3);
        using HttpClient su = _shop.Buyer(4);
        long full = (await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");
        await may.AskAsync(ShopCalls.Of(12, "join-team"), new { team = full });
        long open = (await zhou.AskAsync(ShopCalls.Of(13, "open-team"), new { })).Number("team");

        Heard refused = await su.AskAsync(ShopCalls.Of(14, "join-team"), new { team = full });

        Assert.Equal(("Full", open), (refused.Text("title"), refused.Number("suggest")));
    }

    [Fact]
    public async Task A_team_not_formed_in_24_hours_expires_and_its_money_is_owed_back_R6()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient watch = _shop.Operator();
        await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });

        Heard now = await watch.AskAsync("/api/operator/clock/advance", new { to = _shop.Engine.Now + 86_400_000 });
        Heard order = await lin.ReadAsync("/api/items/101/orders/11");
        Heard owed = await watch.ReadAsync("/api/refunds");
        Heard done =
            await watch.AskAsync("/api/items/101/orders/11/refund-done", new { key = owed.Body[0].GetProperty("key").GetString() });
        Heard left = await watch.ReadAsync("/api/refunds");

        Assert.Equal(HttpStatusCode.OK, now.Status);
        Assert.Equal("RefundOwed", order.Text("state"));
        Assert.Equal(("expired", 11900), (owed.Body[0].GetProperty("cause").GetString(), owed.Body[0].GetProperty("amountFen").GetInt64()));
        Assert.Equal("Refunded", done.Text("outcome"));
        Assert.Equal(0, left.Body.GetArrayLength());
    }

    [Fact]
    public async Task A_refund_before_forming_frees_the_seat_once_the_merchant_grants_it_R7()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient merchant = _shop.Merchant1();
        await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { });

        Heard asked = await lin.AskAsync(ShopCalls.Of(11, "request-refund"));
        Heard granted = await merchant.AskAsync("/api/merchant/items/101/orders/11/approve-refund");
        Heard teams = await lin.ReadAsync("/api/items/101/teams");

        Assert.Equal("RefundRequested", asked.Text("outcome"));
        Assert.Equal("Left", granted.Text("outcome"));
        Assert.Equal(0, teams.Body.GetArrayLength());
    }

    [Fact]
    public async Task Lists_show_newest_first_and_page_on_by_place()
    {
        using HttpClient lin = _shop.Buyer(1);
        foreach (long order in (long[])[31, 7, 19])
        {
            await lin.AskAsync(ShopCalls.Of(order, "solo-buy"), new { });
        }

        Heard page = await lin.ReadAsync("/api/orders?take=2");
        long place = page.Body[1].GetProperty("place").GetInt64();
        Heard rest = await lin.ReadAsync($"/api/orders?take=2&before={place}");

        Assert.Equal(7, page.Body[1].GetProperty("order").GetProperty("order").GetInt64());
        Assert.Equal(31, Assert.Single(rest.Body.EnumerateArray()).GetProperty("order").GetProperty("order").GetInt64());
    }

    [Fact]
    public async Task An_item_of_a_closed_category_is_sold_alone_only_R12()
    {
        const long Voucher = 104;
        using HttpClient lin = _shop.Buyer(1);
        foreach (string verb in (string[])["open-team", "quick-join", "hold"])
        {
            Heard refused = await lin.AskAsync(ShopCalls.Of(11, verb, Voucher), new { });
            Assert.Equal((HttpStatusCode.Conflict, "ClosedCategory", "R12"), (refused.Status, refused.Text("title"), refused.Text("rule")));
        }

        Assert.Equal("Bought", (await lin.AskAsync(ShopCalls.Of(11, "solo-buy", Voucher), new { })).Text("outcome"));
    }

    [Fact]
    public async Task A_member_pays_the_price_his_team_opened_at_whatever_the_campaign_says_by_then_R34()
    {
        using HttpClient lin = _shop.Buyer(1);
        using HttpClient may = _shop.Buyer(2);
        using HttpClient zhou = _shop.Buyer(3);
        using HttpClient merchant = _shop.Merchant1();
        long old = (await lin.AskAsync(ShopCalls.Of(11, "open-team"), new { })).Number("team");
        Heard published = await merchant.AskAsync("/api/merchant/campaign-requests/1/publish", new
        {
            item = RunningShop.Item,
            teamSize = 2,
            groupPriceFen = 9_000,
            leaderPriceFen = 8_000,
            soloPriceFen = 16_800,
            endMs = _shop.Engine.Now + 86_400_000,
        });

        await may.AskAsync(ShopCalls.Of(12, "hold"), new { team = old });
        Heard formed = await may.AskAsync(ShopCalls.Of(12, "pay"), new { amountFen = 11_900 });
        Heard opened = await zhou.AskAsync(ShopCalls.Of(13, "open-team"), new { });
        Heard any = await lin.AskAsync(ShopCalls.Of(14, "quick-join"), new { });
        async Task<long> PaidAsync(HttpClient who, long order) =>
            (await who.ReadAsync($"/api/items/101/orders/{order}")).Number("amountFen");

        Assert.Equal("Published", published.Text("outcome"));
        Assert.Equal(("Formed", old), (formed.Text("outcome"), formed.Number("team")));
        Assert.Equal(("Formed", opened.Number("team")), (any.Text("outcome"), any.Number("team")));
        Assert.Equal((11_900, 11_900, 8_000, 9_000),
            (await PaidAsync(lin, 11), await PaidAsync(may, 12), await PaidAsync(zhou, 13), await PaidAsync(lin, 14)));
    }
}
