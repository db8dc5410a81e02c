using Matching.Core;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Matching.Storefront.Api;

/// <summary>One paid order among many.</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order; the back end chooses its id.</param>
/// <param name="Buyer">For whom.</param>
/// <param name="Team">The team he joins; none for any stranger's, or a new one (R4).</param>
/// <param name="Invite">The code of the team named, where it is invite-only (R2).</param>
/// <param name="Quantity">Pieces, 1 … 99 (R44).</param>
/// <param name="Source">Where the buyer came from (R23).</param>
/// <param name="Sharer">Who shared what led him here (R23).</param>
/// <param name="AmountFen">What he paid, in fen; none for what the shop asks (R44).</param>
public sealed record JoinBody(
    [property: JsonId] long Item, [property: JsonId] long Order, [property: JsonId] long Buyer, [property: JsonId] long? Team = null,
    [property: JsonId] long? Invite = null, int Quantity = 1, Source Source = Source.Unknown,
    [property: JsonId] long? Sharer = null, long? AmountFen = null) : IChecked
{
    string? IChecked.Wrong =>
        Ranges.Id(Item, "item") ?? Ranges.Id(Order, "order") ?? Ranges.Id(Buyer, "buyer")
        ?? (Team is { } team ? Ranges.Id(team, "team") : null) ?? Ranges.Invite(Invite) ?? Ranges.Purchase(Quantity, Sharer, AmountFen);

    internal Task<Reply> AskAsync(BuyerDesk desk)
    {
        var what = new Purchase(Quantity, Source, Sharer.GetValueOrDefault(), AmountFen);
        return Team is { } team
            ? desk.JoinTeamAsync(Buyer, Item, team, Invite.GetValueOrDefault(), Order, what)
            : desk.QuickJoinAsync(Buyer, Item, Order, what);
    }
}

/// <summary>Many paid orders.</summary>
/// <param name="Joins">1 … 100 of them.</param>
public sealed record JoinsBody(IReadOnlyList<JoinBody> Joins) : IChecked
{
    /// <summary>Most orders in one request.</summary>
    public const int Most = 100;

    string? IChecked.Wrong =>
        Joins.Count is >= 1 and <= Most ? null : $"joins has {Joins.Count} entries; allowed is 1 … {Most}";
}

/// <summary>What came of one of many.</summary>
/// <param name="Status">What its own request would have been answered with.</param>
/// <param name="Reply">Of a status below 300.</param>
/// <param name="Problem">Of any other.</param>
public sealed record JoinAnswer(int Status, OrderReply? Reply, ProblemDetails? Problem);

/// <summary>Says of an endpoint that its body names the buyers, so that a back end names none in the header.</summary>
internal sealed class NamesBuyers;

/// <summary>
/// Many orders in one request, for back ends that have many: each is decided, refused and repeated (R35) as if it had come alone, and none
/// waits for another. One that is wrong takes nothing from the others.
/// </summary>
internal static class JoinsApi
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/joins", JoinAsync)
        .RequireAuthorization(ShopRoles.BackEnd).WithMetadata(new NamesBuyers()).WithTags("Back end")
        .Described(
            "joinMany", "Joins teams, named or any, or opens them, for buyers who have paid (R4): one answer each, in the same order");

    private static async Task<Results<Ok<JoinAnswer[]>, ProblemHttpResult>> JoinAsync(JoinsBody body, HttpContext http, BuyerDesk desk) =>
        http.Request.Headers.ContainsKey(ApiKeyHandler.BuyerHeader)
            ? Problems.BadRequest($"{ApiKeyHandler.BuyerHeader} does not go with this address: its body names the buyers")
            : TypedResults.Ok(await Task.WhenAll(body.Joins.Select(join => OneAsync(join, desk))));

    private static async Task<JoinAnswer> OneAsync(JoinBody? join, BuyerDesk desk)
    {
        if (join is null or IChecked { Wrong: not null })
        {
            return Of(Problems.BadRequest(join is IChecked { Wrong: { } wrong } ? wrong : "a join must be a JSON object"));
        }

        try
        {
            IResult answer = (await join.AskAsync(desk).ToHttpAsync(join.Item)).Result;
            return answer is Ok<OrderReply> joined ? new JoinAnswer(joined.StatusCode, joined.Value, null) : Of((ProblemHttpResult)answer);
        }
        catch (MatchingUnavailableException e)
        {
            return Of(Problems.Of(e));
        }
    }

    private static JoinAnswer Of(ProblemHttpResult problem) => new(problem.StatusCode, null, problem.ProblemDetails);
}
