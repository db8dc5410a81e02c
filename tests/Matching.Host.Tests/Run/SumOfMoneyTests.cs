using System.Globalization;
using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>
/// R19: counts; R23, R44: sums of money are written in full, as strings above 2^53 − 1, also after a start, with and without the order
/// ledger.
/// </summary>
public sealed class SumOfMoneyTests : IDisposable
{
    private const int Orders = 2_200;
    private const string All = "19815838360430180200";

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_channels_formed_amount_is_not_wrapped(bool ledger)
    {
        string[] options = ["--clock", "manual", "--order-ledger", .. ledger ? (string[])["true", "--closed-in-memory", "0"] : ["false"]];
        using (HostProcess host = HostProcess.Serve(_scratch.Data, options))
        {
            Assert.True(Ask(host, """{"op":"setMerchant","request":1,"merchant":5,"kind":"c2c","tools":["feed"]}""").Flag("ok"));
            Assert.True(Ask(host, """{"op":"publishCampaign","request":1,"merchant":5,"item":1,"category":"toys","end":900000,"groupPrice":500,"soloPrice":900}""").Flag("ok"));
            Send(host, order => $$"""{"op":"quickJoin","item":1,"buyer":{{order}},"order":{{order}},"source":"liveRoom","amount":{{(1L << 53) - 1}}}""");
            Send(host, order => $$"""{"op":"ship","item":1,"order":{{order}}}""");
            Assert.Equal(All, FormedAmount(host));
            Assert.Equal(0, host.End());
        }

        using (HostProcess host = HostProcess.Serve(_scratch.Data, options))
        {
            Assert.Equal(All, FormedAmount(host));
            Assert.Equal(0, host.End());
        }

        using HostProcess verify =
            HostProcess.Launch(HostProcess.DotNet, [HostProcess.Program, "verify", "--data", _scratch.Data, "--json"]);
        Assert.Contains("\"violationCount\":0", verify.Output.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_paid_for_one_order_and_is_owed_back_is_not_wrapped()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Assert.True(Ask(host, """{"op":"soloBuy","item":1,"buyer":1,"order":1,"amount":9007199254740991}""").Flag("ok"));
        Send(host, payment => payment == Orders ? """{"op":"ship","item":1,"order":1}"""
            : $$"""{"op":"pay","item":1,"order":1,"payment":{{payment}},"amount":{{(1L << 53) - 1}}}""");

        JsonElement order = Ask(host, """{"op":"order","item":1,"order":1}""");
        JsonElement listed = Ask(host, """{"op":"ordersOf","buyer":1,"take":1}""").GetProperty("orders")[0];

        string owed = (Int128.Parse(All, CultureInfo.InvariantCulture) - ((1L << 53) - 1)).ToString(CultureInfo.InvariantCulture);
        Assert.All([order, listed],
            view => Assert.Equal((All, (1L << 53) - 1, owed), (view.Text("amount"), view.Long("kept"), view.Text("owed"))));
    }

    [Fact]
    public void Counts_of_what_never_was_say_so_and_others_say_what_orders_ever_were_R19()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Ask(host, """{"op":"setMerchant","request":1,"merchant":5,"kind":"c2c","tools":["feed"]}""");
        Ask(host, """{"op":"publishCampaign","request":1,"merchant":5,"item":1,"category":"toys","end":900000,"groupPrice":500,"soloPrice":900}""");
        Ask(host, """{"op":"soloBuy","item":1,"buyer":1,"order":1}""");
        foreach (string op in (string[])["ship", "requestRefund", "approveRefund", "refundDone"])
        {
            Assert.True(Ask(host, $$"""{"op":"{{op}}","item":1,"order":1}""").Flag("ok"));
        }

        Assert.All((string[])["counts", "sources"], op => Assert.Equal(
            (false, "UnknownCampaign", "R19", "campaign is 9, and there never was such a campaign (R19)", 9),
            Refused(Ask(host, $$"""{"op":"{{op}}","campaign":9}"""), "campaign")));
        Assert.Equal(
            (false, "UnknownMerchant", "R19", "merchant is 6, and there never was such a merchant (R19)", 6),
            Refused(Ask(host, """{"op":"counts","merchant":6}"""), "merchant"));
        JsonElement merchant = Ask(host, """{"op":"counts","merchant":5}""");
        Assert.Equal(
            (0, 1, 1, 1, 0, 1),
            (merchant.Long("ordersFormed"), merchant.Long("ordersShipped"), merchant.Long("ordersRefunded"), merchant.Long("ordersBought"),
                merchant.Long("shipped"), merchant.Long("refunded")));
        Assert.Equal(0, Ask(host, """{"op":"counts","campaign":1}""").Long("ordersBought"));
        Assert.True(Ask(host, """{"op":"counts","item":77}""").Flag("ok"));
    }

    private static (bool, string, string, string, long) Refused(JsonElement reply, string field) =>
        (reply.Flag("ok"), reply.Text("outcome"), reply.Text("rule"), reply.Text("reason"), reply.Long(field));

    private static void Send(HostProcess host, Func<int, string> line) =>
        Assert.All(host.Pump(Enumerable.Range(1, Orders).Select(line)),
            reply => Assert.True(reply.GetProperty("ok").GetBoolean(), reply.ToString()));

    private static string FormedAmount(HostProcess host) =>
        Ask(host, """{"op":"sources","campaign":1}""").GetProperty("sources").GetProperty("liveRoom").Text("formedAmount");

    private static JsonElement Ask(HostProcess host, string line) => JsonSerializer.Deserialize<JsonElement>(host.Ask(line));
}
