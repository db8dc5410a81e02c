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
            OrderRow row = RowOf<OrderRow, OrderRecord>(order);
            HoldRow hold = row.Hold == 0 ? default : RowOf<HoldRow, HoldRecord>(holds[row.Hold - 1]);
            int team = PresentTeamOf(row, hold, teams);
            long merchant = row.Merchant == 0 ? 0 : merchantsOf[row.Item].ElementAt(row.Merchant - 1);
            OrderMoney money = MoneyOf(row, refunds, payments, out IReadOnlyList<(RefundCause, PaymentId, long)> otherOwed);
            OrderView view = ViewOf(
                row, items[row.Item - 1].Id, team == 0 ? 0 : teams[team - 1].Id, hold.UntilMs, merchant,
                details.GetValueOrDefault(row.Side), money);
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
        in OrderRow order, ReadOnlySpan<RefundRecord> refunds, SavedPayment[] payments,
        out IReadOnlyList<(RefundCause Cause, PaymentId Payment, long Fen)> otherOwed)
    {
        var money = new OrderMoney(order.Amount, order.CreatedBy);
        List<(RefundCause, PaymentId, long)>? others = null;
        RefundRow entry;
        for (int refund = order.FirstRefund; refund != 0; refund = entry.Next)
        {
            entry = RowOf<RefundRow, RefundRecord>(refunds[refund - 1]);
            money.Add(entry.Cause, entry.Amount, entry.Done);
            if (!entry.Done && !OrderMoney.IsOwn(entry.Cause, order.CreatedBy))
            {
                PaymentId payment = PaymentTexts.IsText(entry.Payment) ? payments[PlaceOfPayment(entry.Payment, payments.Length)].Whole
                    : entry.Payment;
                (others ??= []).Add((entry.Cause, payment, entry.Amount));
            }
        }

        otherOwed = others ?? [];
        return money;
    }

    /// <summary>As <see cref="PresentTeam"/>, of records.</summary>
    private static int PresentTeamOf(in OrderRow order, in HoldRow hold, ReadOnlySpan<TeamRecord> teams)
    {
        if (order.Team == 0 || (TeamState)teams[order.Team - 1].State != TeamState.Merged
            || (order.Flags & OrderFlags.OutOfTeam) != OrderFlags.None)
        {
            return order.Team;
        }

        bool seated = order.Hold == 0 || hold.Paid is Outcome.Opened or Outcome.Joined or Outcome.Formed;
        return seated ? teams[order.Team - 1].MergedInto : order.Team;
    }
}
