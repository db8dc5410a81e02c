using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>The real program with ids up to 2^63 − 1, as malls number things: sent as numbers or strings, answered as strings.</summary>
public sealed class LargeIdTests : IDisposable
{
    private const string Item = "1788888888888888881", Order = "9223372036854775807", Buyer = "9223372036854775806",
        Merchant = "9223372036854775805";

    // As payment providers number: longer than any number.
    private const string Number = "4200002221202611291234567890";

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Every_line_takes_them_in_both_forms_and_answers_strings()
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual"))
        {
            string[] lines =
            [
                $$"""{"op":"setMerchant","request":"{{Order}}","merchant":{{Merchant}},"kind":"c2c","tools":["feed","chatGroup"]}""",
                $$"""{"op":"publishCampaign","request":{{Order}},"merchant":"{{Merchant}}","item":"{{Item}}","category":"toys","end":900000,"groupPrice":500,"soloPrice":900}""",
                $$"""{"op":"registerActivity","request":1,"chat":"{{Order}}","kind":"earlyPurchase","activity":"{{Buyer}}"}""",
                $$"""{"op":"setVenue","request":1,"venue":"{{Order}}","weekly":false,"start":0,"end":900000}""",
                $$"""{"op":"openTeam","item":"{{Item}}","buyer":{{Buyer}},"order":"{{Order}}"}""",
                $$"""{"op":"hold","item":{{Item}},"buyer":"7","order":8}""",
                $$"""{"op":"pay","item":"{{Item}}","order":"8","payment":"{{Buyer}}","amount":500}""",
                $$"""{"op":"pay","item":"{{Item}}","order":8,"payment":{{Order}},"amount":500}""",
                $$"""{"op":"pay","item":"{{Item}}","order":8,"payment":"{{Number}}","amount":600}""",
            ];
            Assert.All(lines, line => Assert.True(Ask(host, line).Flag("ok"), line));
            Assert.True(Ask(host, lines[4]).Flag("repeated"));
            Reads(host);
            Assert.Equal(0, host.End());
        }

        using HostProcess inspect = HostProcess.Launch(
            HostProcess.DotNet, [HostProcess.Program, "inspect", "--data", _scratch.Data, "--item", Item, "--order", "8", "--json"]);
        Assert.Contains($"\"payment\":\"{Number}\"", inspect.Output.ReadToEnd(), StringComparison.Ordinal);
        using HostProcess again = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Reads(again);
    }

    [Fact]
    public void Every_id_of_every_reply_that_is_large_is_a_string()
    {
        string[] lines =
        [
            $$"""{"op":"setMerchant","request":1,"merchant":{{Merchant}},"kind":"c2c","tools":["feed","chatGroup"]}""",
            $$"""{"op":"setItem","request":1,"item":{{Item}},"merchant":{{Merchant}},"category":"toys"}""",
            $$"""{"op":"publishCampaign","request":1,"merchant":{{Merchant}},"item":{{Item}},"category":"toys","end":900000,"groupPrice":500,"soloPrice":900}""",
            $$"""{"op":"registerActivity","request":1,"chat":{{Order}},"kind":"earlyPurchase","activity":{{Buyer}}}""",
            $$"""{"op":"publishToChat","request":1,"chat":{{Order}},"campaign":1}""",
            $$"""{"op":"setVenue","request":1,"venue":{{Order}},"weekly":false,"start":0,"end":900000}""",
            $$"""{"op":"applyToVenue","request":1,"venue":{{Order}},"campaign":1}""",
            $$"""{"op":"setPromotion","request":1,"item":{{Item}},"promotion":{{Order}},"kind":"flashSale","start":800000,"end":900000}""",
            $$"""{"op":"hold","item":{{Item}},"buyer":{{Buyer}},"order":{{Order}},"sharer":{{Merchant}},"due":500,"open":true}""",
            $$"""{"op":"hold","item":{{Item}},"buyer":{{Buyer}},"order":5}""",
            $$"""{"op":"pay","item":{{Item}},"order":{{Order}},"payment":{{Order}},"amount":600}""",
            $$"""{"op":"pay","item":{{Item}},"order":{{Order}},"payment":{{Order}},"amount":600}""",
            $$"""{"op":"soloBuy","item":{{Item}},"buyer":{{Buyer}},"order":{{Buyer}},"sharer":{{Merchant}},"due":500,"amount":500}""",
            $$"""{"op":"requestRefund","item":{{Item}},"order":{{Buyer}}}""",
            $$"""{"op":"openTeam","item":{{Item}},"buyer":{{Buyer}},"order":7}""",
            $$"""{"op":"ship","item":{{Item}},"order":{{Order}}}""",
            $$"""{"op":"ship","item":{{Item}},"order":{{Merchant}}}""",
            $$"""{"op":"release","item":{{Item}},"order":{{Order}}}""",
            $$"""{"op":"joinTeam","item":{{Item}},"team":{{Order}},"buyer":1,"order":1}""",
            $$"""{"op":"order","item":{{Item}},"order":{{Order}}}""",
            $$"""{"op":"order","item":{{Item}},"order":{{Merchant}}}""",
            $$"""{"op":"ordersOf","buyer":{{Buyer}},"take":9}""",
            $$"""{"op":"ordersToShip","merchant":{{Merchant}},"take":9}""",
            $$"""{"op":"refundRequests","merchant":{{Merchant}},"take":9}""",
            """{"op":"refundsOwed","take":9}""",
            $$"""{"op":"openTeams","item":{{Item}},"take":9}""",
            $$"""{"op":"team","item":{{Item}},"team":{{Order}}}""",
            $$"""{"op":"counts","item":{{Item}}}""",
            $$"""{"op":"counts","campaign":{{Order}}}""",
            $$"""{"op":"counts","merchant":{{Order}}}""",
            """{"op":"campaign","campaign":1}""",
            $$"""{"op":"campaign","campaign":{{Order}}}""",
            $$"""{"op":"endCampaign","request":1,"campaign":{{Order}}}""",
            $$"""{"op":"campaignsOf","merchant":{{Merchant}}}""",
            $$"""{"op":"effectiveness","item":{{Item}}}""",
            $$"""{"op":"quote","item":{{Item}}}""",
            $$"""{"op":"lowestPrice","item":{{Item}},"for":"thirtyDays"}""",
            $$"""{"op":"chat","chat":{{Order}}}""",
            $$"""{"op":"venue","venue":{{Order}}}""",
            $$"""{"op":"sources","campaign":{{Order}}}""",
        ];
        SortedSet<string> texts = new(StringComparer.Ordinal);
        using (HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual"))
        {
            foreach (string line in lines)
            {
                JsonElement reply = Ask(host, line);
                Assert.NotEqual("BadRequest", reply.Outcome(), StringComparer.Ordinal);
                Walk(reply, "", texts, line);
                if (string.Equals(reply.Outcome(), "Opened", StringComparison.Ordinal))
                {
                    Walk(Ask(host, $$"""{"op":"team","item":{{Item}},"team":{{reply.Long("team")}}}"""), "", texts, line);
                }
            }

            Assert.Equal(0, host.End());
        }

        Assert.Equal(
            ["activity", "buyer", "campaign", "chat", "holding", "item", "leader", "members", "merchant", "order", "payment", "sharer",
                "team", "venue"], texts);
        foreach (string order in (string[])[Order, Buyer])
        {
            using HostProcess inspect = HostProcess.Launch(
                HostProcess.DotNet, [HostProcess.Program, "inspect", "--data", _scratch.Data, "--item", Item, "--order", order, "--json"]);
            string listed = inspect.Output.ReadToEnd();
            Assert.Contains($"\"sharer\":\"{Merchant}\"", listed, StringComparison.Ordinal);
            Assert.All(listed.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Walk(JsonSerializer.Deserialize<JsonElement>(line), "", texts, line));
        }
    }

    /// <summary>No number is one that a reader of doubles would round; gathers the names of what is written as digits.</summary>
    private static void Walk(JsonElement of, string name, SortedSet<string> texts, string line)
    {
        switch (of.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in of.EnumerateObject())
                {
                    Walk(property.Value, property.Name, texts, line);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement element in of.EnumerateArray())
                {
                    Walk(element, name, texts, line);
                }

                break;
            case JsonValueKind.Number:
                Assert.True(Math.Abs(of.GetDouble()) < 1L << 53, $"{name} is {of.GetRawText()} in the reply to {line}");
                break;
            case JsonValueKind.String when of.GetString() is { Length: > 0 } text && text.All(char.IsAsciiDigit):
                texts.Add(name);
                break;
            default:
                break;
        }
    }

    private static void Reads(HostProcess host)
    {
        JsonElement order = Ask(host, $$"""{"op":"order","item":{{Item}},"order":{{Order}}}""");
        JsonElement mine = Ask(host, $$"""{"op":"ordersOf","buyer":"{{Buyer}}","take":5,"after":"{{Buyer}}","afterItem":"{{Item}}"}""");
        JsonElement ship = Ask(host, $$"""{"op":"ordersToShip","merchant":"{{Merchant}}","take":5,"after":"8","afterItem":{{Item}}}""");
        JsonElement refunds = Ask(host, """{"op":"refundsOwed","take":5}""").GetProperty("refunds");
        JsonElement owed = refunds[0];
        JsonElement campaign = Ask(host, """{"op":"campaign","campaign":"1"}""");
        JsonElement chat = Ask(host, $$"""{"op":"chat","chat":{{Order}}}""");
        JsonElement venue = Ask(host, $$"""{"op":"venue","venue":{{Order}}}""");
        JsonElement unknown = Ask(host, $$"""{"op":"joinTeam","item":{{Item}},"team":{{Order}},"buyer":1,"order":1}""");

        Assert.Equal((Item, Order, Buyer), (order.Text("item"), order.Text("order"), order.Text("buyer")));
        Assert.Equal(Order, Assert.Single(mine.GetProperty("orders").EnumerateArray()).Text("order"));
        Assert.Equal(Order, Assert.Single(ship.GetProperty("orders").EnumerateArray()).Text("order"));
        Assert.Equal((Order, 8, $"{Item}:8:secondPayment:{Order}"), (owed.Text("payment"), owed.Long("order"), owed.Text("key")));
        Assert.Equal((Number, $"{Item}:8:secondPayment:{Number}"), (refunds[1].Text("payment"), refunds[1].Text("key")));
        Assert.True(Ask(host, $$"""{"op":"pay","item":"{{Item}}","order":8,"payment":"{{Number}}"}""").Flag("repeated"));
        Assert.Equal((1, Merchant, Item), (campaign.Long("campaign"), campaign.Text("merchant"), campaign.Text("item")));
        Assert.Equal((Order, Buyer), (chat.Text("chat"), chat.GetProperty("live")[0].Text("activity")));
        Assert.Equal(900_000, venue.Long("end"));
        Assert.Equal(("UnknownTeam", Order), (unknown.Text("outcome"), unknown.Text("team")));
    }

    private static JsonElement Ask(HostProcess host, string line) => JsonSerializer.Deserialize<JsonElement>(host.Ask(line));
}
