using System.Globalization;
using Matching.Core;

namespace Matching.Storefront.Components.Parts;

/// <summary>What pages ask of an order before they offer a button. The engine decides; this only spares a refusal.</summary>
internal static class OrderWords
{
    /// <summary>Rows on a page of a list.</summary>
    public const int PageSize = 30;

    /// <summary>Where a page of a list begins, out of an address: whatever is typed there; 0 for its beginning.</summary>
    public static long PlaceOf(string? wanted) =>
        long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out long place) ? place : 0;

    /// <summary>Paid, and the money has not been asked back with success.</summary>
    public static bool IsPaid(in OrderView order) =>
        order.State is OrderState.Waiting or OrderState.Formed or OrderState.Shipped or OrderState.Bought;

    /// <summary>A refund request waits for the merchant (R7).</summary>
    public static bool IsPending(in OrderView order) => order.Request == RequestState.Pending && IsPaid(order);

    /// <summary>R5: only once its team has formed, or bought alone (R9); not while a refund request waits (R7).</summary>
    public static bool MayShip(in OrderView order) => order.State is OrderState.Formed or OrderState.Bought && !IsPending(order);
}
