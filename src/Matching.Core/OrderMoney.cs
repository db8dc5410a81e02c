namespace Matching.Core;

/// <summary>
/// The money of one order: what was paid, and where each fen of it is now. Paid = kept + owed + refunded (R46). Made of the amount that
/// the order itself was paid with, and of its entries in the refund ledger.
/// </summary>
/// <param name="amount">What the payment brought that seated the order, or was its first, in fen.</param>
/// <param name="createdBy">The operation that made the order.</param>
internal struct OrderMoney(long amount, Operation createdBy)
{
    public Int128 Paid = amount;
    public long Kept = amount;
    public Int128 Owed;
    public Int128 Refunded;

    /// <summary>Takes in an entry of the refund ledger.</summary>
    public void Add(RefundCause cause, long fen, bool done)
    {
        (done ? ref Refunded : ref Owed) += fen;
        if (IsBeside(cause, createdBy))
        {
            Paid += fen;
        }
        else
        {
            Kept -= fen;
        }
    }

    /// <summary>
    /// Whether an entry is of money that came beside the order's own payment: a second one, or one that was too little for a hold, which
    /// lives on (R35, R46).
    /// </summary>
    public static bool IsBeside(RefundCause cause, Operation createdBy) =>
        cause == RefundCause.SecondPayment || (cause == RefundCause.Underpaid && createdBy == Operation.Hold);

    /// <summary>Whether an entry is of a part of the order's own payment: the rest of it is kept (R46).</summary>
    public static bool IsPart(RefundCause cause) => cause is RefundCause.Overpaid or RefundCause.PriceDifference;

    /// <summary>Whether an entry is the order's own: with it the order's money is owed, and goes back (R37).</summary>
    public static bool IsOwn(RefundCause cause, Operation createdBy) => !IsBeside(cause, createdBy) && !IsPart(cause);
}
