using Matching.Structures;

namespace Matching.Core;

/// <content>Loading saved partitions into a book that has not seen their items.</content>
public sealed partial class Book
{
    // As many as keep their cache lines in flight together.
    private const int IndexedTogether = 32;

    private Func<long, long> _merchantOf = _ => 0;

    /// <summary>Sets what is one number for the whole state, and makes room, before partitions are loaded into an empty book.</summary>
    /// <param name="now">Time of the state, in ms since 1970.</param>
    /// <param name="highestOrder">The highest order id ever seen, in any book.</param>
    /// <param name="items">Items to come.</param>
    /// <param name="orders">Orders to come.</param>
    /// <param name="merchantOf">The merchant of record of an item, as the control book was saved at the same time (R45).</param>
    public void Reserve(long now, long highestOrder, int items, int orders, Func<long, long> merchantOf)
    {
        _merchantOf = merchantOf;
        Now = Math.Max(Now, now);
        HighestOrder = Math.Max(HighestOrder, highestOrder);
        _itemIndex.Reserve(items);
        _orderIndex.Reserve(orders);
    }

    /// <summary>Loads one partition. The caller has checked that the bytes are those that were saved.</summary>
    /// <exception cref="FormatException">They are of a newer layout, or are no such section.</exception>
    /// <exception cref="InvariantException">What they say breaks a rule, or the book knows the partition already.</exception>
    /// <param name="section">Which: a partition, or its filter.</param>
    /// <param name="bytes">Its bytes.</param>
    public void Load(int section, ReadOnlySpan<byte> bytes)
    {
        if (StateSections.FilterPartition(section) >= 0)
        {
            LoadFilter(section, bytes);
        }
        else
        {
            Load(bytes);
        }
    }

    private void Load(ReadOnlySpan<byte> section)
    {
        CheckByteOrder();
        var from = new StateReader(section);
        PartitionHead head = from.Rows<PartitionHead>(1)[0];
        StateLayout.Check(head.Version);
        bool evicts = StateLayout.Evicts(head.Version);
        if ((uint)head.Partition >= BookOptions.Partitions || (evicts && _evicted is null))
        {
            throw StateReader.Damaged();
        }

        var loaded = new LoadedRows
        {
            Head = head,
            Items = from.Rows<ItemRecord>(head.Items),
            Terms = from.Rows<TermsRecord>(head.Terms),
            Teams = from.Rows<TeamRecord>(head.Teams),
            Orders = from.Rows<OrderRecord>(head.Orders),
            Holds = from.Rows<HoldRecord>(head.Holds),
            Refunds = from.Rows<RefundRecord>(head.Refunds),
            FirstItem = _items.Add(head.Items),
            FirstTeam = _teams.Add(head.Teams),
            FirstOrder = _orders.Add(head.Orders),
            FirstHold = _holds.Add(head.Holds),
            FirstRefund = _refunds.Add(head.Refunds),
            FirstCampaign = _campaigns.Count,
            Payments = [],
        };
        LoadItems(loaded);
        LoadOrders(loaded);
        if (StateLayout.HasDetails(head.Version))
        {
            LoadDetails(loaded, ref from);
            loaded.Payments = ReadPayments(ref from);
        }

        LoadCampaigns(head.Campaigns, ref from);
        LoadOffers(head.Offers, loaded, ref from);
        if (StateLayout.HasWideSums(head.Version))
        {
            LoadWideSums(loaded, ref from);
        }

        if (evicts)
        {
            LoadSums(loaded, ref from);
        }

        LoadEver(loaded, ref from);
        if (StateLayout.HasInvites(head.Version))
        {
            LoadInvites(loaded, ref from);
        }

        from.End();
        int[] terms = LoadTerms(loaded);
        LoadHolds(loaded, terms);
        LoadRefunds(loaded);
        LoadTeams(loaded, terms);
        CountLoadedSeats(loaded);
        FinishItems(loaded);
        if (_evicted is not null)
        {
            LoadNames(loaded);
            NoteLoadedClosed(loaded);
        }
    }

    /// <summary>Items and orders of a section.</summary>
    internal static (int Items, int Orders) SizesOf(ReadOnlySpan<byte> section)
    {
        PartitionHead head = new StateReader(section).Rows<PartitionHead>(1)[0];
        return (head.Items, head.Orders);
    }

    /// <summary>The rows of a section, and the slots they get: those of one kind stand together.</summary>
    private ref struct LoadedRows
    {
        public required PartitionHead Head;
        public required ReadOnlySpan<ItemRecord> Items;
        public required ReadOnlySpan<TermsRecord> Terms;
        public required ReadOnlySpan<TeamRecord> Teams;
        public required ReadOnlySpan<OrderRecord> Orders;
        public required ReadOnlySpan<HoldRecord> Holds;
        public required ReadOnlySpan<RefundRecord> Refunds;
        public required int FirstItem;
        public required int FirstTeam;
        public required int FirstOrder;
        public required int FirstHold;
        public required int FirstRefund;
        public required int FirstCampaign;
        public SavedPayment[] Payments;

        public readonly int Item(int place) => place > 0 ? SlotOf(place, FirstItem, Items.Length) : throw StateReader.Damaged();

        public readonly int Team(int place) => SlotOf(place, FirstTeam, Teams.Length);

        public readonly int Order(int place) => SlotOf(place, FirstOrder, Orders.Length);

        public readonly int Hold(int place) => SlotOf(place, FirstHold, Holds.Length);

        public readonly int Refund(int place) => SlotOf(place, FirstRefund, Refunds.Length);

        public readonly int Campaign(int place) => SlotOf(place, FirstCampaign, Head.Campaigns);

        // Rows are addressed without a check, so this is where a wrong number must be caught.
        private static int SlotOf(int place, int first, int count) =>
            place == 0 ? 0 : (uint)place <= (uint)count ? first + place - 1 : throw StateReader.Damaged();
    }

    private void LoadItems(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Items.Length; i++)
        {
            ref readonly ItemRecord record = ref loaded.Items[i];
            int item = loaded.FirstItem + i;
            ref ItemRow row = ref _items[item];
            Invariant(PartitionOf(record.Id) == loaded.Head.Partition && FindItem(record.Id) == 0,
                "an item is loaded twice, or into a partition that is not its own");
            row.Id = record.Id;
            row.TeamsFormed = record.TeamsFormed;
            row.TeamsExpired = record.TeamsExpired;
            row.TeamsDissolved = record.TeamsDissolved;
            row.TeamsMerged = record.TeamsMerged;
            row.AfterSale = record.AfterSale;
            row.Paid = record.Paid;
            _itemIndex.Add(ItemHash(record.Id), item);
            _counts.TeamsFormed += record.TeamsFormed;
            _counts.TeamsExpired += record.TeamsExpired;
            _counts.TeamsDissolved += record.TeamsDissolved;
            _counts.TeamsMerged += record.TeamsMerged;
            _counts.TeamsOpened += record.TeamsFormed + record.TeamsExpired + record.TeamsDissolved + record.TeamsMerged;
            _counts.AfterSale += record.AfterSale;
            for (OrderState state = OrderState.Waiting; state <= OrderState.Refunded; state++)
            {
                _counts.AddOrders(state, record.Paid[state - OrderState.Waiting]);
            }
        }
    }

    // Place → slot; place 0 is the first slot, which rows that have no terms never look at.
    private int[] LoadTerms(in LoadedRows loaded)
    {
        int[] slots = new int[loaded.Terms.Length + 1];
        for (int i = 0; i < loaded.Terms.Length; i++)
        {
            TermsRecord record = loaded.Terms[i];
            slots[i + 1] = _terms.SlotOf(
                new FrozenTerms(
                    record.Size, record.Price, record.LifeMs, record.Rescue != 0, loaded.Campaign(record.Campaign), record.Version));
        }

        return slots;
    }

    private void LoadOrders(in LoadedRows loaded)
    {
        Span<ulong> hashes = stackalloc ulong[IndexedTogether];
        for (int start = 0; start < loaded.Orders.Length; start += IndexedTogether)
        {
            int count = Math.Min(IndexedTogether, loaded.Orders.Length - start);
            for (int i = 0; i < count; i++)
            {
                int order = loaded.FirstOrder + start + i;
                LoadOrder(ref _orders[order], loaded.Orders[start + i], loaded);
                hashes[i] = OrderHash(_items[_orders[order].Item].Id, _orders[order].Id);
                _orderIndex.Prefetch(hashes[i]);
            }

            for (int i = 0; i < count; i++)
            {
                _orderIndex.Add(hashes[i], loaded.FirstOrder + start + i);
            }
        }
    }

    private void LoadOrder(ref OrderRow row, in OrderRecord record, in LoadedRows loaded)
    {
        row = RowOf<OrderRow, OrderRecord>(record);
        row.Item = loaded.Item(row.Item);
        row.Team = loaded.Team(row.Team);
        row.NextMember = loaded.Order(row.NextMember);
        row.Side = loaded.Hold(row.Side);
        row.FirstRefund = loaded.Refund(row.FirstRefund);
        row.Campaign = loaded.Campaign(row.Campaign);
        HighestOrder = Math.Max(HighestOrder, row.Id);
    }

    private void LoadHolds(in LoadedRows loaded, int[] terms)
    {
        for (int i = 0; i < loaded.Holds.Length; i++)
        {
            int hold = loaded.FirstHold + i;
            ref HoldRow row = ref _holds[hold];
            OrderDetails details = row.Details;
            row = RowOf<HoldRow, HoldRecord>(loaded.Holds[i]);
            row.Details = details;
            row.Payment = LoadPayment(row.Payment, loaded);
            row.Order = row.Order != 0 ? loaded.Order(row.Order) : throw StateReader.Damaged();
            row.Terms = terms[row.Terms];
            row.FirstTeam = loaded.Team(row.FirstTeam);
            ref OrderRow order = ref _orders[row.Order];

            // Older states link holds whose team dissolved, too, and to holds that had left: such a link says nothing.
            row.NextInTeam = order.State == OrderState.Held && order.Team != 0 ? loaded.Hold(row.NextInTeam) : 0;
            if (order.State == OrderState.Held)
            {
                Treap.Add(Ending, ref _items[order.Item].Holds, hold);
            }

            if (order.State == OrderState.Held && order.Team == 0)
            {
                _items[order.Item].Seats++;
            }
        }
    }

    private void LoadRefunds(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Refunds.Length; i++)
        {
            RefundRow row = RowOf<RefundRow, RefundRecord>(loaded.Refunds[i]);
            row.Payment = LoadPayment(row.Payment, loaded);
            row.Order = row.Order != 0 ? loaded.Order(row.Order) : throw StateReader.Damaged();
            row.Next = loaded.Refund(row.Next);
            _refunds.Set(loaded.FirstRefund + i, row);
        }
    }

    private void LoadTeams(in LoadedRows loaded, int[] terms)
    {
        for (int i = 0; i < loaded.Teams.Length; i++)
        {
            ref readonly TeamRecord record = ref loaded.Teams[i];
            int team = loaded.FirstTeam + i;
            Invariant(record.Paid + record.Held <= record.Size, "R30: more members than seats");
            ref TeamRow row = ref _teams[team];
            row.Id = record.Id;
            row.DeadlineMs = record.DeadlineMs;
            row.Item = loaded.Item(record.Item);
            row.Terms = terms[record.Terms];
            row.Size = record.Size;
            row.Paid = record.Paid;
            row.Held = record.Held;
            row.State = (TeamState)record.State;
            row.Flags = (TeamFlags)record.Flags & (TeamFlags.InviteOnly | TeamFlags.Stub);
            if (!IsTeam(team))
            {
                continue;
            }

            row.FirstMember = loaded.Order(record.FirstMember);
            row.FirstHold = loaded.Hold(record.FirstHold);
            row.Leader = row.FirstMember == 0 ? 0 : _orders[row.FirstMember].Buyer;
            _directory.Load(record.Id, team, loaded.Head.TeamsIssued);
            if (row.State == TeamState.Open)
            {
                LinkDue(ref _items[row.Item], ref row, team);
                List(row.Item, team);
                _items[row.Item].OpenTeams++;
                _items[row.Item].Seats += row.Paid + row.Held;
                _counts.AddTeam(TeamState.Open);
            }
            else
            {
                row.ClosedAtMs = record.ClosedAtMs;
                row.MergedInto = loaded.Team(record.MergedInto);
            }
        }

        _directory.SetIssued(loaded.Head.Partition, loaded.Head.TeamsIssued);
    }

    private void FinishItems(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Items.Length; i++)
        {
            int item = loaded.FirstItem + i;
            Reschedule(item);
            if (_items[item].Seats > SeatsToIndex)
            {
                IndexSeats(item);
            }
        }
    }
}
