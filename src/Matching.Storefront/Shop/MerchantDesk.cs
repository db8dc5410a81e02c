using Matching.Core;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>All that a merchant can do, with his own orders and items only; pages and HTTP API go through here.</summary>
public sealed class MerchantDesk(MatchingEngine engine, Catalogue catalogue, OrderIndex orders, CommandClock clock)
{
    /// <summary>Dispatches an order (R5).</summary>
    public Task<Reply> ShipAsync(long merchant, long item, long order) =>
        AskAsync(merchant, item, order, () => engine.ShipAsync(item, order));

    /// <summary>Grants a refund (R7, R8).</summary>
    public Task<Reply> ApproveRefundAsync(long merchant, long item, long order) =>
        AskAsync(merchant, item, order, () => engine.ApproveRefundAsync(item, order));

    /// <summary>Refuses one (R7).</summary>
    public Task<Reply> RejectRefundAsync(long merchant, long item, long order) =>
        AskAsync(merchant, item, order, () => engine.RejectRefundAsync(item, order));

    /// <summary>None when the item is his.</summary>
    public Denial Check(long merchant, long item) => catalogue.Find(item) switch
    {
        null => Denial.UnknownItem,
        { } sold when sold.Merchant != merchant => Denial.NotYourItem,
        _ => Denial.None,
    };

    /// <summary>Orders of one of his items, newest first.</summary>
    /// <param name="item">The item; to be checked before.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="before">Only orders placed before this place of the list; 0 for the newest.</param>
    public async Task<IReadOnlyList<PlacedOrder>> OrdersAsync(long item, int take, long before = 0) =>
        await orders.ReadAsync(await orders.OfItemAsync(item, take, before));

    private Task<Reply> AskAsync(long merchant, long item, long order, Func<ValueTask<Answer>> ask) =>
        Check(merchant, item) is var denial and not Denial.None
            ? Task.FromResult(new Reply(default, denial))
            : clock.TimeAsync(ask);
}
