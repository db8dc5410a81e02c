using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>A fault planted in the twin, to see that the properties would find it in the book.</summary>
public enum TwinFault
{
    None,
    OneLiveCampaignTooMany,
    LiveLimitNotReleasedAtWindowEnd,
    CoolDownOneMillisecondShort,
    CoolDownOneMillisecondLong,
    NoCoolDownAfterDeletion,
    CoolDownWithoutHavingBegun,
    ClosedCategoryAllowed,
    ToolNotAsked,
    SaleIgnoredForOpening,
    SaleIgnoredForJoining,
    BigDayIgnoredForJoining,
    BrandsGradeForAll,
    WarmUpStops,
    EndStopsJoining,
    ChangeKeepsVersion,
    OneActivityTooMany,
    ChatPlaceNotReleased,
    LastListedOnTop,
    VenueListsWhatHasNoEffect,
    GroupPriceAlwaysCounts,
    RepeatTakenForNew,
    ConflictOverlooked,
    OthersMayPublish,
    OthersMaySet,
    HandedOverByAnybody,
    RegisteredCategoryForgotten,
    PublishedOnTheDay,
    ClosedCategoryByTheLetter,
    LeaderPriceNeverCounts,
    ChatToolNotAsked,
    TopWithoutEffect,
}

/// <summary>
/// The control book once more, as plainly as can be said: it keeps what was accepted and works out everything else from that, by looking at
/// all of it, at every question. It has no events, no indexes and nothing that happens when time passes.
/// </summary>
public sealed class ControlTwin(ControlOptions options, TwinFault fault = TwinFault.None)
{
    private readonly List<Offer> _offers = [];
    private readonly Dictionary<long, MerchantFacts> _merchants = [];
    private readonly List<(long Item, long Merchant, string Category)> _owners = [];
    private readonly List<(long Item, Promotion Sale)> _sales = [];
    private readonly List<BigDay> _days = [];
    private readonly List<(long Chat, Activity Activity)> _cards = [];
    private readonly Dictionary<long, VenuePlan> _venues = [];
    private readonly List<(long Venue, long Campaign)> _applied = [];
    private readonly Dictionary<(ControlOperation, long), (ControlCommand Command, Said Said)> _requests = [];

    /// <summary>The part of an answer that the rules decide.</summary>
    public readonly record struct Said(ControlOutcome Outcome, int Rule = 0, long Campaign = 0, bool Repeated = false, long RetryAt = 0);

    public long Now { get; private set; }

    public Said Execute(ControlCommand command, long nowMs)
    {
        Now = Math.Max(Now, nowMs);
        if (command.Terms is { } asked && (asked.TeamSize is < 2 or > 1000 || asked.GroupPriceFen > asked.SoloPriceFen))
        {
            return new Said(ControlOutcome.BadRequest, asked.TeamSize is < 2 or > 1000 ? 1 : 34);
        }

        ControlCommand bare = Meant(command);
        if (_requests.TryGetValue((command.Operation, command.Request), out (ControlCommand Command, Said Said) first))
        {
            if (first.Command == bare && fault != TwinFault.RepeatTakenForNew)
            {
                return first.Said with { Repeated = true };
            }

            if (first.Command != bare && fault != TwinFault.ConflictOverlooked)
            {
                return new Said(ControlOutcome.OrderConflict, 35);
            }
        }

        Said said = Decide(command);
        if (said.Rule == 0)
        {
            _requests[(command.Operation, command.Request)] = (bare, said);
        }

        return said;
    }

    public void MoveTo(long nowMs) => Now = Math.Max(Now, nowMs);

    public EffectiveTerms? Find(long campaign) => Known(campaign)?.At(Now);

    /// <summary>What an item's shard opens by: the terms of its live or latest campaign; null where it has none, or that was deleted.</summary>
    public EffectiveTerms? Offered(long item) => LatestOf(item) is { DeletedAt: null } offer ? offer.Terms : null;

    /// <summary>The newest terms of a campaign, deleted or not: its quota is the campaign's own (R42).</summary>
    public EffectiveTerms LatestTerms(long campaign) => _offers.Find(offer => offer.Terms.Campaign == campaign)!.Terms;

    public IEnumerable<long> LiveOf(long merchant) =>
        _offers.Where(offer => offer.Terms.Merchant == merchant && offer.IsLive(Now)).Select(offer => offer.Terms.Campaign);

    public Why WhyNotOpen(long item, long atMs)
    {
        Offer? offer = LatestOf(item);
        if (offer is null || offer.DeletedAt is not null)
        {
            return Why.NoCampaign;
        }

        Why ruling = Ruling(item, atMs, fault is TwinFault.SaleIgnoredForOpening, false);
        return ruling is not (Why.Effective or Why.WarmUp) ? ruling
            : offer.EndedAt is not null || atMs >= offer.Terms.EndMs ? Why.Ended
            : atMs < offer.Terms.StartMs ? Why.NotStarted
            : ruling;
    }

    public Why WhyNotJoin(long item, long atMs) =>
        fault == TwinFault.EndStopsJoining && WhyNotOpen(item, atMs) == Why.Ended
            ? Why.Ended
            : Ruling(item, atMs, fault == TwinFault.SaleIgnoredForJoining, fault == TwinFault.BigDayIgnoredForJoining);

    public IEnumerable<Activity> Chat(long chat) => _cards
        .Where(card => card.Chat == chat && IsLive(card.Activity))
        .Select(card => card.Activity);

    public Activity? Top(long chat)
    {
        IEnumerable<Activity> cards = Chat(chat).Where(activity => activity.Kind != ActivityKind.GroupBuy || fault == TwinFault.TopWithoutEffect
            || WhyNotOpen(Known(activity.Id)!.Terms.Item, Now) is Why.Effective or Why.WarmUp);
        return (fault == TwinFault.LastListedOnTop ? cards.Reverse() : cards).OrderBy(activity => activity.Kind).FirstOrDefault();
    }

    public IEnumerable<long>? Listed(long venue) => !_venues.TryGetValue(venue, out VenuePlan? plan) ? null
        : !plan.RunsAt(Now) ? []
        : Applied(venue).Where(campaign => fault == TwinFault.VenueListsWhatHasNoEffect
            || WhyNotOpen(Known(campaign)!.Terms.Item, Now) is Why.Effective or Why.WarmUp);

    public IEnumerable<long> Applied(long venue) =>
        _applied.Where(entry => entry.Venue == venue && Known(entry.Campaign)?.IsLive(Now) == true).Select(entry => entry.Campaign).Order();

    public long? LowestPrice(long item, LowestPriceFor asked, long toMs)
    {
        bool groupCounts = KindOf(item) != MerchantKind.C2C || asked is not (LowestPriceFor.ThirtyDays or LowestPriceFor.BigPromotion);
        long fromMs = toMs - ((asked is LowestPriceFor.ThirtyDays or LowestPriceFor.BigPromotion ? 30 : 15) * 86_400_000L);
        return _offers.Where(offer => offer.Terms.Item == item)
            .SelectMany(offer => offer.Prices())
            .Where(price => price.FromMs < price.ToMs && price.FromMs < toMs && price.ToMs > fromMs)
            .Select(price => !groupCounts && fault != TwinFault.GroupPriceAlwaysCounts ? price.Terms.SoloPriceFen
                : fault == TwinFault.LeaderPriceNeverCounts ? price.Terms.GroupPriceFen
                : Math.Min(price.Terms.GroupPriceFen, price.Terms.LeaderPriceFen ?? long.MaxValue))
            .Min(fen => (long?)fen);
    }

    private Offer? Known(long campaign) => _offers.Find(offer => offer.Terms.Campaign == campaign && offer.DeletedAt is null);

    public bool EverPublished(Func<EffectiveTerms, bool> which) => _offers.Exists(offer => which(offer.Terms));

    private Offer? LatestOf(long item) => _offers.FindLast(offer => offer.Terms.Item == item);

    /// <summary>R45: who registered or first published it, until it is handed over; 0 for nobody.</summary>
    public long MerchantOf(long item) => _owners.FindLast(owner => owner.Item == item).Merchant;

    private MerchantKind KindOf(long item) => _merchants.GetValueOrDefault(MerchantOf(item))?.Kind ?? MerchantKind.None;

    private bool MayGoToChats(Offer offer) => (_merchants[offer.Terms.Merchant].Tools & PrivateTraffic.ChatGroup) != PrivateTraffic.None;

    /// <summary>R15: the first moment from now on that is in no day of a big promotion for this kind of merchant.</summary>
    private long FirstFree(MerchantKind kind)
    {
        Grade lowest = kind == MerchantKind.Brand ? Grade.DoubleS : Grade.TripleS;
        long free = Now;
        while (_days.Find(day => day.Grade >= lowest && day.StartMs <= free && free < day.EndMs) is { } day)
        {
            free = day.EndMs;
        }

        return free;
    }

    private Said SetItem(ControlCommand command)
    {
        long owner = MerchantOf(command.Item);
        bool wrongGiver = command.From != 0 && command.From != owner && fault != TwinFault.HandedOverByAnybody;
        bool ofAnother = command.From == 0 && owner != 0 && owner != command.Merchant && fault != TwinFault.OthersMaySet;
        if (wrongGiver || ofAnother)
        {
            return new Said(ControlOutcome.NotEligible, 45);
        }

        int merchants = _owners.Where(before => before.Item == command.Item).Select(before => before.Merchant).Append(command.Merchant).Distinct().Count();
        if (merchants > 255)
        {
            return new Said(ControlOutcome.LimitReached, 45);
        }

        _owners.Add((command.Item, command.Merchant, command.Category));
        return new Said(ControlOutcome.Registered);
    }

    private bool IsLive(Activity activity) => activity.Kind == ActivityKind.GroupBuy
        ? fault == TwinFault.ChatPlaceNotReleased || Known(activity.Id)?.IsLive(Now) == true
        : activity.EndMs == 0 || Now < activity.EndMs;

    private Why Ruling(long item, long atMs, bool ignoreSales, bool ignoreDays)
    {
        Promotion? sale = _sales.Where(entry => entry.Item == item && entry.Sale.StartMs <= atMs && atMs < entry.Sale.EndMs)
            .Select(entry => entry.Sale).MinBy(sale => sale.Id);
        if (sale is not null && !ignoreSales)
        {
            return sale.Kind == PromotionKind.FlashSale ? Why.FlashSale : Why.MassSale;
        }

        MerchantKind kind = KindOf(item);
        Grade lowest = kind == MerchantKind.Brand || fault == TwinFault.BrandsGradeForAll ? Grade.DoubleS : Grade.TripleS;
        BigDay[] days = [.. _days.Where(day => kind != MerchantKind.None && day.Grade >= lowest)];
        bool warmsUp = days.Any(day => day.WarmUpMs <= atMs && atMs < day.StartMs);
        return !ignoreDays && (days.Any(day =>
            day.StartMs <= atMs && atMs < day.EndMs) || (warmsUp && fault == TwinFault.WarmUpStops)) ? Why.BigDay
            : warmsUp ? Why.WarmUp
            : Why.Effective;
    }

    private Said Decide(ControlCommand command)
    {
        Offer? offer = Known(command.Campaign);
        Said? notLive = offer is null ? new Said(ControlOutcome.UnknownCampaign, 10)
            : !offer.IsLive(Now) ? new Said(ControlOutcome.AlreadyEnded, 34)
            : null;
        switch (command.Operation)
        {
            case ControlOperation.SetMerchant:
                _merchants[command.Merchant] = command.Facts!;
                return new Said(ControlOutcome.Registered);
            case ControlOperation.SetItem:
                return SetItem(command);
            case ControlOperation.PublishCampaign:
                return Publish(command);
            case ControlOperation.ChangeCampaign:
                return notLive ?? Change(offer!, command.Terms!);
            case ControlOperation.EndCampaign when notLive is null:
                offer!.EndedAt = Now;
                return new Said(ControlOutcome.Ended, 0, command.Campaign);
            case ControlOperation.DeleteCampaign when offer is not null:
                offer.DeletedAt = Now;
                return new Said(ControlOutcome.Deleted, 0, command.Campaign);
            case ControlOperation.PublishToChat:
                return notLive ?? (MayGoToChats(offer!) || fault == TwinFault.ChatToolNotAsked
                    ? List(command.Chat, new Activity(ActivityKind.GroupBuy, command.Campaign), command.Campaign)
                    : new Said(ControlOutcome.NotEligible, 18));
            case ControlOperation.ApplyToVenue:
                return notLive ?? Apply(command.Venue, command.Campaign);
            case ControlOperation.EndCampaign or ControlOperation.DeleteCampaign:
                return notLive!.Value;
            default:
                return DecideOther(command);
        }
    }

    private Said DecideOther(ControlCommand command)
    {
        switch (command.Operation)
        {
            case ControlOperation.SetPromotion:
                _sales.RemoveAll(entry => entry.Item == command.Item && entry.Sale.Id == command.Promotion!.Id);
                _sales.Add((command.Item, command.Promotion!));
                return new Said(ControlOutcome.Registered);
            case ControlOperation.RemovePromotion:
                return _sales.RemoveAll(entry =>
                    entry.Item == command.Item && entry.Sale.Id == command.Promotion!.Id && entry.Sale.EndMs > Now) > 0
                    ? new Said(ControlOutcome.Removed)
                    : new Said(ControlOutcome.UnknownPromotion, 14);
            case ControlOperation.SetBigDay:
                _days.RemoveAll(day => day.Id == command.BigDay!.Id);
                _days.Add(command.BigDay!);
                return new Said(ControlOutcome.Registered);
            case ControlOperation.RemoveBigDay:
                return _days.RemoveAll(day => day.Id == command.BigDay!.Id && day.EndMs > Now) > 0
                    ? new Said(ControlOutcome.Removed)
                    : new Said(ControlOutcome.UnknownBigDay, 15);
            case ControlOperation.RegisterActivity:
                return List(command.Chat, command.Activity!, 0);
            case ControlOperation.WithdrawFromChat:
                return _cards.RemoveAll(card =>
                    card.Chat == command.Chat && Same(card.Activity, command.Activity!) && IsLive(card.Activity)) > 0
                    ? new Said(ControlOutcome.Withdrawn)
                    : new Said(ControlOutcome.UnknownActivity, 18);
            case ControlOperation.SetVenue:
                _venues[command.Venue] = command.Plan!;
                return new Said(ControlOutcome.Registered);
            case ControlOperation.RemoveVenue:
                _applied.RemoveAll(entry => entry.Venue == command.Venue);
                return _venues.Remove(command.Venue) ? new Said(ControlOutcome.Removed) : new Said(ControlOutcome.UnknownVenue, 20);
            default:
                return Applied(command.Venue).Contains(command.Campaign) && _applied.Remove((command.Venue, command.Campaign))
                    ? new Said(ControlOutcome.Withdrawn, 0, command.Campaign)
                    : new Said(ControlOutcome.UnknownVenue, 20);
        }
    }

    private Said Publish(ControlCommand command)
    {
        EffectiveTerms asked = command.Terms!;
        long startMs = asked.StartMs == 0 ? Now : asked.StartMs;
        Offer? latest = LatestOf(command.Item);
        long coolDownMs = options.CoolDownMs
            + (fault == TwinFault.CoolDownOneMillisecondShort ? -1 : 0) + (fault == TwinFault.CoolDownOneMillisecondLong ? 1 : 0);
        bool hasTool = _merchants.GetValueOrDefault(command.Merchant) is { Tools: not PrivateTraffic.None };
        string registered = fault == TwinFault.RegisteredCategoryForgotten ? "" : _owners.FindLast(owner => owner.Item == command.Item).Category ?? "";
        bool isClosed = IsClosed(command.Category) || IsClosed(registered);
        long free = hasTool ? FirstFree(_merchants[command.Merchant].Kind) : Now;
        bool isAnothers = MerchantOf(command.Item) is not 0 and var owner && owner != command.Merchant;
        long? endMs = _offers.Where(offer => offer.Terms.Item == command.Item).Max(EndOf);
        int limit = options.MaxLivePerMerchant + (fault == TwinFault.OneLiveCampaignTooMany ? 1 : 0);
        int live = _offers.Count(offer => offer.Terms.Merchant == command.Merchant
            && (fault == TwinFault.LiveLimitNotReleasedAtWindowEnd ? offer.EndedAt is null && offer.DeletedAt is null : offer.IsLive(Now)));
        Said? refused =
            asked.TeamSize > options.MaxTeamSize ? new Said(ControlOutcome.BadRequest, 1)
            : asked.EndMs <= Now || asked.EndMs <= startMs ? new Said(ControlOutcome.BadRequest, 34)
            : !hasTool && fault != TwinFault.ToolNotAsked ? new Said(ControlOutcome.NotEligible, 13)
            : isAnothers && fault != TwinFault.OthersMayPublish ? new Said(ControlOutcome.NotEligible, 45)
            : isClosed && fault != TwinFault.ClosedCategoryAllowed ? new Said(ControlOutcome.NotEligible, 12)
            : free > Now && fault != TwinFault.PublishedOnTheDay ? new Said(ControlOutcome.NotEligible, 15, 0, false, free)
            : latest is not null && latest.IsLive(Now) ? new Said(ControlOutcome.NotEligible, 11)
            : endMs is { } end && Now < end + coolDownMs ? new Said(ControlOutcome.NotEligible, 11, 0, false, end + coolDownMs)
            : live >= limit ? new Said(ControlOutcome.LimitReached, 10)
            : null;
        if (refused is not null)
        {
            return refused.Value;
        }

        Offer offer = new(Now, Filled(asked, startMs) with
        {
            Campaign = _offers.Count + 1,
            Version = 1,
            Merchant = command.Merchant,
            Item = command.Item,
        });
        _offers.Add(offer);
        if (MerchantOf(command.Item) != command.Merchant)
        {
            _owners.Add((command.Item, command.Merchant, ""));
        }

        return new Said(ControlOutcome.Published, 0, offer.Terms.Campaign);
    }

    private bool IsClosed(string category) => options.ClosedCategories.Any(closed => string.Equals(
        closed, fault == TwinFault.ClosedCategoryByTheLetter ? category : category.Trim(), StringComparison.OrdinalIgnoreCase));

    private long? EndOf(Offer offer) => fault switch
    {
        TwinFault.NoCoolDownAfterDeletion when offer.DeletedAt is not null => null,
        TwinFault.CoolDownWithoutHavingBegun when offer.DeletedAt is not null => offer.EndOf(Now) ?? offer.DeletedAt,
        _ => offer.EndOf(Now),
    };

    private Said Change(Offer offer, EffectiveTerms asked)
    {
        long startMs = asked.StartMs == 0 ? offer.Terms.StartMs : asked.StartMs;
        if (asked.TeamSize > options.MaxTeamSize)
        {
            return new Said(ControlOutcome.BadRequest, 1);
        }

        if ((startMs != offer.Terms.StartMs && offer.Terms.StartMs <= Now) || asked.EndMs <= Now || asked.EndMs <= startMs)
        {
            return new Said(ControlOutcome.BadRequest, 34);
        }

        offer.Versions.Add((Now, Filled(asked, startMs) with
        {
            Campaign = offer.Terms.Campaign,
            Version = offer.Terms.Version + (fault == TwinFault.ChangeKeepsVersion ? 0 : 1),
            Merchant = offer.Terms.Merchant,
            Item = offer.Terms.Item,
        }));
        return new Said(ControlOutcome.Changed, 0, offer.Terms.Campaign);
    }

    private Said List(long chat, Activity activity, long campaign)
    {
        if (activity.EndMs != 0 && activity.EndMs <= Now)
        {
            return new Said(ControlOutcome.BadRequest, 18);
        }

        if (Chat(chat).Any(listed => Same(listed, activity)))
        {
            return new Said(ControlOutcome.AlreadyListed, 18);
        }

        if (Chat(chat).Count() >= options.MaxLivePerChat + (fault == TwinFault.OneActivityTooMany ? 1 : 0))
        {
            return new Said(ControlOutcome.LimitReached, 18);
        }

        _cards.Add((chat, activity));
        return new Said(ControlOutcome.Registered, 0, campaign);
    }

    private Said Apply(long venue, long campaign)
    {
        if (!_venues.ContainsKey(venue) || Applied(venue).Contains(campaign))
        {
            return _venues.ContainsKey(venue) ? new Said(ControlOutcome.AlreadyListed, 20) : new Said(ControlOutcome.UnknownVenue, 20);
        }

        _applied.Add((venue, campaign));
        return new Said(ControlOutcome.Applied, 0, campaign);
    }

    private EffectiveTerms Filled(EffectiveTerms asked, long startMs) =>
        asked with { Enabled = true, StartMs = startMs, HoldMs = asked.HoldMs == 0 ? options.HoldMs : asked.HoldMs };

    /// <summary>What a command asks for, whenever it is asked: what is removed is named by its id, whatever else stands beside it (R35).</summary>
    private static ControlCommand Meant(ControlCommand command) => command.Operation switch
    {
        ControlOperation.RemovePromotion => command with { At = 0, Promotion = new Promotion(command.Promotion!.Id, default, 0, 0) },
        ControlOperation.RemoveBigDay => command with { At = 0, BigDay = new BigDay(command.BigDay!.Id, default, 0, 0, 0) },
        ControlOperation.WithdrawFromChat => command with { At = 0, Activity = command.Activity! with { EndMs = 0 } },
        _ => command with { At = 0 },
    };

    private static bool Same(Activity one, Activity other) => one.Kind == other.Kind && one.Id == other.Id;

    /// <summary>A campaign as its commands made it.</summary>
    private sealed class Offer(long publishedAt, EffectiveTerms terms)
    {
        public List<(long FromMs, EffectiveTerms Terms)> Versions { get; } = [(publishedAt, terms)];

        public long? EndedAt { get; set; }

        public long? DeletedAt { get; set; }

        public EffectiveTerms Terms => Versions[^1].Terms;

        public bool IsLive(long nowMs) => DeletedAt is null && EndedAt is null && nowMs < Terms.EndMs;

        /// <summary>When it ended, if it has: by its window, by request, or by deletion after it began.</summary>
        public long? EndOf(long nowMs) =>
            EndedAt is not null ? EndedAt
            : nowMs >= Terms.EndMs && (DeletedAt is null || DeletedAt >= Terms.EndMs) ? Terms.EndMs
            : DeletedAt is { } deletedAt && Terms.StartMs <= deletedAt ? deletedAt
            : null;

        public EffectiveTerms At(long nowMs) => IsLive(nowMs) ? Terms : Terms with { Enabled = false, EndMs = EndOf(nowMs) ?? Terms.EndMs };

        public IEnumerable<(long FromMs, long ToMs, EffectiveTerms Terms)> Prices()
        {
            for (int i = 0; i < Versions.Count; i++)
            {
                (long fromMs, EffectiveTerms version) = Versions[i];
                long toMs = new[] { version.EndMs, EndedAt ?? long.MaxValue, DeletedAt ?? long.MaxValue }.Min();
                toMs = i + 1 < Versions.Count ? Math.Min(toMs, Versions[i + 1].FromMs) : toMs;
                yield return (Math.Max(fromMs, version.StartMs), toMs, version);
            }
        }
    }
}
