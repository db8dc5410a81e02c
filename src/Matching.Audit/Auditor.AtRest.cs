using Matching.Core;

namespace Matching.Audit;

/// <summary>
/// What must hold between two commands, and where the journal ends: conservation (R41, R46), and nothing overdue that a decision passed
/// over (R36).
/// </summary>
public sealed partial class Auditor
{
    /// <summary>Checks all orders and teams. Call it between two commands; it may be called again.</summary>
    /// <param name="actedUntilMs">All that was due by then has been acted on, in every item; ms since 1970.</param>
    public void CheckAtRest(long actedUntilMs = 0)
    {
        for (int row = 0; row < _teams.Count; row++)
        {
            if (_teams[row].State == TeamState.Open)
            {
                CheckOpen(row, actedUntilMs);
            }
        }

        for (int row = 0; row < _orders.Count; row++)
        {
            CheckPlace(row, actedUntilMs);
        }

        CheckMoney();
    }

    private long ActedUntilMs(long item, long actedUntilMs) => Math.Max(_items[_items.Find(item, 0)].LastDecisionMs, actedUntilMs);

    private void CheckOpen(int row, long actedUntilMs)
    {
        ref TeamRow team = ref _teams[row];
        if (team.Paid >= team.Size)
        {
            Fail("R30", $"team {_teams.KeyOf(row).A} is full and never formed");
        }

        long passedMs = ActedUntilMs(team.Item, actedUntilMs);
        if (team.DeadlineMs <= passedMs)
        {
            Fail(
                "R36",
                $"team {_teams.KeyOf(row).A} is still open; its deadline {team.DeadlineMs} lies behind a decision of its item at "
                + $"{passedMs}");
        }

        if (team.Paid == 0)
        {
            Fail("R7", $"team {_teams.KeyOf(row).A} is open without a member");
        }
    }

    private void CheckPlace(int row, long actedUntilMs)
    {
        ref OrderRow order = ref _orders[row];
        (long item, long id) = _orders.KeyOf(row);
        bool stranded = order.State switch
        {
            OrderState.Waiting => order.Team == 0 || _teams[order.Team - 1].State != TeamState.Open,
            OrderState.Formed => order.Team == 0 || _teams[order.Team - 1].State != TeamState.Formed,
            OrderState.None => true,
            _ => false,
        };
        if (stranded)
        {
            Fail("R41", $"order {id} of item {item} is left {order.State}: neither in an open or formed team nor owed a refund");
        }

        if (order.State == OrderState.Held && _holds[row].UntilMs <= ActedUntilMs(item, actedUntilMs))
        {
            Fail("R36", $"order {id} of item {item} is still held; its hold was given until {_holds[row].UntilMs}");
        }
    }
}
