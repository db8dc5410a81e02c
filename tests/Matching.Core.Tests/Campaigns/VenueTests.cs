using FsCheck.Xunit;
using Matching.Core.Campaigns;
using Matching.Core.Tests.Structures;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R20: venues, their windows, and who is listed.</summary>
public sealed class VenueTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void R20_A_weekly_day_runs_from_midnight_to_midnight_of_its_own_time_zone()
    {
        // 11 November 2025 is a Tuesday; Now is its midnight in Shanghai.
        VenuePlan tuesdays = VenuePlan.EveryWeek(DayOfWeek.Tuesday);
        Assert.False(tuesdays.RunsAt(_shop.Now - 1));
        Assert.True(tuesdays.RunsAt(_shop.Now));
        Assert.True(tuesdays.RunsAt(_shop.Now + Shop.DayMs - 1));
        Assert.False(tuesdays.RunsAt(_shop.Now + Shop.DayMs));
        Assert.Equal(
            new VenueWindow(_shop.Now + (7 * Shop.DayMs), _shop.Now + (8 * Shop.DayMs)), tuesdays.WindowAt(_shop.Now + Shop.DayMs));

        VenuePlan inUtc = VenuePlan.EveryWeek(DayOfWeek.Tuesday, utcOffsetMinutes: 0);
        Assert.False(inUtc.RunsAt(_shop.Now + (8 * 3_600_000) - 1));
        Assert.True(inUtc.RunsAt(_shop.Now + (8 * 3_600_000)));
    }

    [Fact]
    public void R20_A_venue_lists_the_campaigns_that_applied_and_have_effect_while_it_runs()
    {
        long campaign = _shop.Published(1, 100);
        long other = _shop.Published(2, 200);
        _shop.Venue(9, VenuePlan.Once(_shop.Now + 100, _shop.Now + 200));
        Assert.Equal(ControlOutcome.Applied, _shop.Apply(9, campaign).Outcome);
        Assert.Equal(ControlOutcome.Applied, _shop.Apply(9, other).Outcome);
        _shop.Sale(200, 1, PromotionKind.FlashSale, _shop.Now + 150, _shop.Now + 300);

        long startMs = _shop.Now + 100;
        Assert.Empty(Listed(startMs - 1));
        Assert.Equal([campaign, other], Listed(startMs));
        Assert.Equal([campaign], Listed(startMs + 50));
        _shop.Now = startMs + 60;
        _shop.End(campaign);
        Assert.Empty(Listed(_shop.Now));
        Assert.Equal([other], _shop.Book.FindVenue(9, _shop.Now)!.Applied);
        Assert.Null(_shop.Book.FindVenue(9, startMs + 100)!.Window);
    }

    [Fact]
    public void R20_Applications_are_for_live_campaigns_and_known_venues_and_can_be_taken_back()
    {
        long campaign = _shop.Published(1, 100);
        Assert.Equal((ControlOutcome.UnknownVenue, (byte)20), (_shop.Apply(9, campaign).Outcome, _shop.Apply(9, campaign).Rule));
        _shop.Venue(9, VenuePlan.EveryWeek(DayOfWeek.Friday, 600, 120));
        Assert.Equal(ControlOutcome.UnknownCampaign, _shop.Apply(9, 77).Outcome);
        Assert.True(_shop.Apply(9, campaign).Ok);
        Assert.Equal(ControlOutcome.AlreadyListed, _shop.Apply(9, campaign).Outcome);
        ControlCommand back = new() { Operation = ControlOperation.WithdrawFromVenue, Venue = 9, Campaign = campaign };
        Assert.Equal(ControlOutcome.Withdrawn, _shop.Send(back).Outcome);
        Assert.Equal(ControlOutcome.UnknownVenue, _shop.Send(back).Outcome);

        _shop.Apply(9, campaign);
        _shop.Venue(9, VenuePlan.EveryWeek(DayOfWeek.Tuesday));
        Assert.Equal([campaign], Listed(_shop.Now));
        ControlCommand removing = new() { Operation = ControlOperation.RemoveVenue, Venue = 9 };
        Assert.Equal(ControlOutcome.Removed, _shop.Send(removing).Outcome);
        Assert.Null(_shop.Book.FindVenue(9, _shop.Now));
        _shop.Book.Validate();
    }

    [Fact]
    public void R20_A_venue_takes_so_many_campaigns()
    {
        Shop shop = new(new ControlOptions { MaxPerVenue = 1 });
        shop.Venue(9, VenuePlan.EveryWeek(DayOfWeek.Friday));
        shop.Apply(9, shop.Published(1, 100));
        Assert.Equal(ControlOutcome.LimitReached, shop.Apply(9, shop.Published(1, 101)).Outcome);
    }

    [Theory]
    [InlineData(1440, 60, 480)]
    [InlineData(0, 0, 480)]
    [InlineData(0, 10_081, 480)]
    [InlineData(0, 60, 841)]
    public void R20_A_plan_out_of_range_is_refused(int startMinute, int lengthMinutes, int offsetMinutes)
    {
        ControlAnswer refused = _shop.Venue(9, VenuePlan.EveryWeek(DayOfWeek.Monday, startMinute, lengthMinutes, offsetMinutes));
        Assert.Equal((ControlOutcome.BadRequest, (byte)20), (refused.Outcome, refused.Rule));
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Numbers)])]
    public void R20_A_weekly_window_is_the_one_a_calendar_shows(Program<int> program)
    {
        Dice dice = new(program.Steps.FirstOrDefault());
        VenuePlan plan = VenuePlan.EveryWeek((DayOfWeek)dice.Below(7), dice.Below(1440), dice.Below(10_080) + 1, dice.Below(1681) - 840);
        long atMs = dice.Below(int.MaxValue) * 1_000L;

        // Looks at every minute-exact start of the two weeks around, by calendar date.
        DateTimeOffset local = DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToOffset(TimeSpan.FromMinutes(plan.UtcOffsetMinutes));
        VenueWindow expected = Enumerable.Range(-8, 17)
            .Select(days => new DateTimeOffset(local.Date, local.Offset).AddDays(days))
            .Where(day => day.DayOfWeek == plan.Day)
            .Select(day => day.AddMinutes(plan.StartMinute).ToUnixTimeMilliseconds())
            .Select(startMs => new VenueWindow(startMs, startMs + (plan.LengthMinutes * 60_000L)))
            .First(window => atMs < window.EndMs);
        Assert.Equal(expected, plan.WindowAt(atMs));
        Assert.Equal(atMs >= expected.StartMs, plan.RunsAt(atMs));
    }

    private IReadOnlyList<long> Listed(long atMs) => _shop.Book.FindVenue(9, atMs)!.Listed;
}
