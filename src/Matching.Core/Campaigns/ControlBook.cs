using Matching.Structures;

namespace Matching.Core.Campaigns;

/// <summary>
/// The rules of what spans items: merchants and their campaigns, sales and big promotions, chat groups and venues (R10–R16,
/// R18, R20, R45). A pure, deterministic state machine like <see cref="Book"/>: commands are decided into events; events alone change
/// the state, through <see cref="Apply"/>, in recovery as in service. No I/O, no clock; one thread at a time.
/// <para>
/// Load assumed: some commands a second, a few million campaigns; so dictionaries and immutable records, and a reason in words for
/// every refusal. Item shards never ask it anything: what changes for an item is handed out as an <see cref="ItemSchedule"/>.
/// </para>
/// <para>
/// As items do with their teams (R36), every decision and read first acts on what is overdue, in the order of time: a window that
/// is over ends its campaign at that very moment. <see cref="Sweep"/> only makes the event appear sooner. So a read, too, may
/// leave events to be journaled.
/// </para>
/// </summary>
public sealed partial class ControlBook
{
    private readonly CampaignTable _campaigns = new();
    private readonly Promotions _promotions = new();
    private readonly ChatGroups _chats = new();
    private readonly Venues _venues = new();
    private readonly PriceHistory _prices = new();
    private readonly RequestLog _requests = new();
    private readonly SortedSet<long> _touched = [];
    private bool _calendarTouched;

    /// <summary>Makes an empty one.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public ControlBook(ControlOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Faults().FirstOrDefault() is { } wrong ? throw new ArgumentException(wrong, nameof(options)) : options;
    }

    /// <summary>The limits it decides by.</summary>
    public ControlOptions Options { get; }

    /// <summary>What happened since the owner last took it: to be journaled, in this order, and cleared.</summary>
    public IList<ControlEvent> Events { get; } = [];

    /// <summary>The latest time seen, in ms since 1970; never goes back (R43).</summary>
    public long Now { get; private set; }

    /// <summary>When time alone will next bring an event; long.MaxValue when it won't.</summary>
    public long NextDue => Math.Min(_campaigns.NextEndMs, _chats.NextEndMs);

    /// <summary>Moves time to <paramref name="nowMs"/> and acts on everything due.</summary>
    public void Sweep(long nowMs) => MoveTo(nowMs);

    /// <summary>Whether anything was told of a merchant.</summary>
    public bool Knows(long merchant) => _campaigns.FactsOf(merchant) is not null;

    /// <summary>A campaign, live or ended, as it is at an instant; null for an unknown or deleted one.</summary>
    public CampaignTerms? FindCampaign(long campaign, long nowMs)
    {
        MoveTo(nowMs);
        return _campaigns.Find(campaign);
    }

    /// <summary>The ids of a merchant's live campaigns, rising (R10).</summary>
    public IReadOnlyList<long> LiveCampaignsOf(long merchant, long nowMs)
    {
        MoveTo(nowMs);
        return [.. _campaigns.LiveOf(merchant)];
    }

    /// <summary>The items that are this merchant's now; rising (R45).</summary>
    public IReadOnlyList<long> ItemsOf(long merchant) => [.. _campaigns.ItemsOf(merchant)];

    /// <summary>Whose an item is and the category it is registered with (R12, R45); null where nobody registered or published it.</summary>
    public RegisteredItem? FindItem(long item) => _campaigns.FindItem(item);

    /// <summary>The merchant of record of an item (R45); 0 for none.</summary>
    public long MerchantOf(long item) => _campaigns.MerchantOf(item);

    /// <summary>What a chat group carries, and its card on top: of an activity in effect at that moment (R18).</summary>
    public ChatView FindChat(long chat, long nowMs)
    {
        MoveTo(nowMs);
        BigDayCalendar calendar = _promotions.Calendar();
        return new ChatView(chat, [.. _chats.Of(chat)], _chats.Top(chat, campaign => IsEffective(campaign, calendar)));
    }

    /// <summary>A venue with its running or next window, and the campaigns listed now (R20); null for an unknown one.</summary>
    public VenueView? FindVenue(long venue, long nowMs)
    {
        MoveTo(nowMs);
        if (_venues.PlanOf(venue) is not { } plan)
        {
            return null;
        }

        BigDayCalendar calendar = _promotions.Calendar();
        return new VenueView(
            venue,
            plan,
            plan.WindowAt(Now),
            [.. _venues.ApplicationsOf(venue)],
            plan.RunsAt(Now) ? [.. _venues.ApplicationsOf(venue).Where(campaign => IsEffective(campaign, calendar))] : []);
    }

    /// <summary>The lowest price of an item that a later promotion must keep to (R16).</summary>
    /// <param name="item">The item.</param>
    /// <param name="asked">What it is asked for.</param>
    /// <param name="toMs">The later promotion's start, ms since 1970.</param>
    /// <param name="windowMs">Length of the window before it, 1 ms … 90 days; 0 for the rule's own.</param>
    public LowestPrice LowestPriceOf(long item, LowestPriceFor asked, long toMs, long windowMs = 0) =>
        LowestPrice.Of(asked, _campaigns.KindOf(item), _prices.Of(item), toMs, windowMs);

    /// <summary>What an item's shard must know, as of now.</summary>
    public ItemSchedule ScheduleOf(long item) =>
        new(item, Now, _campaigns.KindOf(item), _campaigns.LatestOf(item), _promotions.Of(item)) { Merchant = _campaigns.MerchantOf(item) };

    /// <summary>The big promotions, as of now.</summary>
    public BigDayCalendar Calendar() => _promotions.Calendar();

    /// <summary>
    /// The schedules that changed since last asked, by item. To be handed to the shards after their events are durable and before
    /// the command is answered; in recovery, after every event, so that the shards know each version of the terms.
    /// </summary>
    /// <param name="calendar">The new calendar for every shard; null where it is the old one.</param>
    public IReadOnlyList<ItemSchedule> TakeTouched(out BigDayCalendar? calendar)
    {
        calendar = _calendarTouched ? _promotions.Calendar() : null;
        ItemSchedule[] schedules = [.. _touched.Select(ScheduleOf)];
        _calendarTouched = false;
        _touched.Clear();
        return schedules;
    }

    /// <summary>A hash of the whole state but time: equal for equal histories.</summary>
    public ulong StateHash()
    {
        StateHash hash = default;
        _campaigns.AddTo(ref hash);
        _promotions.AddTo(ref hash);
        _chats.AddTo(ref hash);
        _venues.AddTo(ref hash);
        _prices.AddTo(ref hash);
        _requests.AddTo(ref hash);
        return hash.Value;
    }

    /// <summary>Checks every invariant of the whole state; for tests and verification.</summary>
    /// <exception cref="InvariantException">One does not hold.</exception>
    public void Validate()
    {
        _campaigns.Validate();
        _promotions.Validate();
        _chats.Validate(_campaigns.IsLive);
        _venues.Validate(_campaigns.IsLive);
    }

    private bool IsEffective(long campaign, BigDayCalendar calendar) =>
        _campaigns.Find(campaign) is { } terms && Effectiveness.ToOpen(ScheduleOf(terms.Item), calendar, Now).Ok;
}

/// <summary>An item as a reader sees it.</summary>
/// <param name="Item">The item.</param>
/// <param name="Merchant">Whose it is (R45).</param>
/// <param name="Category">As it was registered (R12); empty where it was only published.</param>
public sealed record RegisteredItem([property: JsonId] long Item, [property: JsonId] long Merchant, string Category);

/// <summary>A chat group as a reader sees it.</summary>
/// <param name="Chat">The chat group.</param>
/// <param name="Live">Its live activities, by time of listing.</param>
/// <param name="Top">The one card on top; null when none it carries is in effect now.</param>
public sealed record ChatView([property: JsonId] long Chat, IReadOnlyList<Activity> Live, Activity? Top)
{
    /// <summary>Its live activities, by time of listing.</summary>
    public IReadOnlyList<Activity> Live { get; init; } = new PrintedList<Activity>(Live);
}

/// <summary>A venue as a reader sees it.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="Plan">When it runs.</param>
/// <param name="Window">Its running window or, where none runs, the next; null when there is none.</param>
/// <param name="Applied">The live campaigns that applied, by id.</param>
/// <param name="Listed">While it runs: those of them that have effect now, by id; else none.</param>
public sealed record VenueView(
    [property: JsonId] long Venue, VenuePlan Plan, VenueWindow? Window, IReadOnlyList<long> Applied, IReadOnlyList<long> Listed)
{
    /// <summary>The live campaigns that applied, by id.</summary>
    public IReadOnlyList<long> Applied { get; init; } = new PrintedList<long>(Applied);

    /// <summary>While it runs: those of them that have effect now, by id; else none.</summary>
    public IReadOnlyList<long> Listed { get; init; } = new PrintedList<long>(Listed);
}
