using System.Security.Claims;
using Matching.Core;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>What anybody may read: the catalogue and open teams (R4).</summary>
internal static class PublicApi
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder open = api.MapGroup("/items").AllowAnonymous().WithTags("Items");
        open.MapGet(
            "/", (Catalogue catalogue, Offers offers) => TypedResults.Ok(catalogue.Items.Select(item => ItemReading.Of(item, offers))))
            .Described("listItems", "All items");
        open.MapGet("/{item}", Results<Ok<ItemReading>, ProblemHttpResult> (long item, Catalogue catalogue, Offers offers) =>
                catalogue.Find(item) is { } sold ? TypedResults.Ok(ItemReading.Of(sold, offers)) : Problems.Of(Denial.UnknownItem, item))
            .Described("getItem", "An item");
        open.MapGet("/{item}/teams", OpenTeamsAsync)
            .Described("listOpenTeams", "Open teams with seats left, nearest to forming first (R32)");
        open.MapGet("/{item}/teams/{team}", TeamAsync).Described("getTeam", "A team");

        api.MapGet("/antiforgery",
            (HttpContext http, IAntiforgery antiforgery) => TypedResults.Ok(antiforgery.GetAndStoreTokens(http).RequestToken))
            .RequireAuthorization(ShopRoles.Anybody).WithTags("Account")
            .Described("getAntiforgeryToken", "The token that a request with a cookie carries in X-XSRF-TOKEN");
    }

    private static async Task<Results<Ok<IEnumerable<OpenTeamReading>>, ProblemHttpResult>> OpenTeamsAsync(
        long item, MatchingEngine engine, Catalogue catalogue, int take = 20)
    {
        if (Ranges.Take(take) is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        return catalogue.Find(item) is null
            ? Problems.Of(Denial.UnknownItem, item)
            : TypedResults.Ok((await engine.OpenTeamsAsync(item, take)).Select(OpenTeamReading.Of));
    }

    // Whether or not its item is still sold: members look at what became of it. An invite-only team is there for who knows its invite (R2).
    private static async Task<Results<Ok<TeamReading>, ProblemHttpResult>> TeamAsync(
        long item, long team, ClaimsPrincipal user, MatchingEngine engine, long invite = 0) =>
        await engine.FindTeamAsync(item, team) is { } found && Invitation.Knows(found, Caller.Of(user), invite)
            ? TypedResults.Ok(TeamReading.Of(found))
            : Problems.Of(new Answer { Outcome = Outcome.UnknownTeam, Item = item, Team = team });
}
