using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Engine;

/// <summary>Open a team and lead it (R2). Ids 1 … 2^63 − 1.</summary>
/// <param name="Item">The item.</param>
/// <param name="Buyer">Who leads.</param>
/// <param name="Order">The order; (item, order) is its key.</param>
public readonly record struct OpenTeamRequest(long Item, long Buyer, long Order)
{
    /// <summary>Not listed, not suggested, entered with its invite alone, which the answer gives (R2).</summary>
    public bool InviteOnly { get; init; }

    /// <summary>Seats of the team; 0 (default) for the item's terms. 2 … the largest size allowed (R1).</summary>
    public int Size { get; init; }

    /// <summary>Fen paid, 0 or more (R44).</summary>
    public long Amount { get; init; }

    /// <summary>Pieces, 1 or more; 0 (default) means 1 (R44).</summary>
    public int Quantity { get; init; }

    /// <summary>
    /// Fen due, 0 or more (R46): less pays for nothing, more goes back in part; null (default) where nothing is compared.
    /// </summary>
    public long? Due { get; init; }

    /// <summary>Where the buyer came from (R23).</summary>
    public Source Source { get; init; }

    /// <summary>Who shared what led to the order (R23); 0 (default) for nobody.</summary>
    public long Sharer { get; init; }

    /// <summary>What the storefront knows of the buyer (R21): new or old, and his tier.</summary>
    public BuyerFacts BuyerFacts { get; init; }

    /// <summary>The request's own time (R43), on an engine with a manual clock; 0 (default) for the clock's.</summary>
    public long At { get; init; }

    internal Command ToCommand(ushort size) => new()
    {
        Operation = Operation.OpenTeam,
        Item = Item,
        Buyer = Buyer,
        Order = Order,
        InviteOnly = InviteOnly,
        Size = size,
        Amount = Amount,
        Quantity = Quantity,
        Source = Source,
        Sharer = Sharer,
        BuyerFacts = BuyerFacts,
        DueNamed = Due is not null,
        Due = Due.GetValueOrDefault(),
        At = At,
    };
}

/// <summary>Join any stranger's open team of the item, or open one, in one atomic step (R4). Ids 1 … 2^63 − 1.</summary>
/// <param name="Item">The item.</param>
/// <param name="Buyer">Who joins.</param>
/// <param name="Order">The order; (item, order) is its key.</param>
public readonly record struct QuickJoinRequest(long Item, long Buyer, long Order)
{
    /// <summary>Only teams with this price, in fen, are considered, and one is opened where none fits (R4); null for any.</summary>
    public long? Price { get; init; }

    /// <summary>Fen paid, 0 or more (R44).</summary>
    public long Amount { get; init; }

    /// <summary>Pieces, 1 or more; 0 (default) means 1 (R44).</summary>
    public int Quantity { get; init; }

    /// <summary>
    /// Fen due, 0 or more (R46): less pays for nothing, more goes back in part; null (default) where nothing is compared.
    /// </summary>
    public long? Due { get; init; }

    /// <summary>Where the buyer came from (R23).</summary>
    public Source Source { get; init; }

    /// <summary>Who shared what led to the order (R23); 0 (default) for nobody.</summary>
    public long Sharer { get; init; }

    /// <summary>What the storefront knows of the buyer (R21): new or old, and his tier.</summary>
    public BuyerFacts BuyerFacts { get; init; }

    /// <summary>The request's own time (R43), on an engine with a manual clock; 0 (default) for the clock's.</summary>
    public long At { get; init; }

    internal void Write(ref Command to)
    {
        to = default;
        to.Operation = Operation.QuickJoin;
        to.Item = Item;
        to.Buyer = Buyer;
        to.Order = Order;
        to.PriceNamed = Price is not null;
        to.Price = Price.GetValueOrDefault();
        to.Amount = Amount;
        to.Quantity = Quantity;
        to.Source = Source;
        to.Sharer = Sharer;
        to.BuyerFacts = BuyerFacts;
        to.DueNamed = Due is not null;
        to.Due = Due.GetValueOrDefault();
        to.At = At;
    }
}

/// <summary>Join a named team (R4). Ids 1 … 2^63 − 1.</summary>
/// <param name="Item">The item.</param>
/// <param name="Team">The team.</param>
/// <param name="Buyer">Who joins.</param>
/// <param name="Order">The order; (item, order) is its key.</param>
public readonly record struct JoinTeamRequest(long Item, long Team, long Buyer, long Order)
{
    /// <summary>
    /// The code of an invite-only team (R2), which is unknown without it; 0 (default) for none. Ignored for a public one.
    /// </summary>
    public long Invite { get; init; }

    /// <summary>Fen paid, 0 or more (R44).</summary>
    public long Amount { get; init; }

    /// <summary>Pieces, 1 or more; 0 (default) means 1 (R44).</summary>
    public int Quantity { get; init; }

    /// <summary>
    /// Fen due, 0 or more (R46): less pays for nothing, more goes back in part; null (default) where nothing is compared.
    /// </summary>
    public long? Due { get; init; }

    /// <summary>Where the buyer came from (R23).</summary>
    public Source Source { get; init; }

    /// <summary>Who shared what led to the order (R23); 0 (default) for nobody.</summary>
    public long Sharer { get; init; }

    /// <summary>What the storefront knows of the buyer (R21): new or old, and his tier.</summary>
    public BuyerFacts BuyerFacts { get; init; }

    /// <summary>The request's own time (R43), on an engine with a manual clock; 0 (default) for the clock's.</summary>
    public long At { get; init; }

    internal Command ToCommand() => new()
    {
        Operation = Operation.JoinTeam,
        Item = Item,
        Team = Team,
        Invite = Invite,
        Buyer = Buyer,
        Order = Order,
        Amount = Amount,
        Quantity = Quantity,
        Source = Source,
        Sharer = Sharer,
        BuyerFacts = BuyerFacts,
        DueNamed = Due is not null,
        Due = Due.GetValueOrDefault(),
        At = At,
    };
}

/// <summary>Keep a seat while the payment runs (R33). Ids 1 … 2^63 − 1.</summary>
/// <param name="Item">The item.</param>
/// <param name="Buyer">For whom.</param>
/// <param name="Order">The order that owns the hold.</param>
public readonly record struct HoldRequest(long Item, long Buyer, long Order)
{
    /// <summary>The team; 0 (default) for the best open one, or a promise to open.</summary>
    public long Team { get; init; }

    /// <summary>The code of the team named, where it is invite-only (R2); 0 (default) for none. Ignored for a public one.</summary>
    public long Invite { get; init; }

    /// <summary>Insist on a new team: always a promise to open. Not together with <see cref="Team"/>.</summary>
    public bool OpenNew { get; init; }

    /// <summary>Pieces, 1 or more; 0 (default) means 1 (R44). The payment cannot change them (R33).</summary>
    public int Quantity { get; init; }

    /// <summary>
    /// Fen due, 0 or more (R46): less pays for nothing, more goes back in part; null (default) where nothing is compared.
    /// </summary>
    public long? Due { get; init; }

    /// <summary>Where the buyer came from (R23).</summary>
    public Source Source { get; init; }

    /// <summary>Who shared what led to the order (R23); 0 (default) for nobody.</summary>
    public long Sharer { get; init; }

    /// <summary>What the storefront knows of the buyer (R21): new or old, and his tier.</summary>
    public BuyerFacts BuyerFacts { get; init; }

    internal Command ToCommand() => new()
    {
        Operation = Operation.Hold,
        Item = Item,
        Buyer = Buyer,
        Order = Order,
        Team = Team,
        Invite = Invite,
        OpenNew = OpenNew,
        Quantity = Quantity,
        Source = Source,
        Sharer = Sharer,
        BuyerFacts = BuyerFacts,
        DueNamed = Due is not null,
        Due = Due.GetValueOrDefault(),
    };
}

/// <summary>Pay for a hold (R33). Ids 1 … 2^63 − 1.</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order that owns the hold.</param>
public readonly record struct PayRequest(long Item, long Order)
{
    /// <summary>The payment's own id, a number or a text (<see cref="PaymentId.Parse"/>); 0 (default) for none (R35).</summary>
    public PaymentId Payment { get; init; }

    /// <summary>Fen paid, 0 or more (R44).</summary>
    public long Amount { get; init; }

    /// <summary>Pieces; 0 (default) for those of the hold. Others than the hold's are refused (R33): BadRequest.</summary>
    public int Quantity { get; init; }

    internal Command ToCommand() => new()
    {
        Operation = Operation.Pay,
        Item = Item,
        Order = Order,
        Payment = Payment,
        Amount = Amount,
        Quantity = Quantity,
    };
}

/// <summary>Buy alone at the normal price (R9). Ids 1 … 2^63 − 1.</summary>
/// <param name="Item">The item.</param>
/// <param name="Buyer">Who buys.</param>
/// <param name="Order">The order; (item, order) is its key.</param>
public readonly record struct SoloBuyRequest(long Item, long Buyer, long Order)
{
    /// <summary>Fen paid, 0 or more (R44).</summary>
    public long Amount { get; init; }

    /// <summary>Pieces, 1 or more; 0 (default) means 1 (R44).</summary>
    public int Quantity { get; init; }

    /// <summary>
    /// Fen due, 0 or more (R46): less pays for nothing, more goes back in part; null (default) where nothing is compared.
    /// </summary>
    public long? Due { get; init; }

    /// <summary>Where the buyer came from (R23).</summary>
    public Source Source { get; init; }

    /// <summary>Who shared what led to the order (R23); 0 (default) for nobody.</summary>
    public long Sharer { get; init; }

    /// <summary>What the storefront knows of the buyer (R21): new or old, and his tier.</summary>
    public BuyerFacts BuyerFacts { get; init; }

    internal Command ToCommand() => new()
    {
        Operation = Operation.SoloBuy,
        Item = Item,
        Buyer = Buyer,
        Order = Order,
        Amount = Amount,
        Quantity = Quantity,
        Source = Source,
        Sharer = Sharer,
        BuyerFacts = BuyerFacts,
        DueNamed = Due is not null,
        Due = Due.GetValueOrDefault(),
    };
}
