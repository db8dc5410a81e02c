using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>Campaigns at the item's side (R14, R15, R21, R34, R42): what may open and be joined, and what is counted for it.</summary>
public sealed partial class Book
{
    // Slot 0 of both is none, so that a row that says nothing has no campaign.
    private readonly List<ItemOffer> _offers = [null!];
    private readonly List<CampaignState> _campaigns = [null!];
    private readonly Dictionary<long, int> _campaignSlots = [];
    private readonly Dictionary<long, List<CampaignState>> _merchants = [];
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
            _offers.Add(new ItemOffer { Schedule = schedule });
        }

        ItemOffer offer = _offers[row.Offer];
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

    /// <summary>Counts of a campaign's teams and orders in this book, as they stand (R19).</summary>
    public Counts CountCampaign(long campaign) =>
        _campaignSlots.TryGetValue(campaign, out int slot) ? _campaigns[slot].Counts : default;

    /// <summary>Counts of a merchant's teams and orders in this book, as they stand (R19).</summary>
    public Counts CountMerchant(long merchant)
    {
        // Added up when asked: a join counts for its campaign only.
        Counts all = default;
        foreach (CampaignState campaign in _merchants.GetValueOrDefault(merchant, []))
        {
            all.Add(campaign.Counts);
        }

        return all;
    }

    /// <summary>What one channel brought a campaign in this book (R23).</summary>
    public SourceCount CountSource(long campaign, Source source) =>
        _campaignSlots.TryGetValue(campaign, out int slot) ? _campaigns[slot].From(source) : default;

    /// <summary>Whether an open team of the item may be joined now (R14, R15).</summary>
    private Verdict ToJoin(int item)
    {
        int offer = item == 0 ? 0 : _items[item].Offer;
        return offer == 0 ? Verdict.Allowed : _offers[offer].ToJoin(_calendar, Now);
    }

    /// <summary>Whether the buyer may take a seat of a team: the instant, his standing, his limits. Not the quota.</summary>
    private Verdict MayJoin(in Command c, int item, int team)
    {
        if (_items[item].Offer == 0)
        {
            return Verdict.Allowed;
        }

        Verdict verdict = ToJoin(item);
        return verdict.Ok ? Admits(_terms[_teams[team].Terms], c, leads: false) : verdict;
    }

    /// <summary>Whether the buyer may open a team, and under which terms: the campaign's, else the default ones (R34). Not the quota.</summary>
    private Verdict MayOpen(in Command c, int item, out Terms terms)
    {
        int slot = item == 0 ? 0 : _items[item].Offer;
        ItemOffer? offer = slot == 0 ? null : _offers[slot];
        if (offer is null || offer.Campaign == 0)
        {
            terms = TermsOf(c);
            return Options.CampaignsRequired ? new Verdict(Outcome.NoCampaign, 10, Why.NoCampaign) : ToJoin(item);
        }

        Verdict verdict = offer.ToOpen(_calendar, Now);
        terms = offer.Opens;
        if (verdict.Ok && ((c.PriceNamed && c.Price != terms.Price) || (c.Size != 0 && c.Size != terms.Size)))
        {
            return new Verdict(Outcome.CampaignNotEffective, 34, Why.OtherTerms);
        }

        return verdict.Ok ? Admits(terms, c, leads: true) : verdict;
    }

    // What a team opened under a campaign's terms freezes (R34).
    private Terms OpenedUnder(EffectiveTerms terms, int campaign) =>
        new(terms.TeamSize, terms.GroupPriceFen, Options.TeamLifeMs, terms.Merge, campaign, terms.Version);

    private Verdict Admits(in Terms terms, in Command c, bool leads)
    {
        CampaignState? campaign = StateOf(terms);
        if (campaign is null || campaign.IsPlain)
        {
            return Verdict.Allowed;
        }

        EffectiveTerms frozen = campaign[terms.Version]!;
        Verdict verdict = Audience.Check(frozen, c.BuyerFacts, leads, Now);
        return verdict.Ok ? Admission.Limits(frozen, Math.Max(c.Quantity, 1), campaign.PiecesOf(c.Buyer)) : verdict;
    }

    /// <summary>Whether the campaign has a seat left to sell (R42).</summary>
    private Verdict HasQuota(in Terms terms)
    {
        CampaignState? campaign = StateOf(terms);
        return campaign is null ? Verdict.Allowed : Admission.Quota(campaign.QuotaSeats, campaign.SeatsTaken);
    }

    private CampaignState? StateOf(in Terms terms) => terms.Campaign == 0 ? null : _campaigns[terms.Campaign];

    /// <summary>Whether a late payment may take a seat under these terms: limits and quota count anew, his standing was looked at when he held.</summary>
    private bool MayPayLate(in Terms terms, int order, int pieces)
    {
        if (terms.Campaign == 0)
        {
            return true;
        }

        CampaignState campaign = _campaigns[terms.Campaign];
        return HasQuota(terms).Ok && Admission.Limits(campaign[terms.Version]!, pieces, campaign.PiecesOf(_orders[order].Buyer)).Ok;
    }

    private void RefuseBy(in Verdict verdict, int item, int team, ref Answer a)
    {
        a.Why = verdict.Why;
        Refuse(ref a, verdict.Outcome, verdict.Rule, item, team);
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

    /// <summary>An order takes or gives back its seat and pieces under its campaign (R42).</summary>
    private void CountSeat(int order, int seats)
    {
        ref OrderRow row = ref _orders[order];
        if (row.Campaign != 0)
        {
            CampaignState campaign = _campaigns[row.Campaign];
            campaign.CountSeats(seats);
            campaign.CountPieces(row.Buyer, seats * Math.Max(row.Quantity, 1));
        }
    }

    /// <summary>A limit a buyer came with a change of the terms: what he has already counts. Reads every order once.</summary>
    private void CountAllPieces(int campaign)
    {
        _campaigns[campaign].StartCountingPieces();
        for (int order = 1; order <= _orders.Count; order++)
        {
            ref OrderRow row = ref _orders[order];
            if (row.Id != 0 && row.Campaign == campaign && TakesSeat(row))
            {
                _campaigns[campaign].CountPieces(row.Buyer, Math.Max(row.Quantity, 1));
            }
        }

        _campaigns[campaign].CountEvictedPieces();
    }

    /// <summary>Whether an order counts against quota and limits: until its hold ends unpaid or its money goes back unshipped (R42).</summary>
    private static bool TakesSeat(in OrderRow row) =>
        row.State is OrderState.Held or OrderState.Waiting or OrderState.Formed or OrderState.Shipped
        || (row.State is OrderState.RefundOwed or OrderState.Refunded && (row.Flags & OrderFlags.Shipped) != OrderFlags.None);

    /// <summary>An order took its paid seat (R23).</summary>
    private void CountJoined(int order, bool leads)
    {
        ref OrderRow row = ref _orders[order];
        if (row.Campaign == 0)
        {
            return;
        }

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

    /// <summary>An order's team formed (R23).</summary>
    private void CountFormed(int order)
    {
        ref OrderRow row = ref _orders[order];
        if (row.Campaign != 0)
        {
            ref SourceCount count = ref _campaigns[row.Campaign].From(row.Source);
            count.FormedOrders++;
            count.FormedFen += row.Amount;
        }
    }
}
