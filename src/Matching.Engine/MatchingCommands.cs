using Matching.Core;

namespace Matching.Engine;

/// <summary>The commands by their names. Each is one <see cref="IMatching.ExecuteAsync"/>, and throws what that throws.</summary>
public static class MatchingCommands
{
    /// <param name="matching">Who is asked.</param>
    extension(IMatching matching)
    {
        /// <summary>Opens a team (R2).</summary>
        public ValueTask<Answer> OpenTeamAsync(in OpenTeamRequest request, CancellationToken cancellationToken = default)
        {
            // What does not fit a command's field is refused here, the rest where the engine's largest size is known.
            return (uint)request.Size <= ushort.MaxValue
                ? matching.ExecuteAsync(request.ToCommand((ushort)request.Size), cancellationToken)
                : throw new ArgumentOutOfRangeException(
                    nameof(request), request.Size,
                    $"Size is {request.Size}; allowed is 0 for the item's terms, or 2 … the largest allowed (R1)");
        }

        /// <summary>Joins a named team (R4).</summary>
        public ValueTask<Answer> JoinTeamAsync(in JoinTeamRequest request, CancellationToken cancellationToken = default) =>
            matching.ExecuteAsync(request.ToCommand(), cancellationToken);

        /// <summary>Holds a seat (R33).</summary>
        public ValueTask<Answer> HoldAsync(in HoldRequest request, CancellationToken cancellationToken = default) =>
            matching.ExecuteAsync(request.ToCommand(), cancellationToken);

        /// <summary>Pays a hold (R33).</summary>
        public ValueTask<Answer> PayAsync(in PayRequest request, CancellationToken cancellationToken = default) =>
            matching.ExecuteAsync(request.ToCommand(), cancellationToken);

        /// <summary>Gives a hold back (R33).</summary>
        public ValueTask<Answer> ReleaseAsync(long item, long order, CancellationToken cancellationToken = default) =>
            Send(matching, Operation.Release, item, order, cancellationToken);

        /// <summary>Buys alone (R9).</summary>
        public ValueTask<Answer> SoloBuyAsync(in SoloBuyRequest request, CancellationToken cancellationToken = default) =>
            matching.ExecuteAsync(request.ToCommand(), cancellationToken);

        /// <summary>Asks for a refund (R7).</summary>
        public ValueTask<Answer> RequestRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
            Send(matching, Operation.RequestRefund, item, order, cancellationToken);

        /// <summary>Grants it (R7, R8).</summary>
        public ValueTask<Answer> ApproveRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
            Send(matching, Operation.ApproveRefund, item, order, cancellationToken);

        /// <summary>Refuses it (R7).</summary>
        public ValueTask<Answer> RejectRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
            Send(matching, Operation.RejectRefund, item, order, cancellationToken);

        /// <summary>Takes the request back (R7).</summary>
        public ValueTask<Answer> WithdrawRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
            Send(matching, Operation.WithdrawRefund, item, order, cancellationToken);

        /// <summary>Dispatches an order (R5).</summary>
        public ValueTask<Answer> ShipAsync(long item, long order, CancellationToken cancellationToken = default) =>
            Send(matching, Operation.Ship, item, order, cancellationToken);

        /// <summary>
        /// Acknowledges the refund of a key (R37): what a payment system should call. Sent again it is a repeat. A key of another order, or
        /// none that was ever listed, is NotOwed.
        /// </summary>
        /// <param name="item">The item.</param>
        /// <param name="order">The order.</param>
        /// <param name="key">As <see cref="RefundView.Key"/> gave it.</param>
        /// <param name="cancellationToken">Ends the wait, not the command.</param>
        public ValueTask<Answer> RefundDoneAsync(long item, long order, string key, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(key);
            var command = new Command { Operation = Operation.RefundDone, Item = item, Order = order };
            RefundKey.Name(ref command, key);
            return matching.ExecuteAsync(command, cancellationToken);
        }

        /// <summary>
        /// Acknowledges the oldest refund of an order that is still owed (R37): a repeat only where none is. Sent again after an answer was
        /// lost it may acknowledge another one; the overload with a key cannot.
        /// </summary>
        /// <param name="item">The item.</param>
        /// <param name="order">The order.</param>
        /// <param name="cause">Of which cause; None for any.</param>
        /// <param name="payment">The payment that went back, where the entry has one; 0 for any.</param>
        /// <param name="cancellationToken">Ends the wait, not the command.</param>
        public ValueTask<Answer> RefundDoneAsync(
            long item, long order, RefundCause cause = RefundCause.None, PaymentId payment = default,
                CancellationToken cancellationToken = default) =>
            matching.ExecuteAsync(
                new Command { Operation = Operation.RefundDone, Item = item, Order = order, Cause = cause, Payment = payment },
                cancellationToken);
    }

    private static ValueTask<Answer> Send(
        IMatching matching, Operation operation, long item, long order, CancellationToken cancellationToken) =>
        matching.ExecuteAsync(new Command { Operation = operation, Item = item, Order = order }, cancellationToken);
}
