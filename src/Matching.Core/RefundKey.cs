using System.Globalization;

namespace Matching.Core;

/// <summary>
/// The key of an entry of the refund ledger (R37): a text that names one entry and no other, the same for ever. Callers hand it to their
/// payment system and back to <c>refundDone</c>; what it is made of is nobody's business but this type's.
/// </summary>
public static class RefundKey
{
    /// <summary>The key of an entry: its order and cause, and the payment where an order may have several entries of the cause.</summary>
    public static string Of(long item, long order, RefundCause cause, PaymentId payment) => HasSeveral(cause, !payment.IsNone)
        ? string.Create(CultureInfo.InvariantCulture, $"{item}:{order}:{Words.Of(cause)}:{(payment.IsNone ? "0" : payment.ToString())}")
        : string.Create(CultureInfo.InvariantCulture, $"{item}:{order}:{Words.Of(cause)}");

    /// <summary>Makes an acknowledgment of the entry that a key names.</summary>
    /// <param name="command">A RefundDone of an item and order. A key that is none of theirs means no entry: the command will be
    /// NotOwed.</param>
    /// <param name="key">As <see cref="RefundView.Key"/> gave it.</param>
    public static void Name(ref Command command, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        (command.ByKey, command.Cause, command.Payment) = (true, RefundCause.None, default);

        // Behind the third colon: a payment's text may have some of its own.
        string[] parts = key.Split(':', 4);
        PaymentId payment = PaymentId.TryParse(parts.Length == 4 ? parts[3] : null, out PaymentId named) ? named : default;
        for (RefundCause cause = RefundCause.Expired; cause <= RefundCause.PriceDifference; cause++)
        {
            // Compared whole, so that no other spelling is taken for a key.
            if (string.Equals(key, Of(command.Item, command.Order, cause, payment), StringComparison.Ordinal))
            {
                (command.Cause, command.Payment) = (cause, payment);
            }
        }
    }

    /// <summary>
    /// Whether an order may have several entries of a cause, so that the payment tells which: it is paid once, but may be paid again and
    /// again, or too little, by payments of their own.
    /// </summary>
    internal static bool HasSeveral(RefundCause cause, bool paymentNamed) =>
        cause == RefundCause.SecondPayment || (cause == RefundCause.Underpaid && paymentNamed);
}
