using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Simulation;

/// <summary>A command that was sent, and what its sender knows.</summary>
internal sealed class Sent(Command command)
{
    public Command Command { get; } = command;

    /// <summary>The first answer that accepted it; null while there is none.</summary>
    public Answer? Accepted { get; set; }

    /// <summary>What was heard last.</summary>
    public Outcome Last { get; set; }

    /// <summary>Sent, and nothing was heard: it may have happened.</summary>
    public bool IsInDoubt { get; set; } = true;

    /// <summary>The one answer that is no repeat was heard, or can come no more.</summary>
    public bool IsDone { get; set; }
}

/// <summary>A command about campaigns, likewise.</summary>
internal sealed class SentControl(ControlCommand command)
{
    public ControlCommand Command { get; } = command;

    public ControlAnswer? Accepted { get; set; }
}

/// <summary>
/// What those outside know, kept where no crash reaches it: every command, the answers heard, the position a subscriber was told is
/// saved.
/// </summary>
internal sealed class Outside(Machine machine)
{
    private readonly Dictionary<(long Item, long Order), HashSet<int>> _sizesAsked = [];

    /// <summary>In the order sent.</summary>
    public List<Sent> Sents { get; } = [];

    public List<SentControl> Controls { get; } = [];

    /// <summary>The position that the subscription "books" was told is saved.</summary>
    public long Acknowledged { get; set; }

    public Sent Send(Command command)
    {
        var sent = new Sent(command);
        Sents.Add(sent);
        if (command is { Operation: Operation.OpenTeam, Size: not 0 })
        {
            (long, long) key = (command.Item, command.Order);
            if (!_sizesAsked.TryGetValue(key, out HashSet<int>? sizes))
            {
                _sizesAsked.Add(key, sizes = []);
            }

            sizes.Add(command.Size);
        }

        return sent;
    }

    /// <summary>Whether somebody asked for a team of this size with this order (R1).</summary>
    public bool AskedFor(long item, long order, int size) => _sizesAsked.TryGetValue((item, order), out HashSet<int>? sizes)
        && sizes.Contains(size);

    /// <summary>The engine was started anew: what was accepted before is nothing but a repeat from now on.</summary>
    public void NewLife()
    {
        foreach (Sent sent in Sents)
        {
            sent.IsDone |= sent.Accepted is not null;
        }
    }

    /// <summary>An answer came: it must fit the one heard before (R35).</summary>
    /// <param name="sent">What was asked.</param>
    /// <param name="answer">What was heard.</param>
    /// <param name="promised">It had been accepted before it was asked this time.</param>
    public void Hear(Sent sent, in Answer answer, bool promised)
    {
        sent.Last = answer.Outcome;
        machine.Hash.Add(((long)answer.Outcome << 56) ^ (answer.Team << 8) ^ answer.Now ^ sent.Command.Order);
        if (answer.Outcome is Outcome.Unavailable or Outcome.Busy)
        {
            machine.Coverage.Add(answer.Outcome == Outcome.Busy ? Happening.AnsweredBusy : Happening.AnsweredUnavailable);
            sent.IsInDoubt |= answer.Outcome == Outcome.Unavailable;
            return;
        }

        sent.IsInDoubt = false;
        if (!answer.Ok)
        {
            if (answer.Outcome == Outcome.LowDisk)
            {
                machine.Coverage.Add(Happening.AnsweredLowDisk);
                SimulationException.Unless(
                    machine.HasBeenLow && IsCreation(sent.Command.Operation), $"{Show(sent)} is refused for want of disk space");
            }

            SimulationException.Unless(
                !promised || !IsForEver(sent.Command), $"R35: {Show(sent)} was accepted before and is now {answer.Outcome}");
            return;
        }

        machine.Coverage.Add(Happening.Answered);
        if (sent.Accepted is { } first && IsForEver(sent.Command))
        {
            SimulationException.Unless(
                (answer.Repeated || !sent.IsDone) && (answer.Outcome, answer.Team) == (first.Outcome, first.Team),
                $"R35: {Show(sent)} is now {answer.Outcome} of team {answer.Team}, repeated: {answer.Repeated}");
            machine.Coverage.Add(Happening.RepeatedAsBefore);
        }

        sent.IsDone |= !answer.Repeated;
        sent.Accepted ??= answer;
    }

    private static bool IsCreation(Operation operation) => operation is
        Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.Hold or Operation.SoloBuy;

    public static string Show(Sent sent) => sent.Accepted is { } answer
        ? $"{sent.Command.Operation} of order {sent.Command.Order}, item {sent.Command.Item}, answered {answer.Outcome} of team "
            + $"{answer.Team}"
        : $"{sent.Command.Operation} of order {sent.Command.Order}, item {sent.Command.Item}, unanswered";

    /// <summary>Asking again for these, whenever, gives the first answer: after a rejection, say, a new request is none (R7).</summary>
    public static bool IsForEver(in Command command) => command.Operation is
        Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.Hold or Operation.SoloBuy or Operation.Pay
        or Operation.Ship or Operation.ApproveRefund || command is { Operation: Operation.RefundDone, ByKey: true };
}
