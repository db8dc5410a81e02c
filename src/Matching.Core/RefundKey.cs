using System.Globalization;

namespace Matching.Core;

/// <summary>
/// The key of an entry of the refund ledger (R37): a text that names one entry and no other, the same for ever. Callers hand it to their payment
/// system and back to <c>refundDone</c>; what it is made of is nobody's business but this type's.
/// </summary>
public static class RefundKey
{
    /// <summary>The key of an entry: its order and cause, and the payment where an order may have several entries of the cause.</summary>
    public static string Of(long item, long order, RefundCause cause, long payment) => HasSeveral(cause, payment)
        ? string.Create(CultureInfo.InvariantCulture, $"{item}:{order}:{Words.Of(cause)}:{payment}")
        : string.Create(CultureInfo.InvariantCulture, $"{item}:{order}:{Words.Of(cause)}");

    /// <summary>Makes an acknowledgment of the entry that a key names.</summary>
    /// <param name="command">A RefundDone of an item and order. A key that is none of theirs means no entry: the command will be NotOwed.</param>
    /// <param name="key">As <see cref="RefundView.Key"/> gave it.</param>
    public static void Name(ref Command command, ReadOnlySpan<char> key)
    {
        (command.ByKey, command.Cause, command.Payment) = (true, RefundCause.None, 0);
        int last = key.LastIndexOf(':');
        _ = long.TryParse(key[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long payment);
        for (RefundCause cause = RefundCause.Expired; cause <= RefundCause.PriceDifference; cause++)
        {
            // Compared whole, so that no other spelling is taken for a key.
            if (key.SequenceEqual(Of(command.Item, command.Order, cause, payment)))
            {
                (command.Cause, command.Payment) = (cause, HasSeveral(cause, payment) ? payment : 0);
            }
        }
    }

    /// <summary>Whether an entry is the one that a command by key means.</summary>
    internal static bool Means(in Command command, RefundCause cause, long payment) =>
        command.Cause == cause && command.Payment == (HasSeveral(cause, payment) ? payment : 0);

    // An order is paid once, but may be paid again and again, or too little, by payments of their own.
    private static bool HasSeveral(RefundCause cause, long payment) =>
        cause == RefundCause.SecondPayment || (cause == RefundCause.Underpaid && payment != 0);
}
