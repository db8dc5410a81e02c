using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Kit.Engine;

namespace Matching.Simulation;

/// <summary>
/// Those who use one engine, all at once: buyers, merchants, the payment system that takes refunds, a subscriber. What they are
/// answered goes to <see cref="Outside"/>; what a dead process would have said is not heard.
/// </summary>
internal sealed class Clients(Machine machine, MatchingEngine engine, Outside outside, Random random)
{
    /// <summary>The name of the subscription.</summary>
    public const string Subscriber = "books";

    private static readonly TimeSpan RefundRetry = TimeSpan.FromSeconds(10);

    private readonly List<Task> _waits = [];
    private readonly List<Task> _followers = [];

    // Looked at from outside: an await would go on on the pool's threads, which are none of this simulation's.
    private readonly List<Task> _snapshots = [];
    private SimulationException? _failure;

    /// <summary>Of a hundred refunds delivered, so many can't be paid back at once.</summary>
    public int FailingRefundsPercent { get; set; } = 40;

    private bool IsAlive => machine.IsAlive && !machine.Loops.Halted;

    /// <summary>Sends a command; the answer comes later.</summary>
    public void Ask(Sent sent) => _waits.Add(AskAsync(sent));

    public void AskTogether(Command[] commands) => _waits.Add(AskTogetherAsync(commands));

    public void Control(SentControl sent) => _waits.Add(ControlAsync(sent));

    /// <summary>Some read; what it says is looked at elsewhere, that it answers is what counts here.</summary>
    public void Read(long item, long order)
    {
        switch (random.Next(7))
        {
            case 6: _waits.Add(EndAsync(ValidateAsync)); break;
            case 0: _waits.Add(EndAsync(() => engine.FindOrderAsync(item, order))); break;
            case 1: _waits.Add(EndAsync(() => engine.OpenTeamsAsync(item, 3))); break;
            case 2: _waits.Add(EndAsync(() => engine.CountAsync())); break;
            case 3: _waits.Add(EndAsync(() => engine.StateHashAsync())); break;
            case 4: _waits.Add(EndAsync(() => engine.RefundsOwedAsync(5))); break;
            default:
                machine.Coverage.Add(Happening.ListRead);
                _waits.Add(EndAsync(() => engine.OrdersOfAsync(RandomCommands.BuyerOf(1 + random.Next(40)), 10)));
                break;
        }
    }

    /// <summary>An operator wants a snapshot; that it fails after a disk fault, or because the engine closes, is an answer too.</summary>
    public void TakeSnapshot()
    {
        machine.Coverage.Add(Happening.SnapshotAsked);
        _snapshots.Add(engine.SnapshotAsync());
    }

    /// <summary>Begins to take refunds and to follow the events.</summary>
    public void Follow()
    {
        _followers.Add(PayBackAsync());
        _followers.Add(SubscribeAsync());
    }

    /// <summary>What a client found wrong.</summary>
    public void ThrowIfWrong()
    {
        _failure ??= machine.Wrong;
        if (_failure is not null)
        {
            throw new SimulationException(_failure.Message, _failure);
        }
    }

    /// <summary>Liveness: nothing can run, so nobody may still wait for an answer.</summary>
    public void CheckNobodyWaits()
    {
        ThrowIfWrong();
        foreach (Task wait in _waits)
        {
            SimulationException.Unless(wait.IsCompleted, $"liveness: nothing can run and somebody waits for an answer");
            wait.GetAwaiter().GetResult();
        }

        _waits.Clear();
        foreach (Task snapshot in _snapshots)
        {
            SimulationException.Unless(snapshot.IsCompleted, $"liveness: nothing can run and somebody waits for a snapshot");
            Exception? cause = snapshot.Exception?.InnerException;
            machine.Coverage.Add(Happening.SnapshotFailed, cause is null ? 0 : 1);
            SimulationException.Unless(
                cause is null or MatchingUnavailableException or ObjectDisposedException || machine.HasStruck || machine.MayBreakSnapshots,
                    $"a snapshot failed: {cause}");
        }

        _snapshots.Clear();
    }

    /// <summary>The engine has closed: nobody may still follow it.</summary>
    public void CheckNobodyFollows()
    {
        foreach (Task follower in _followers)
        {
            SimulationException.Unless(follower.IsCompleted, $"liveness: the engine has closed and somebody follows it still");
            follower.GetAwaiter().GetResult();
        }
    }

    private async Task AskAsync(Sent sent)
    {
        // Of two asked at once, the answers may come in any order: only what was accepted before it was asked again is a promise.
        bool promised = sent.Accepted is not null;
        Answer answer = await engine.ExecuteAsync(sent.Command).ConfigureAwait(false);
        Hear(sent, answer, promised);
    }

    private async Task AskTogetherAsync(Command[] commands)
    {
        Sent[] sents = Array.ConvertAll(commands, outside.Send);
        var answers = new Answer[commands.Length];
        await engine.ExecuteBatchAsync(commands, answers).ConfigureAwait(false);
        for (int i = 0; i < sents.Length; i++)
        {
            Hear(sents[i], answers[i], promised: false);
        }
    }

    private void Hear(Sent sent, in Answer answer, bool promised)
    {
        if (!IsAlive)
        {
            return;
        }

        try
        {
            outside.Hear(sent, answer, promised);
        }
        catch (SimulationException failure)
        {
            _failure ??= failure;
        }
    }

    private async Task ControlAsync(SentControl sent)
    {
        bool promised = sent.Accepted is not null;
        try
        {
            ControlAnswer answer = await engine.ControlAsync(sent.Command).ConfigureAwait(false);
            if (!IsAlive || !answer.Ok)
            {
                _failure ??= promised
                    && IsAlive ? new SimulationException($"R35: {sent.Command} was accepted before and is now {answer}") : null;
                return;
            }

            if (sent.Accepted is { } first)
            {
                machine.Coverage.Add(Happening.CampaignCommandRepeated);
                _failure ??= answer.Repeated && answer.Campaign == first.Campaign ? null
                    : new SimulationException($"R35: {sent.Command} was answered {first} and is now {answer}");
            }

            sent.Accepted ??= answer;
        }
        catch (MatchingUnavailableException)
        {
            // The outcome is unknown (R38).
            machine.Coverage.Add(Happening.AnsweredUnavailable);
        }
    }

    private static async Task EndAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (MatchingUnavailableException)
        {
            // Busy, or the engine has stopped: an answer too.
            return;
        }
    }

    private async ValueTask<string?> ValidateAsync()
    {
        string? broken = await engine.BrokenAsync().ConfigureAwait(false);
        _failure ??= broken is null ? null : new SimulationException(broken);
        return broken;
    }

    private async Task PayBackAsync()
    {
        try
        {
            await foreach (RefundView refund in engine.RefundsAsync(RefundRetry).ConfigureAwait(false))
            {
                if (!IsAlive)
                {
                    return;
                }

                machine.Coverage.Add(Happening.RefundDelivered);
                if (random.Next(100) >= FailingRefundsPercent)
                {
                    var done = new Command { Operation = Operation.RefundDone, Item = refund.Item, Order = refund.Order };
                    RefundKey.Name(ref done, refund.Key);
                    await AskAsync(outside.Send(done)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (MayFail(e))
        {
            return;
        }
    }

    private async Task SubscribeAsync()
    {
        try
        {
            Subscription subscription = await engine.SubscribeAsync(Subscriber).ConfigureAwait(false);
            if (IsAlive && subscription.Position < outside.Acknowledged)
            {
                _failure ??= new SimulationException(
                    $"R38: a subscription was acknowledged up to {outside.Acknowledged} and stands at {subscription.Position}");
            }

            machine.Coverage.Add(Happening.SubscriptionWentOn, subscription.Position > 0 ? 1 : 0);
            if (subscription.IsLapsed)
            {
                machine.Coverage.Add(Happening.SubscriptionLapsed);
                await subscription.RestartAsync().ConfigureAwait(false);
            }

            long next = subscription.Position;
            await foreach (JournaledEvent e in subscription.WithCancellation(default).ConfigureAwait(false))
            {
                if (!IsAlive)
                {
                    return;
                }

                _failure ??= e.Sequence == next ? null
                    : new SimulationException($"R38: a subscriber waits for event {next} and gets {e.Sequence}");
                next = e.Sequence + 1;
                if (random.Next(12) == 0)
                {
                    await subscription.AckAsync(e.Sequence).ConfigureAwait(false);
                    outside.Acknowledged = IsAlive ? Math.Max(outside.Acknowledged, next) : outside.Acknowledged;
                }
            }
        }
        catch (Exception e) when (MayFail(e))
        {
            machine.Coverage.Add(Happening.SubscriptionLapsed, e is SubscriptionLapsedException ? 1 : 0);
        }
    }

    // After a disk fault, and while the engine closes.
    private bool MayFail(Exception e) =>
        e is MatchingUnavailableException or ObjectDisposedException
        || (e is SubscriptionLapsedException && machine.Journal!.FirstSequence > 0)
        || (machine.HasStruck && e is SubscriptionException or Storage.JournalException);
}
