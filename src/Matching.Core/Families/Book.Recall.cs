using Matching.Structures;

namespace Matching.Core;

/// <content>What a command needs of the evicted, and how it comes back.</content>
public sealed partial class Book
{
    private readonly List<(long Item, long Id)> _recalled = [];

    /// <summary>Whether an order that is not here may have been evicted.</summary>
    public bool MayBeEvicted(long item, long order) => _evicted is not null && FindItem(item) != 0
        && _evicted.MayHold(PartitionOf(item), OrderHash(item, order));

    /// <summary>Whether a team that is not here was evicted, or is another item's.</summary>
    public bool IsEvictedTeam(long team) => _evicted is not null && _directory.IsEvicted(team);

    /// <summary>Whether commands of an item take turns behind one that waits.</summary>
    public bool IsWaiting(long item)
    {
        int slot = _evicted is null ? 0 : FindItem(item);
        return slot != 0 && _items[slot].Waits;
    }

    /// <summary>Begins or ends that commands of an item take turns. It has to be known: only then can something of it be away.</summary>
    public void SetWaiting(long item, bool waits) => _items[FindItem(item)].Waits = waits;

    /// <summary>Brings an evicted family back. One that is here already stays as it is.</summary>
    /// <exception cref="InvariantException">Its rows are not those that were evicted.</exception>
    public void Recall(Family family)
    {
        ArgumentNullException.ThrowIfNull(family);
        int item = FindItem(family.Item);
        Invariant(item != 0 && _evicted is not null, "a family is recalled that was never here");
        if (family.Teams.Length > 0 ? !_directory.IsEvicted(family.Teams[0].Id) : FindOrder(item, family.Orders[0].Id) != 0)
        {
            return;
        }

        int team = RecallTeams(family, item);
        int first = 0;
        int last = 0;
        for (int i = 0; i < family.Orders.Length; i++)
        {
            int order = RecallOrder(family, family.Orders[i], item);
            (last == 0 ? ref first : ref _orders[last].NextMember) = order;
            last = order;
            RecallMember(family, i, order);
        }

        ulong hash = HashOfFamily(team, AbsorbedBy(team), first);
        Invariant(hash == family.Hash, "a record of the order ledger is not what was evicted");
        SumsOf(item).Hash -= hash;
        _recalled.Add((family.Item, family.Teams.Length > 0 ? ~family.Teams[0].Id : family.Orders[0].Id));
    }

    /// <summary>
    /// Whether an event is the first payment of an order whose hold had ended. Where that order is lost, the event still says what counts:
    /// who paid, and where he sits since, beside others, or what he is owed (R33, R37).
    /// </summary>
    public static bool PaysEndedHold(in Event e) =>
        (e.Kind is EventKind.TeamOpened or EventKind.SeatTaken && e.Via == Operation.Pay)
        || (e is { Kind: EventKind.RefundOwed, Via: Operation.None, Cause: RefundCause.LatePayment or RefundCause.UnknownPayment });

    /// <summary>Makes a lost order anew, for the payment that is about to be applied: as one of which nothing else is known.</summary>
    public void RemakeForPayment(in Event e)
    {
        int item = ItemOf(e.Item, FindItem(e.Item));
        int order = AddOrder(e, item, Outcome.Held);
        _orders[order].CreatedBy = Operation.Pay;
        _orders[order].State = OrderState.HoldEnded;
        SideOf(order);
    }

    /// <summary>Evicts again what was recalled and has not changed: the ledger has it as it is.</summary>
    public void PutBack()
    {
        foreach ((long itemId, long id) in _recalled)
        {
            int item = FindItem(itemId);
            int team = id < 0 ? _directory.Find(~id) : 0;
            int order = id < 0 ? (team == 0 ? 0 : _teams[team].FirstMember) : FindOrder(item, id);
            if ((team != 0 && order == 0) || (order != 0 && IsAsRecalled(order)))
            {
                // The order may sit in a team by now: then that is its family.
                EvictFamily(order == 0 ? team : SeatOf(order), order, null);
            }
        }

        _recalled.Clear();
    }

    private Away AwayFor(in Command c, int item, int order, Absent absent)
    {
        if (_items[item].Waits)
        {
            return Away.Turn;
        }

        if (order != 0)
        {
            return Away.Nothing;
        }

        if ((absent & Absent.Order) == Absent.Nothing && _evicted!.MayHold(PartitionOf(c.Item), OrderHash(c.Item, c.Order)))
        {
            return Away.Order;
        }

        bool named = c.Team != 0 && c.Operation is Operation.JoinTeam or Operation.Hold && (absent & Absent.Team) == Absent.Nothing;
        return named && _directory.IsEvicted(c.Team) ? Away.Team : Away.Nothing;
    }

    /// <summary>A change leaves its epoch where it closes an order, and no order closed where it does not.</summary>
    private bool IsAsRecalled(int order)
    {
        int team = SeatOf(order);
        for (int member = team == 0 ? order : _teams[team].FirstMember; member != 0; member = team == 0 ? 0 : _orders[member].NextMember)
        {
            if (_orders[member].ClosedIn != 0 || !IsClosed(member))
            {
                return false;
            }
        }

        return true;
    }

    private int RecallTeams(Family family, int item)
    {
        int survivor = 0;
        foreach (FamilyTeam record in family.Teams)
        {
            int team = AddRow(_teams, _freeTeams);
            ref TeamRow row = ref _teams[team];
            row.Id = record.Id;
            row.DeadlineMs = record.DeadlineMs;
            row.Item = item;
            row.Terms = _terms.SlotOf(TermsOf(record.Terms));
            row.Size = (ushort)record.Terms.Size;
            row.Paid = (ushort)record.Paid;
            row.State = record.State;
            row.Flags = record.InviteOnly ? TeamFlags.InviteOnly : TeamFlags.None;
            KeepInvite(team, record.Invite);
            row.ClosedAtMs = record.ClosedAtMs;
            if (record.State == TeamState.Merged)
            {
                row.MergedInto = survivor;
            }

            _directory.Restore(record.Id, team);
            SumsOf(item).Counts.RemoveTeam(record.State);
            survivor = survivor == 0 ? team : survivor;
        }

        return survivor;
    }

    private void RecallMember(Family family, int place, int order)
    {
        foreach (FamilyTeam record in family.Teams)
        {
            if (record.First == place + 1)
            {
                ref TeamRow team = ref _teams[_directory.Find(record.Id)];
                team.FirstMember = order;
                team.Leader = _orders[order].Buyer;
            }
        }
    }

    private int RecallOrder(Family family, FamilyOrder record, int item)
    {
        int order = AddRow(_orders, _freeOrders);
        ref OrderRow row = ref _orders[order];
        row = record.ToRow();
        row.Item = item;
        row.Campaign = CampaignOf(record.Campaign);
        row.Merchant = record.Merchant == 0 ? (byte)0 : PlaceOfMerchant(item, record.Merchant);
        if (record.Hold is not null || record.Details != default)
        {
            _holds[SideOf(order)].Details = record.Details;
        }

        _orderIndex.Add(OrderHash(family.Item, record.Id), order);
        int held = record.Hold is { } hold ? RecallHold(hold, order, item) : 0;
        row.Team = record.Team == 0 ? 0 : held != 0
            && _teams[held].Id == record.Team ? held : TeamOrStub(record.Team, record.DeadlineMs, item);
        if ((row.Flags & OrderFlags.OutOfTeam) != OrderFlags.None)
        {
            Name(row.Team);
        }

        int last = 0;
        foreach (FamilyRefund done in record.Refunds)
        {
            int refund = AddRow(_refunds, _freeRefunds);
            _refunds[refund] = new RefundRow
            {
                Amount = done.Amount,
                SinceMs = done.SinceMs,
                Payment = _payments.Keep(done.Payment),
                Order = order,
                Cause = done.Cause,
                Done = true
            };
            (last == 0 ? ref row.FirstRefund : ref _refunds[last].Next) = refund;
            last = refund;
        }

        CountEvicted(order, -1);
        return order;
    }

    /// <returns>The team it was placed in; 0 for none.</returns>
    private int RecallHold(FamilyHold record, int order, int item)
    {
        int team = record.FirstTeam == 0 ? 0 : TeamOrStub(record.FirstTeam, record.FirstDeadlineMs, item);
        ref HoldRow hold = ref _holds[SideOf(order)];
        hold.UntilMs = record.UntilMs;
        hold.Payment = _payments.Keep(record.Payment);
        hold.Terms = record.Terms is { } terms ? _terms.SlotOf(TermsOf(terms)) : 0;
        hold.FirstTeam = team;
        hold.OpenNew = record.OpenNew;
        hold.Rerouted = record.Rerouted;
        hold.Paid = record.Paid;
        Name(team);
        return team;
    }

    private int TeamOrStub(long id, long deadlineMs, int item)
    {
        int team = _directory.Find(id);
        if (team == 0)
        {
            team = AddRow(_teams, _freeTeams);
            ref TeamRow row = ref _teams[team];
            (row.Id, row.DeadlineMs, row.Item, row.Flags) = (id, deadlineMs, item, TeamFlags.Stub);
        }

        return team;
    }

    private FrozenTerms TermsOf(in FamilyTerms terms) =>
        new(terms.Size, terms.Price, terms.LifeMs, terms.Rescue, CampaignOf(terms.Campaign), terms.Version);

    private int CampaignOf(long campaign)
    {
        int slot = 0;
        Invariant(campaign == 0 || _campaignSlots.TryGetValue(campaign, out slot),
            "R34: a record of the order ledger names a campaign that was never given");
        return slot;
    }
}
