using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Campaigns;

namespace Matching.Engine;

/// <content>Campaigns: what merchants may offer, to whom, at what price (R10–R21, R23, R42). Rare commands, one at a time.</content>
public sealed partial class MatchingEngine
{
    private readonly ControlLoop _control;

    /// <summary>
    /// One command about merchants, campaigns, promotions, chat groups or venues. Durable, and known to the item's shard, when it is
    /// answered: a join sent after that is decided by it. Refusals name field, value and rule.
    /// </summary>
    /// <param name="command">(Operation, Request) is its key (R35). Its own time only on an engine with a manual clock.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    /// <exception cref="MatchingUnavailableException">The engine has stopped, or is closing; outcome unknown (R38).</exception>
    public Task<ControlAnswer> ControlAsync(ControlCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.At != 0)
        {
            Arguments.At(command.At, _clock.IsManual);
        }

        return _inFlight.Closed
            ? Task.FromException<ControlAnswer>(MatchingUnavailableException.Closed())
            : Control((book, now) => Execute(book, command, now), cancellationToken);
    }

    /// <summary>Whose an item is and the category it is registered with (R12, R45); null where nobody registered or published it.</summary>
    public Task<RegisteredItem?> FindItemAsync(long item, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return Control((book, _) => book.FindItem(item), cancellationToken);
    }

    /// <summary>A campaign, live or ended; null for an unknown or deleted one.</summary>
    public Task<CampaignTerms?> FindCampaignAsync(long campaign, CancellationToken cancellationToken = default)
    {
        Arguments.Id(campaign, nameof(campaign));
        return Control((book, now) => book.FindCampaign(campaign, now), cancellationToken);
    }

    /// <summary>The ids of a merchant's live campaigns, rising (R10).</summary>
    public Task<IReadOnlyList<long>> LiveCampaignsOfAsync(long merchant, CancellationToken cancellationToken = default)
    {
        Arguments.Id(merchant, nameof(merchant));
        return Control((book, now) => book.LiveCampaignsOf(merchant, now), cancellationToken);
    }

    /// <summary>What a chat group carries, and its card on top (R18).</summary>
    public Task<ChatView> FindChatAsync(long chat, CancellationToken cancellationToken = default)
    {
        Arguments.Id(chat, nameof(chat));
        return Control((book, now) => book.FindChat(chat, now), cancellationToken);
    }

    /// <summary>A venue, its window and the campaigns listed now (R20); null for an unknown one.</summary>
    public Task<VenueView?> FindVenueAsync(long venue, CancellationToken cancellationToken = default)
    {
        Arguments.Id(venue, nameof(venue));
        return Control((book, now) => book.FindVenue(venue, now), cancellationToken);
    }

    /// <summary>Whether an item's campaign has effect now, and by which rule not (R14, R15, R34).</summary>
    public Task<Verdict> EffectivenessOfAsync(long item, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return Control(
            (book, now) =>
            {
                book.Sweep(now);
                return Effectiveness.ToOpen(book.ScheduleOf(item), book.Calendar(), book.Now);
            },
            cancellationToken);
    }

    /// <summary>What a buyer would pay under an item's campaign (R17); null when it has none.</summary>
    /// <exception cref="ArgumentException">A number is out of its range; the message names it and its value.</exception>
    public async Task<Quote?> QuoteAsync(
        long item, BuyAs buyAs, int pieces, ReadOnlyMemory<Discount> discounts, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        CampaignTerms? terms = await Control((book, _) => book.ScheduleOf(item).Terms, cancellationToken).ConfigureAwait(false);
        return terms is null ? null : Quote.Of(terms, buyAs, pieces, discounts.Span);
    }

    /// <summary>The lowest price of an item that a later promotion must keep to (R16).</summary>
    /// <param name="item">The item.</param>
    /// <param name="asked">What it is asked for.</param>
    /// <param name="toMs">The later promotion's start, ms since 1970; 0 for now.</param>
    /// <param name="windowMs">Length of the window before it, 1 ms … 90 days; 0 for the rule's own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<LowestPrice> LowestPriceAsync(
        long item, LowestPriceFor asked, long toMs = 0, long windowMs = 0, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return Control(
            (book, now) =>
            {
                book.Sweep(now);
                return book.LowestPriceOf(item, asked, toMs == 0 ? book.Now : toMs, windowMs);
            },
            cancellationToken);
    }

    /// <summary>
    /// Counts of a campaign's teams and orders (R19), also of a deleted one; null where there never was such a campaign. One read a shard.
    /// </summary>
    public ValueTask<Counts?> CountCampaignAsync(long campaign, CancellationToken cancellationToken = default)
    {
        Arguments.Id(campaign, nameof(campaign));
        return Ask((book, _) => book.CountCampaign(campaign), Sum, cancellationToken);
    }

    /// <summary>
    /// Counts of a merchant's teams and orders, those bought alone too (R19, R45); null where nobody told of such a merchant. One read a
    /// shard.
    /// </summary>
    public async ValueTask<Counts?> CountMerchantAsync(long merchant, CancellationToken cancellationToken = default)
    {
        Arguments.Id(merchant, nameof(merchant));
        return await Ask((book, _) => book.CountMerchant(merchant), Sum, cancellationToken).ConfigureAwait(false)
            ?? (await Control((book, _) => book.Knows(merchant), cancellationToken).ConfigureAwait(false) ? default(Counts) : null);
    }

    /// <summary>What each channel brought a campaign (R23): joins and formed orders, and new buyers.</summary>
    public ValueTask<IReadOnlyDictionary<Source, SourceCount>> CountSourcesAsync(
        long campaign, CancellationToken cancellationToken = default)
    {
        Arguments.Id(campaign, nameof(campaign));
        return Ask<IReadOnlyDictionary<Source, SourceCount>>(
            (book, _) => Enum.GetValues<Source>().ToDictionary(source => source, source => book.CountSource(campaign, source)),
            shards => shards.SelectMany(counts => counts).GroupBy(count => count.Key).ToDictionary(
                source => source.Key,
                source => source.Aggregate(default(SourceCount), (sum, count) =>
                {
                    sum.Add(count.Value);
                    return sum;
                })),
            cancellationToken);
    }

    private ControlAnswer Execute(ControlBook book, ControlCommand command, long now)
    {
        ControlAnswer answer = book.Execute(command, now);
        if (answer.Outcome != ControlOutcome.BadRequest)
        {
            _tap?.Campaigns.Record(command, answer);
        }

        return answer;
    }

    private async Task<T> Control<T>(Func<ControlBook, long, T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_failure.Cause is { } cause)
        {
            throw MatchingUnavailableException.Stopped(cause);
        }

        var turn = new ControlTurn<T>(act);
        _control.Send(turn);
        return await turn.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private long ControlNow() => _clock.IsManual ? Math.Max(Volatile.Read(ref _advancedTo), Now) : _clock.Now;
}
