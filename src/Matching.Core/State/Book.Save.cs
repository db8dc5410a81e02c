namespace Matching.Core;

/// <content>Saving the whole book, a section a partition.</content>
public sealed partial class Book
{
    /// <summary>
    /// Gives every partition that holds anything to the sink, by rising number. Equal histories give equal bytes, however the items
    /// are spread over books, and, in a book that evicts, whatever was evicted and recalled on the way. Changes nothing; takes 8 bytes a
    /// row beside the largest section. A book that evicts gives the filters too: their bytes do depend on the way.
    /// </summary>
    public void Save(SectionSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        CheckByteOrder();
        var saved = new SavedRows(this);
        var to = new StateWriter();
        for (int partition = 0; partition < BookOptions.Partitions; partition++)
        {
            if (saved.Items.Of(partition).Length > 0)
            {
                to.Clear();
                SavePartition(partition, saved, to);
                sink(partition, to.Written);
            }
        }

        for (int partition = 0; partition < BookOptions.Partitions && _evicted is not null; partition++)
        {
            to.Clear();
            to.Put(StateLayout.Of(evicts: true, details: false), partition);
            if (_evicted.Save(partition, to))
            {
                sink(StateSections.Filters + partition, to.Written);
            }
        }
    }

    /// <summary>Which rows are saved, and where. A row left out here is left out of the state: nothing that is saved may name it.</summary>
    private sealed class SavedRows
    {
        private readonly bool _evicts;

        public SavedRows(Book book)
        {
            short[] partitions = new short[book._items.Count + 1];
            for (int item = 1; item < partitions.Length; item++)
            {
                partitions[item] = (short)PartitionOf(book._items[item].Id);
            }

            Items = new Grouping(book._items.Count, item => partitions[item]);
            _evicts = book.Evicts;
            int[] teams = _evicts ? book.TeamsById() : [];
            int[] orders = _evicts ? book.OrdersById() : [];
            bool[] repeated = book.MarkRepeated(teams);
            Teams = Group(book._teams.Count, teams.Where((_, i) => !repeated[i]), team => partitions[book._teams[team].Item]);
            for (int i = 1; i < teams.Length; i++)
            {
                if (repeated[i])
                {
                    Teams.Join(teams[i], teams[i - 1]);
                }
            }

            Orders = Group(book._orders.Count, orders, order => partitions[book._orders[order].Item]);
            Holds = Group(book._holds.Count, orders.Select(order => book._orders[order].Side).Where(side => side != 0),
                hold => partitions[book._orders[book._holds[hold].Order].Item]);
            Refunds = Group(book._refunds.Count, orders.SelectMany(book.RefundsOf),
                refund => partitions[book._orders[book._refunds[refund].Order].Item]);
            Campaigns = new Grouping(book._campaigns.Count - 1, campaign => PartitionOf(book._campaigns[campaign].Latest!.Item));
        }

        // Where slots are used again, their order says nothing of the history.
        private Grouping Group(int count, IEnumerable<int> ordered, Func<int, int> partitionOf) =>
            _evicts ? new Grouping(count, ordered, partitionOf) : new Grouping(count, partitionOf);

        public Grouping Items { get; }

        public Grouping Teams { get; }

        public Grouping Orders { get; }

        public Grouping Holds { get; }

        public Grouping Refunds { get; }

        public Grouping Campaigns { get; }
    }

    private void SavePartition(int partition, SavedRows saved, StateWriter to)
    {
        ReadOnlySpan<int> items = saved.Items.Enter(partition);
        ReadOnlySpan<int> teams = saved.Teams.Enter(partition);
        ReadOnlySpan<int> orders = saved.Orders.Enter(partition);
        ReadOnlySpan<int> holds = saved.Holds.Enter(partition);
        ReadOnlySpan<int> refunds = saved.Refunds.Enter(partition);
        ReadOnlySpan<int> campaigns = saved.Campaigns.Enter(partition);
        Dictionary<int, int> terms = TermsIn(teams, holds);
        bool wide = HaveWideSums(campaigns);
        EverOfEvicted ever = EverNotSaved(partition, items, orders, campaigns);
        bool invites = HaveInvites(teams);
        bool more = wide || !ever.IsEmpty || invites;
        bool details = more || HaveDetails(items, orders);
        to.Rows<PartitionHead>(1)[0] = new PartitionHead
        {
            Version = StateLayout.Of(Evicts, details, more, invites),
            Partition = partition,
            TeamsIssued = _directory.Issued(partition),
            Items = items.Length,
            Terms = terms.Count,
            Teams = teams.Length,
            Orders = orders.Length,
            Holds = holds.Length,
            Refunds = refunds.Length,
            Campaigns = campaigns.Length,
            Offers = CountOffers(items),
        };
        SaveItems(items, to);
        SaveTerms(terms, saved, to);
        SaveTeams(teams, terms, saved, to);
        SaveOrders(orders, saved, to);
        List<long> payments = [];
        SaveHolds(holds, terms, saved, payments, to);
        SaveRefunds(refunds, saved, payments, to);
        if (details)
        {
            SaveDetails(items, holds, to);
            SavePayments(payments, to);
        }

        foreach (int campaign in campaigns)
        {
            _campaigns[campaign].Save(to);
        }

        SaveOffers(items, to);
        if (more)
        {
            SaveWideSums(campaigns, to);
        }

        if (Evicts)
        {
            SaveSums(campaigns, _evictedSums[partition], to);
        }

        if (Evicts && more)
        {
            SaveEver(ever, items, campaigns, to);
        }

        if (invites)
        {
            SaveInvites(teams, to);
        }
    }

    // Teams by id, and stubs; the team itself stands before the stubs that some orders have of it.
    private int[] TeamsById()
    {
        int[] teams = [.. Enumerable.Range(1, _teams.Count).Where(team => _teams[team].Id != 0)];
        Array.Sort(Array.ConvertAll(teams, team => (_teams[team].Id << 1) | (IsTeam(team) ? 0L : 1)), teams);
        return teams;
    }

    private bool[] MarkRepeated(int[] teams) => [.. teams.Select((team, i) => i > 0 && _teams[team].Id == _teams[teams[i - 1]].Id)];

    private int[] OrdersById()
    {
        int[] orders = [.. Enumerable.Range(1, _orders.Count).Where(order => _orders[order].Id != 0)];
        Array.Sort(orders, (one, other) => _orders[one].Item != _orders[other].Item
            ? _orders[one].Item.CompareTo(_orders[other].Item)
            : _orders[one].Id.CompareTo(_orders[other].Id));
        return orders;
    }

    private IEnumerable<int> RefundsOf(int order)
    {
        for (int refund = _orders[order].FirstRefund; refund != 0; refund = _refunds[refund].Next)
        {
            yield return refund;
        }
    }

    // Slot → place, by first use.
    private Dictionary<int, int> TermsIn(ReadOnlySpan<int> teams, ReadOnlySpan<int> holds)
    {
        Dictionary<int, int> places = [];
        foreach (int team in teams)
        {
            if (!IsTeam(team))
            {
                continue;
            }

            places.TryAdd(_teams[team].Terms, places.Count + 1);
        }

        foreach (int hold in holds)
        {
            if (HasTerms(hold))
            {
                places.TryAdd(_holds[hold].Terms, places.Count + 1);
            }
        }

        return places;
    }

    private bool HasTerms(int hold) => _orders[_holds[hold].Order].CreatedBy == Operation.Hold;

    private void SaveItems(ReadOnlySpan<int> items, StateWriter to)
    {
        Span<ItemRecord> records = to.Rows<ItemRecord>(items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            ref ItemRow row = ref _items[items[i]];
            records[i] = new ItemRecord
            {
                Id = row.Id,
                TeamsFormed = row.TeamsFormed,
                TeamsExpired = row.TeamsExpired,
                TeamsDissolved = row.TeamsDissolved,
                TeamsMerged = row.TeamsMerged,
                AfterSale = row.AfterSale,
                Paid = row.Paid,
            };
        }
    }

    private void SaveTerms(Dictionary<int, int> places, SavedRows saved, StateWriter to)
    {
        Span<TermsRecord> records = to.Rows<TermsRecord>(places.Count);
        foreach ((int slot, int place) in places)
        {
            FrozenTerms terms = _terms[slot];
            records[place - 1] = new TermsRecord
            {
                Price = terms.Price,
                LifeMs = terms.LifeMs,
                Campaign = saved.Campaigns.PlaceOf(terms.Campaign),
                Version = terms.Version,
                Size = terms.Size,
                Rescue = terms.Rescue ? 1 : 0,
            };
        }
    }

    private void SaveTeams(ReadOnlySpan<int> teams, Dictionary<int, int> terms, SavedRows saved, StateWriter to)
    {
        Span<TeamRecord> records = to.Rows<TeamRecord>(teams.Length);
        for (int i = 0; i < teams.Length; i++)
        {
            ref TeamRow row = ref _teams[teams[i]];
            ref TeamRecord record = ref records[i];
            record.Id = row.Id;
            record.DeadlineMs = row.DeadlineMs;
            record.ClosedAtMs = row.ClosedAtMs;
            record.Item = saved.Items.PlaceOf(row.Item);
            record.Terms = IsTeam(teams[i]) ? terms[row.Terms] : 0;
            record.FirstMember = saved.Orders.PlaceOf(row.FirstMember);
            record.FirstHold = saved.Holds.PlaceOf(row.FirstHold);
            record.MergedInto = saved.Teams.PlaceOf(row.MergedInto);
            record.Size = row.Size;
            record.Paid = row.Paid;
            record.Held = row.Held;
            record.State = (byte)row.State;
            record.Flags = (byte)(row.Flags & (TeamFlags.InviteOnly | TeamFlags.Stub));
        }
    }

    private void SaveOrders(ReadOnlySpan<int> orders, SavedRows saved, StateWriter to)
    {
        Span<OrderRecord> records = to.Rows<OrderRecord>(orders.Length);
        for (int i = 0; i < orders.Length; i++)
        {
            OrderRow row = _orders[orders[i]];
            row.Item = saved.Items.PlaceOf(row.Item);
            row.Team = saved.Teams.PlaceOf(row.Team);
            row.NextMember = saved.Orders.PlaceOf(row.NextMember);
            row.Side = saved.Holds.PlaceOf(row.Side);
            row.FirstRefund = saved.Refunds.PlaceOf(row.FirstRefund);
            row.Campaign = saved.Campaigns.PlaceOf(row.Campaign);
            records[i] = RecordOf<OrderRow, OrderRecord>(ref row);
        }
    }

    private void SaveHolds(ReadOnlySpan<int> holds, Dictionary<int, int> terms, SavedRows saved, List<long> payments, StateWriter to)
    {
        Span<HoldRecord> records = to.Rows<HoldRecord>(holds.Length);
        for (int i = 0; i < holds.Length; i++)
        {
            HoldRow row = _holds[holds[i]];
            row.Payment = PlaceOfPayment(row.Payment, payments);
            row.Order = saved.Orders.PlaceOf(row.Order);
            row.Terms = HasTerms(holds[i]) ? terms[row.Terms] : 0;
            row.FirstTeam = saved.Teams.PlaceOf(row.FirstTeam);
            row.NextInTeam = saved.Holds.PlaceOf(row.NextInTeam);
            records[i] = RecordOf<HoldRow, HoldRecord>(ref row);
        }
    }

    private void SaveRefunds(ReadOnlySpan<int> refunds, SavedRows saved, List<long> payments, StateWriter to)
    {
        Span<RefundRecord> records = to.Rows<RefundRecord>(refunds.Length);
        for (int i = 0; i < refunds.Length; i++)
        {
            RefundRow row = _refunds[refunds[i]];
            row.Payment = PlaceOfPayment(row.Payment, payments);
            row.Order = saved.Orders.PlaceOf(row.Order);
            row.Next = saved.Refunds.PlaceOf(row.Next);
            records[i] = RecordOf<RefundRow, RefundRecord>(ref row);
        }
    }

    private static void CheckByteOrder()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("saved states are little-endian, and so must the processor be");
        }
    }
}
