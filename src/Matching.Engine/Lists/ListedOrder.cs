using System.Runtime.InteropServices;
using Matching.Core;
using Matching.Structures;

namespace Matching.Engine.Lists;

/// <summary>One order as the lists know it; 64 bytes, one cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ListedOrder
{
    public long Item;
    public long Order;
    public long Buyer;
    public long Team;

    /// <summary>
    /// Paid for the order itself and neither owed nor gone back beside that, in fen: with the order, all of it is owed and goes back.
    /// </summary>
    public long Own;

    /// <summary>Its row of what most orders lack; 0 for none.</summary>
    public int Side;

    /// <summary>The merchant it was made with (R45), in the lists' table; 0 for none.</summary>
    public int Merchant;

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

    /// <summary>The order as a reader sees it.</summary>
    public readonly OrderView View(in ListedSide side, long merchant)
    {
        Int128 owed = side.OtherOwed + (State == OrderState.RefundOwed ? Own : 0);
        Int128 refunded = side.OtherRefunded + (State == OrderState.Refunded ? Own : 0);
        return new OrderView(
            Item, Order, Buyer, Team, State, Request, (Flags & ListFlags.Shipped) != ListFlags.None,
            Own + side.OtherOwed + side.OtherRefunded, Quantity, side.UntilMs, Source)
        {
            Merchant = merchant,
            Sharer = side.Sharer,
            NewBuyer = (Flags & ListFlags.NewBuyer) != ListFlags.None,
            Tier = side.Tier,
            Due = side.Due,
            Kept = IsPaidAndHere ? Own : 0,
            Owed = owed,
            Refunded = refunded,
        };
    }
}

/// <summary>What most orders lack: a hold, details, and money owed or gone back that leaves the order as it is (R35, R46).</summary>
internal struct ListedSide
{
    public long UntilMs;
    public long Sharer;
    public long? Due;

    /// <summary>Fen still owed beside what the order itself owes.</summary>
    public Int128 OtherOwed;

    /// <summary>Fen of these that went back.</summary>
    public Int128 OtherRefunded;
    public byte Tier;
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

    /// <summary>The storefront said that the buyer is new (R21).</summary>
    NewBuyer = 8,
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
