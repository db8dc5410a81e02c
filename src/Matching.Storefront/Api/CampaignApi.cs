using System.Security.Claims;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>Publish a campaign.</summary>
/// <param name="Item">One of his items.</param>
/// <param name="TeamSize">Seats of a team (R1).</param>
/// <param name="GroupPriceFen">A member's price of one piece.</param>
/// <param name="SoloPriceFen">The price alone (R9).</param>
/// <param name="EndMs">End of the window, ms since 1970.</param>
/// <param name="StartMs">Its start; 0 for now.</param>
/// <param name="LeaderPriceFen">The leader's price; none for the group price.</param>
/// <param name="QuotaSeats">Seats to sell (R42); 0 for no limit.</param>
/// <param name="PerOrderPieces">Pieces in one order; 0 for no limit.</param>
/// <param name="PerBuyerPieces">Pieces for one buyer; 0 for no limit.</param>
/// <param name="Merge">Whether its teams may be rescued (R40).</param>
public sealed record PublishBody(
    [property: JsonId] long Item, int TeamSize, long GroupPriceFen, long SoloPriceFen, long EndMs, long StartMs = 0,
        long? LeaderPriceFen = null,
    long QuotaSeats = 0, int PerOrderPieces = 0, int PerBuyerPieces = 0, bool Merge = true) : IChecked
{
    string? IChecked.Wrong => Ranges.Id(Item, "item");

    /// <summary>As the engine takes them; it checks them itself and names the field.</summary>
    public CampaignTerms ToTerms() => new()
    {
        TeamSize = TeamSize,
        GroupPriceFen = GroupPriceFen,
        SoloPriceFen = SoloPriceFen,
        LeaderPriceFen = LeaderPriceFen,
        StartMs = StartMs,
        EndMs = EndMs,
        QuotaSeats = QuotaSeats,
        PerOrderPieces = PerOrderPieces,
        PerBuyerPieces = PerBuyerPieces,
        Merge = Merge,
    };
}

/// <summary>End a campaign.</summary>
/// <param name="Campaign">One of his.</param>
public sealed record EndBody([property: JsonId] long Campaign) : IChecked
{
    string? IChecked.Wrong => Ranges.Id(Campaign, "campaign");
}

/// <summary>What came of a wish about a campaign.</summary>
public sealed record CampaignOutcome(string Outcome, [property: JsonId] long Campaign, bool Repeated, long Now);

/// <summary>A live campaign.</summary>
public sealed record CampaignReading(
    [property: JsonId] long Campaign, [property: JsonId] long Item, int TeamSize, long GroupPriceFen, long LeaderPriceFen,
        long SoloPriceFen,
    long StartMs, long EndMs, long QuotaSeats, CountsReading Counts)
{
    public static CampaignReading Of(LiveCampaign live) => new(
        live.Terms.Campaign, live.Terms.Item, live.Terms.TeamSize, live.Terms.GroupPriceFen, live.Terms.LeaderPaysFen,
            live.Terms.SoloPriceFen,
        live.Terms.StartMs, live.Terms.EndMs, live.Terms.QuotaSeats, CountsReading.Of(live.Counts));
}

/// <summary>A merchant's campaigns. The caller chooses the request's id; the same again is a repeat (R35).</summary>
internal static class CampaignApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder campaigns = api.MapGroup("/merchant").RequireAuthorization(ShopRoles.Merchant).WithTags("Campaigns");
        campaigns.MapGet("/campaigns", async (ClaimsPrincipal user, CampaignDesk desk) =>
                TypedResults.Ok((await desk.LiveAsync(Caller.IdOf(user))).Select(CampaignReading.Of)))
            .Described("listMyCampaigns", "His live campaigns (R10)");
        campaigns.MapPost(
            "/campaign-requests/{request}/publish", (long request, PublishBody body, ClaimsPrincipal user, CampaignDesk desk) =>
                AnswerAsync(desk.PublishAsync(Caller.IdOf(user), body.Item, request, body.ToTerms()), body.Item))
            .Described("publishCampaign", "Puts one of his items on offer (R10–R13)");
        campaigns.MapPost("/campaign-requests/{request}/end", (long request, EndBody body, ClaimsPrincipal user, CampaignDesk desk) =>
                AnswerAsync(desk.EndAsync(Caller.IdOf(user), body.Campaign, request), item: 0))
            .Described("endCampaign", "Ends one of his campaigns; open teams run on (R34)");
    }

    private static async Task<Results<Ok<CampaignOutcome>, ProblemHttpResult>> AnswerAsync(Task<CampaignReply> asked, long item)
    {
        CampaignReply reply = await asked;
        if (reply.Denial != Denial.None)
        {
            return Problems.Of(reply.Denial, item);
        }

        ControlAnswer answer = reply.Answer;
        return answer.Ok ? TypedResults.Ok(new CampaignOutcome(answer.Outcome.ToString(), answer.Campaign, answer.Repeated, answer.Now))
            : Refusal(answer);
    }

    private static ProblemHttpResult Refusal(ControlAnswer answer)
    {
        int status = answer.Outcome switch
        {
            ControlOutcome.BadRequest => StatusCodes.Status400BadRequest,
            ControlOutcome.UnknownCampaign => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status409Conflict,
        };
        var more = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (answer.Campaign != 0)
        {
            more["campaign"] = Problems.Id(answer.Campaign);
        }

        if (answer.RetryAt != 0)
        {
            more["retryAt"] = answer.RetryAt;
        }

        return Problems.Of(status, answer.Outcome.ToString(), answer.Reason, answer.Rule, more);
    }
}
