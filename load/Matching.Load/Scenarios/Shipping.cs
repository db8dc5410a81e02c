using Matching.Core;
using Matching.Engine;

namespace Matching.Load.Scenarios;

/// <summary>
/// The merchants of a soak: whatever formed, by a join or by a rescue (R40), and whatever was bought alone is shipped, so that it closes
/// and may leave memory. Known from the events, as a merchant's own program would.
/// </summary>
internal sealed class Shipping(MatchingEngine engine)
{
    private readonly Dictionary<long, List<long>> _members = [];
    private readonly List<Command> _ships = [];
    private long _next;

    /// <summary>Ships all there is.</summary>
    public async Task ShipAllAsync(long nowMs)
    {
        long end = engine.Health.DurableSequence;
        if (_next < end)
        {
            await foreach (JournaledEvent journaled in engine.ReadEventsAsync(_next))
            {
                Take(journaled.Event);
                _next = journaled.Sequence + 1;
                if (_next >= end)
                {
                    break;
                }
            }
        }

        Command[] ships = [.. _ships.Select(ship => ship with { At = nowMs })];
        _ships.Clear();
        await engine.ExecuteBatchAsync(ships, new Answer[ships.Length]);
    }

    private void Take(in Event e)
    {
        switch (e.Kind)
        {
            case EventKind.TeamOpened:
                _members[e.Team] = [e.Order];
                break;
            case EventKind.SeatTaken:
                _members[e.Team].Add(e.Order);
                break;
            case EventKind.TeamMerged:
                _members[e.OtherTeam].AddRange(_members[e.Team]);
                _members.Remove(e.Team);
                break;
            case EventKind.TeamFormed:
                foreach (long order in _members[e.Team])
                {
                    Ship(e.Item, order);
                }

                _members.Remove(e.Team);
                break;
            case EventKind.TeamExpired or EventKind.TeamDissolved:
                _members.Remove(e.Team);
                break;
            case EventKind.SoloBought:
                Ship(e.Item, e.Order);
                break;
            default:
                break;
        }
    }

    private void Ship(long item, long order) => _ships.Add(new Command { Operation = Operation.Ship, Item = item, Order = order });
}
