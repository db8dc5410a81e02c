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
public sealed partial class ControlTwin(ControlOptions options, TwinFault fault = TwinFault.None)
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

    public CampaignTerms? Find(long campaign) => Known(campaign)?.At(Now);

    /// <summary>
    /// What an item's shard opens by: the terms of its live or latest campaign; null where it has none, or that was deleted.
    /// </summary>
    public CampaignTerms? Offered(long item) => LatestOf(item) is { DeletedAt: null } offer ? offer.Terms : null;

    /// <summary>The newest terms of a campaign, deleted or not: its quota is the campaign's own (R42).</summary>
    public CampaignTerms LatestTerms(long campaign) => _offers.Find(offer => offer.Terms.Campaign == campaign)!.Terms;

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
        IEnumerable<Activity> cards = Chat(chat)
            .Where(activity => activity.Kind != ActivityKind.GroupBuy || fault == TwinFault.TopWithoutEffect
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

    public bool EverPublished(Func<CampaignTerms, bool> which) => _offers.Exists(offer => which(offer.Terms));

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

        int merchants = _owners.Where(before => before.Item == command.Item).Select(before => before.Merchant).Append(command.Merchant)
            .Distinct().Count();
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

    private static bool Same(Activity one, Activity other) => one.Kind == other.Kind && one.Id == other.Id;

    /// <summary>A campaign as its commands made it.</summary>
    private sealed class Offer(long publishedAt, CampaignTerms terms)
    {
        public List<(long FromMs, CampaignTerms Terms)> Versions { get; } = [(publishedAt, terms)];

        public long? EndedAt { get; set; }

        public long? DeletedAt { get; set; }

        public CampaignTerms Terms => Versions[^1].Terms;

        public bool IsLive(long nowMs) => DeletedAt is null && EndedAt is null && nowMs < Terms.EndMs;

        /// <summary>When it ended, if it has: by its window, by request, or by deletion after it began.</summary>
        public long? EndOf(long nowMs) =>
            EndedAt is not null ? EndedAt
            : nowMs >= Terms.EndMs && (DeletedAt is null || DeletedAt >= Terms.EndMs) ? Terms.EndMs
            : DeletedAt is { } deletedAt && Terms.StartMs <= deletedAt ? deletedAt
            : null;

        public CampaignTerms At(long nowMs) => IsLive(nowMs) ? Terms : Terms with { Enabled = false, EndMs = EndOf(nowMs) ?? Terms.EndMs };

        public IEnumerable<(long FromMs, long ToMs, CampaignTerms Terms)> Prices()
        {
            for (int i = 0; i < Versions.Count; i++)
            {
                (long fromMs, CampaignTerms version) = Versions[i];
                long toMs = new[] { version.EndMs, EndedAt ?? long.MaxValue, DeletedAt ?? long.MaxValue }.Min();
                toMs = i + 1 < Versions.Count ? Math.Min(toMs, Versions[i + 1].FromMs) : toMs;
                yield return (Math.Max(fromMs, version.StartMs), toMs, version);
            }
        }
    }
}
