using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>All that a merchant can do, with his own orders and items only; pages and HTTP API go through here.</summary>
public sealed class MerchantDesk(MatchingEngine engine, Catalogue catalogue, OrderIndex orders, CommandClock clock, Trail trail)
{
    /// <summary>Dispatches an order (R5).</summary>
    public Task<Reply> ShipAsync(long merchant, long item, long order) =>
        AskAsync("ship", merchant, item, order, () => engine.ShipAsync(item, order));

    /// <summary>Grants a refund (R7, R8).</summary>
    public Task<Reply> ApproveRefundAsync(long merchant, long item, long order) =>
        AskAsync("approve", merchant, item, order, () => engine.ApproveRefundAsync(item, order));

    /// <summary>Refuses one (R7).</summary>
    public Task<Reply> RejectRefundAsync(long merchant, long item, long order) =>
        AskAsync("reject", merchant, item, order, () => engine.RejectRefundAsync(item, order));

    /// <summary>None when he sells the item.</summary>
    public Denial Check(long merchant, long item) => catalogue.Find(item) switch
    {
        null => Denial.UnknownItem,
        { } sold when sold.Merchant != merchant => Denial.NotYourItem,
        _ => Denial.None,
    };

    /// <summary>None when he sells the item, or has orders of it from when he did.</summary>
    public async Task<Denial> CheckOrdersAsync(long merchant, long item) =>
        Check(merchant, item) is var denial and not Denial.None
            && !(await orders.ItemsOfAsync(merchant)).Contains(item) ? denial : Denial.None;

    /// <summary>The items he sells, in the catalogue's order, and behind them those he only has orders of.</summary>
    public async Task<IReadOnlyList<ItemFace>> ItemsAsync(long merchant)
    {
        IEnumerable<long> sold = catalogue.ItemsOf(merchant).Select(item => item.Id);
        return [.. sold.Union(await orders.ItemsOfAsync(merchant)).Select(catalogue.FaceOf)];
    }

    /// <summary>His orders of an item, newest first.</summary>
    /// <param name="merchant">Who.</param>
    /// <param name="item">The item.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="before">Only orders placed before this place of the list; 0 for the newest.</param>
    public async Task<IReadOnlyList<PlacedOrder>> OrdersAsync(long merchant, long item, int take, long before = 0) =>
        await orders.ReadAsync(await orders.OfMerchantAsync(merchant, new OrderFilter(item), take, before));

    /// <summary>His orders are those made with him, whoever sells the item now, or nobody (R45).</summary>
    private async Task<Reply> AskAsync(string verb, long merchant, long item, long order, Func<ValueTask<Answer>> ask)
    {
        OrderView? found = await engine.FindOrderAsync(item, order);
        if (found is not { } view || catalogue.MerchantOf(view.Merchant, item) != merchant)
        {
            return Check(merchant, item) == Denial.NotYourItem ? new Reply(default, Denial.NotYourItem) : Reply.UnknownOrder(item, order);
        }

        Reply reply = await clock.TimeAsync(ask);
        trail.Note(verb, item, order, reply.Answer.Outcome.ToString());
        return reply;
    }
}
