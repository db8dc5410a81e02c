using System.Collections.Immutable;

namespace Matching.Core.Campaigns;

/// <summary>
/// Everything an item's shard needs to know, at any instant and by itself, whether its item may open and join: data, not
/// an order to do something at a time. The control book hands out a new one when one of its parts changes; the shard replaces
/// the old one whole. Big promotions concern every item, so they come once, as a <see cref="BigDayCalendar"/>.
/// </summary>
/// <param name="Item">The item.</param>
/// <param name="DecidedAtMs">When the control book decided it: from here on the shard's time is not before this, or a campaign
/// published at that moment could look as if it had not begun.</param>
/// <param name="Kind">Of its merchant (R15).</param>
/// <param name="Terms">Of its live or latest campaign; null where it never had one, or that was deleted.</param>
/// <param name="Promotions">Its sales running and to come, by id (R14).</param>
public sealed record ItemSchedule(
    long Item, long DecidedAtMs, MerchantKind Kind, CampaignTerms? Terms, ImmutableArray<Promotion> Promotions)
{
    /// <summary>The item's merchant of record (R45): orders are made with him, whose campaign it may be; 0 for none.</summary>
    public long Merchant { get; init; } = Terms?.Merchant ?? 0;
}

/// <summary>The big promotions running and to come (R15). Immutable; shared by all shards.</summary>
/// <param name="Days">By id.</param>
public sealed record BigDayCalendar(ImmutableArray<BigDay> Days)
{
    /// <summary>No big promotion.</summary>
    public static BigDayCalendar Empty { get; } = new([]);
}
