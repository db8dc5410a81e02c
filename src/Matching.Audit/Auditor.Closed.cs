using Matching.Core;

namespace Matching.Audit;

/// <content>
/// Teams and orders that leave memory and come back: only what is closed may, and its record must say what the events said.
/// </content>
public sealed partial class Auditor
{
    private long _left;

    private void Moved(in Event e, ReadOnlySpan<byte> encoded)
    {
        Family family;
        try
        {
            family = Family.Read(RecordEvent.RecordOf(encoded).ToArray());
        }
        catch (Exception broken) when (broken is FormatException or OverflowException)
        {
            Fail("R38", $"the record of {e.Kind} of item {e.Item} cannot be read: {broken.Message}");
            return;
        }

        bool leaves = e.Kind == EventKind.Closed;
        foreach (long id in family.OrderIds)
        {
            int row = _orders.Find(e.Item, id);
            if (row < 0 || _orders[row].HasLeft == leaves)
            {
                Fail("R41", $"{e.Kind} of order {id} of item {e.Item}, which {(row < 0 ? "was never made" : leaves ? "has left" : "is here")}");
                continue;
            }

            Compare(_orders[row], family.FindOrder(id)!.Value);
            _orders[row].HasLeft = leaves;
            _left += leaves ? 1 : -1;
        }

        if (e.Team != 0 && (_teams.Find(e.Team, 0) is var team && (team < 0 || _teams[team].State == TeamState.Open)))
        {
            Fail("R41", $"{e.Kind} of team {e.Team}, which is not closed");
        }
    }

    private void Compare(in OrderRow order, in OrderView record)
    {
        bool closed = order.State is OrderState.HoldEnded or OrderState.Released or OrderState.Refunded
            || (order.State == OrderState.Shipped && !order.IsPending);
        if (!closed || order.OwedEntries != 0)
        {
            Fail("R41", $"order {record.Order} of item {record.Item} leaves memory and is not closed: it is {order.State}, "
                + $"{order.OwedEntries} refunds owed");
        }
        else if ((record.Buyer, record.State, record.Request, record.WasShipped, record.Amount, record.Kept)
            != (order.Buyer, order.State, order.Request, order.WasShipped, order.Paid, order.Kept))
        {
            Fail("R41", $"the record of order {record.Order} of item {record.Item} says {record}, the events say otherwise: {order.State}, "
                + $"buyer {order.Buyer}, paid {order.Paid}, kept {order.Kept}");
        }
    }
}
