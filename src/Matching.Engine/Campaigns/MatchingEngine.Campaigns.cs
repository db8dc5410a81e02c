using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Campaigns;

namespace Matching.Engine;

/// <content>Campaigns: what merchants may offer, to whom, at what price (R10–R21, R23, R42). Rare commands, one at a time.</content>
public sealed partial class MatchingEngine
{
    private readonly ControlLoop _control;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task<RegisteredItem?> FindItemAsync(long item, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        return Control((book, _) => book.FindItem(item), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CampaignTerms?> FindCampaignAsync(long campaign, CancellationToken cancellationToken = default)
    {
        Arguments.Id(campaign, nameof(campaign));
        return Control((book, now) => book.FindCampaign(campaign, now), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> LiveCampaignsOfAsync(long merchant, CancellationToken cancellationToken = default)
    {
        Arguments.Id(merchant, nameof(merchant));
        return Control((book, now) => book.LiveCampaignsOf(merchant, now), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ChatView> FindChatAsync(long chat, CancellationToken cancellationToken = default)
    {
        Arguments.Id(chat, nameof(chat));
        return Control((book, now) => book.FindChat(chat, now), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<VenueView?> FindVenueAsync(long venue, CancellationToken cancellationToken = default)
    {
        Arguments.Id(venue, nameof(venue));
        return Control((book, now) => book.FindVenue(venue, now), cancellationToken);
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task<Quote?> QuoteAsync(
        long item, BuyAs buyAs, int pieces, ReadOnlyMemory<Discount> discounts, CancellationToken cancellationToken = default)
    {
        Arguments.Id(item, nameof(item));
        CampaignTerms? terms = await Control((book, _) => book.ScheduleOf(item).Terms, cancellationToken).ConfigureAwait(false);
        return terms is null ? null : Quote.Of(terms, buyAs, pieces, discounts.Span);
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public ValueTask<Counts?> CountCampaignAsync(long campaign, CancellationToken cancellationToken = default)
    {
        Arguments.Id(campaign, nameof(campaign));
        return Ask((book, _) => book.CountCampaign(campaign), Sum, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Counts?> CountMerchantAsync(long merchant, CancellationToken cancellationToken = default)
    {
        Arguments.Id(merchant, nameof(merchant));
        return await Ask((book, _) => book.CountMerchant(merchant), Sum, cancellationToken).ConfigureAwait(false)
            ?? (await Control((book, _) => book.Knows(merchant), cancellationToken).ConfigureAwait(false) ? default(Counts) : null);
    }

    /// <inheritdoc/>
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
