namespace Matching.Core.Campaigns;

/// <summary>
/// Merchants, their campaigns, and what each item remembers of its last one (R10–R13, R34).
/// <para>
/// A campaign is live from its publishing, also while it waits for its window, until it is ended or deleted or its window is over. An item
/// is in one live campaign at most, and is in cool-down during [end, end + 24 h) of the last one: the first millisecond after those 24 h
/// is the first that allows publishing. A campaign deleted before its window began was never on offer and leaves no cool-down;
/// one that is ended does, begun or not.
/// </para>
/// </summary>
internal sealed partial class CampaignTable
{
    private readonly SortedDictionary<long, MerchantFacts> _merchants = [];
    private readonly SortedDictionary<long, EffectiveTerms> _campaigns = [];
    private readonly SortedDictionary<long, ItemRecord> _items = [];
    private readonly Dictionary<long, SortedSet<long>> _liveOfMerchant = [];
    private readonly Dictionary<long, SortedSet<long>> _itemsOfMerchant = [];
    private readonly SortedSet<(long EndMs, long Campaign)> _ends = [];

    /// <summary>The id the next campaign gets.</summary>
    public long NextCampaign { get; private set; } = 1;

    /// <summary>The next end of a window; long.MaxValue when no campaign is live.</summary>
    public long NextEndMs => _ends.Count == 0 ? long.MaxValue : _ends.Min.EndMs;

    /// <summary>The campaign whose window ends then.</summary>
    public EffectiveTerms NextToEnd => _campaigns[_ends.Min.Campaign];

    /// <summary>What the storefront said of a merchant; null for an unknown one.</summary>
    public MerchantFacts? FactsOf(long merchant) => _merchants.GetValueOrDefault(merchant);

    /// <summary>A campaign that is live or has ended; null for an unknown or deleted one.</summary>
    public EffectiveTerms? Find(long campaign) => _campaigns.GetValueOrDefault(campaign);

    /// <summary>Whether a campaign is live.</summary>
    public bool IsLive(long campaign) => Find(campaign) is { Enabled: true };

    /// <summary>The merchant's live campaigns, by id.</summary>
    public IReadOnlyCollection<long> LiveOf(long merchant) => _liveOfMerchant.TryGetValue(merchant, out SortedSet<long>? live) ? live : [];

    /// <summary>The terms of the item's live or latest campaign; null where it has none or that was deleted.</summary>
    public EffectiveTerms? LatestOf(long item) => _items.TryGetValue(item, out ItemRecord? known) ? Find(known.Campaign) : null;

    /// <summary>The kind of the merchant of the item's latest campaign, also a deleted one.</summary>
    public MerchantKind KindOf(long item) =>
        _items.TryGetValue(item, out ItemRecord? known) ? FactsOf(known.Merchant)?.Kind ?? MerchantKind.None : MerchantKind.None;

    /// <summary>The items whose latest campaign was this merchant's, rising.</summary>
    public IReadOnlyCollection<long> ItemsOf(long merchant) => _itemsOfMerchant.TryGetValue(merchant, out SortedSet<long>? items) ? items : [];

    /// <summary>Whether a merchant may publish a campaign of an item: R13, R12, R11, R10, in this order.</summary>
    public Refusal? CheckPublish(long merchant, long item, string category, long nowMs, ControlOptions options)
    {
        if (FactsOf(merchant) is not { Tools: not PrivateTraffic.None })
        {
            return new Refusal(
                ControlOutcome.NotEligible, 13,
                $"merchant {merchant} is not known to have a private-traffic tool (feed, live room, chat group) switched on (R13)");
        }

        if (options.Closed.Contains(category))
        {
            return new Refusal(ControlOutcome.NotEligible, 12, $"category is {category}, which is closed to group buying (R12)");
        }

        return CheckItem(item, nowMs, options.CoolDownMs) ?? CheckLive(merchant, options.MaxLivePerMerchant);
    }

    /// <summary>Whether a campaign is known and live.</summary>
    public Refusal? CheckLive(long campaign) => Find(campaign) switch
    {
        null => new Refusal(ControlOutcome.UnknownCampaign, 10, $"there is no campaign {campaign} (R10)", campaign),
        { Enabled: false } ended => new Refusal(ControlOutcome.AlreadyEnded, 34,
            $"campaign {campaign} ended at {ended.EndMs} (R34)", campaign),
        _ => null,
    };

    /// <summary>Whether a campaign is known.</summary>
    public Refusal? CheckKnown(long campaign) => Find(campaign) is null ? CheckLive(campaign) : null;

    /// <summary>Remembers what the storefront says of a merchant.</summary>
    /// <returns>True when his kind is another one than before.</returns>
    public bool SetMerchant(long merchant, MerchantFacts facts)
    {
        // A merchant not known until now has no item that could be concerned.
        bool kindChanged = FactsOf(merchant) is { } before && before.Kind != facts.Kind;
        _merchants[merchant] = facts;
        return kindChanged;
    }

    /// <summary>A campaign is published.</summary>
    public void Publish(EffectiveTerms terms)
    {
        _campaigns.Add(terms.Campaign, terms);
        SetItem(terms.Item, new ItemRecord(terms.Campaign, terms.Merchant, _items.GetValueOrDefault(terms.Item)?.LastEndMs));
        Add(_liveOfMerchant, terms.Merchant, terms.Campaign);
        _ends.Add((terms.EndMs, terms.Campaign));
        NextCampaign = Math.Max(NextCampaign, terms.Campaign + 1);
    }

    /// <summary>A live campaign gets a new version of its terms.</summary>
    public void Change(EffectiveTerms terms)
    {
        _ends.Remove((_campaigns[terms.Campaign].EndMs, terms.Campaign));
        _ends.Add((terms.EndMs, terms.Campaign));
        _campaigns[terms.Campaign] = terms;
    }

    /// <summary>A live campaign ends; its item's cool-down starts.</summary>
    public void End(long campaign, long atMs)
    {
        EffectiveTerms terms = _campaigns[campaign];
        LeaveLive(terms);
        _campaigns[campaign] = terms with { Enabled = false, EndMs = atMs };
        _items[terms.Item] = _items[terms.Item] with { LastEndMs = atMs };
    }

    /// <summary>A campaign is forgotten; its item's cool-down is not.</summary>
    public void Delete(long campaign)
    {
        EffectiveTerms terms = _campaigns[campaign];
        if (terms.Enabled)
        {
            LeaveLive(terms);
        }

        _campaigns.Remove(campaign);
    }

    /// <summary>Adds this part of the state to a hash.</summary>
    public void AddTo(ref StateHash hash)
    {
        hash.Add('N', NextCampaign);
        foreach ((long merchant, MerchantFacts facts) in _merchants)
        {
            hash.Add('M', merchant, (long)facts.Kind, (long)facts.Tools);
        }

        foreach (EffectiveTerms terms in _campaigns.Values)
        {
            hash.Add(
                'C', terms.Campaign, terms.Version, terms.Merchant, terms.Item, terms.Enabled ? 1 : 0,
                terms.StartMs, terms.EndMs, terms.TeamSize,
                terms.GroupPriceFen, terms.LeaderPriceFen ?? -1, terms.SoloPriceFen,
                terms.QuotaSeats, terms.PerOrderPieces, terms.PerBuyerPieces,
                terms.HoldMs, terms.Merge ? 1 : 0, (long)terms.Audience.Kind, terms.Audience.EarlyMs, terms.Audience.MinTier);
        }

        foreach ((long item, ItemRecord known) in _items)
        {
            hash.Add('I', item, known.Campaign, known.Merchant, known.LastEndMs ?? -1);
        }
    }

    /// <summary>Checks that tables and indexes tell the same, and that an item is in one live campaign at most.</summary>
    public void Validate()
    {
        EffectiveTerms[] live = [.. _campaigns.Values.Where(terms => terms.Enabled)];
        Invariant.Holds(live.Length == _ends.Count, "a campaign waits for its end without being live, or is live for ever");
        Invariant.Holds(live.Length == _liveOfMerchant.Values.Sum(campaigns => campaigns.Count),
            "a merchant's live campaigns are not those that are live (R10)");
        Invariant.Holds(live.Select(terms => terms.Item).Distinct().Count() == live.Length, "an item is in two live campaigns (R11)");
        Invariant.Holds(_items.Count == _itemsOfMerchant.Values.Sum(items => items.Count), "an item is with no merchant, or with two");
        foreach ((long item, ItemRecord known) in _items)
        {
            Invariant.Holds(ItemsOf(known.Merchant).Contains(item), $"merchant {known.Merchant} forgot item {item}");
        }

        foreach (EffectiveTerms terms in live)
        {
            Invariant.Holds(terms.StartMs < terms.EndMs, $"campaign {terms.Campaign} ends before it starts");
            Invariant.Holds(_ends.Contains((terms.EndMs, terms.Campaign)), $"campaign {terms.Campaign} would not end at its window's end");
            Invariant.Holds(LiveOf(terms.Merchant).Contains(terms.Campaign), $"merchant {terms.Merchant} forgot campaign {terms.Campaign}");
            Invariant.Holds(_items[terms.Item].Campaign == terms.Campaign, $"item {terms.Item} forgot campaign {terms.Campaign}");
            Invariant.Holds(terms.Campaign < NextCampaign, $"campaign {terms.Campaign} will be issued again");
        }
    }

    private Refusal? CheckItem(long item, long nowMs, long coolDownMs)
    {
        if (!_items.TryGetValue(item, out ItemRecord? known))
        {
            return null;
        }

        if (IsLive(known.Campaign))
        {
            return new Refusal(ControlOutcome.NotEligible, 11,
                $"item {item} is in campaign {known.Campaign} already, which is live (R11)", known.Campaign);
        }

        return known.LastEndMs is { } endMs && nowMs < endMs + coolDownMs
            ? new Refusal(
                ControlOutcome.NotEligible, 11,
                $"item {item} is in cool-down until {endMs + coolDownMs}; its last campaign ended at {endMs} (R11)",
                known.Campaign, endMs + coolDownMs)
            : null;
    }

    private Refusal? CheckLive(long merchant, int maxLive)
    {
        int live = LiveOf(merchant).Count;
        return live < maxLive ? null : new Refusal(
            ControlOutcome.LimitReached, 10,
            $"merchant {merchant} has {live} live campaigns; at most {maxLive} are allowed, one must end or be deleted first (R10)");
    }

    private void SetItem(long item, ItemRecord known)
    {
        if (_items.TryGetValue(item, out ItemRecord? before))
        {
            Remove(_itemsOfMerchant, before.Merchant, item);
        }

        _items[item] = known;
        Add(_itemsOfMerchant, known.Merchant, item);
    }

    private void LeaveLive(EffectiveTerms terms)
    {
        _ends.Remove((terms.EndMs, terms.Campaign));
        Remove(_liveOfMerchant, terms.Merchant, terms.Campaign);
    }

    private static void Add(Dictionary<long, SortedSet<long>> sets, long merchant, long id)
    {
        if (!sets.TryGetValue(merchant, out SortedSet<long>? ids))
        {
            sets.Add(merchant, ids = []);
        }

        ids.Add(id);
    }

    private static void Remove(Dictionary<long, SortedSet<long>> sets, long merchant, long id)
    {
        SortedSet<long> ids = sets[merchant];
        ids.Remove(id);
        if (ids.Count == 0)
        {
            sets.Remove(merchant);
        }
    }

    private sealed record ItemRecord(long Campaign, long Merchant, long? LastEndMs);
}
