using System.Security.Claims;
using Matching.Core;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Api;
using Matching.Storefront.Components.Parts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Components;

/// <summary>
/// What the buttons of the pages post to. Each does one thing, leaves a notice and sends the browser on, so that going back
/// or reloading repeats nothing; and were it repeated, the order's id in the form makes it a repeat (R35).
/// </summary>
internal static class ShopForms
{
    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder forms = app.MapGroup("/do").ExcludeFromDescription();
        RouteGroupBuilder buyer = forms.MapGroup("").RequireAuthorization(ShopRoles.Buyer);
        buyer.MapPost("/hold", HoldAsync);
        Map(buyer, "/release", (BuyerDesk desk, long me, long item, long order) => desk.ReleaseAsync(me, item, order), ItemPath);
        buyer.MapPost("/refund", RequestRefundAsync);
        Map(buyer, "/withdraw", (BuyerDesk desk, long me, long item, long order) => desk.WithdrawRefundAsync(me, item, order));

        // In the demo these buttons stand for the payment provider; a shop that takes money has its provider say so (PaymentApi).
        RouteGroupBuilder demo = forms.MapGroup("").RequireAuthorization(ShopRoles.DemoBuyer);
        Map(demo, "/pay", (PaymentDesk desk, long me, long item, long order) => desk.PayInDemoAsync(me, item, order), PayPath);
        Map(demo, "/solo",
            (BuyerDesk desk, long me, long item, long order) => desk.SoloBuyAsync(me, item, order, OnePiece(Source.DetailPage)), PayPath);

        RouteGroupBuilder merchant = forms.MapGroup("").RequireAuthorization(ShopRoles.Merchant);
        Map(merchant, "/ship", (MerchantDesk desk, long me, long item, long order) => desk.ShipAsync(me, item, order));
        Map(merchant, "/approve", (MerchantDesk desk, long me, long item, long order) => desk.ApproveRefundAsync(me, item, order));
        Map(merchant, "/reject", (MerchantDesk desk, long me, long item, long order) => desk.RejectRefundAsync(me, item, order));

        RouteGroupBuilder operate = forms.MapGroup("").RequireAuthorization(ShopRoles.Operator);
        operate.MapPost("/refund-done", RefundDoneAsync);
        operate.MapPost("/advance", AdvanceAsync);
        ControlForms.Map(merchant, operate);
    }

    /// <summary>One order, one act, and where the browser goes when it worked; null for back where it came from.</summary>
    private static void Map<TDesk>(
        RouteGroupBuilder group, string verb, Func<TDesk, long, long, long, Task<Reply>> act, Func<long, long, string>? next = null)
        where TDesk : notnull =>
        group.MapPost(verb, async (
            HttpContext http, ClaimsPrincipal user, TDesk desk, Notices notices, [FromForm] long item, [FromForm] long order,
                [FromForm] string? back) =>
        {
            if ((Ranges.Id(item, nameof(item)) ?? Ranges.Id(order, nameof(order))) is { } wrong)
            {
                return Problems.BadRequest(wrong);
            }

            Reply reply = await act(desk, Caller.IdOf(user), item, order);
            notices.Leave(http, ShopNotice.Of(reply));
            return Results.LocalRedirect(reply.Ok && next is not null ? next(item, order) : LocalPath.Of(back, "/"));
        });

    private static async Task<IResult> HoldAsync(
        HttpContext http, ClaimsPrincipal user, BuyerDesk desk, Notices notices,
        [FromForm] long item, [FromForm] long order, [FromForm] long? team, [FromForm] long? invite, [FromForm] bool? open,
        [FromForm] bool? shared, [FromForm] string? back)
    {
        if ((Ranges.Id(item, nameof(item)) ?? Ranges.Id(order, nameof(order)) ?? (team is { } named ? Ranges.Id(named, nameof(team)) : null)
            ?? Ranges.Invite(invite)) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        if (team is not null && open == true)
        {
            return Problems.BadRequest("team and open are both set: a hold is in a team or insists on a new one, not both (R33)", 33);
        }

        Reply reply = await desk.HoldAsync(
            Caller.IdOf(user), item, order, team.GetValueOrDefault(), invite.GetValueOrDefault(), open == true,
            OnePiece(shared == true ? Source.ShareLink : Source.DetailPage));
        if (reply.Ok)
        {
            return Results.LocalRedirect(PayPath(item, order));
        }

        notices.Leave(http, ShopNotice.Of(reply));
        return Results.LocalRedirect(LocalPath.Of(back, "/"));
    }

    private static async Task<IResult> RequestRefundAsync(
        HttpContext http, ClaimsPrincipal user, BuyerDesk desk, Notices notices,
        [FromForm] long item, [FromForm] long order, [FromForm] string? reason, [FromForm] string? back)
    {
        if ((Ranges.Id(item, nameof(item)) ?? Ranges.Id(order, nameof(order))) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        // One of the form's, or none: nobody writes to the merchant by this way.
        string known = OrderWords.RefundReasons.FirstOrDefault(known => known == reason) ?? "";
        notices.Leave(http, ShopNotice.Of(await desk.RequestRefundAsync(Caller.IdOf(user), item, order, known)));
        return Results.LocalRedirect(LocalPath.Of(back, "/orders"));
    }

    private static async Task<IResult> RefundDoneAsync(
        HttpContext http, PaymentDesk desk, Notices notices,
        [FromForm] long item, [FromForm] long order, [FromForm] string? key, [FromForm] string? back)
    {
        if ((Ranges.Id(item, nameof(item)) ?? Ranges.Id(order, nameof(order)) ?? Ranges.Key(key)) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        notices.Leave(http, ShopNotice.Of(await desk.RefundDoneAsync(item, order, key!)));
        return Results.LocalRedirect(LocalPath.Of(back, "/operator/refunds"));
    }

    private static async Task<IResult> AdvanceAsync(
        MatchingEngine engine, IOptions<MatchingOptions> options, Trail trail, [FromForm] long by)
    {
        if (!options.Value.ManualClock || by is < 1 or > 31_536_000_000)
        {
            return Problems.BadRequest("by is 1 … 31536000000 ms, and only a manual clock can be advanced (R43)", 43);
        }

        await engine.AdvanceAsync(engine.Now + by);
        trail.Note("advance", 0, 0, "Ok", TimeSpan.FromMilliseconds(by).ToString());
        return Results.LocalRedirect("/operator");
    }

    /// <summary>The pages sell one piece at a time.</summary>
    private static Purchase OnePiece(Source source) => new(Quantity: 1, source);

    private static string PayPath(long item, long order) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/pay/{item}/{order}");

    private static string ItemPath(long item, long order) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/item/{item}");
}
