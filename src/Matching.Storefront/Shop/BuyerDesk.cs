using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>What is bought, and how.</summary>
/// <param name="Quantity">Pieces, 1 … <see cref="BuyerDesk.MaxQuantity"/> (R44).</param>
/// <param name="Source">Where the buyer came from; the order keeps it (R23).</param>
/// <param name="PaidFen">What was paid already, in fen; null for what is due.</param>
public readonly record struct Purchase(int Quantity, Source Source, long? PaidFen = null);

/// <summary>
/// All that a buyer can do, and what a back end buys for him; pages and HTTP API go through here. What is due is the offer's, never the caller's. Commands on an
/// existing order carry no buyer, so ownership is checked here first: an order never changes its buyer. The catalogue decides what is offered, never what is owed:
/// an order that exists is answered for, whatever is on offer now.
/// </summary>
public sealed class BuyerDesk(MatchingEngine engine, Catalogue catalogue, Offers offers, CommandClock clock)
{
    /// <summary>Most pieces in one order.</summary>
    public const int MaxQuantity = 99;

    /// <summary>Opens a team, paid (R2).</summary>
    public Task<Reply> OpenTeamAsync(long buyer, long item, long order, bool inviteOnly, Purchase what) =>
        MakeAsync(buyer, item, order, sold => offers.PriceAsync(sold, BuyAs.Leader), (_, pieceFen) => engine.OpenTeamAsync(new OpenTeamRequest(item, buyer, order)
        {
            InviteOnly = inviteOnly,
            Amount = what.PaidFen ?? pieceFen * what.Quantity,
            Quantity = what.Quantity,
            Source = what.Source,
        }));

    /// <summary>Joins any stranger's team, or opens one, paid (R4).</summary>
    public Task<Reply> QuickJoinAsync(long buyer, long item, long order, Purchase what) =>
        MakeAsync(buyer, item, order, offers.PriceOfAnyAsync, (sold, teamFen) => engine.QuickJoinAsync(new QuickJoinRequest(item, buyer, order)
        {
            Price = teamFen,
            Amount = what.PaidFen ?? (sold is null ? 0 : Offers.PriceIn(sold, teamFen)) * what.Quantity,
            Quantity = what.Quantity,
            Source = what.Source,
        }));

    /// <summary>Joins a named team at its price, paid (R4, R34).</summary>
    public Task<Reply> JoinTeamAsync(long buyer, long item, long team, long order, Purchase what) =>
        MakeAsync(buyer, item, order, sold => PriceInTeamAsync(sold, team), (_, pieceFen) => engine.JoinTeamAsync(new JoinTeamRequest(item, team, buyer, order)
        {
            Amount = what.PaidFen ?? pieceFen * what.Quantity,
            Quantity = what.Quantity,
            Source = what.Source,
        }));

    /// <summary>Keeps a seat while the buyer pays (R33).</summary>
    public Task<Reply> HoldAsync(long buyer, long item, long order, long team, bool openNew, Purchase what) =>
        MakeAsync(buyer, item, order, sold => PriceHeldAsync(sold, team, openNew), (_, pieceFen) => engine.ExecuteAsync(new Command
        {
            Operation = Operation.Hold,
            Item = item,
            Buyer = buyer,
            Order = order,
            Team = team,
            OpenNew = openNew,
            Quantity = what.Quantity,
            Source = what.Source,
        }));

    /// <summary>Buys alone, paid (R9).</summary>
    public Task<Reply> SoloBuyAsync(long buyer, long item, long order, Purchase what) =>
        MakeAsync(buyer, item, order, sold => offers.PriceAsync(sold, BuyAs.Solo), (_, pieceFen) => engine.ExecuteAsync(new Command
        {
            Operation = Operation.SoloBuy,
            Item = item,
            Buyer = buyer,
            Order = order,
            Amount = what.PaidFen ?? pieceFen * what.Quantity,
            Quantity = what.Quantity,
            Source = what.Source,
        }), inTeam: false);

    /// <summary>
    /// What is due for an order that is held: the team's price where it holds a seat, a leader's where it promises to open (R33, R34).
    /// </summary>
    /// <returns>Fen; null where the item has left the catalogue, which alone knew its price.</returns>
    public async Task<long?> DueAsync(OrderView held) =>
        catalogue.Find(held.Item) is { } sold ? await PriceHeldAsync(sold, held.Team, held.Team == 0) * Math.Max(1, held.Quantity) : null;

    /// <summary>Gives a hold of his own back (R33).</summary>
    public Task<Reply> ReleaseAsync(long buyer, long item, long order) => AskOwnAsync(buyer, item, order, () => engine.ReleaseAsync(item, order));

    /// <summary>Asks for the money of an order of his own (R7, R8).</summary>
    public Task<Reply> RequestRefundAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, () => engine.RequestRefundAsync(item, order));

    /// <summary>Takes that request back (R7).</summary>
    public Task<Reply> WithdrawRefundAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, () => engine.WithdrawRefundAsync(item, order));

    /// <summary>An order of his own; null when it does not exist or is somebody else's.</summary>
    public async Task<OrderView?> FindOrderAsync(long buyer, long item, long order) =>
        await engine.FindOrderAsync(item, order) is { } found && found.Buyer == buyer ? found : null;

    /// <summary>What a piece costs in a team that is there; one that is not has no price of its own, and the engine refuses it.</summary>
    private async Task<long> PriceInTeamAsync(ShopItem sold, long team) =>
        Offers.PriceIn(sold, (await engine.FindTeamAsync(sold.Id, team))?.Price ?? 0);

    /// <summary>What a piece costs under a hold: in the team named, or in the one nearest to forming, or as the leader of a new one (R33).</summary>
    private async Task<long> PriceHeldAsync(ShopItem sold, long team, bool openNew) =>
        team != 0 ? await PriceInTeamAsync(sold, team)
        : !openNew && await engine.OpenTeamsAsync(sold.Id, 1) is [{ } nearest] ? Offers.PriceIn(sold, nearest.Price)
        : await offers.PriceAsync(sold, BuyAs.Leader);

    /// <summary>Makes an order out of an offer.</summary>
    /// <param name="buyer">Who asks.</param>
    /// <param name="item">The item.</param>
    /// <param name="order">The order.</param>
    /// <param name="price">What a piece costs.</param>
    /// <param name="ask">Asks the engine, given the price.</param>
    /// <param name="inTeam">False for an item bought alone, of whatever category (R12).</param>
    private async Task<Reply> MakeAsync(
        long buyer, long item, long order, Func<ShopItem, Task<long>> price, Func<ShopItem?, long, ValueTask<Answer>> ask, bool inTeam = true)
    {
        ShopItem? sold = catalogue.Find(item);
        Denial denial = sold is null ? Denial.UnknownItem : inTeam && !offers.InTeams(sold) ? Denial.ClosedCategory : Denial.None;
        if (denial != Denial.None)
        {
            // Not offered any more; but his order that is there keeps its answer (R35), and with one there is nothing to price.
            return await FindOrderAsync(buyer, item, order) is null ? new Reply(default, denial) : await clock.TimeAsync(() => ask(sold, 0));
        }

        long fen = await price(sold!);
        Reply reply = await clock.TimeAsync(() => ask(sold, fen));
        return reply.Answer.Outcome == Outcome.OrderConflict && await FindOrderAsync(buyer, item, order) is null
            ? Reply.UnknownOrder(item, order)
            : reply;
    }

    private async Task<Reply> AskOwnAsync(long buyer, long item, long order, Func<ValueTask<Answer>> ask) =>
        await FindOrderAsync(buyer, item, order) is null ? Reply.UnknownOrder(item, order) : await clock.TimeAsync(ask);
}
