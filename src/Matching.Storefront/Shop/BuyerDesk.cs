using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>
/// All that a buyer can do; pages and HTTP API go through here. Amounts are the offer's, never the caller's. Commands on
/// an existing order carry no buyer, so ownership is checked here first: an order never changes its buyer.
/// </summary>
public sealed class BuyerDesk(MatchingEngine engine, Catalogue catalogue, Offers offers, CommandClock clock)
{
    /// <summary>Most pieces in one order.</summary>
    public const int MaxQuantity = 99;

    /// <summary>Opens a team and pays (R2).</summary>
    public Task<Reply> OpenTeamAsync(long buyer, long item, long order, int quantity, bool inviteOnly, Source source) =>
        AskAsync(item, sold => offers.PriceAsync(sold, BuyAs.Leader, quantity), (_, amountFen) => engine.OpenTeamAsync(new OpenTeamRequest(item, buyer, order)
        {
            InviteOnly = inviteOnly,
            Amount = amountFen,
            Quantity = quantity,
            Source = source,
        }));

    /// <summary>Joins any stranger's team, or opens one, and pays (R4).</summary>
    public Task<Reply> QuickJoinAsync(long buyer, long item, long order, int quantity, Source source) =>
        AskAsync(item, offers.PriceOfAnyAsync, (sold, priceFen) => engine.QuickJoinAsync(new QuickJoinRequest(item, buyer, order)
        {
            Price = priceFen,
            Amount = Offers.PriceIn(sold, priceFen, quantity),
            Quantity = quantity,
            Source = source,
        }));

    /// <summary>Joins a named team and pays its price (R4, R34).</summary>
    public Task<Reply> JoinTeamAsync(long buyer, long item, long team, long order, int quantity, Source source) =>
        AskAsync(item, sold => PriceInTeamAsync(sold, team, quantity), (_, amountFen) => engine.JoinTeamAsync(new JoinTeamRequest(item, team, buyer, order)
        {
            Amount = amountFen,
            Quantity = quantity,
            Source = source,
        }));

    /// <summary>Keeps a seat while the buyer pays (R33).</summary>
    public Task<Reply> HoldAsync(long buyer, long item, long order, long team, bool openNew, Source source) =>
        AskAsync(item, _ => Task.FromResult(0L), (_, _) => engine.ExecuteAsync(new Command
        {
            Operation = Operation.Hold,
            Item = item,
            Buyer = buyer,
            Order = order,
            Team = team,
            OpenNew = openNew,
            Source = source,
        }));

    /// <summary>Pays for a hold of his own (R33).</summary>
    public Task<Reply> PayAsync(long buyer, long item, long order, long payment, int quantity) =>
        AskOwnAsync(buyer, item, order, async held => await engine.PayAsync(new PayRequest(item, order)
        {
            Payment = payment,
            Amount = await AmountOfAsync(held, quantity),
            Quantity = quantity,
        }));

    /// <summary>What a held order costs: the team's price where it holds a seat, a leader's where it promises to open (R33, R34).</summary>
    public async Task<long> AmountOfAsync(OrderView order, int quantity) => catalogue.Find(order.Item) is not { } sold ? order.Amount
        : order.Team != 0 ? await PriceInTeamAsync(sold, order.Team, quantity)
        : await offers.PriceAsync(sold, BuyAs.Leader, quantity);

    /// <summary>Gives a hold of his own back (R33).</summary>
    public Task<Reply> ReleaseAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, _ => engine.ReleaseAsync(item, order));

    /// <summary>Buys alone (R9).</summary>
    public Task<Reply> SoloBuyAsync(long buyer, long item, long order, int quantity) =>
        AskAsync(item, sold => offers.PriceAsync(sold, BuyAs.Solo, quantity), (_, amountFen) => engine.SoloBuyAsync(new SoloBuyRequest(item, buyer, order)
        {
            Amount = amountFen,
            Quantity = quantity,
        }), inTeam: false);

    /// <summary>Asks for the money of an order of his own (R7, R8).</summary>
    public Task<Reply> RequestRefundAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, _ => engine.RequestRefundAsync(item, order));

    /// <summary>Takes that request back (R7).</summary>
    public Task<Reply> WithdrawRefundAsync(long buyer, long item, long order) =>
        AskOwnAsync(buyer, item, order, _ => engine.WithdrawRefundAsync(item, order));

    /// <summary>An order of his own; null when it does not exist or is somebody else's.</summary>
    public async Task<OrderView?> FindOrderAsync(long buyer, long item, long order) =>
        await engine.FindOrderAsync(item, order) is { } found && found.Buyer == buyer ? found : null;

    /// <summary>A team that is not there has no price; the engine refuses it.</summary>
    private async Task<long> PriceInTeamAsync(ShopItem sold, long team, int quantity) =>
        Offers.PriceIn(sold, (await engine.FindTeamAsync(sold.Id, team))?.Price ?? 0, quantity);

    private async Task<Reply> AskAsync(
        long item, Func<ShopItem, Task<long>> price, Func<ShopItem, long, ValueTask<Answer>> ask, bool inTeam = true)
    {
        if (catalogue.Find(item) is not { } sold)
        {
            return new Reply(default, Denial.UnknownItem);
        }

        if (inTeam && !offers.InTeams(sold))
        {
            return new Reply(default, Denial.ClosedCategory);
        }

        long fen = await price(sold);
        return await clock.TimeAsync(() => ask(sold, fen));
    }

    private async Task<Reply> AskOwnAsync(long buyer, long item, long order, Func<OrderView, ValueTask<Answer>> ask)
    {
        if (catalogue.Find(item) is null)
        {
            return new Reply(default, Denial.UnknownItem);
        }

        return await FindOrderAsync(buyer, item, order) is { } own
            ? await clock.TimeAsync(() => ask(own))
            : Reply.UnknownOrder(item, order);
    }
}
