using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>What is bought, and how.</summary>
/// <param name="Quantity">Pieces, 1 … <see cref="BuyerDesk.MaxQuantity"/> (R44).</param>
/// <param name="Source">Where the buyer came from; the order keeps it (R23).</param>
/// <param name="Sharer">Who shared what led him there (R23); 0 for nobody.</param>
/// <param name="PaidFen">What was paid already, in fen; null for what is due.</param>
public readonly record struct Purchase(int Quantity, Source Source, long Sharer = 0, long? PaidFen = null);

/// <summary>
/// All that a buyer can do, and what a back end buys for him; pages and HTTP API go through here. What is due is the offer's, never the
/// caller's. Commands on an existing order carry no buyer, so ownership is checked here first: an order never changes its buyer. The
/// catalogue decides what is offered, never what is owed: an order that exists is answered for, whatever is on offer now.
/// </summary>
public sealed class BuyerDesk(MatchingEngine engine, Catalogue catalogue, Offers offers, CommandClock clock, Trail trail)
{
    /// <summary>Most pieces in one order.</summary>
    public const int MaxQuantity = 99;

    /// <summary>Opens a team, paid (R2).</summary>
    public Task<Reply> OpenTeamAsync(long buyer, long item, long order, bool inviteOnly, Purchase what) =>
        MakeAsync(buyer, item, order, what, sold => offers.PriceAsync(sold, BuyAs.Leader),
            dueFen => engine.OpenTeamAsync(new OpenTeamRequest(item, buyer, order)
            {
                InviteOnly = inviteOnly,
                Amount = what.PaidFen ?? dueFen,
                Due = dueFen,
                Quantity = what.Quantity,
                Source = what.Source,
                Sharer = what.Sharer,
            }));

    /// <summary>Joins any stranger's team, or opens one, paid (R4).</summary>
    public async Task<Reply> QuickJoinAsync(long buyer, long item, long order, Purchase what)
    {
        long teamFen = catalogue.Find(item) is { } asked ? await offers.PriceOfAnyAsync(asked) : 0;
        return await MakeAsync(
            buyer, item, order, what, sold => Task.FromResult(Offers.PriceIn(sold, teamFen)),
                dueFen => engine.QuickJoinAsync(new QuickJoinRequest(item, buyer, order)
                {
                    Price = teamFen,
                    Amount = what.PaidFen ?? dueFen,
                    Due = dueFen,
                    Quantity = what.Quantity,
                    Source = what.Source,
                    Sharer = what.Sharer,
                }));
    }

    /// <summary>Joins a named team at its price, paid (R4, R34); an invite-only one with its invite (R2).</summary>
    public Task<Reply> JoinTeamAsync(long buyer, long item, long team, long invite, long order, Purchase what) =>
        MakeAsync(buyer, item, order, what, sold => PriceInTeamAsync(sold, team),
            dueFen => engine.JoinTeamAsync(new JoinTeamRequest(item, team, buyer, order)
            {
                Invite = invite,
                Amount = what.PaidFen ?? dueFen,
                Due = dueFen,
                Quantity = what.Quantity,
                Source = what.Source,
                Sharer = what.Sharer,
            }));

    /// <summary>Keeps a seat while the buyer pays (R33): what is due is named now, and the payment is compared with it (R46).</summary>
    public Task<Reply> HoldAsync(long buyer, long item, long order, long team, long invite, bool openNew, Purchase what) =>
        MakeAsync(buyer, item, order, what, sold => PriceHeldAsync(sold, team, openNew),
            dueFen => engine.HoldAsync(new HoldRequest(item, buyer, order)
            {
                Team = team,
                Invite = invite,
                OpenNew = openNew,
                Due = dueFen,
                Quantity = what.Quantity,
                Source = what.Source,
                Sharer = what.Sharer,
            }));

    /// <summary>Buys alone, paid (R9).</summary>
    public Task<Reply> SoloBuyAsync(long buyer, long item, long order, Purchase what) =>
        MakeAsync(buyer, item, order, what, sold => offers.PriceAsync(sold, BuyAs.Solo),
            dueFen => engine.SoloBuyAsync(new SoloBuyRequest(item, buyer, order)
            {
                Amount = what.PaidFen ?? dueFen,
                Due = dueFen,
                Quantity = what.Quantity,
                Source = what.Source,
                Sharer = what.Sharer,
            }), inTeam: false);

    /// <summary>Gives a hold of his own back (R33).</summary>
    public Task<Reply> ReleaseAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, () => engine.ReleaseAsync(item, order));

    /// <summary>Asks for the money of an order of his own (R7, R8).</summary>
    /// <param name="buyer">Who.</param>
    /// <param name="item">The item.</param>
    /// <param name="order">The order.</param>
    /// <param name="reason">Why, for the merchant; empty where he does not say.</param>
    public async Task<Reply> RequestRefundAsync(long buyer, long item, long order, string reason = "")
    {
        Reply reply = await AskOwnAsync(buyer, item, order, () => engine.RequestRefundAsync(item, order));
        if (reply is { Ok: true, Answer.Repeated: false })
        {
            trail.Note("refund", item, order, reply.Answer.Outcome.ToString(), reason);
        }

        return reply;
    }

    /// <summary>Takes that request back (R7).</summary>
    public Task<Reply> WithdrawRefundAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, () => engine.WithdrawRefundAsync(item, order));

    /// <summary>An order of his own; null when it does not exist or is somebody else's.</summary>
    public async Task<OrderView?> FindOrderAsync(long buyer, long item, long order) =>
        await engine.FindOrderAsync(item, order) is { } found && found.Buyer == buyer ? found : null;

    /// <summary>True for an order of somebody else. One that only a payment is known of is nobody's (R33).</summary>
    public async Task<bool> IsOfAnotherAsync(long buyer, long item, long order) =>
        await engine.FindOrderAsync(item, order) is { Buyer: not 0 } found && found.Buyer != buyer;

    /// <summary>What a piece costs in a team that is there; one that is not has no price of its own, and the engine refuses it.</summary>
    private async Task<long> PriceInTeamAsync(ShopItem sold, long team) =>
        Offers.PriceIn(sold, (await engine.FindTeamAsync(sold.Id, team))?.Price ?? 0);

    /// <summary>
    /// What a piece costs under a hold: in the team named, or in the one nearest to forming, or as the leader of a new one (R33).
    /// </summary>
    private async Task<long> PriceHeldAsync(ShopItem sold, long team, bool openNew) =>
        team != 0 ? await PriceInTeamAsync(sold, team)
        : !openNew && await engine.OpenTeamsAsync(sold.Id, 1) is [{ } nearest] ? Offers.PriceIn(sold, nearest.Price)
        : await offers.PriceAsync(sold, BuyAs.Leader);

    /// <summary>Makes an order out of an offer.</summary>
    /// <param name="buyer">Who asks.</param>
    /// <param name="item">The item.</param>
    /// <param name="order">The order.</param>
    /// <param name="what">What is bought.</param>
    /// <param name="price">What a piece costs.</param>
    /// <param name="ask">Asks the engine, given what is due for all pieces.</param>
    /// <param name="inTeam">False for an item bought alone, of whatever category (R12).</param>
    private async Task<Reply> MakeAsync(
        long buyer, long item, long order, Purchase what, Func<ShopItem, Task<long>> price, Func<long, ValueTask<Answer>> ask,
            bool inTeam = true)
    {
        ShopItem? sold = catalogue.Find(item);
        Denial denial = sold is null ? Denial.UnknownItem : inTeam && !offers.InTeams(sold) ? Denial.ClosedCategory : Denial.None;
        if (denial != Denial.None)
        {
            // Not offered any more; but his order that is there keeps its answer (R35), and with one there is nothing to price.
            return await FindOrderAsync(buyer, item, order) is null ? new Reply(default, denial) : await clock.TimeAsync(() => ask(0));
        }

        long dueFen = await price(sold!) * what.Quantity;
        Reply reply = await clock.TimeAsync(() => ask(dueFen));
        return reply.Answer.Outcome == Outcome.OrderConflict && await IsOfAnotherAsync(buyer, item, order)
            ? Reply.UnknownOrder(item, order)
            : reply;
    }

    private async Task<Reply> AskOwnAsync(long buyer, long item, long order, Func<ValueTask<Answer>> ask) =>
        await FindOrderAsync(buyer, item, order) is null ? Reply.UnknownOrder(item, order) : await clock.TimeAsync(ask);
}
