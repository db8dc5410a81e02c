using System.Globalization;
using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>The words of the line protocol and of refusals.</summary>
public static class Words
{
    private const long LastOfCalendar = 253_402_300_799_999;

    /// <summary>Why nothing is counted for an id (R19).</summary>
    public static string NeverWas(string field, long value) => $"{field} is {value}, and there never was such a {field} (R19)";

    /// <summary>The word of a refund's cause, as in keys and lists: <c>expired</c>, <c>left</c> …</summary>
    public static string Of(RefundCause cause) => cause switch
    {
        RefundCause.Expired => "expired",
        RefundCause.Left => "left",
        RefundCause.AfterSale => "afterSale",
        RefundCause.LatePayment => "latePayment",
        RefundCause.UnknownPayment => "unknownPayment",
        RefundCause.SecondPayment => "secondPayment",
        RefundCause.Underpaid => "underpaid",
        RefundCause.Overpaid => "overpaid",
        RefundCause.PriceDifference => "priceDifference",
        _ => "none",
    };

    /// <summary>A time for a person, in UTC; one beyond the calendar, which ends with the year 9999, as ms since 1970.</summary>
    /// <param name="ms">Ms since 1970, 0 or more.</param>
    public static string Time(long ms) => ms <= LastOfCalendar
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{ms} ms after 1970");

    /// <summary>Why a command was refused, in a sentence for a person. Empty for an accepted one.</summary>
    public static string Reason(in Answer answer) => answer.Ok ? "" : answer.Outcome switch
    {
        _ when answer.Why != Why.Effective => new Verdict(answer.Outcome, answer.Rule, answer.Why).Reason,
        Outcome.OrderConflict => "this order of the item exists already, with other fields or from another operation",
        Outcome.UnknownTeam => "the item has no team with this id",
        Outcome.UnknownOrder => "the item has no order with this id",
        Outcome.Closed when answer.Rule == 40 => "the team was merged into another one",
        Outcome.Closed => "the team was dissolved when its last member left",
        Outcome.TooLate => "the team's deadline has passed",
        Outcome.Full => "every seat of the team is paid or held",
        Outcome.AlreadyMember when answer.Holding != 0 => "the buyer already holds a promise to open a team of the item",
        Outcome.AlreadyMember => "the buyer already has a seat in an open team of the item",
        Outcome.NotFormed => "the order's team has not formed",
        Outcome.NotPaid => "the order is not paid",
        Outcome.RefundPending => "a refund request of the order waits for the merchant",
        Outcome.NotRequested => "no refund request of the order waits for an answer",
        Outcome.NotOwed => "no such refund of the order is owed",
        Outcome.RefundOwed => "the order's money is already owed back",
        Outcome.Refunded => "the order's money already went back",
        Outcome.NoCampaign => "the item has no campaign",
        Outcome.CampaignNotEffective => "the item's campaign has no effect now",
        Outcome.NotEligible => "the campaign is not open to this buyer",
        Outcome.SoldOut => "the campaign's seats are sold",
        Outcome.LimitReached => "a limit is reached",
        Outcome.BadRequest => "a field says what this order is not",
        Outcome.LowDisk => "disk space is below the reserve; nothing new is taken in",
        Outcome.Busy => "too many requests in flight; try again",
        Outcome.Unavailable => "writing failed: the outcome is unknown; repeat the same order after the restart",
        _ => "",
    };
}
