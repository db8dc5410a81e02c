using System.Text;
using Matching.Core;
using Matching.Host.Run;

namespace Matching.Host.Tests.Run;

/// <summary>Replies, byte for byte.</summary>
public sealed class ReplyWriterTests
{
    [Fact]
    public void The_first_line_says_what_was_recovered() =>
        Is(w => w.Ready(created: true, now: 5, teamsOpen: 2, recovered: 9), """{"ready":true,"created":true,"now":5,"teamsOpen":2,"recovered":9}""");

    [Fact]
    public void An_accepted_join_names_its_team_and_what_is_left() => Is(
        w => w.Answer("[1, 2]"u8, new Answer
        {
            Outcome = Outcome.Joined,
            Ok = true,
            Item = 3,
            Order = 7,
            Team = 9,
            SeatsLeft = 1,
            Deadline = 86_400_000,
            Now = 4
        }),
        """{"id":[1, 2],"ok":true,"outcome":"Joined","item":3,"order":7,"team":9,"seatsLeft":1,"deadline":86400000,"now":4}""");

    [Fact]
    public void A_formed_team_has_no_seat_left_and_says_so() => Is(
        w => w.Answer("1"u8, new Answer
        {
            Outcome = Outcome.Formed,
            Ok = true,
            Item = 3,
            Order = 7,
            Team = 9,
            Deadline = 8,
            Now = 4,
            Repeated = true,
            Rerouted = true
        }),
        """{"id":1,"ok":true,"outcome":"Formed","item":3,"order":7,"team":9,"seatsLeft":0,"deadline":8,"now":4,"repeated":true,"rerouted":true}""");

    [Fact]
    public void A_hold_says_until_when_and_a_promise_names_no_team_R33()
    {
        Is(
            w => w.Answer("1"u8, new Answer
            {
                Outcome = Outcome.Held,
                Ok = true,
                Item = 3,
                Order = 7,
                Team = 9,
                SeatsLeft = 0,
                Deadline = 8,
                Until = 6,
                Now = 4
            }),
            """{"id":1,"ok":true,"outcome":"Held","item":3,"order":7,"team":9,"seatsLeft":0,"deadline":8,"until":6,"now":4}""");
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.Held, Ok = true, Item = 3, Order = 7, Until = 6, Now = 4 }),
            """{"id":1,"ok":true,"outcome":"Held","item":3,"order":7,"until":6,"now":4}""");
    }

    [Fact]
    public void What_concerns_no_seat_says_nothing_of_seats() => Is(
        w => w.Answer(default, new Answer { Outcome = Outcome.Shipped, Ok = true, Item = 3, Order = 7, Team = 9, Now = 4 }),
        """{"ok":true,"outcome":"Shipped","item":3,"order":7,"team":9,"now":4}""");

    [Fact]
    public void RefundOwed_is_an_acceptance_of_a_payment_and_a_refusal_of_the_rest()
    {
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.RefundOwed, Ok = true, Item = 3, Order = 7, Now = 4 }),
            """{"id":1,"ok":true,"outcome":"RefundOwed","item":3,"order":7,"now":4}""");
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.RefundOwed, Ok = true, Item = 3, Order = 7, Owed = 499, Now = 4 }),
            """{"id":1,"ok":true,"outcome":"RefundOwed","item":3,"order":7,"owed":499,"now":4}""");
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.RefundOwed, Rule = 5, Item = 3, Order = 7, Team = 9, Now = 4 }),
            """{"id":1,"ok":false,"outcome":"RefundOwed","rule":"R5","reason":"the order's money is already owed back","team":9}""");
    }

    [Fact]
    public void A_refusal_names_its_rule_and_suggests_a_team_R39()
    {
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.Full, Rule = 30, Item = 3, Order = 7, Team = 9, Suggest = 11, Now = 4 }),
            """{"id":1,"ok":false,"outcome":"Full","rule":"R30","reason":"every seat of the team is paid or held","team":9,"suggest":11}""");
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.UnknownOrder, Item = 3, Order = 7, Now = 4 }),
            """{"id":1,"ok":false,"outcome":"UnknownOrder","reason":"the item has no order with this id"}""");
    }

    [Fact]
    public void Every_refusal_has_words()
    {
        foreach (Outcome outcome in Enum.GetValues<Outcome>().Where(o => o >= Outcome.OrderConflict))
        {
            Assert.Contains($"\"outcome\":\"{outcome}\",\"reason\":\"", Lines(w => w.Answer(default, new Answer { Outcome = outcome })),
                StringComparison.Ordinal);
            Assert.DoesNotContain(
                "\"reason\":\"\"", Lines(w => w.Answer(default, new Answer { Outcome = outcome })), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_reason_is_escaped_and_stays_on_its_line() => Is(
        w => w.Bad("\"x\""u8, "op \"a\nb\" is 未知"), """{"id":"x","ok":false,"outcome":"BadRequest","reason":"op \"a\nb\" is 未知"}""");

    [Fact]
    public void An_order_is_told_with_what_applies_to_it()
    {
        Is(
            w => w.Found(
                "1"u8, new OrderView(3, 7, 11, 9, OrderState.Refunded, RequestState.Approved, true, 1990, 2, 0, Source.LiveRoom), 3, 7, 4),
            """{"id":1,"ok":true,"outcome":"Found","item":3,"order":7,"state":"Refunded","team":9,"buyer":11,"amount":1990,"quantity":2,"request":"Approved","shipped":true,"source":"liveRoom","now":4}""");
        Is(
            w => w.Found("1"u8, new OrderView(3, 7, 11, 0, OrderState.Held, RequestState.None, false, 0, 1, 99, Source.Unknown), 3, 7, 4),
            """{"id":1,"ok":true,"outcome":"Found","item":3,"order":7,"state":"Held","buyer":11,"amount":0,"quantity":1,"until":99,"now":4}""");
        Is(w => w.Found("1"u8, (OrderView?)null, 3, 7, 4), """{"id":1,"ok":true,"outcome":"NotFound","item":3,"order":7,"now":4}""");
        var paid = new OrderView(3, 7, 11, 9, OrderState.Waiting, RequestState.None, false, 900, 1, 0, Source.ShareLink)
        {
            Sharer = 77,
            Merchant = 5,
            Due = 0,
            Kept = 500,
            Owed = 300,
            Refunded = 100,
        };
        Is(
            w => w.Found("1"u8, paid, 3, 7, 4),
            """{"id":1,"ok":true,"outcome":"Found","item":3,"order":7,"state":"Waiting","team":9,"buyer":11,"amount":900,"quantity":1,"source":"shareLink","sharer":77,"merchant":5,"kept":500,"owed":300,"refunded":100,"due":0,"now":4}""");
    }

    [Fact]
    public void A_team_is_told_with_its_members()
    {
        Is(
            w => w.Found("1"u8, new TeamView(3, 9, TeamState.Merged, true, 3, 0, 500, 1, 8, 8, 12, 11, [11, 13]), 3, 9, 4),
            """{"id":1,"ok":true,"outcome":"Found","item":3,"team":9,"state":"Merged","size":3,"seatsLeft":0,"deadline":8,"openedAt":1,"closedAt":8,"mergedInto":12,"leader":11,"members":[11,13],"price":500,"public":false,"now":4}""");
        Is(w => w.Found("1"u8, (TeamView?)null, 3, 9, 4), """{"id":1,"ok":true,"outcome":"NotFound","item":3,"team":9,"now":4}""");
    }

    [Fact]
    public void Lists_keep_their_order()
    {
        Is(
            w => w.Listed("1"u8, [new OpenTeamView(9, 3, 1, 8, 0), new OpenTeamView(10, 3, 2, 8, 500)], 3, 4),
            """{"id":1,"ok":true,"outcome":"Listed","item":3,"teams":[{"team":9,"size":3,"seatsLeft":1,"deadline":8},{"team":10,"size":3,"seatsLeft":2,"deadline":8,"price":500}],"now":4}""");
        Is(
            w => w.Listed("1"u8, [new OrderView(3, 7, 11, 9, OrderState.Waiting, RequestState.Pending, false, 5, 1, 0, Source.Unknown)], 4),
            """{"id":1,"ok":true,"outcome":"Listed","orders":[{"item":3,"order":7,"state":"Waiting","team":9,"buyer":11,"amount":5,"quantity":1,"request":"Pending"}],"now":4}""");
        Is(
            w => w.Listed("1"u8,
                [new RefundView(3, 7, 11, RefundCause.Expired, 0, 5, 2), new RefundView(3, 7, 0, RefundCause.SecondPayment, 21, 5, 3)], 4),
            """{"id":1,"ok":true,"outcome":"Listed","refunds":[{"item":3,"order":7,"buyer":11,"amount":5,"cause":"expired","since":2,"key":"3:7:expired"},{"item":3,"order":7,"amount":5,"cause":"secondPayment","payment":21,"since":3,"key":"3:7:secondPayment:21"}],"now":4}""");
        Is(
            w => w.Listed("1"u8, [new RefundView(3, 7, 0, RefundCause.UnknownPayment, PaymentId.Parse("支付 \"7\""), 5, 3)], 4),
            """{"id":1,"ok":true,"outcome":"Listed","refunds":[{"item":3,"order":7,"amount":5,"cause":"unknownPayment","payment":"支付 \"7\"","since":3,"key":"3:7:unknownPayment"}],"now":4}""");
        Is(w => w.Listed("1"u8, Array.Empty<RefundView>(), 4), """{"id":1,"ok":true,"outcome":"Listed","refunds":[],"now":4}""");
    }

    /// <summary>A reader that keeps numbers as doubles would take 9007199254740993 for 9007199254740992.</summary>
    [Fact]
    public void An_id_above_2_to_the_53rd_less_1_is_a_string()
    {
        const long Least = BookOptions.MaxExact + 1, Most = long.MaxValue;
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.Shipped, Ok = true, Item = Least, Order = Most, Now = 4 }),
            """{"id":1,"ok":true,"outcome":"Shipped","item":"9007199254740992","order":"9223372036854775807","now":4}""");
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.Shipped, Ok = true, Item = Least - 1, Order = 1, Now = 4 }),
            """{"id":1,"ok":true,"outcome":"Shipped","item":9007199254740991,"order":1,"now":4}""");
        Is(
            w => w.Answer("1"u8, new Answer { Outcome = Outcome.UnknownTeam, Team = Most }),
            """{"id":1,"ok":false,"outcome":"UnknownTeam","reason":"the item has no team with this id","team":"9223372036854775807"}""");
        Is(
            w => w.Found("1"u8, new OrderView(
                Least, Most, Most - 1, 9, OrderState.Waiting, RequestState.None, false, 5, 1, 0, Source.Unknown), Least, Most, 4),
            """{"id":1,"ok":true,"outcome":"Found","item":"9007199254740992","order":"9223372036854775807","state":"Waiting","team":9,"buyer":"9223372036854775806","amount":5,"quantity":1,"now":4}""");
        Is(
            w => w.Found("1"u8, new TeamView(Least, 9, TeamState.Open, false, 3, 1, 0, 1, 8, 0, 0, Most, [Most, 13]), Least, 9, 4),
            """{"id":1,"ok":true,"outcome":"Found","item":"9007199254740992","team":9,"state":"Open","size":3,"seatsLeft":1,"deadline":8,"openedAt":1,"leader":"9223372036854775807","members":["9223372036854775807",13],"public":true,"now":4}""");
        Is(
            w => w.Listed("1"u8, [new RefundView(Least, Most, Most, RefundCause.SecondPayment, Most, 5, 3)], 4),
            """{"id":1,"ok":true,"outcome":"Listed","refunds":[{"item":"9007199254740992","order":"9223372036854775807","buyer":"9223372036854775807","amount":5,"cause":"secondPayment","payment":"9223372036854775807","since":3,"key":"9007199254740992:9223372036854775807:secondPayment:9223372036854775807"}],"now":4}""");
        Is(w => w.Counted("1"u8, default, Most, 4), """{"id":1,"ok":true,"outcome":"Counted","item":"9223372036854775807","teamsOpened":0,"teamsFormed":0,"teamsExpired":0,"teamsDissolved":0,"teamsMerged":0,"teamsOpen":0,"waiting":0,"formed":0,"shipped":0,"bought":0,"refundOwed":0,"refunded":0,"afterSaleRefunds":0,"ordersFormed":0,"ordersShipped":0,"ordersRefunded":0,"ordersBought":0,"now":4}""");
    }

    [Fact]
    public void Counts_and_the_clock_are_told()
    {
        var counts = new Counts
        {
            TeamsOpened = 1,
            TeamsFormed = 2,
            TeamsExpired = 3,
            TeamsDissolved = 4,
            TeamsMerged = 5,
            TeamsOpen = 6,
            Waiting = 7,
            Formed = 8,
            Shipped = 9,
            Bought = 10,
            RefundOwed = 11,
            Refunded = 12,
            AfterSale = 13,
        };
        Is(
            w => w.Counted("1"u8, counts, 3, 4),
            """{"id":1,"ok":true,"outcome":"Counted","item":3,"teamsOpened":1,"teamsFormed":2,"teamsExpired":3,"teamsDissolved":4,"teamsMerged":5,"teamsOpen":6,"waiting":7,"formed":8,"shipped":9,"bought":10,"refundOwed":11,"refunded":12,"afterSaleRefunds":13,"ordersFormed":40,"ordersShipped":0,"ordersRefunded":12,"ordersBought":0,"now":4}""");
        Is(w => w.Advanced("1"u8, 4), """{"id":1,"ok":true,"outcome":"Advanced","now":4}""");
    }

    private static void Is(Action<ReplyWriter> write, string line) => Assert.Equal(line + "\n", Lines(write));

    private static string Lines(Action<ReplyWriter> write)
    {
        using var writer = new ReplyWriter();
        writer.Bad("0"u8, "something that must be forgotten");
        writer.Clear();
        write(writer);
        return Encoding.UTF8.GetString(writer.Lines);
    }
}
