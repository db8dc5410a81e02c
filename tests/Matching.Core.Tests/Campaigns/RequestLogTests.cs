using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R35 for control commands: (operation, request) is the key.</summary>
public sealed class RequestLogTests
{
    private readonly Shop _shop = new();

    private ControlCommand Publishing(long request, long item = 100) => new()
    {
        Operation = ControlOperation.PublishCampaign,
        Request = request,
        Merchant = 1,
        Item = item,
        Category = "toys",
        Terms = _shop.TermsForDays(7),
    };

    [Fact]
    public void R35_A_request_sent_again_has_its_first_outcome_and_changes_nothing_also_long_after()
    {
        _shop.Merchant(1);
        ControlCommand publishing = Publishing(1_000);
        ControlAnswer first = _shop.Book.Execute(publishing, _shop.Now);
        _shop.Book.Sweep(_shop.Now + (100 * Shop.DayMs));
        ulong before = _shop.Book.StateHash();
        int events = _shop.Book.Events.Count;

        ControlAnswer again = _shop.Book.Execute(publishing with { At = _shop.Now + (200 * Shop.DayMs) }, 0);
        Assert.Equal((first.Outcome, true, true, first.Campaign), (again.Outcome, again.Ok, again.Repeated, again.Campaign));
        Assert.Equal((before, events), (_shop.Book.StateHash(), _shop.Book.Events.Count));
        Assert.False(first.Repeated);
    }

    [Fact]
    public void R35_A_request_id_used_with_other_fields_is_a_conflict_but_not_with_another_operation()
    {
        _shop.Merchant(1);
        _shop.Book.Execute(Publishing(1_000), _shop.Now);
        ControlAnswer conflict = _shop.Book.Execute(Publishing(1_000, item: 101), _shop.Now);
        Assert.Equal((ControlOutcome.OrderConflict, (byte)35, false), (conflict.Outcome, conflict.Rule, conflict.Ok));
        ControlCommand ending = new() { Operation = ControlOperation.EndCampaign, Request = 1_000, Campaign = 1 };
        Assert.Equal(ControlOutcome.Ended, _shop.Book.Execute(ending, _shop.Now).Outcome);
        Assert.True(_shop.Book.Execute(ending, _shop.Now).Repeated);
    }

    [Fact]
    public void R35_Fields_that_an_operation_does_not_have_are_neither_compared_nor_journaled()
    {
        _shop.Merchant(1);
        _shop.Book.Execute(Publishing(1_000), _shop.Now);
        MerchantFacts facts = new(MerchantKind.Brand, PrivateTraffic.Feed);
        Assert.True(_shop.Book.Execute(Publishing(1_000) with { Chat = 5, Facts = facts }, _shop.Now).Repeated);
        _shop.Book.Events.Clear();
        _shop.Send(new ControlCommand { Operation = ControlOperation.EndCampaign, Campaign = 1, Venue = 3, Category = "toys" });
        ControlEvent told = Assert.Single(_shop.Book.Events);
        Assert.Equal((0L, "", 100L, 1L), (told.Venue, told.Category, told.Item, told.Merchant));
    }

    [Fact]
    public void R35_What_is_removed_is_named_by_its_id_alone()
    {
        _shop.Sale(100, 1, PromotionKind.FlashSale, _shop.Now, _shop.Now + 100);
        ControlCommand off = new()
        {
            Operation = ControlOperation.RemovePromotion,
            Request = 1_000,
            Item = 100,
            Promotion = new Promotion(1, PromotionKind.FlashSale, 0, 20),
        };
        Assert.Equal(ControlOutcome.Removed, Part(off).Outcome);
        Assert.True(Part(off with { Promotion = new Promotion(1, PromotionKind.MassSale, 1, 101) }).Repeated);
        Assert.Equal(ControlOutcome.OrderConflict, Part(off with { Promotion = new Promotion(2, PromotionKind.FlashSale, 0, 20) }).Outcome);
    }

    [Fact]
    public void R35_A_refused_request_is_not_remembered()
    {
        Assert.Equal(ControlOutcome.NotEligible, _shop.Book.Execute(Publishing(1_000), _shop.Now).Outcome);
        _shop.Merchant(1);
        Assert.Equal((ControlOutcome.Published, false), (Part(Publishing(1_000)).Outcome, Part(Publishing(1_001, 101)).Repeated));
    }

    [Fact]
    public void A_request_without_an_id_or_an_operation_is_refused()
    {
        Assert.Equal(ControlOutcome.BadRequest, Part(Publishing(0)).Outcome);
        Assert.Equal(ControlOutcome.BadRequest, Part(Publishing(long.MinValue)).Outcome);
        Assert.Equal(ControlOutcome.BadRequest, Part(new ControlCommand { Request = 1 }).Outcome);
        Assert.Equal(ControlOutcome.BadRequest, Part(Publishing(1) with { Category = new string('x', 70_000) }).Outcome);
        Assert.Equal(ControlOutcome.BadRequest, Part(Publishing(1) with { Terms = null }).Outcome);
    }

    [Fact]
    public void Time_never_goes_back_for_a_request_with_an_older_time()
    {
        _shop.Merchant(1);
        ControlAnswer answer = _shop.Book.Execute(Publishing(1_000) with { At = _shop.Now - 5 }, 0);
        Assert.Equal(_shop.Now, answer.Now);
    }

    private ControlAnswer Part(ControlCommand command) => _shop.Book.Execute(command, _shop.Now);
}
