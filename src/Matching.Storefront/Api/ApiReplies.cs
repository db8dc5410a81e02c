using System.Globalization;
using Matching.Core;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matching.Storefront.Api;

/// <summary>What came of a command.</summary>
/// <param name="Outcome">The outcome's word: Joined, Formed, Opened, Held …</param>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="Repeated">True when the same was asked before: the first outcome, nothing changed (R35).</param>
/// <param name="Rerouted">True when a payment was seated in another team than the one held (R33).</param>
/// <param name="Team">The team concerned.</param>
/// <param name="SeatsLeft">Its seats neither paid nor held.</param>
/// <param name="Deadline">Its deadline, ms since 1970.</param>
/// <param name="Until">The hold's end, ms since 1970 (R33).</param>
/// <param name="OwedFen">What of the money goes back, in fen; left out where nothing does (R46).</param>
/// <param name="Invite">The code that the invite-only team just opened is entered with (R2); always a string.</param>
/// <param name="Now">Time of the decision, ms since 1970.</param>
public sealed record OrderReply(
    string Outcome, [property: JsonId] long Item, [property: JsonId] long Order, bool Repeated, bool Rerouted,
    [property: JsonId] long? Team, int? SeatsLeft, long? Deadline, long? Until, long? OwedFen, string? Invite, long Now)
{
    public static OrderReply Of(in Answer answer) => new(
        answer.Outcome.ToString(), answer.Item, answer.Order, answer.Repeated, answer.Rerouted, NotZero(answer.Team),
        answer.Deadline == 0 ? null : answer.SeatsLeft, NotZero(answer.Deadline), NotZero(answer.Until), NotZero(answer.Owed),
        answer.Invite == 0 ? null : answer.Invite.ToString(CultureInfo.InvariantCulture), answer.Now);

    private static long? NotZero(long value) => value == 0 ? null : value;
}

/// <summary>
/// An order. Paid in all is what the merchant keeps, what is owed back and what went back: amountFen = keptFen + owedFen + refundedFen
/// (R46).
/// </summary>
public sealed record OrderReading(
    [property: JsonId] long Item, [property: JsonId] long Order, [property: JsonId] long? Team, string State, string RefundRequest,
        bool WasShipped,
    [property: JsonFen] Int128 AmountFen, long? DueFen, long KeptFen, [property: JsonFen] Int128 OwedFen,
        [property: JsonFen] Int128 RefundedFen, int Quantity, long? Until, string Source)
{
    public static OrderReading Of(in OrderView view) => new(
        view.Item, view.Order, view.Team == 0 ? null : view.Team, view.State.ToString(), view.Request.ToString(), view.WasShipped,
        view.Amount, view.Due, view.Kept, view.Owed, view.Refunded, view.Quantity, view.Until == 0 ? null : view.Until,
            view.Source.ToString());
}

/// <summary>An order in a list.</summary>
/// <param name="Place">Send it as <c>before</c> for the next page; of refund requests, as <c>after</c>.</param>
/// <param name="PlacedAt">Ms since 1970; of a refund request, when it was made.</param>
/// <param name="Order">The order.</param>
public sealed record ListedOrder(long Place, long PlacedAt, OrderReading Order)
{
    public static ListedOrder Of(PlacedOrder placed) => new(placed.At.Place, placed.At.PlacedAt, OrderReading.Of(placed.View));
}

/// <summary>An item as buyers see it.</summary>
/// <param name="Id">The item.</param>
/// <param name="Merchant">Whose it is.</param>
/// <param name="Title">What it is called.</param>
/// <param name="About">What it is.</param>
/// <param name="SoloPriceFen">The catalogue's price alone (R9).</param>
/// <param name="GroupPriceFen">The catalogue's price in a team; left out where the category is closed to group buying (R12).</param>
public sealed record ItemReading(
    [property: JsonId] long Id, [property: JsonId] long Merchant, Wording Title, Wording About, long SoloPriceFen, long? GroupPriceFen)
{
    public static ItemReading Of(ShopItem item, Offers offers) =>
        new(item.Id, item.Merchant, item.Title, item.About, item.SoloPriceFen, offers.InTeams(item) ? item.GroupPriceFen : null);
}

/// <summary>An open team of strangers (R4).</summary>
public sealed record OpenTeamReading([property: JsonId] long Team, int Size, int SeatsLeft, long Deadline)
{
    public static OpenTeamReading Of(OpenTeamView view) => new(view.Team, view.Size, view.SeatsLeft, view.Deadline);
}

/// <summary>A team as anybody may see it: who its members are is not told.</summary>
public sealed record TeamReading(
    [property: JsonId] long Item, [property: JsonId] long Team, string State, int Size, int SeatsLeft, long OpenedAt, long Deadline,
    [property: JsonId] long? MergedInto, int Members)
{
    public static TeamReading Of(TeamView view) => new(
        view.Item, view.Team, view.State.ToString(), view.Size, view.SeatsLeft, view.OpenedAt, view.Deadline,
        view.MergedInto == 0 ? null : view.MergedInto, view.Members.Count);
}

/// <summary>A refund owed (R37).</summary>
public sealed record RefundReading(
    [property: JsonId] long Item, [property: JsonId] long Order, string Cause, PaymentId? Payment, long AmountFen, long Since, string Key)
{
    public static RefundReading Of(RefundView view) => new(
        view.Item, view.Order, Words.Of(view.Cause), view.Payment.IsNone ? null : view.Payment, view.Amount, view.Since, view.Key);
}

/// <summary>Counts (R19): teams ever, orders by present state, and ever.</summary>
public sealed record CountsReading(
    long TeamsOpened, long TeamsFormed, long TeamsExpired, long TeamsDissolved, long TeamsMerged, long TeamsOpen,
    long Waiting, long Formed, long Shipped, long Bought, long RefundOwed, long Refunded, long AfterSale,
    long OrdersFormed, long OrdersShipped, long OrdersRefunded, long OrdersBought)
{
    public static CountsReading Of(in Counts counts) => new(
        counts.TeamsOpened, counts.TeamsFormed, counts.TeamsExpired, counts.TeamsDissolved, counts.TeamsMerged, counts.TeamsOpen,
        counts.Waiting, counts.Formed, counts.Shipped, counts.Bought, counts.RefundOwed, counts.Refunded, counts.AfterSale,
        counts.OrdersFormed, counts.OrdersShipped, counts.OrdersRefunded, counts.OrdersBought);
}

/// <summary>Turns what desks answer into what HTTP answers.</summary>
internal static class ApiReplies
{
    public static async Task<Results<Ok<OrderReply>, ProblemHttpResult>> ToHttpAsync(this Task<Reply> asked, long item)
    {
        Reply reply = await asked;
        if (reply.Denial != Denial.None)
        {
            return Problems.Of(reply.Denial, item);
        }

        return reply.Ok ? TypedResults.Ok(OrderReply.Of(reply.Answer)) : Problems.Of(reply.Answer);
    }
}
