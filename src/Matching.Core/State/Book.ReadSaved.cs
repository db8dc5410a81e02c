namespace Matching.Core;

/// <content>Reading the orders of a saved partition without a book.</content>
public sealed partial class Book
{
    /// <summary>Every order of a partition's section, in the order in which they came to be. Any thread.</summary>
    /// <exception cref="FormatException">It is of a newer layout, or is no such section.</exception>
    public static void ReadOrders(ReadOnlySpan<byte> section, SavedOrderTaken taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        CheckByteOrder();
        var from = new StateReader(section);
        PartitionHead head = from.Rows<PartitionHead>(1)[0];
        StateSections.CheckVersion(head.Version);
        ReadOnlySpan<ItemRecord> items = from.Rows<ItemRecord>(head.Items);
        from.Rows<TermsRecord>(head.Terms);
        ReadOnlySpan<TeamRecord> teams = from.Rows<TeamRecord>(head.Teams);
        ReadOnlySpan<OrderRecord> orders = from.Rows<OrderRecord>(head.Orders);
        ReadOnlySpan<HoldRecord> holds = from.Rows<HoldRecord>(head.Holds);
        foreach (ref readonly OrderRecord order in orders)
        {
            long until = order.Hold == 0 ? 0 : holds[order.Hold - 1].UntilMs;
            int team = PresentTeamOf(order, teams, holds);
            var state = (OrderState)order.State;
            taken(new SavedOrder(
                new OrderView(
                    items[order.Item - 1].Id, order.Id, order.Buyer, team == 0 ? 0 : teams[team - 1].Id, state, (RequestState)order.Request,
                    ((OrderFlags)order.Flags & OrderFlags.Shipped) != OrderFlags.None, order.Amount, order.Quantity, until, (Source)order.Source),
                IsInOpenTeam: state is OrderState.Waiting || (state is OrderState.Held && team != 0)));
        }
    }

    /// <summary>As <see cref="PresentTeam"/>, of records.</summary>
    private static int PresentTeamOf(in OrderRecord order, ReadOnlySpan<TeamRecord> teams, ReadOnlySpan<HoldRecord> holds)
    {
        if (order.Team == 0 || (TeamState)teams[order.Team - 1].State != TeamState.Merged || ((OrderFlags)order.Flags & OrderFlags.LeftTeam) != OrderFlags.None)
        {
            return order.Team;
        }

        bool seated = order.Hold == 0 || (Outcome)holds[order.Hold - 1].Paid is Outcome.Opened or Outcome.Joined or Outcome.Formed;
        return seated ? teams[order.Team - 1].MergedInto : order.Team;
    }
}
