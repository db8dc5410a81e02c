using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>
/// R45 over the line protocol: an item is registered with its merchant, handed over, and its orders stay with whom they were made with.
/// </summary>
public sealed class SetItemTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void An_item_is_registered_once_and_others_are_refused_until_it_is_handed_over()
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual"))
        {
            Merchants(host);
            JsonElement first = Ask(host, """{"op":"setItem","request":1,"item":8,"merchant":5,"category":"toys"}""");
            JsonElement again = Ask(host, """{"op":"setItem","request":1,"item":8,"merchant":5,"category":"toys"}""");
            JsonElement changed = Ask(host, """{"op":"setItem","request":1,"item":8,"merchant":5,"category":"books"}""");
            JsonElement anew = Ask(host, """{"op":"setItem","request":2,"item":8,"merchant":5,"category":"books"}""");

            Assert.Equal(("Registered", true, false), (first.Outcome(), first.Flag("ok"), first.Flag("repeated")));
            Assert.Equal(("Registered", true, true), (again.Outcome(), again.Flag("ok"), again.Flag("repeated")));
            Refused(changed, "OrderConflict", "R35", "request 1 was used by SetItem with other fields");
            Assert.Equal(("Registered", false), (anew.Outcome(), anew.Flag("repeated")));

            Refused(Ask(host, """{"op":"setItem","request":3,"item":8,"merchant":6,"category":"toys"}"""), "NotEligible", "R45", "item 8 is not merchant 6's");
            Refused(Ask(host, Publish(request: 1, merchant: 6)), "NotEligible", "R45", "item 8 is not merchant 6's");
            Refused(Ask(host, """{"op":"setItem","request":3,"item":8,"merchant":6,"category":"toys","from":7}"""), "NotEligible", "R45", "item 8 is not merchant 7's");
            Refused(Ask(host, """{"op":"setItem","request":3,"item":9,"merchant":6,"category":"toys","from":5}"""), "NotEligible", "R45", "item 9 is not merchant 5's");

            // A refusal is not remembered: the same request may ask for something else (R35).
            Assert.Equal("Registered", Ask(host, """{"op":"setItem","request":3,"item":8,"merchant":6,"category":"toys","from":5}""").Outcome());
            Assert.Equal("Published", Ask(host, Publish(request: 1, merchant: 6)).Outcome());
            Refused(Ask(host, Publish(request: 2, merchant: 5)), "NotEligible", "R45", "item 8 is not merchant 5's");
            Assert.Equal(0, host.End());
        }

        using HostProcess restarted = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Assert.True(Ask(restarted, """{"op":"setItem","request":1,"item":8,"merchant":5,"category":"toys"}""").Flag("repeated"));
        Assert.True(Ask(restarted, """{"op":"setItem","request":3,"item":8,"merchant":6,"category":"toys","from":5}""").Flag("repeated"));
        Refused(Ask(restarted, """{"op":"setItem","request":4,"item":8,"merchant":5,"category":"toys"}"""), "NotEligible", "R45", "item 8 is not merchant 5's");
        Refused(Ask(restarted, Publish(request: 2, merchant: 5)), "NotEligible", "R45", "item 8 is not merchant 5's");
    }

    [Fact]
    public void Orders_stay_with_the_merchant_they_were_made_with_solo_ones_too()
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual"))
        {
            Merchants(host);
            Assert.Equal("Bought", Ask(host, """{"op":"soloBuy","item":8,"buyer":1,"order":1}""").Outcome());
            Ask(host, """{"op":"setItem","request":1,"item":8,"merchant":5,"category":"toys"}""");
            Ask(host, """{"op":"soloBuy","item":8,"buyer":1,"order":2}""");
            Ask(host, """{"op":"soloBuy","item":8,"buyer":1,"order":3}""");
            Ask(host, """{"op":"openTeam","item":8,"buyer":2,"order":4}""");
            Ask(host, """{"op":"hold","item":8,"buyer":4,"order":5,"open":true}""");
            Ask(host, """{"op":"setItem","request":2,"item":8,"merchant":6,"category":"toys","from":5}""");
            Ask(host, """{"op":"soloBuy","item":8,"buyer":1,"order":6}""");
            Ask(host, """{"op":"quickJoin","item":8,"buyer":3,"order":7}""");
            Ask(host, """{"op":"pay","item":8,"order":5}""");
            Ask(host, """{"op":"pay","item":8,"order":9,"amount":100}""");
            Ask(host, """{"op":"requestRefund","item":8,"order":3}""");
            Reads(host);
            Assert.Equal(0, host.End());
        }

        using HostProcess restarted = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Reads(restarted);
        Assert.Equal("Shipped", Ask(restarted, """{"op":"ship","item":8,"order":2}""").Outcome());
        Assert.Equal([4], Orders(restarted, "ordersToShip", 5));
    }

    [Fact]
    public void A_line_that_lacks_something_names_it_and_changes_nothing()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        foreach ((string line, string named) in ((string, string)[])
        [
            ("""{"op":"setItem","item":8,"merchant":5,"category":"toys"}""", "request is missing"),
            ("""{"op":"setItem","request":1,"merchant":5,"category":"toys"}""", "item is missing"),
            ("""{"op":"setItem","request":1,"item":8,"category":"toys"}""", "merchant is missing"),
            ("""{"op":"setItem","request":1,"item":8,"merchant":5}""", "category is missing"),
            ("""{"op":"setItem","request":1,"item":0,"merchant":5,"category":"toys"}""", "item must be an integer from 1 to 9223372036854775807, not 0"),
            ("""{"op":"setItem","request":1,"item":8,"merchant":"x","category":"toys"}""", "merchant must be an integer from 1 to 9223372036854775807, not \"x\""),
            ("""{"op":"setItem","request":1,"item":8,"merchant":5,"category":7}""", "category must be a string, not 7"),
            ("""{"op":"setItem","request":1,"item":8,"merchant":5,"category":" "}""", "(R12)"),
            ("""{"op":"setItem","request":1,"item":8,"merchant":5,"category":"toys","from":-1}""", "from must be an integer from 0 to 9223372036854775807, not -1"),
        ])
        {
            JsonElement refused = Ask(host, line);
            Assert.Equal((line, "BadRequest", false), (line, refused.Outcome(), refused.Flag("ok")));
            Assert.Contains(named, refused.Text("reason"), StringComparison.Ordinal);
            Assert.Equal("UnknownMerchant", Ask(host, """{"op":"counts","merchant":5}""").Outcome());
        }
    }

    [Fact]
    public void A_category_closed_to_group_buying_may_be_registered_and_bars_publishing_R12()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Merchants(host);
        Assert.Equal("Registered", Ask(host, """{"op":"setItem","request":1,"item":8,"merchant":5,"category":" FlightTickets "}""").Outcome());
        Refused(Ask(host, Publish(request: 1, merchant: 5)), "NotEligible", "R12", "the category that item 8 is registered with");
        Assert.Equal("Bought", Ask(host, """{"op":"soloBuy","item":8,"buyer":1,"order":1}""").Outcome());
    }

    /// <summary>
    /// 1 was made before the item had a merchant, so whose item it is now ships it; 2 to 5 were made with merchant 5, the others with
    /// merchant 6; 9 is money for an order nobody knows.
    /// </summary>
    private static void Reads(HostProcess host)
    {
        Assert.Equal(
            [0, 5, 5, 5, 5, 6, 6, 6],
            ((int[])[1, 2, 3, 4, 5, 6, 7, 9]).Select(order => Ask(host, $$"""{"op":"order","item":8,"order":{{order}}}""").Long("merchant")));
        Assert.Equal([2, 4], Orders(host, "ordersToShip", 5));
        Assert.Equal([1, 6, 7], Orders(host, "ordersToShip", 6));
        Assert.Equal([3], Orders(host, "refundRequests", 5));
        Assert.Empty(Orders(host, "refundRequests", 6));
        JsonElement before = Ask(host, """{"op":"counts","merchant":5}"""), now = Ask(host, """{"op":"counts","merchant":6}""");
        Assert.Equal((2, 1, 1), (before.Long("ordersBought"), before.Long("ordersFormed"), now.Long("ordersBought")));
    }

    private static IEnumerable<long> Orders(HostProcess host, string list, long merchant) =>
        Ask(host, $$"""{"op":"{{list}}","merchant":{{merchant}},"take":20}""").GetProperty("orders").EnumerateArray().Select(order => order.Long("order"));

    private static void Merchants(HostProcess host)
    {
        foreach (int merchant in (int[])[5, 6])
        {
            Assert.True(Ask(host, $$"""{"op":"setMerchant","request":{{merchant}},"merchant":{{merchant}},"kind":"c2c","tools":["feed"]}""").Flag("ok"));
        }
    }

    private static string Publish(int request, int merchant) =>
        $$"""{"op":"publishCampaign","request":{{request}},"merchant":{{merchant}},"item":8,"category":"toys","end":900000,"groupPrice":500,"soloPrice":900}""";

    private static void Refused(JsonElement reply, string outcome, string rule, string reason)
    {
        Assert.Equal((outcome, rule, false), (reply.Outcome(), reply.Text("rule"), reply.Flag("ok")));
        Assert.Contains(reason, reply.Text("reason"), StringComparison.Ordinal);
    }

    private static JsonElement Ask(HostProcess host, string line) => JsonSerializer.Deserialize<JsonElement>(host.Ask(line));
}
