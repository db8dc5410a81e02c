using System.Globalization;
using System.Security.Claims;
using Matching.Core.Campaigns;
using Matching.Storefront.Accounts;
using Matching.Storefront.Components.Parts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Mvc;

namespace Matching.Storefront.Components;

/// <summary>The fields of the forms about sales, big promotions, chat groups and venues; a form sends those it has.</summary>
public sealed class ControlForm
{
    public long Item { get; set; }

    /// <summary>The request's id: a form's fresh order id (R35).</summary>
    public long Order { get; set; }

    public long Campaign { get; set; }

    public long Chat { get; set; }

    public long Venue { get; set; }

    /// <summary>The id of a sale or big promotion; 0 for a new one.</summary>
    public long Id { get; set; }

    public PromotionKind Kind { get; set; }

    public Grade Grade { get; set; }

    public string? WarmUp { get; set; }

    public string? Start { get; set; }

    public string? End { get; set; }

    /// <summary>A weekly venue's day; null for one that runs once.</summary>
    public DayOfWeek? Day { get; set; }

    public string? Back { get; set; }

    /// <summary>A new thing's id is that of the request that makes it: sent again it is the same thing.</summary>
    private long Subject => Id == 0 ? Order : Id;

    private long StartMs => ShopTime.Read(Start);

    private long EndMs => ShopTime.Read(End);

    /// <summary>What it asks. The engine checks the fields and names the one that is wrong.</summary>
    internal ControlCommand To(ControlOperation operation) => new()
    {
        Operation = operation,
        Request = Order,
        Item = Item,
        Campaign = Campaign,
        Chat = Chat,
        Venue = operation == ControlOperation.SetVenue ? Subject : Venue,
        Promotion = operation is ControlOperation.SetPromotion or ControlOperation.RemovePromotion
            ? new Promotion(Subject, Kind, StartMs, EndMs) : null,
        BigDay = operation is ControlOperation.SetBigDay or ControlOperation.RemoveBigDay
            ? new BigDay(Subject, Grade, string.IsNullOrEmpty(WarmUp) ? StartMs : ShopTime.Read(WarmUp), StartMs, EndMs) : null,
        Activity = operation == ControlOperation.WithdrawFromChat ? new Activity(ActivityKind.GroupBuy, Campaign) : null,
        Plan = operation != ControlOperation.SetVenue ? null
            : Day is { } day ? VenuePlan.EveryWeek(day) : VenuePlan.Once(StartMs, EndMs),
    };
}

/// <summary>What those forms post to: a merchant's about his own items and campaigns, an operator's about what spans merchants.</summary>
internal static class ControlForms
{
    public static void Map(RouteGroupBuilder merchant, RouteGroupBuilder operate)
    {
        Of(merchant, "/sale", ControlOperation.SetPromotion, (desk, me, command) => desk.AskAboutItemAsync(me, command));
        Of(merchant, "/sale-off", ControlOperation.RemovePromotion, (desk, me, command) => desk.AskAboutItemAsync(me, command));
        Of(merchant, "/chat", ControlOperation.PublishToChat, (desk, me, command) => desk.AskAboutCampaignAsync(me, command));
        Of(merchant, "/chat-off", ControlOperation.WithdrawFromChat, (desk, me, command) => desk.AskAboutCampaignAsync(me, command));
        Of(merchant, "/venue-apply", ControlOperation.ApplyToVenue, (desk, me, command) => desk.AskAboutCampaignAsync(me, command));
        Of(merchant, "/venue-leave", ControlOperation.WithdrawFromVenue, (desk, me, command) => desk.AskAboutCampaignAsync(me, command));
        Of(merchant, "/end-campaign", ControlOperation.EndCampaign, (desk, me, command) => desk.AskAboutCampaignAsync(me, command));
        Of(operate, "/big-day", ControlOperation.SetBigDay, (desk, _, command) => desk.AskAsync(command));
        Of(operate, "/big-day-off", ControlOperation.RemoveBigDay, (desk, _, command) => desk.AskAsync(command));
        Of(operate, "/venue", ControlOperation.SetVenue, (desk, _, command) => desk.AskAsync(command));
        Of(operate, "/venue-off", ControlOperation.RemoveVenue, (desk, _, command) => desk.AskAsync(command));
    }

    private static void Of(
        RouteGroupBuilder group, string verb, ControlOperation operation,
        Func<CampaignDesk, long, ControlCommand, Task<CampaignReply>> ask) =>
        group.MapPost(verb, async (
            HttpContext http, ClaimsPrincipal user, CampaignDesk desk, Notices notices, [FromForm] ControlForm form) =>
        {
            notices.Leave(http, ShopNotice.Of(await ask(desk, Caller.IdOf(user), form.To(operation))));
            return Results.LocalRedirect(LocalPath.Of(form.Back, "/"));
        });
}

/// <summary>Times as the fields of a form have them: to the minute, by the shop's wall clock (UTC+8).</summary>
internal static class ShopTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    /// <summary>Ms since 1970; 0 for what is no time, which the engine then refuses.</summary>
    public static long Read(string? text) =>
        DateTimeOffset.TryParseExact(
            text + "+08:00", Format + "zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
            ? Math.Max(0, time.ToUnixTimeMilliseconds()) : 0;

    /// <summary>What such a field shows.</summary>
    public static string Field(long ms) => Names.Time(ms).Replace(' ', 'T');
}
