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
        StateLayout.Check(head.Version);
        ReadOnlySpan<ItemRecord> items = from.Rows<ItemRecord>(head.Items);
        from.Rows<TermsRecord>(head.Terms);
        ReadOnlySpan<TeamRecord> teams = from.Rows<TeamRecord>(head.Teams);
        ReadOnlySpan<OrderRecord> orders = from.Rows<OrderRecord>(head.Orders);
        ReadOnlySpan<HoldRecord> holds = from.Rows<HoldRecord>(head.Holds);
        ReadOnlySpan<RefundRecord> refunds = from.Rows<RefundRecord>(head.Refunds);
        Dictionary<int, OrderDetails> details = [];
        List<(int Item, long Id)> merchants = [];
        SavedPayment[] payments = [];
        if (StateLayout.HasDetails(head.Version))
        {
            ReadDetails(ref from, details, merchants);
            payments = ReadPayments(ref from);
        }

        ILookup<int, long> merchantsOf = merchants.ToLookup(merchant => merchant.Item, merchant => merchant.Id);
        foreach (ref readonly OrderRecord order in orders)
        {
            OrderRow row = RowOf(order);
            long until = row.Hold == 0 ? 0 : holds[row.Hold - 1].UntilMs;
            int team = PresentTeamOf(order, teams, holds);
            long merchant = row.Merchant == 0 ? 0 : merchantsOf[order.Item].ElementAt(row.Merchant - 1);
            OrderMoney money = MoneyOf(order, refunds, payments, out IReadOnlyList<(RefundCause, PaymentId, long)> otherOwed);
            OrderView view = ViewOf(
                row, items[order.Item - 1].Id, team == 0 ? 0 : teams[team - 1].Id, until, merchant, details.GetValueOrDefault(order.Side),
                    money);
            taken(new SavedOrder(
                view, otherOwed, IsInOpenTeam: row.State is OrderState.Waiting || (row.State is OrderState.Held && team != 0)));
        }
    }

    private static void ReadDetails(ref StateReader from, Dictionary<int, OrderDetails> details, List<(int Item, long Id)> merchants)
    {
        for (int count = from.TakeInt(); count > 0; count--)
        {
            int side = from.TakeInt();
            details[side] = LoadDetails(ref from);
        }

        for (int count = from.TakeInt(); count > 0; count--)
        {
            merchants.Add((from.TakeInt(), from.Take()));
        }
    }

    private static OrderMoney MoneyOf(
        in OrderRecord order, ReadOnlySpan<RefundRecord> refunds, SavedPayment[] payments,
        out IReadOnlyList<(RefundCause Cause, PaymentId Payment, long Fen)> otherOwed)
    {
        var createdBy = (Operation)order.CreatedBy;
        var money = new OrderMoney(order.Amount, createdBy);
        List<(RefundCause, PaymentId, long)>? others = null;
        for (int refund = order.FirstRefund; refund != 0; refund = refunds[refund - 1].Next)
        {
            ref readonly RefundRecord entry = ref refunds[refund - 1];
            var cause = (RefundCause)entry.Cause;
            money.Add(cause, entry.Amount, entry.Done != 0);
            if (entry.Done == 0 && !OrderMoney.IsOwn(cause, createdBy))
            {
                PaymentId payment = PaymentTexts.IsText(entry.Payment) ? payments[PlaceOfPayment(entry.Payment, payments.Length)].Whole
                    : entry.Payment;
                (others ??= []).Add((cause, payment, entry.Amount));
            }
        }

        otherOwed = others ?? [];
        return money;
    }

    /// <summary>As <see cref="PresentTeam"/>, of records.</summary>
    private static int PresentTeamOf(in OrderRecord order, ReadOnlySpan<TeamRecord> teams, ReadOnlySpan<HoldRecord> holds)
    {
        if (order.Team == 0 || (TeamState)teams[order.Team - 1].State != TeamState.Merged
            || ((OrderFlags)order.Flags & OrderFlags.OutOfTeam) != OrderFlags.None)
        {
            return order.Team;
        }

        int hold = RowOf(order).Hold;
        bool seated = hold == 0 || (Outcome)holds[hold - 1].Paid is Outcome.Opened or Outcome.Joined or Outcome.Formed;
        return seated ? teams[order.Team - 1].MergedInto : order.Team;
    }
}
