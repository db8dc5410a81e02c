using System.Collections.Immutable;

namespace Matching.Core.Campaigns;

/// <summary>
/// Merchants, their items and campaigns, and what each item remembers of its last one (R10–R13, R34, R45).
/// <para>
/// A campaign is live from its publishing, also while it waits for its window, until it is ended or deleted or its window is over. An item
/// is in one live campaign at most, and is in cool-down during [end, end + 24 h) of the last one: the first millisecond after those 24 h
/// is the first that allows publishing. A campaign deleted before its window began was never on offer and leaves no cool-down;
/// one that is ended does, begun or not.
/// </para>
/// </summary>
internal sealed partial class CampaignTable
{
    /// <summary>The most merchants an item can pass through: its shard has a byte for the place of an order's (R45).</summary>
    public const int MaxMerchantsOfItem = Book.MaxMerchantsOfItem;

    private readonly SortedDictionary<long, MerchantFacts> _merchants = [];
    private readonly SortedDictionary<long, CampaignTerms> _campaigns = [];
    private readonly SortedDictionary<long, ItemRecord> _items = [];
    private readonly Dictionary<long, SortedSet<long>> _liveOfMerchant = [];
    private readonly Dictionary<long, SortedSet<long>> _itemsOfMerchant = [];
    private readonly SortedSet<(long EndMs, long Campaign)> _ends = [];

    /// <summary>The id the next campaign gets.</summary>
    public long NextCampaign { get; private set; } = 1;

    /// <summary>The next end of a window; long.MaxValue when no campaign is live.</summary>
    public long NextEndMs => _ends.Count == 0 ? long.MaxValue : _ends.Min.EndMs;

    /// <summary>The campaign whose window ends then.</summary>
    public CampaignTerms NextToEnd => _campaigns[_ends.Min.Campaign];

    /// <summary>What the storefront said of a merchant; null for an unknown one.</summary>
    public MerchantFacts? FactsOf(long merchant) => _merchants.GetValueOrDefault(merchant);

    /// <summary>A campaign that is live or has ended; null for an unknown or deleted one.</summary>
    public CampaignTerms? Find(long campaign) => _campaigns.GetValueOrDefault(campaign);

    /// <summary>Whether a campaign is live.</summary>
    public bool IsLive(long campaign) => Find(campaign) is { Enabled: true };

    /// <summary>The merchant's live campaigns, by id.</summary>
    public IReadOnlyCollection<long> LiveOf(long merchant) => _liveOfMerchant.TryGetValue(merchant, out SortedSet<long>? live) ? live : [];

    /// <summary>The terms of the item's live or latest campaign; null where it has none or that was deleted.</summary>
    public CampaignTerms? LatestOf(long item) => _items.TryGetValue(item, out ItemRecord? known) ? Find(known.Campaign) : null;

    /// <summary>The merchant of record of an item (R45); 0 for none.</summary>
    public long MerchantOf(long item) => _items.TryGetValue(item, out ItemRecord? known) ? known.Merchant : 0;

    /// <summary>Whose an item is and how it is registered; null for an unknown one.</summary>
    public RegisteredItem? FindItem(long item) =>
        _items.TryGetValue(item, out ItemRecord? known) ? new RegisteredItem(item, known.Merchant, known.Category) : null;

    /// <summary>The kind of the item's merchant.</summary>
    public MerchantKind KindOf(long item) =>
        _items.TryGetValue(item, out ItemRecord? known) ? FactsOf(known.Merchant)?.Kind ?? MerchantKind.None : MerchantKind.None;

    /// <summary>The merchant's items, rising.</summary>
    public IReadOnlyCollection<long> ItemsOf(long merchant) =>
        _itemsOfMerchant.TryGetValue(merchant, out SortedSet<long>? items) ? items : [];

    /// <summary>Whether a merchant may publish a campaign of an item in a category at all: R13, R45, R12, in this order.</summary>
    public Refusal? CheckPublish(long merchant, long item, string category, ControlOptions options)
    {
        if (FactsOf(merchant) is not { Tools: not PrivateTraffic.None })
        {
            return new Refusal(
                ControlOutcome.NotEligible, 13,
                $"merchant {merchant} is not known to have a private-traffic tool (feed, live room, chat group) switched on (R13)");
        }

        _items.TryGetValue(item, out ItemRecord? known);
        return known is not null && known.Merchant != merchant
            ? OfAnother(item, merchant)
            : CheckCategory("category", category, options)
                ?? CheckCategory($"the category that item {item} is registered with", known?.Category ?? "", options);
    }

    /// <summary>Whether there is room for a campaign of an item and a merchant now: R11, R10, in this order.</summary>
    public Refusal? CheckRoom(long merchant, long item, long nowMs, ControlOptions options) =>
        CheckItem(item, nowMs, options.CoolDownMs) ?? CheckLive(merchant, options.MaxLivePerMerchant);

    /// <summary>Whether an item may be registered with a merchant, or handed over to him by <paramref name="from"/> (R45).</summary>
    public Refusal? CheckSetItem(long item, long merchant, long from)
    {
        long owner = MerchantOf(item);
        return from != 0 && from != owner ? OfAnother(item, from)
            : from == 0 && owner != 0 && owner != merchant ? OfAnother(item, merchant)
            : owner != 0 && FormerAfter(_items[item], merchant).Length >= MaxMerchantsOfItem ? new Refusal(ControlOutcome.LimitReached, 45,
                $"item {item} has passed through {MaxMerchantsOfItem} merchants; no more are allowed (R45)")
            : null;
    }

    /// <summary>Whether the merchant of a live campaign has the tool that publishes it to a chat group (R18).</summary>
    public Refusal? CheckChatTool(long campaign)
    {
        long merchant = _campaigns[campaign].Merchant;
        return FactsOf(merchant) is { } facts && facts.Tools.HasFlag(PrivateTraffic.ChatGroup) ? null : new Refusal(
            ControlOutcome.NotEligible, 18, $"merchant {merchant} does not have the chat-group tool switched on (R18)", campaign);
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
        bool kindChanged = FactsOf(merchant)?.Kind != facts.Kind;
        _merchants[merchant] = facts;
        return kindChanged;
    }

    /// <summary>An item is registered with its merchant, or handed over to him (R45).</summary>
    public void SetItem(long item, long merchant, string category)
    {
        ItemRecord known = _items.GetValueOrDefault(item) ?? new ItemRecord(0, merchant, null);
        SetItem(item, known with { Merchant = merchant, Category = category, Former = FormerAfter(known, merchant) });
    }

    /// <summary>A campaign is published.</summary>
    public void Publish(CampaignTerms terms)
    {
        _campaigns.Add(terms.Campaign, terms);
        ItemRecord known = _items.GetValueOrDefault(terms.Item) ?? new ItemRecord(0, terms.Merchant, null);
        SetItem(terms.Item, known with { Campaign = terms.Campaign, Merchant = terms.Merchant });
        Add(_liveOfMerchant, terms.Merchant, terms.Campaign);
        _ends.Add((terms.EndMs, terms.Campaign));
        NextCampaign = Math.Max(NextCampaign, terms.Campaign + 1);
    }

    /// <summary>A live campaign gets a new version of its terms.</summary>
    public void Change(CampaignTerms terms)
    {
        _ends.Remove((_campaigns[terms.Campaign].EndMs, terms.Campaign));
        _ends.Add((terms.EndMs, terms.Campaign));
        _campaigns[terms.Campaign] = terms;
    }

    /// <summary>A live campaign ends; its item's cool-down starts.</summary>
    public void End(long campaign, long atMs)
    {
        CampaignTerms terms = _campaigns[campaign];
        LeaveLive(terms);
        _campaigns[campaign] = terms with { Enabled = false, EndMs = atMs };
        _items[terms.Item] = _items[terms.Item] with { LastEndMs = atMs };
    }

    /// <summary>A campaign is forgotten; its item's cool-down is not.</summary>
    public void Delete(long campaign)
    {
        CampaignTerms terms = _campaigns[campaign];
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

        foreach (CampaignTerms terms in _campaigns.Values)
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
            if (known.Category.Length != 0 || !known.Former.IsEmpty)
            {
                hash.Add('H', [item, .. known.Former]);
                hash.Add('G', [item, .. known.Category.Select(letter => (long)letter)]);
            }
        }
    }

    /// <summary>Checks that tables and indexes tell the same, and that an item is in one live campaign at most.</summary>
    public void Validate()
    {
        CampaignTerms[] live = [.. _campaigns.Values.Where(terms => terms.Enabled)];
        Invariant.Holds(live.Length == _ends.Count, "a campaign waits for its end without being live, or is live for ever");
        Invariant.Holds(live.Length == _liveOfMerchant.Values.Sum(campaigns => campaigns.Count),
            "a merchant's live campaigns are not those that are live (R10)");
        Invariant.Holds(live.Select(terms => terms.Item).Distinct().Count() == live.Length, "an item is in two live campaigns (R11)");
        Invariant.Holds(_items.Count == _itemsOfMerchant.Values.Sum(items => items.Count), "an item is with no merchant, or with two");
        foreach ((long item, ItemRecord known) in _items)
        {
            Invariant.Holds(!known.Former.Contains(known.Merchant) && known.Former.Length < MaxMerchantsOfItem,
                $"item {item} has passed through too many merchants, or through one twice (R45)");
            Invariant.Holds(ItemsOf(known.Merchant).Contains(item), $"merchant {known.Merchant} forgot item {item}");
        }

        foreach (CampaignTerms terms in live)
        {
            Invariant.Holds(terms.StartMs < terms.EndMs, $"campaign {terms.Campaign} ends before it starts");
            Invariant.Holds(_ends.Contains((terms.EndMs, terms.Campaign)), $"campaign {terms.Campaign} would not end at its window's end");
            Invariant.Holds(LiveOf(terms.Merchant).Contains(terms.Campaign), $"merchant {terms.Merchant} forgot campaign {terms.Campaign}");
            Invariant.Holds(_items[terms.Item].Campaign == terms.Campaign, $"item {terms.Item} forgot campaign {terms.Campaign}");
            Invariant.Holds(terms.Campaign < NextCampaign, $"campaign {terms.Campaign} will be issued again");
        }
    }

    private static Refusal OfAnother(long item, long merchant) => new(
        ControlOutcome.NotEligible, 45,
            $"item {item} is not merchant {merchant}'s; who has it must hand it over first, named in from (R45)");

    private static Refusal? CheckCategory(string what, string category, ControlOptions options) => options.Closes(category)
        ? new Refusal(ControlOutcome.NotEligible, 12, $"{what} is {category}, which is closed to group buying (R12)")
        : null;

    /// <summary>The merchants an item was with before, each once, when it is with another.</summary>
    private static ImmutableArray<long> FormerAfter(ItemRecord known, long merchant) =>
        known.Merchant == merchant ? known.Former : [.. known.Former.Add(known.Merchant).Where(former => former != merchant)];

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

    private void LeaveLive(CampaignTerms terms)
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

    /// <param name="Campaign">The latest; 0 for none.</param>
    /// <param name="Merchant">Of record (R45).</param>
    /// <param name="LastEndMs">When its last campaign ended; null where none did.</param>
    private sealed record ItemRecord(long Campaign, long Merchant, long? LastEndMs)
    {
        /// <summary>As it was registered (R12); empty where it was only published.</summary>
        public string Category { get; init; } = "";

        /// <summary>The merchants it was handed over by, each once, without the present one.</summary>
        public ImmutableArray<long> Former { get; init; } = [];
    }
}
