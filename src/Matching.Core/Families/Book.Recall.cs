using Matching.Core.Tables;
using Matching.Structures;

namespace Matching.Core;

/// <content>What a command needs of the evicted, and how it comes back.</content>
public sealed partial class Book
{
    private readonly UnwrittenRecords _unwritten = new();
    private readonly List<Family> _recalled = [];

    // The journal's batch before what was recalled, and behind it; whether anything came between.
    private (int Length, int Count) _before;
    private int _behind;
    private bool _changed;

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

    /// <summary>What closes from now on belongs to this batch of the owner's (<see cref="ForgetWritten"/>).</summary>
    public long Batch
    {
        get => _unwritten.Batch;
        set => _unwritten.Batch = value;
    }

    /// <summary>Records of closed families that wait for <see cref="ForgetWritten"/>, one for each of their orders and teams.</summary>
    public int UnwrittenRecords => _unwritten.Count;

    /// <summary>The owner's ledger has what closed up to a batch: it is found there from now on.</summary>
    public void ForgetWritten(long batch) => _unwritten.Forget(batch);

    /// <summary>
    /// Brings a closed family back, for a command that needs it. Journals it as reopened; <see cref="PutBack"/> takes that back where
    /// nothing came of it. One that is here already stays as it is.
    /// </summary>
    /// <exception cref="InvariantException">Its rows are not those that were evicted.</exception>
    public void Recall(Family family)
    {
        ArgumentNullException.ThrowIfNull(family);
        int item = FindItem(family.Item);
        Invariant(item != 0 && _evicted is not null, "a family is recalled that was never here");
        if (IsHere(family, item))
        {
            return;
        }

        if (_recalled.Count == 0)
        {
            (_before, _changed) = ((Events.Length, Events.Count), false);
        }

        _changed |= _recalled.Count > 0 && Events.Length != _behind;
        Events.AppendRecord(EventKind.Reopened, Now, family.Record);
        _behind = Events.Length;
        Restore(family, item);
        _recalled.Add(family);
    }

    /// <summary>A command is done. What was recalled for it and did not change leaves again; what did may close again.</summary>
    public void PutBack()
    {
        if (_recalled.Count == 0)
        {
            return;
        }

        bool changed = _changed || Events.Length != _behind;
        if (!changed)
        {
            Events.CutBack(_before.Length, _before.Count);
        }

        foreach (Family family in _recalled)
        {
            ClosedFamily named = NameOf(family);
            if (changed)
            {
                _closed.Add(named);
            }
            else
            {
                (int team, int order) = RowsOf(named);
                EvictFamily(team, AbsorbedBy(team), order, family.Hash);
            }
        }

        _recalled.Clear();
    }

    /// <summary>A family comes back, as was journaled.</summary>
    private void ChangeReopened(int item, ReadOnlySpan<byte> record)
    {
        Family family = ReadRecord(record);
        Invariant(_evicted is not null && item != 0 && !IsHere(family, item), "R41: what is reopened was not closed");
        Restore(family, item);
        _closed.Add(NameOf(family));
    }

    private static Family ReadRecord(ReadOnlySpan<byte> record)
    {
        try
        {
            return Family.Read(record.ToArray());
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InvariantException($"R41: the record of a reopened team cannot be read: {e.Message}", e);
        }
    }

    private bool IsHere(Family family, int item) =>
        family.Teams.Length > 0 ? !_directory.IsEvicted(family.Teams[0].Id) : FindOrder(item, family.Orders[0].Id) != 0;

    private ClosedFamily NameOf(Family family) =>
        new(family.Teams.Length > 0 ? ~family.Teams[0].Id : family.Orders[0].Id, FindItem(family.Item));

    private void Restore(Family family, int item)
    {
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
        Invariant(hash == family.Hash, "a record of a closed team is not what was evicted");
        SumsOf(item).Hash -= hash;
    }

    /// <summary>Whether a command needs something that is not here; what waits to be written comes back at once.</summary>
    private Away AwayFor(in Command c, int item, ref int order, Absent absent)
    {
        if (_items[item].Waits)
        {
            return Away.Turn;
        }

        if (order == 0 && (absent & Absent.Order) == Absent.Nothing && _evicted!.MayHold(PartitionOf(c.Item), OrderHash(c.Item, c.Order)))
        {
            if (Unwritten(Family.KeyOfOrder(c.Item, c.Order)) is not { } family)
            {
                return Away.Order;
            }

            Recall(family);
            order = FindOrder(item, c.Order);
        }

        bool named = order == 0 && c.Team != 0 && c.Operation is Operation.JoinTeam or Operation.Hold
            && (absent & Absent.Team) == Absent.Nothing;
        if (!named || !_directory.IsEvicted(c.Team))
        {
            return Away.Nothing;
        }

        if (Unwritten(Family.KeyOfTeam(c.Item, c.Team)) is not { } closed)
        {
            return Away.Team;
        }

        Recall(closed);
        return Away.Nothing;
    }

    private Family? Unwritten((long First, long Second) key) =>
        _unwritten.Count > 0 && _unwritten.TryGet(key, out byte[]? record) ? Family.Read(record) : null;

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

        foreach (FamilyRefund done in record.Refunds)
        {
            _refunds.Add(ref row.FirstRefund, new RefundRow
            {
                Amount = done.Amount,
                SinceMs = done.SinceMs,
                Payment = _payments.Keep(done.Payment),
                Order = order,
                Cause = done.Cause,
                Done = true,
            });
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
