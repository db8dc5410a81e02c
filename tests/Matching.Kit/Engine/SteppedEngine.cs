using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Kit.Engine;

/// <summary>An engine on one thread and on virtual time, with the words tests use most.</summary>
internal sealed class SteppedEngine
{
    public const long Start = 1_700_000_000_000;

    private SteppedEngine(SteppedLoops loops, SteppedTime time, MatchingEngine engine)
    {
        Loops = loops;
        Time = time;
        Engine = engine;
    }

    public SteppedLoops Loops { get; }

    public SteppedTime Time { get; }

    public MatchingEngine Engine { get; }

    public static SteppedEngine Open(
        IJournal? journal = null, int shards = 1, int seed = 1, SteppedTime? time = null,
            Func<MatchingOptions, MatchingOptions>? with = null)
    {
        var loops = new SteppedLoops(seed);
        time ??= new SteppedTime(Start);
        var options = new MatchingOptions
        {
            Shards = shards,
            TimeProvider = time,
            Scheduling = loops.Scheduling,
            Journal = () => journal ?? new MemoryJournal(),
        };
        return new SteppedEngine(loops, time, loops.Run(MatchingEngine.OpenAsync(with?.Invoke(options) ?? options)));
    }

    public T Run<T>(ValueTask<T> wait) => Loops.Run(wait);

    public void Run(ValueTask wait) => Loops.Run(wait);

    public Pending<Answer> AskJoin(long item, long buyer, long order) =>
        new(Engine.QuickJoinAsync(new QuickJoinRequest(item, buyer, order)));

    /// <summary>One command; every invariant of the books holds behind it.</summary>
    public Answer Execute(Command command)
    {
        Answer answer = Run(Engine.ExecuteAsync(command));
        if (Engine.Health.Failure is null)
        {
            Validate();
        }

        return answer;
    }

    /// <summary>Checks every invariant of the shards' books.</summary>
    public void Validate()
    {
        if (Run(Engine.BrokenAsync()) is { } broken)
        {
            throw new InvariantException(broken);
        }
    }

    public ControlAnswer Control(ControlCommand command) => Run(new ValueTask<ControlAnswer>(Engine.ControlAsync(command)));

    public Answer Join(long item, long buyer, long order) => Run(Engine.QuickJoinAsync(new QuickJoinRequest(item, buyer, order)));

    public ulong Hash() => Run(Engine.StateHashAsync());

    public void Close() => Run(Engine.DisposeAsync());
}
