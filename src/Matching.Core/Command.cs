using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>
/// One request to an item, as the core decides it. A plain value, checked once at the front door: ids are in 1 … 2^63 − 1,
/// <see cref="Quantity"/> ≥ 1, amounts and prices ≥ 0 fen. The core trusts it.
/// </summary>
public struct Command
{
    /// <summary>What is asked.</summary>
    public Operation Operation;

    /// <summary>OpenTeam: the team is joined by its id alone (R2).</summary>
    public bool InviteOnly;

    /// <summary>Hold: insist on a new team (R33).</summary>
    public bool OpenNew;

    /// <summary>QuickJoin: only teams with <see cref="Price"/> are considered (R4). OpenTeam: the team has it.</summary>
    public bool PriceNamed;

    /// <summary>Where the join came from (R23).</summary>
    public Source Source;

    /// <summary>What the storefront knows of the buyer (R21).</summary>
    public BuyerFacts BuyerFacts;

    /// <summary>RefundDone: which entry is meant; None for the oldest of the order.</summary>
    public RefundCause Cause;

    /// <summary>OpenTeam: seats of the team; 0 for the item's terms.</summary>
    public ushort Size;

    /// <summary>Pieces bought (R44); the front door fills in 1.</summary>
    public int Quantity;

    /// <summary>The item: the partition key of everything.</summary>
    public long Item;

    /// <summary>The order; (item, order) is its key.</summary>
    public long Order;

    /// <summary>Who buys.</summary>
    public long Buyer;

    /// <summary>JoinTeam, Hold: the team named; 0 for none.</summary>
    public long Team;

    /// <summary>Price named, in fen (R4).</summary>
    public long Price;

    /// <summary>Amount paid, in fen (R44).</summary>
    public long Amount;

    /// <summary>Pay: the payment's own id (R35); RefundDone: that of the payment which goes back. 0 for none.</summary>
    public long Payment;

    /// <summary>The request's own time, in ms since 1970 (R43: replay, manual clock); 0 for the clock's.</summary>
    public long At;

    /// <summary>What it will look up.</summary>
    public readonly CommandKey Key => new(Item, Order, Team);
}

/// <summary>What of a command can be looked up ahead of it (<see cref="Book.Prefetch(ReadOnlySpan{CommandKey})"/>).</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="Team">The team named; 0 for none.</param>
public readonly record struct CommandKey(long Item, long Order, long Team);
