using Matching.Core;
using Matching.Engine.Hosting;

namespace Matching.Engine;

/// <content>Commands: checked, counted, routed by item to a shard. The named ones are in <see cref="MatchingCommands"/>.</content>
public sealed partial class MatchingEngine
{
    /// <inheritdoc/>
    public ValueTask<Answer> ExecuteAsync(in Command command, CancellationToken cancellationToken = default)
    {
        CommandRequest request = _commands.Get();
        request.Command = command;
        return Send(request, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ExecuteBatchAsync(
        ReadOnlyMemory<Command> commands, Memory<Answer> answers, CancellationToken cancellationToken = default)
    {
        CheckBatch(commands.Length, answers.Length);
        BatchRequest batch = _batches.Get();
        batch.Begin(commands.Length, answers);
        commands.Span.CopyTo(batch.Commands);
        return Send(batch, answers, cancellationToken);
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public ValueTask<Answer> QuickJoinAsync(in QuickJoinRequest request, CancellationToken cancellationToken = default)
    {
        CommandRequest command = _commands.Get();
        request.Write(ref command.Command);
        return Send(command, cancellationToken);
    }

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
