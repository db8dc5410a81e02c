using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Matching.Core.Campaigns;
using Matching.Core.Tables;

namespace Matching.Core;

/// <summary>Campaigns at the item's side (R14, R15, R21, R34, R42): what may open and be joined, and what is counted for it.</summary>
public sealed partial class Book
{
    // Slot 0 of both is none, so that a row that says nothing has no campaign.
    private readonly List<ItemCampaign> _offers = [null!];
    private readonly List<CampaignState> _campaigns = [null!];
    private readonly Dictionary<long, int> _campaignSlots = [];
    private readonly Dictionary<long, List<CampaignState>> _merchants = [];

    // What counts for a merchant without counting for a campaign: orders bought alone (R45). By partition, as it is saved.
    private readonly Dictionary<(int Partition, long Merchant), Counts> _alone = [];
    private Counts _withNobody;
    private BigDayCalendar _calendar = BigDayCalendar.Empty;

    /// <summary>
    /// Gives the book what the control book decided of one of its items; it replaces what was given before. Not an event: the
    /// control book's events are, and recovery gives schedules in their order among the items' events.
    /// </summary>
    /// <param name="schedule">Of an item of this book.</param>
    public void SetSchedule(ItemSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Now = Math.Max(Now, schedule.DecidedAtMs);
        int item = ItemOf(schedule.Item, FindItem(schedule.Item));
        ref ItemRow row = ref _items[item];
        if (row.Offer == 0)
        {
            row.Offer = _offers.Count;
            _offers.Add(new ItemCampaign { Schedule = schedule });
            for (int team = row.FirstDue; team != 0; team = _teams[team].NextDue)
            {
                _offers[row.Offer].CountOpen(_teams[team].Terms, 1);
            }
        }

        ItemCampaign offer = _offers[row.Offer];
        offer.Schedule = schedule;
        offer.Campaign = 0;
        offer.Forget();
        if (schedule.Terms is { } terms)
        {
            offer.Campaign = CampaignSlot(terms.Campaign, terms.Merchant);
            offer.Opens = OpenedUnder(terms, offer.Campaign);
            CampaignState campaign = _campaigns[offer.Campaign];
            campaign.Set(terms);
            if (campaign.StartsCountingPieces)
            {
                CountAllPieces(offer.Campaign);
            }
        }
    }

    /// <summary>Gives the book the big promotions running and to come (R15); they replace those given before.</summary>
    public void SetCalendar(BigDayCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        _calendar = calendar;
        for (int offer = 1; offer < _offers.Count; offer++)
        {
            _offers[offer].Forget();
        }
    }

    /// <summary>
    /// Counts of a campaign's teams and orders in this book, as they stand (R19); null where it has no item of the campaign's.
    /// </summary>
    public Counts? CountCampaign(long campaign) =>
        _campaignSlots.TryGetValue(campaign, out int slot) ? _campaigns[slot].Counts : null;

    /// <summary>Counts of a merchant's teams and orders in this book, as they stand (R19); null where it has nothing of his.</summary>
    public Counts? CountMerchant(long merchant)
    {
        // Added up when asked: an order counts for its campaign only, or for what the merchant sells alone.
        Counts all = default;
        bool known = _merchants.TryGetValue(merchant, out List<CampaignState>? campaigns);
        foreach (CampaignState campaign in campaigns ?? [])
        {
            all.Add(campaign.Counts);
        }

        // A look a partition, however many merchants there are.
        for (int partition = 0; partition < BookOptions.Partitions; partition++)
        {
            if (_alone.TryGetValue((partition, merchant), out Counts alone))
            {
                all.Add(alone);
                known = true;
            }
        }

        return known ? all : null;
    }

    /// <summary>What one channel brought a campaign in this book (R23).</summary>
    public SourceCount CountSource(long campaign, Source source) =>
        _campaignSlots.TryGetValue(campaign, out int slot) ? _campaigns[slot].From(source) : default;

    /// <summary>Whether an open team of the item may be joined now (R14, R15).</summary>
    private Verdict ToJoin(in ItemRow its) => its.Offer == 0 ? Verdict.Allowed : _offers[its.Offer].ToJoin(_calendar, Now);

    /// <summary>Whether the buyer may take a seat of a team: the instant, his standing, his limits. Not the quota.</summary>
    private Verdict ToJoin(in Command c, in ItemRow its, in TeamRow team) =>
        ToJoin(its) is { Ok: false } forbidden ? forbidden : Admits(_terms[team.Terms], c, leads: false);

    /// <summary>
    /// Whether the buyer may open a team, and under which terms: the campaign's, else the default ones (R34). Not the quota.
    /// </summary>
    private Verdict ToOpen(in Command c, in ItemRow its, out OfferedTerms terms)
    {
        ItemCampaign? offer = its.Offer == 0 ? null : _offers[its.Offer];
        if (offer is null || offer.Campaign == 0)
        {
            terms = TermsOf(c);
            return Options.CampaignsRequired ? new Verdict(Outcome.NoCampaign, 10, Why.NoCampaign) : ToJoin(its);
        }

        Verdict verdict = offer.ToOpen(_calendar, Now);
        terms = offer.Opens!;
        ref readonly FrozenTerms frozen = ref terms.Terms;
        if (verdict.Ok && ((c.PriceNamed && c.Price != frozen.Price) || (c.Size != 0 && c.Size != frozen.Size)))
        {
            return new Verdict(Outcome.CampaignNotEffective, 34, Why.OtherTerms);
        }

        return verdict.Ok ? Admits(frozen, c, leads: true) : verdict;
    }

    // What a team opened under a campaign's terms freezes (R34).
    private OfferedTerms OpenedUnder(CampaignTerms terms, int campaign) =>
        new(new FrozenTerms(terms.TeamSize, terms.GroupPriceFen, Options.TeamLifeMs, terms.Merge, campaign, terms.Version));

    /// <summary>
    /// Whether terms are open to who asks: his standing, then his limits (R21, R42). The pieces of a live hold of his,
    /// <paramref name="held"/>, are those he asks for.
    /// </summary>
    private Verdict Admits(in FrozenTerms terms, in Command c, bool leads, int held = 0)
    {
        CampaignState? campaign = StateOf(terms);
        if (campaign is null || campaign.IsPlain)
        {
            return Verdict.Allowed;
        }

        CampaignTerms frozen = campaign[terms.Version]!;
        Verdict verdict = Audience.Check(frozen, c.BuyerFacts, leads, Now);
        int counted = held != 0 && _orders[held].Campaign == terms.Campaign ? PiecesOf(_orders[held]) : 0;
        return verdict.Ok ? Admission.Limits(frozen, Math.Max(c.Quantity, 1), campaign.PiecesOf(c.Buyer) - counted) : verdict;
    }

    /// <summary>Whether any open team of an item with an offer could suit who asks: the terms are few, the teams may be many.</summary>
    private bool AnySuits(int offer, PriceRange prices, in Command c, int held)
    {
        foreach ((int slot, _) in _offers[offer].OpenTerms)
        {
            if (Suits(slot, prices, c, held))
            {
                return true;
            }
        }

        return false;
    }

    private bool Suits(int slot, PriceRange prices, in Command c, int held)
    {
        ref readonly FrozenTerms terms = ref _terms[slot];
        return prices.Holds(terms.Price) && Admits(terms, c, leads: false, held).Ok;
    }

    /// <summary>Whether the campaign's quota has room for one team more (R42).</summary>
    private Verdict HasQuota(in FrozenTerms terms)
    {
        CampaignState? campaign = StateOf(terms);
        return campaign is null ? Verdict.Allowed : Admission.Quota(campaign.QuotaSeats, campaign.SeatsTaken, terms.Size);
    }

    /// <summary>
    /// Of the holds in a team that dissolves, how many find no seats as promises: the earliest take what the team gives back, and what is
    /// left (R7, R42).
    /// </summary>
    private int HoldsWithoutSeats(int team)
    {
        ref TeamRow row = ref _teams[team];
        CampaignState? campaign = StateOf(_terms[row.Terms]);
        if (campaign is null || campaign.QuotaSeats == 0)
        {
            return 0;
        }

        long room = Math.Max(0, campaign.QuotaSeats - (campaign.SeatsTaken - row.Size));
        return (int)Math.Max(0, row.Held - (room / row.Size));
    }

    private CampaignState? StateOf(in FrozenTerms terms) => terms.Campaign == 0 ? null : _campaigns[terms.Campaign];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RefuseBy(Verdict verdict, in Command c, int item, int team, ref Answer a)
    {
        a.Why = verdict.Why;
        Refuse(ref a, verdict.Outcome, verdict.Rule, c, item, team);
    }

    private int CampaignSlot(long campaign, long merchant)
    {
        if (!_campaignSlots.TryGetValue(campaign, out int slot))
        {
            if (!_merchants.TryGetValue(merchant, out List<CampaignState>? campaigns))
            {
                _merchants.Add(merchant, campaigns = []);
            }

            slot = _campaigns.Count;
            var state = new CampaignState(campaign);
            _campaigns.Add(state);
            campaigns.Add(state);
            _campaignSlots.Add(campaign, slot);
        }

        return slot;
    }

    /// <summary>The slot of an event's campaign, whose terms were given before (R34).</summary>
    private int CampaignOf(in Event e, int item)
    {
        if (e.Campaign == 0)
        {
            return 0;
        }

        // Nearly always that of the item's present offer: no look-up.
        int slot = item == 0 ? 0 : _offers[_items[item].Offer]?.Campaign ?? 0;
        bool known = ((slot != 0 && _campaigns[slot].Id == e.Campaign) || _campaignSlots.TryGetValue(e.Campaign, out slot))
            && _campaigns[slot].Knows(e.TermsVersion);
        Invariant(known, "R34: an event names terms that were never given");
        return slot;
    }

    /// <summary>The slot of the terms an event freezes (R34).</summary>
    private int TermsOf(in Event e, int item)
    {
        long life = e.Kind == EventKind.TeamOpened ? e.Deadline - e.At : e.LifeMs;
        int campaign = CampaignOf(e, item);
        var terms = new FrozenTerms(e.Size, e.Price, life, !e.NoRescue, campaign, e.TermsVersion);
        return campaign == 0 ? _terms.SlotOf(terms) : _terms.SlotOf(terms, ref _campaigns[campaign].LastTerms);
    }

    /// <summary>Seats of a campaign's quota are taken or given back (R42).</summary>
    private void CountSeats(int campaign, int seats)
    {
        if (campaign != 0)
        {
            _campaigns[campaign].CountSeats(seats);
        }
    }

    /// <summary>An order takes its pieces, or gives them back: 1 or −1 (R42).</summary>
    private void CountPieces(in OrderRow row, int sign)
    {
        if (row.Campaign != 0)
        {
            CampaignState campaign = _campaigns[row.Campaign];
            campaign.OrdersSeated += sign;
            campaign.CountPieces(row.Buyer, sign * PiecesOf(row));
        }
    }

    private static int PiecesOf(in OrderRow row) => Math.Max(row.Quantity, 1);

    /// <summary>A limit a buyer came with a change of the terms: what he has already counts. Reads every order once.</summary>
    private void CountAllPieces(int campaign)
    {
        _campaigns[campaign].StartCountingPieces();
        for (int order = 1; order <= _orders.Count; order++)
        {
            ref OrderRow row = ref _orders[order];
            if (row.Id != 0 && row.Campaign == campaign && TakesPieces(row))
            {
                _campaigns[campaign].CountPieces(row.Buyer, PiecesOf(row));
            }
        }

        _campaigns[campaign].CountEvictedPieces();
    }

    /// <summary>
    /// Whether an order's pieces count against the limits: until its hold ends unpaid or its money goes back unshipped (R42).
    /// </summary>
    private static bool TakesPieces(in OrderRow row) => row.State is OrderState.Held or OrderState.Waiting || TakesSeat(row);

    /// <summary>
    /// Whether an order takes a seat of the quota by itself: its team has formed, and its money did not go back unshipped (R42).
    /// </summary>
    private static bool TakesSeat(in OrderRow row) =>
        row.State is OrderState.Formed or OrderState.Shipped
        || (row.State is OrderState.RefundOwed or OrderState.Refunded && (row.Flags & OrderFlags.Shipped) != OrderFlags.None);

    /// <summary>
    /// Seats of the quota that an order takes beside those of an open team: as one that formed, or as a promise to open (R42).
    /// </summary>
    private int SeatsOf(int order)
    {
        ref OrderRow row = ref _orders[order];
        bool promises = row.State == OrderState.Held && row.Team == 0 && !_holds[row.Hold].WithoutSeats;
        return TakesSeat(row) ? 1 : promises ? _terms[_holds[row.Hold].Terms].Size : 0;
    }

    /// <summary>Where an order counts beside its item: for its campaign, else for the merchant it was made with (R19, R45).</summary>
    private ref Counts CountsWith(int order) => ref CountsWith(_orders[order]);

    private ref Counts CountsWith(in OrderRow row)
    {
        if (row.Campaign != 0)
        {
            return ref _campaigns[row.Campaign].Counts;
        }

        if (row.Merchant != 0)
        {
            return ref CollectionsMarshal.GetValueRefOrAddDefault(_alone, (PartitionOf(_items[row.Item].Id), MerchantOf(row)), out _);
        }

        return ref _withNobody;
    }

    private static bool WasBought(in OrderRow row) => row is { CreatedBy: Operation.SoloBuy, First: Outcome.Bought };

    /// <summary>An order took its paid seat (R23).</summary>
    private void CountJoined(in OrderRow row, bool leads)
    {
        ref SourceCount count = ref _campaigns[row.Campaign].From(row.Source);
        if (leads)
        {
            count.Opens++;
        }
        else
        {
            count.Joins++;
            count.NewBuyerJoins += (row.Flags & OrderFlags.NewBuyer) != OrderFlags.None ? 1 : 0;
        }
    }

    /// <summary>An order's team formed: 1. All that is kept of a formed order goes back: −1 (R23).</summary>
    private void CountFormed(in OrderRow row, int sign)
    {
        ref SourceCount count = ref _campaigns[row.Campaign].From(row.Source);
        count.FormedOrders += sign;
        count.FormedFen += sign * (Int128)(row.FirstRefund == 0 ? row.Amount : MoneyOf(row).Kept);
    }
}
