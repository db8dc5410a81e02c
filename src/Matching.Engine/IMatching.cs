using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Engine;

/// <summary>
/// Group buying (拼团), wherever its shards run: what a shop's code should ask for, and a test may stand in for. Any thread may call any
/// method. Commands answer with an <see cref="Answer"/>, refusals included, and only when it is durable (R38); Busy and Unavailable are
/// such answers too. Reads throw <see cref="MatchingUnavailableException"/> instead. Wrong arguments throw <see cref="ArgumentException"/>
/// and change nothing. Cancelling a token ends the wait, not what was asked. The named commands are in <see cref="MatchingCommands"/>.
/// </summary>
public interface IMatching
{
    /// <summary>The engine's time, in ms since 1970 (R43). On a manual clock, the latest time answered.</summary>
    long Now { get; }

    /// <summary>Any one command, as the core knows it. The named methods are the friendlier form.</summary>
    /// <param name="command">What is asked. Fields its operation does not name are ignored.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    /// <exception cref="ArgumentException">A field is out of range; nothing was asked.</exception>
    ValueTask<Answer> ExecuteAsync(in Command command, CancellationToken cancellationToken = default);

    /// <summary>Joins any team of the item, or opens one (R4).</summary>
    ValueTask<Answer> QuickJoinAsync(in QuickJoinRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Many commands of any kind: answers[i] answers commands[i]; those of one item take effect in order. All are taken in or,
    /// when they do not fit under the bound of requests in flight, none: then every answer is Busy. The answers are written
    /// when the wait ends, and not at all when it was cancelled.
    /// </summary>
    /// <exception cref="ArgumentException">A field of some command is out of range, or there are more commands than answers or than may be
    /// in flight; nothing was asked.</exception>
    ValueTask ExecuteBatchAsync(
        ReadOnlyMemory<Command> commands, Memory<Answer> answers, CancellationToken cancellationToken = default);

    /// <summary>Many QuickJoins: one inbox entry a shard, one reply. As <see cref="ExecuteBatchAsync"/> otherwise.</summary>
    ValueTask QuickJoinBatchAsync(
        ReadOnlyMemory<QuickJoinRequest> requests, Memory<Answer> answers, CancellationToken cancellationToken = default);

    /// <summary>An order; null when the item has none such.</summary>
    ValueTask<OrderView?> FindOrderAsync(long item, long order, CancellationToken cancellationToken = default);

    /// <summary>A team; null when the item has none such.</summary>
    ValueTask<TeamView?> FindTeamAsync(long item, long team, CancellationToken cancellationToken = default);

    /// <summary>Public open teams of an item with seats left, in R32 order, at most <paramref name="take"/>.</summary>
    ValueTask<IReadOnlyList<OpenTeamView>> OpenTeamsAsync(long item, int take, CancellationToken cancellationToken = default);

    /// <summary>Counts of an item, or of all (R19): of all as they stand, deadlines not yet acted on included.</summary>
    ValueTask<Counts> CountAsync(long? item = null, CancellationToken cancellationToken = default);

    /// <summary>Refunds owed, oldest first (R37), at most <paramref name="take"/>.</summary>
    ValueTask<IReadOnlyList<RefundView>> RefundsOwedAsync(int take, CancellationToken cancellationToken = default);

    /// <summary>The hash of the whole state but time; equal for equal histories whatever the number of shards.</summary>
    ValueTask<ulong> StateHashAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Refunds owed, for the payment system (R37): oldest first, each again and again until RefundDoneAsync
    /// acknowledges it by its key, new ones as they arise. Delivered from the state, so nothing is missed whoever was away; one that
    /// fails holds up no other. Pass <see cref="RefundView.Key"/> on, so that money goes back once.
    /// </summary>
    /// <param name="retryAfter">How long until an unacknowledged one comes again, above 0, at most 30 days; null for 1 min.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<RefundView> RefundsAsync(TimeSpan? retryAfter = null, CancellationToken cancellationToken = default);

    /// <summary>Orders of a buyer by ascending order id, then item (R19).</summary>
    /// <param name="buyer">The buyer.</param>
    /// <param name="take">How many at most, 1 or more.</param>
    /// <param name="after">Order id of the last one of the page before; 0 to begin.</param>
    /// <param name="afterItem">Its item: two items may share an order id. 0 to leave out every order of that id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    ValueTask<IReadOnlyList<OrderView>> OrdersOfAsync(
        long buyer, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default);

    /// <summary>Orders of an item that may ship (R5), by ascending order id, behind <paramref name="after"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    ValueTask<IReadOnlyList<OrderView>> OrdersToShipAsync(
        long item, int take, long after = 0, CancellationToken cancellationToken = default);

    /// <summary>Orders of an item whose refund request waits (R7), by ascending order id, behind <paramref name="after"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    ValueTask<IReadOnlyList<OrderView>> RefundRequestsAsync(
        long item, int take, long after = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// Orders made with a merchant that may ship (R5, R45), whoever has their items now. By ascending order id, then item.
    /// Of items that are his now, those too that name no merchant: of an older program, or bought before the item was anybody's. Costs a
    /// look at each item he has or had an order of.
    /// </summary>
    /// <param name="merchant">The merchant.</param>
    /// <param name="take">How many at most, 1 or more.</param>
    /// <param name="after">Order id of the last one of the page before; 0 to begin.</param>
    /// <param name="afterItem">Its item. 0 to leave out every order of that id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    Task<IReadOnlyList<OrderView>> MerchantOrdersToShipAsync(
        long merchant, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default);

    /// <summary>Orders made with a merchant whose refund request waits (R7, R45); as <see cref="MerchantOrdersToShipAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine runs without lists.</exception>
    Task<IReadOnlyList<OrderView>> MerchantRefundRequestsAsync(
        long merchant, int take, long after = 0, long afterItem = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// One command about merchants, campaigns, promotions, chat groups or venues. Durable, and known to the item's shard, when it is
    /// answered: a join sent after that is decided by it. Refusals name field, value and rule.
    /// </summary>
    /// <param name="command">(Operation, Request) is its key (R35). Its own time only on an engine with a manual clock.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    /// <exception cref="MatchingUnavailableException">The engine has stopped, or is closing; outcome unknown (R38).</exception>
    Task<ControlAnswer> ControlAsync(ControlCommand command, CancellationToken cancellationToken = default);

    /// <summary>Whose an item is and the category it is registered with (R12, R45); null where nobody registered or published it.</summary>
    Task<RegisteredItem?> FindItemAsync(long item, CancellationToken cancellationToken = default);

    /// <summary>A campaign, live or ended; null for an unknown or deleted one.</summary>
    Task<CampaignTerms?> FindCampaignAsync(long campaign, CancellationToken cancellationToken = default);

    /// <summary>The ids of a merchant's live campaigns, rising (R10).</summary>
    Task<IReadOnlyList<long>> LiveCampaignsOfAsync(long merchant, CancellationToken cancellationToken = default);

    /// <summary>What a chat group carries, and its card on top (R18).</summary>
    Task<ChatView> FindChatAsync(long chat, CancellationToken cancellationToken = default);

    /// <summary>A venue, its window and the campaigns listed now (R20); null for an unknown one.</summary>
    Task<VenueView?> FindVenueAsync(long venue, CancellationToken cancellationToken = default);

    /// <summary>Whether an item's campaign has effect now, and by which rule not (R14, R15, R34).</summary>
    Task<Verdict> EffectivenessOfAsync(long item, CancellationToken cancellationToken = default);

    /// <summary>What a buyer would pay under an item's campaign (R17); null when it has none.</summary>
    /// <exception cref="ArgumentException">A number is out of its range; the message names it and its value.</exception>
    Task<Quote?> QuoteAsync(
        long item, BuyAs buyAs, int pieces, ReadOnlyMemory<Discount> discounts, CancellationToken cancellationToken = default);

    /// <summary>The lowest price of an item that a later promotion must keep to (R16).</summary>
    /// <param name="item">The item.</param>
    /// <param name="asked">What it is asked for.</param>
    /// <param name="toMs">The later promotion's start, ms since 1970; 0 for now.</param>
    /// <param name="windowMs">Length of the window before it, 1 ms … 90 days; 0 for the rule's own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<LowestPrice> LowestPriceAsync(
        long item, LowestPriceFor asked, long toMs = 0, long windowMs = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts of a campaign's teams and orders (R19), also of a deleted one; null where there never was such a campaign. One read a shard.
    /// </summary>
    ValueTask<Counts?> CountCampaignAsync(long campaign, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts of a merchant's teams and orders, those bought alone too (R19, R45); null where nobody told of such a merchant. One read a
    /// shard.
    /// </summary>
    ValueTask<Counts?> CountMerchantAsync(long merchant, CancellationToken cancellationToken = default);

    /// <summary>What each channel brought a campaign (R23): joins and formed orders, and new buyers.</summary>
    ValueTask<IReadOnlyDictionary<Source, SourceCount>> CountSourcesAsync(
        long campaign, CancellationToken cancellationToken = default);

    /// <summary>
    /// Manual clock: moves it; every deadline up to and including <paramref name="to"/> has been acted on when it returns. A
    /// barrier: what was sent before acts before it, what is sent after acts after it. Journaled.
    /// </summary>
    /// <param name="to">Ms since 1970; not before <see cref="Now"/>.</param>
    /// <param name="cancellationToken">Ends the wait, not the move.</param>
    /// <returns>The time it moved to.</returns>
    /// <exception cref="InvalidOperationException">The engine runs on the system clock.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Time would go back; nothing moved.</exception>
    ValueTask<long> AdvanceAsync(long to, CancellationToken cancellationToken = default);
}
