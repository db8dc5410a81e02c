using System.Runtime.InteropServices;
using Matching.Core;
using Matching.Core.Structures;

namespace Matching.Engine.Lists;

/// <summary>One order as the lists know it; 64 bytes, one cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ListedOrder
{
    public long Item;
    public long Order;
    public long Buyer;
    public long Team;
    public long Amount;
    public long UntilMs;

    /// <summary>The next paid or held seat of its open team.</summary>
    public int NextInTeam;

    /// <summary>Another order of its buyer.</summary>
    public int NextOfBuyer;
    public int Quantity;
    public OrderState State;
    public RequestState Request;
    public Source Source;
    public ListFlags Flags;

    public readonly bool IsPaidAndHere => State is OrderState.Waiting or OrderState.Formed or OrderState.Shipped or OrderState.Bought;

    /// <summary>R5: formed, or bought alone, and no refund request waits.</summary>
    public readonly bool MayShip => State is OrderState.Formed or OrderState.Bought && Request != RequestState.Pending;

    /// <summary>R7: the merchant's word is waited for. A request that expiry overrode stays pending in the record.</summary>
    public readonly bool WaitsForWord => Request == RequestState.Pending && IsPaidAndHere;

    public readonly OrderView View => new(
        Item, Order, Buyer, Team, State, Request, (Flags & ListFlags.Shipped) != ListFlags.None, Amount, Quantity, UntilMs, Source);
}

[Flags]
internal enum ListFlags : byte
{
    None = 0,
    Shipped = 1,

    /// <summary>It stands in its item's list of orders to ship, perhaps no longer rightly.</summary>
    InToShip = 2,

    /// <summary>It stands in its item's list of refund requests, perhaps no longer rightly.</summary>
    InRequests = 4,
}

internal readonly struct ListedOrderKey(Rows<ListedOrder> rows, long item, long order) : ISlotKey
{
    public bool Is(int slot) => rows[slot].Order == order && rows[slot].Item == item;
}

internal readonly struct ListedTeamKey(Rows<ListedOrder> rows, long team) : ISlotKey
{
    public bool Is(int slot) => rows[slot].Team == team;
}

internal readonly struct ListedBuyerKey(Rows<ListedOrder> rows, long buyer) : ISlotKey
{
    public bool Is(int slot) => rows[slot].Buyer == buyer;
}
