using System.Text;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Run;

namespace Matching.Host.Tests.Run;

/// <summary>Good lines of every operation, and what each of them says.</summary>
public sealed class RequestParserTests
{
    private readonly RequestParser _parser = new();

    [Theory]
    [InlineData("openTeam", Operation.OpenTeam)]
    [InlineData("quickJoin", Operation.QuickJoin)]
    [InlineData("joinTeam", Operation.JoinTeam)]
    [InlineData("hold", Operation.Hold)]
    [InlineData("pay", Operation.Pay)]
    [InlineData("release", Operation.Release)]
    [InlineData("soloBuy", Operation.SoloBuy)]
    [InlineData("requestRefund", Operation.RequestRefund)]
    [InlineData("approveRefund", Operation.ApproveRefund)]
    [InlineData("rejectRefund", Operation.RejectRefund)]
    [InlineData("withdrawRefund", Operation.WithdrawRefund)]
    [InlineData("ship", Operation.Ship)]
    [InlineData("refundDone", Operation.RefundDone)]
    public void A_command_is_understood(string word, Operation operation)
    {
        Request request = Good($$"""{"op":"{{word}}","item":3,"team":5,"buyer":7,"order":9}""");

        Assert.Equal(Verb.Command, request.Verb);
        Assert.Equal(operation, request.Command.Operation);

        // A payment that names no pieces pays for those of its hold (R33).
        Assert.Equal((3L, 9L, operation == Operation.Pay ? 0 : 1), (request.Command.Item, request.Command.Order, request.Command.Quantity));
    }

    [Fact]
    public void Every_field_of_a_command_reaches_it()
    {
        Command quick = Good("""{"op":"quickJoin","item":1,"buyer":2,"order":3,"price":4,"amount":5,"quantity":6,"source":"liveRoom"}""").Command;
        Command open = Good("""{"op":"openTeam","item":1,"buyer":2,"order":3,"public":false}""").Command;
        Command hold = Good("""{"op":"hold","item":1,"buyer":2,"order":3,"open":true}""").Command;
        Command pay = Good("""{"op":"pay","item":1,"order":3,"payment":8,"amount":5}""").Command;
        Command done = Good("""{"op":"refundDone","item":1,"order":3,"cause":"secondPayment","payment":8}""").Command;

        Assert.Equal((2L, 4L, true, 5L, 6, Source.LiveRoom),
            (quick.Buyer, quick.Price, quick.PriceNamed, quick.Amount, quick.Quantity, quick.Source));
        Assert.True(open.InviteOnly);
        Assert.True(hold.OpenNew);
        Assert.Equal((8, 5L), (pay.Payment, pay.Amount));
        Assert.Equal((RefundCause.SecondPayment, 8, false), (done.Cause, done.Payment, done.ByKey));
    }

    [Theory]
    [InlineData("\"8\"", "8", 8)]
    [InlineData("8", "8", 8)]
    [InlineData("\"08\"", "08", 0)]
    [InlineData("\"9223372036854775807\"", "9223372036854775807", long.MaxValue)]
    [InlineData("\"9223372036854775808\"", "9223372036854775808", 0)]
    [InlineData("\"wx\\u652f付:7\"", "wx支付:7", 0)]
    public void A_payment_is_a_number_or_a_text_R35(string sent, string payment, long number)
    {
        Command pay = Good($$"""{"op":"pay","item":1,"order":3,"payment":{{sent}}}""").Command;
        Command done = Good($$"""{"op":"refundDone","item":1,"order":3,"payment":{{sent}}}""").Command;

        Assert.Equal((payment, number), (pay.Payment.ToString(), pay.Payment.Number));
        Assert.Equal(pay.Payment, done.Payment);
    }

    /// <summary>R21, R23, R44, R46: what an order is made with, whichever operation makes it; a payment carries none of it.</summary>
    [Theory]
    [InlineData("openTeam")]
    [InlineData("quickJoin")]
    [InlineData("joinTeam")]
    [InlineData("hold")]
    [InlineData("soloBuy")]
    public void Every_operation_that_makes_an_order_takes_what_the_order_keeps(string word)
    {
        const string About = "\"due\":0,\"quantity\":2,\"source\":\"venue\",\"sharer\":77,\"newBuyer\":true,\"tier\":3";
        Command made = Good($$"""{"op":"{{word}}","item":1,"team":5,"buyer":2,"order":3,{{About}}}""").Command;
        Command paid = Good($$"""{"op":"pay","item":1,"order":3,{{About}}}""").Command;
        Command bare = Good($$"""{"op":"{{word}}","item":1,"team":5,"buyer":2,"order":3}""").Command;

        Assert.Equal((true, 0L, 2, Source.Venue, 77L), (made.DueNamed, made.Due, made.Quantity, made.Source, made.Sharer));
        Assert.Equal((BuyerStanding.New, (byte)3), (made.BuyerFacts.Standing, made.BuyerFacts.Tier));
        Assert.Equal(
            (false, Source.Unknown, 0L, default(BuyerFacts), 2), (paid.DueNamed, paid.Source, paid.Sharer, paid.BuyerFacts, paid.Quantity));
        Assert.Equal((false, 1), (bare.DueNamed, bare.Quantity));
    }

    /// <summary>R37: whatever stands in front of what in the line; a key that is none names no refund, which the book decides.</summary>
    [Theory]
    [InlineData("""{"key":"1:3:secondPayment:8","op":"refundDone","item":1,"order":3}""", RefundCause.SecondPayment, 8)]
    [InlineData("""{"op":"refundDone","item":1,"order":3,"key":"1:3:exp\u0069red"}""", RefundCause.Expired, 0)]
    [InlineData("""{"op":"refundDone","item":1,"order":3,"key":"1:4:expired"}""", RefundCause.None, 0)]
    [InlineData("""{"op":"refundDone","item":1,"order":3,"key":""}""", RefundCause.None, 0)]
    [InlineData("""{"op":"refundDone","item":1,"order":3,"key":"\ud800"}""", RefundCause.None, 0)]
    public void A_key_names_one_refund(string line, RefundCause cause, long payment)
    {
        Command done = Good(line).Command;
        Assert.Equal((true, cause, payment), (done.ByKey, done.Cause, done.Payment));
    }

    [Fact]
    public void A_team_is_public_and_a_hold_insists_on_nothing_unless_said_otherwise()
    {
        Assert.False(Good("""{"op":"openTeam","item":1,"buyer":2,"order":3}""").Command.InviteOnly);
        Assert.False(Good("""{"op":"openTeam","item":1,"buyer":2,"order":3,"public":true}""").Command.InviteOnly);
        Command hold = Good("""{"op":"hold","item":1,"buyer":2,"order":3,"team":4,"open":false}""").Command;
        Assert.Equal((4L, false), (hold.Team, hold.OpenNew));
        Assert.False(Good("""{"op":"quickJoin","item":1,"buyer":2,"order":3}""").Command.PriceNamed);
        Assert.True(Good("""{"op":"quickJoin","item":1,"buyer":2,"order":3,"price":0}""").Command.PriceNamed);
    }

    [Theory]
    [InlineData("detailPage", Source.DetailPage)]
    [InlineData("CHATGROUP", Source.ChatGroup)]
    [InlineData("liveroom", Source.LiveRoom)]
    [InlineData("shortVideo", Source.ShortVideo)]
    [InlineData("shareLink", Source.ShareLink)]
    [InlineData("venue", Source.Venue)]
    [InlineData("billboard", Source.Other)]
    [InlineData("", Source.Other)]
    [InlineData(@"v\u0065nue", Source.Venue)]
    [InlineData(@"\ud800", Source.Other)]
    public void A_source_the_rules_do_not_name_is_Other_R23(string word, Source source) =>
        Assert.Equal(source, Good($$"""{"op":"joinTeam","item":1,"team":2,"buyer":3,"order":4,"source":"{{word}}"}""").Command.Source);

    [Fact]
    public void Reads_carry_their_keys_and_limits()
    {
        Request order = Good("""{"op":"order","item":1,"order":2}""");
        Request team = Good("""{"op":"team","item":1,"team":2}""");
        Request teams = Good("""{"op":"openTeams","item":1,"take":20}""");
        Request orders = Good("""{"op":"ordersOf","buyer":7,"take":1000000,"after":12}""");
        Request refunds = Good("""{"op":"refundsOwed","take":1}""");
        Request advance = Good("""{"op":"advance","to":0}""");
        Request far = Good("""{"op":"ordersOf","buyer":"9223372036854775807","take":1,"after":"9223372036854775806","afterItem":"0"}""");

        Assert.Equal((Verb.Order, 1L, 2L), (order.Verb, order.Command.Item, order.Command.Order));
        Assert.Equal((Verb.Team, 1L, 2L), (team.Verb, team.Command.Item, team.Command.Team));
        Assert.Equal((Verb.OpenTeams, 1L, 20), (teams.Verb, teams.Command.Item, teams.Take));
        Assert.Equal((Verb.OrdersOf, 7L, 1_000_000, 12L), (orders.Verb, orders.Command.Buyer, orders.Take, orders.After));
        Assert.Equal((BookOptions.MaxId, BookOptions.MaxId - 1, 0L), (far.Command.Buyer, far.After, far.AfterItem));
        Assert.Equal((Verb.RefundsOwed, 1), (refunds.Verb, refunds.Take));
        Assert.Equal((Verb.Advance, 0L), (advance.Verb, advance.To));
    }

    [Fact]
    public void Counts_are_of_an_item_a_campaign_a_merchant_or_all_R19()
    {
        Request all = Good("""{"op":"counts"}""");
        Request item = Good("""{"op":"counts","item":4}""");

        Assert.Equal((Verb.Counts, 0L, 0L, 0L), (all.Verb, all.Command.Item, all.Campaign, all.Merchant));
        Assert.Equal((4L, 0L, 0L), (item.Command.Item, item.Campaign, item.Merchant));
        Assert.Equal(4, Good("""{"op":"counts","campaign":4}""").Campaign);
        Assert.Equal(4, Good("""{"op":"counts","merchant":4}""").Merchant);
    }

    [Theory]
    [InlineData("""{"order":1,"item":9223372036854775807,"op":"ship"}""")]
    [InlineData("""{"order":1,"item":"9223372036854775807","op":"ship"}""")]
    [InlineData("""{"order":"1","item":"\u0039223372036854775807","op":"ship"}""")]
    [InlineData(""" { "op" : "ship" , "item" : 9223372036854775807, "order" : 1 } """)]
    [InlineData("{\"op\":\"ship\",\"item\":9223372036854775807,\"order\":1}\r")]
    [InlineData("""{"\u006fp":"sh\u0069p","item":9223372036854775807,"order":1}""")]
    [InlineData("""{"op":"ship","item":9223372036854775807,"order":1,"note":{"item":[1,2]},"note":"二","Item":0,"amount":"x","\ud800":1}""")]
    public void Order_space_escapes_and_foreign_fields_do_not_matter(string line) =>
        Assert.Equal((Verb.Command, BookOptions.MaxId), (Good(line).Verb, Good(line).Command.Item));

    [Theory]
    [InlineData("7")]
    [InlineData("\"seven\"")]
    [InlineData("null")]
    [InlineData("1.50e400")]
    [InlineData("""{"a":[1,{"b":"\u4e8c"}] , "a":2}""")]
    public void An_id_is_any_JSON_value_and_kept_byte_for_byte(string id)
    {
        byte[] line = Encoding.UTF8.GetBytes($$"""{"op":"ship","id":{{id}},"item":1,"order":1}""");

        Assert.Null(_parser.Parse(line, out _));
        Assert.Equal(id, Encoding.UTF8.GetString(_parser.Id(line)));
    }

    [Fact]
    public void The_parser_forgets_one_line_before_the_next()
    {
        Good("""{"id":1,"op":"quickJoin","item":1,"buyer":2,"order":3,"price":4,"source":"venue"}""");
        byte[] line = Encoding.UTF8.GetBytes("""{"op":"quickJoin","item":1,"buyer":2,"order":3}""");

        Assert.Null(_parser.Parse(line, out Request request));
        Assert.True(_parser.Id(line).IsEmpty);
        Assert.Equal((0L, false, Source.Unknown), (request.Command.Price, request.Command.PriceNamed, request.Command.Source));
    }

    private Request Good(string line)
    {
        string? problem = _parser.Parse(Encoding.UTF8.GetBytes(line), out Request request);
        Assert.Null(problem);
        return request;
    }
}
