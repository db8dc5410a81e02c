using Matching.Core;

namespace Matching.Kit;

/// <summary>
/// Plays a script's steps: keeps the clock, which never goes back, and turns "the next due time" into a moment, as one subject
/// knows it.
/// </summary>
public sealed class Stage(Script script, ISubject timekeeper)
{
    /// <summary>The present, in ms since 1970.</summary>
    public long Now { get; private set; } = script.StartMs;

    /// <summary>Moves time as the step says.</summary>
    public void Move(Step step)
    {
        long due = timekeeper.NextDue;
        Now = step.Move switch
        {
            Kit.Move.Stay => Now,
            Kit.Move.Some => Now + step.Ms,
            _ when due == long.MaxValue => Now,
            Kit.Move.BeforeDue => Math.Max(Now, due - 1),
            Kit.Move.AtDue => Math.Max(Now, due),
            _ => Math.Max(Now, due + 1),
        };

        // A time of 0 in a command means none.
        Now = step.Kind == StepKind.DoAtOwnTime ? Math.Max(1, Now) : Now;
    }

    /// <summary>Moves time to where every team and hold has had its end.</summary>
    public void MoveBeyondAll() => Now += 10 * (script.Terms.TeamLifeMs + script.Terms.HoldMs);

    /// <summary>Executes the step's command about what spans items.</summary>
    public ControlTwin.Said Control(Step step, ISubject subject) => subject.Control(Offers.At(step.Control!, Now), Now);

    /// <summary>
    /// Executes the step's command at the present. Each of several books has a clock of its own, so none of them may lag.
    /// </summary>
    public Answer Do(Step step, ISubject subject) => step.Kind switch
    {
        StepKind.DoAtOwnTime => subject.Execute(step.Command with { At = Now }, clock: 0),
        StepKind.DoWithLateClock when script.Books == 1 => subject.Execute(step.Command, Math.Max(0, Now - 7)),
        _ => subject.Execute(step.Command, Now),
    };
}
