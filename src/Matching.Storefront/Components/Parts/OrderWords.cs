using System.Globalization;
using Matching.Core;
using Microsoft.Extensions.Localization;

namespace Matching.Storefront.Components.Parts;

/// <summary>Tabs of lists of orders.</summary>
public enum OrderTab
{
    /// <summary>All of them.</summary>
    All = 0,

    /// <summary>A seat is held.</summary>
    ToPay,

    /// <summary>Paid, and the team is open.</summary>
    ToForm,

    /// <summary>Formed, or bought alone.</summary>
    ToShip,

    /// <summary>Money was asked for, or goes back.</summary>
    AfterSale,
}

/// <summary>What pages ask of an order before they offer a button. The engine decides; this only spares a refusal.</summary>
internal static class OrderWords
{
    /// <summary>Rows on a page of a list.</summary>
    public const int PageSize = 30;

    /// <summary>Where a page of a list begins, out of an address: whatever is typed there; 0 for its beginning.</summary>
    public static long PlaceOf(string? wanted) =>
        long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out long place) ? place : 0;

    /// <summary>Why buyers ask for their money, as the form names it; each has its words.</summary>
    public static IReadOnlyList<string> RefundReasons { get; } = ["ChangedMind", "TooSlow", "WrongItem", "Damaged", "Other"];

    /// <summary>A reason in words; one that came by the API or was made up stands as it is.</summary>
    public static string Reason(IStringLocalizer<Texts> words, string reason) =>
        RefundReasons.Contains(reason, StringComparer.Ordinal) ? words["Reason" + reason] : reason;

    /// <summary>Whether an order belongs on a tab of a list.</summary>
    public static bool IsOn(OrderTab tab, in OrderView order) => tab switch
    {
        OrderTab.ToPay => order.State == OrderState.Held,
        OrderTab.ToForm => order.State == OrderState.Waiting,
        OrderTab.ToShip => order.State is OrderState.Formed or OrderState.Bought,
        OrderTab.AfterSale => order.Request != RequestState.None || order.State is OrderState.RefundOwed or OrderState.Refunded,
        _ => true,
    };

    /// <summary>Paid, and the money has not been asked back with success.</summary>
    public static bool IsPaid(in OrderView order) =>
        order.State is OrderState.Waiting or OrderState.Formed or OrderState.Shipped or OrderState.Bought;

    /// <summary>A refund request waits for the merchant (R7).</summary>
    public static bool IsPending(in OrderView order) => order.Request == RequestState.Pending && IsPaid(order);

    /// <summary>R5: only once its team has formed, or bought alone (R9); not while a refund request waits (R7).</summary>
    public static bool MayShip(in OrderView order) => order.State is OrderState.Formed or OrderState.Bought && !IsPending(order);
}
