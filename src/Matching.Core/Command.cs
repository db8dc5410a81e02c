using System.Text.Json.Serialization;
using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>
/// One request to an item, as the core decides it. A plain value, checked once at the front door: ids are in 1 … 2^63 − 1,
/// <see cref="Quantity"/> ≥ 1, amounts and prices ≥ 0 fen. The core trusts it.
/// </summary>
public record struct Command
{
    /// <summary>What an event that seats or makes an order says of the command behind it, and no more.</summary>
    internal Command(in Event e)
    {
        Operation = e.Via;
        InviteOnly = e.InviteOnly;
        Invite = e.Invite;
        DueNamed = e.DueNamed;
        Source = e.Source;
        BuyerFacts = new BuyerFacts(e.NewBuyer ? BuyerStanding.New : BuyerStanding.Unknown, e.Tier);
        Quantity = e.Quantity;
        Item = e.Item;
        Order = e.Order;
        Buyer = e.Buyer;
        Amount = e.Amount;
        Due = e.Due;
        Sharer = e.Sharer;
        Payment = e.Payment;
    }

    /// <summary>What is asked.</summary>
    public Operation Operation { get; set; }

    /// <summary>OpenTeam: the team is neither listed nor suggested, and entered with its <see cref="Invite"/> (R2).</summary>
    public bool InviteOnly { get; set; }

    /// <summary>
    /// JoinTeam, Hold: the code of the invite-only team named (R2); ignored for a public one. OpenTeam: the code it gets; the engine draws
    /// one where this is 0. A team opened without any, as before there were codes, is entered by its id alone.
    /// </summary>
    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Invite { get; set; }

    /// <summary>Hold: insist on a new team (R33).</summary>
    public bool OpenNew { get; set; }

    /// <summary>QuickJoin: only teams with <see cref="Price"/> are considered (R4). OpenTeam: the team has it.</summary>
    public bool PriceNamed { get; set; }

    /// <summary>Operations that make an order: <see cref="Due"/> is named (R46). A due of 0 is a due.</summary>
    public bool DueNamed { get; set; }

    /// <summary>Operations that make an order: where it came from (R23).</summary>
    public Source Source { get; set; }

    /// <summary>What the storefront knows of the buyer (R21).</summary>
    public BuyerFacts BuyerFacts { get; set; }

    /// <summary>
    /// RefundDone: the very entry of a key is meant, of which <see cref="Cause"/> and <see cref="Payment"/> are parts
    /// (<see cref="RefundKey"/>).
    /// </summary>
    public bool ByKey { get; set; }

    /// <summary>RefundDone: the oldest entry of this cause that is still owed is meant; None for any cause.</summary>
    public RefundCause Cause { get; set; }

    /// <summary>OpenTeam: seats of the team; 0 for the item's terms.</summary>
    public ushort Size { get; set; }

    /// <summary>Pieces bought (R44); the front door fills in 1. Pay: 0 for those of the hold, which it cannot change (R33).</summary>
    public int Quantity { get; set; }

    /// <summary>The item: the partition key of everything.</summary>
    [JsonId]
    public long Item { get; set; }

    /// <summary>The order; (item, order) is its key.</summary>
    [JsonId]
    public long Order { get; set; }

    /// <summary>Who buys.</summary>
    [JsonId]
    public long Buyer { get; set; }

    /// <summary>JoinTeam, Hold: the team named; 0 for none.</summary>
    public long Team { get; set; }

    /// <summary>Price named, in fen (R4).</summary>
    public long Price { get; set; }

    /// <summary>Amount paid, in fen (R44).</summary>
    public long Amount { get; set; }

    /// <summary>Operations that make an order: the amount due for it, in fen, where it is named (R46).</summary>
    public long Due { get; set; }

    /// <summary>Operations that make an order: who shared what led to it (R23); 0 for nobody.</summary>
    [JsonId]
    public long Sharer { get; set; }

    /// <summary>Pay: the payment's own id (R35); RefundDone: that of the payment which goes back. 0 for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PaymentId Payment { get; set; }

    /// <summary>The request's own time, in ms since 1970 (R43: replay, manual clock); 0 for the clock's.</summary>
    public long At { get; set; }

    /// <summary>What it will look up.</summary>
    public readonly CommandKey Key => new(Item, Order, Team);
}

/// <summary>What of a command can be looked up ahead of it (<see cref="Book.Prefetch(ReadOnlySpan{CommandKey})"/>).</summary>
/// <param name="Item">The item.</param>
/// <param name="Order">The order.</param>
/// <param name="Team">The team named; 0 for none.</param>
public readonly record struct CommandKey([property: JsonId] long Item, [property: JsonId] long Order, long Team);
