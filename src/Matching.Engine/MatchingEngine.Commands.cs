using Matching.Core;
using Matching.Engine.Hosting;

namespace Matching.Engine;

/// <content>Commands: checked, counted, routed by item to a shard.</content>
public sealed partial class MatchingEngine
{
    /// <summary>Any one command, as the core knows it. The named methods are the friendlier form.</summary>
    /// <param name="command">What is asked. Fields its operation does not name are ignored.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    /// <exception cref="ArgumentException">A field is out of range; nothing was asked.</exception>
    public ValueTask<Answer> ExecuteAsync(in Command command, CancellationToken cancellationToken = default)
    {
        CommandRequest request = _commands.Get();
        request.Command = command;
        return Send(request, cancellationToken);
    }

    /// <summary>
    /// Many commands of any kind: answers[i] answers commands[i]; those of one item take effect in order. All are taken in or,
    /// when they do not fit under the bound of requests in flight, none: then every answer is Busy. The answers are written
    /// when the wait ends, and not at all when it was cancelled.
    /// </summary>
    /// <exception cref="ArgumentException">A field of some command is out of range, or there are more commands than answers or than may be
    /// in flight; nothing was asked.</exception>
    public ValueTask ExecuteBatchAsync(
        ReadOnlyMemory<Command> commands, Memory<Answer> answers, CancellationToken cancellationToken = default)
    {
        CheckBatch(commands.Length, answers.Length);
        BatchRequest batch = _batches.Get();
        batch.Begin(commands.Length, answers);
        commands.Span.CopyTo(batch.Commands);
        return Send(batch, answers, cancellationToken);
    }

    /// <summary>Many QuickJoins: one inbox entry a shard, one reply. As <see cref="ExecuteBatchAsync"/> otherwise.</summary>
    public ValueTask QuickJoinBatchAsync(
        ReadOnlyMemory<QuickJoinRequest> requests, Memory<Answer> answers, CancellationToken cancellationToken = default)
    {
        CheckBatch(requests.Length, answers.Length);
        BatchRequest batch = _batches.Get();
        batch.Begin(requests.Length, answers);
        ReadOnlySpan<QuickJoinRequest> from = requests.Span;
        for (int i = 0; i < from.Length; i++)
        {
            from[i].Write(ref batch.Commands[i]);
        }

        return Send(batch, answers, cancellationToken);
    }

    /// <summary>Opens a team (R2).</summary>
    public ValueTask<Answer> OpenTeamAsync(in OpenTeamRequest request, CancellationToken cancellationToken = default)
    {
        Arguments.Size(request.Size, _options.Book);
        return ExecuteAsync(request.ToCommand((ushort)request.Size), cancellationToken);
    }

    /// <summary>Joins any team of the item, or opens one (R4).</summary>
    public ValueTask<Answer> QuickJoinAsync(in QuickJoinRequest request, CancellationToken cancellationToken = default)
    {
        CommandRequest command = _commands.Get();
        request.Write(ref command.Command);
        return Send(command, cancellationToken);
    }

    /// <summary>Joins a named team (R4).</summary>
    public ValueTask<Answer> JoinTeamAsync(in JoinTeamRequest request, CancellationToken cancellationToken = default) =>
        ExecuteAsync(request.ToCommand(), cancellationToken);

    /// <summary>Holds a seat (R33).</summary>
    public ValueTask<Answer> HoldAsync(in HoldRequest request, CancellationToken cancellationToken = default) =>
        ExecuteAsync(request.ToCommand(), cancellationToken);

    /// <summary>Pays a hold (R33).</summary>
    public ValueTask<Answer> PayAsync(in PayRequest request, CancellationToken cancellationToken = default) =>
        ExecuteAsync(request.ToCommand(), cancellationToken);

    /// <summary>Gives a hold back (R33).</summary>
    public ValueTask<Answer> ReleaseAsync(long item, long order, CancellationToken cancellationToken = default) =>
        Send(Operation.Release, item, order, cancellationToken);

    /// <summary>Buys alone (R9).</summary>
    public ValueTask<Answer> SoloBuyAsync(in SoloBuyRequest request, CancellationToken cancellationToken = default) =>
        ExecuteAsync(request.ToCommand(), cancellationToken);

    /// <summary>Asks for a refund (R7).</summary>
    public ValueTask<Answer> RequestRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
        Send(Operation.RequestRefund, item, order, cancellationToken);

    /// <summary>Grants it (R7, R8).</summary>
    public ValueTask<Answer> ApproveRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
        Send(Operation.ApproveRefund, item, order, cancellationToken);

    /// <summary>Refuses it (R7).</summary>
    public ValueTask<Answer> RejectRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
        Send(Operation.RejectRefund, item, order, cancellationToken);

    /// <summary>Takes the request back (R7).</summary>
    public ValueTask<Answer> WithdrawRefundAsync(long item, long order, CancellationToken cancellationToken = default) =>
        Send(Operation.WithdrawRefund, item, order, cancellationToken);

    /// <summary>Dispatches an order (R5).</summary>
    public ValueTask<Answer> ShipAsync(long item, long order, CancellationToken cancellationToken = default) =>
        Send(Operation.Ship, item, order, cancellationToken);

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
        return ExecuteAsync(command, cancellationToken);
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
        ExecuteAsync(
            new Command { Operation = Operation.RefundDone, Item = item, Order = order, Cause = cause, Payment = payment },
            cancellationToken);

    private ValueTask<Answer> Send(Operation operation, long item, long order, CancellationToken cancellationToken) =>
        ExecuteAsync(new Command { Operation = operation, Item = item, Order = order }, cancellationToken);

    private ValueTask<Answer> Send(CommandRequest request, CancellationToken cancellationToken)
    {
        Arguments.Check(ref request.Command, _options.Book, _clock.IsManual, _options.Invites);
        return MatchingActivity.Source.HasListeners() ? SendTracedAsync(request, cancellationToken)
            : SendChecked(request, cancellationToken);
    }

    private ValueTask<Answer> SendChecked(CommandRequest request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _commands.Return(request);
            return ValueTask.FromCanceled<Answer>(cancellationToken);
        }

        long item = request.Command.Item;
        Outcome refusal = Enter(1);
        if (refusal != Outcome.None)
        {
            long order = request.Command.Order;
            _refused.CountShared(request.Command.Operation, refusal);
            _commands.Return(request);
            return ValueTask.FromResult(Refusals.Of(refusal, item, order));
        }

        request.Watch(cancellationToken);
        ValueTask<Answer> wait = request.Wait;
        _shards[Shard.IndexOf(item, _shards.Length)].Send(request);
        return wait;
    }

    private ValueTask Send(BatchRequest batch, Memory<Answer> answers, CancellationToken cancellationToken)
    {
        Span<Command> commands = batch.Commands.AsSpan(0, batch.Count);
        foreach (ref Command command in commands)
        {
            Arguments.Check(ref command, _options.Book, _clock.IsManual, _options.Invites);
        }

        return MatchingActivity.Source.HasListeners()
            ? SendTracedAsync(batch, answers, cancellationToken)
            : SendChecked(batch, answers, cancellationToken);
    }

    private ValueTask SendChecked(BatchRequest batch, Memory<Answer> answers, CancellationToken cancellationToken)
    {
        ReadOnlySpan<Command> commands = batch.Commands.AsSpan(0, batch.Count);
        if (commands.IsEmpty || cancellationToken.IsCancellationRequested)
        {
            batch.Abandon();
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : ValueTask.CompletedTask;
        }

        Outcome refusal = Enter(commands.Length);
        if (refusal != Outcome.None)
        {
            for (int i = 0; i < commands.Length; i++)
            {
                _refused.CountShared(commands[i].Operation, refusal);
                answers.Span[i] = Refusals.Of(refusal, commands[i].Item, commands[i].Order);
            }

            batch.Abandon();
            return ValueTask.CompletedTask;
        }

        batch.Watch(cancellationToken);
        ValueTask wait = batch.WaitAll;
        batch.Send(_shards);
        return wait;
    }

    private void CheckBatch(int commands, int answers)
    {
        if (commands > _options.MaxRequestsInFlight)
        {
            throw new ArgumentException(
                $"a batch of {commands} commands can never be taken in: MaxRequestsInFlight is {_options.MaxRequestsInFlight}",
                    nameof(commands));
        }

        if (answers < commands)
        {
            throw new ArgumentException($"there is room for {answers} answers, but {commands} commands want one each", nameof(answers));
        }
    }

    /// <summary>Counts so many requests in, or says why not.</summary>
    private Outcome Enter(int n)
    {
        if (_failure.Cause is not null)
        {
            return Outcome.Unavailable;
        }

        if (!_inFlight.TryEnter(n))
        {
            return Outcome.Busy;
        }

        if (_closedFollower is not null && _closedFollower.Lag > _options.MaxLedgerLag)
        {
            _inFlight.Leave(n);
            return Outcome.Busy;
        }

        if (_inFlight.Closed)
        {
            _inFlight.Leave(n);
            return Outcome.Unavailable;
        }

        return Outcome.None;
    }
}
