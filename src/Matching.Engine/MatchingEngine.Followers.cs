namespace Matching.Engine;

/// <content>Models that follow the durable events: the engine's lists, and a shop's own.</content>
public sealed partial class MatchingEngine
{
    private readonly Followers _followers = new();

    /// <summary>
    /// Keeps a model of the caller's own up to date with the durable events, on a thread of its own, until the engine closes: an index, a
    /// count, a report. See <see cref="JournalFollower{TModel}"/>. For effects that must happen at least once across restarts use
    /// <see cref="SubscribeAsync"/>.
    /// </summary>
    /// <param name="name">What the model is, for messages: "the order index".</param>
    /// <param name="model">The model; from now on touch it only in <paramref name="apply"/> and in reads.</param>
    /// <param name="apply">Changes the model by one event. What it throws ends the following, not the engine
    /// (<see cref="JournalFollower{TModel}.Broken"/>).</param>
    /// <param name="fromSequence">The first event the model needs: the oldest event kept (0, unless the option ArchiveHorizon deleted
    /// some) … the durable sequence at the time of the call.</param>
    /// <exception cref="MatchingUnavailableException">The engine is closing.</exception>
    public JournalFollower<TModel> Follow<TModel>(
        string name, TModel model, Action<TModel, JournaledEvent> apply, long fromSequence = 0)
        where TModel : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(apply);
        CheckSequence(fromSequence);
        JournalFollower<TModel> follower = Following(name, model, EachEvent(apply), fromSequence);
        _followers.Start(follower, "matching " + name, _pipeline);
        return follower;
    }

    private JournalFollower<TModel> Following<TModel>(
        string name, TModel model, BlockApplied<TModel> apply, long fromSequence, Func<TModel, Task<long>>? load = null,
        Action<TModel, bool>? turned = null)
        where TModel : class =>
        new(new FollowedJournal(name, _journal, _inFlight, () => EnterRead(1), _options.Scheduling.Queue), model, apply, fromSequence,
            load, turned);

    private static BlockApplied<TModel> EachEvent<TModel>(Action<TModel, JournaledEvent> apply) => (model, sequence, count, events) =>
    {
        for (int i = 0; i < count; i++)
        {
            apply(model, JournaledEvent.Read(ref events, sequence + i));
        }
    };
}
