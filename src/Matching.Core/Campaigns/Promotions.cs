using System.Collections.Immutable;

namespace Matching.Core.Campaigns;

/// <summary>
/// The sales of every item (R14) and the big promotions (R15), as the storefront tells them: running ones and ones to come. What is over
/// makes room when the next one is set; until then it does no harm, and counts as unknown.
/// </summary>
internal sealed partial class Promotions
{
    private readonly SortedDictionary<long, SortedDictionary<long, Promotion>> _byItem = [];
    private readonly SortedDictionary<long, BigDay> _bigDays = [];

    /// <summary>The item's sales, by id.</summary>
    public ImmutableArray<Promotion> Of(long item) =>
        _byItem.TryGetValue(item, out SortedDictionary<long, Promotion>? sales) ? [.. sales.Values] : [];

    /// <summary>The big promotions, by id.</summary>
    public BigDayCalendar Calendar() => new([.. _bigDays.Values]);

    /// <summary>Whether a sale may be set: a new one, or other times of a known one.</summary>
    public Refusal? CheckSet(long item, Promotion promotion, long nowMs, int maxPerItem)
    {
        if (promotion.EndMs <= nowMs)
        {
            return Refusal.Bad(14, $"endMs is {promotion.EndMs}, but it is {nowMs} already (R14)");
        }

        int others = Of(item).Count(other => other.Id != promotion.Id && other.EndMs > nowMs);
        return others < maxPerItem ? null : new Refusal(
            ControlOutcome.LimitReached, 14, $"item {item} has {others} sales running or to come; at most {maxPerItem} are allowed (R14)");
    }

    /// <summary>Whether a sale may be removed.</summary>
    public Refusal? CheckRemove(long item, long promotion, long nowMs) =>
        Of(item).Any(sale => sale.Id == promotion && sale.EndMs > nowMs)
            ? null
            : new Refusal(ControlOutcome.UnknownPromotion, 14, $"item {item} has no sale {promotion} running or to come (R14)");

    /// <summary>Whether a big promotion may be set.</summary>
    public Refusal? CheckSet(BigDay day, long nowMs, int maxDays)
    {
        if (day.EndMs <= nowMs)
        {
            return Refusal.Bad(15, $"endMs is {day.EndMs}, but it is {nowMs} already (R15)");
        }

        int others = _bigDays.Values.Count(other => other.Id != day.Id && other.EndMs > nowMs);
        return others < maxDays ? null : new Refusal(
            ControlOutcome.LimitReached, 15, $"{others} big promotions run or are to come; at most {maxDays} are allowed (R15)");
    }

    /// <summary>Whether a big promotion may be removed.</summary>
    public Refusal? CheckRemoveBigDay(long day, long nowMs) => _bigDays.TryGetValue(day, out BigDay? known) && known.EndMs > nowMs
        ? null
        : new Refusal(ControlOutcome.UnknownBigDay, 15, $"there is no big promotion {day} running or to come (R15)");

    /// <summary>Whether it is no big promotion's day for a merchant: on such a day none of his campaigns is published (R15).</summary>
    public Refusal? CheckDay(MerchantKind merchant, long nowMs)
    {
        bool Rules(BigDay day, long atMs) => day.Concerns(merchant) && day.StartMs <= atMs && atMs < day.EndMs;
        if (_bigDays.Values.FirstOrDefault(day => Rules(day, nowMs)) is not { } today)
        {
            return null;
        }

        // One may begin before another is over.
        long untilMs = today.EndMs;
        while (_bigDays.Values.FirstOrDefault(day => Rules(day, untilMs)) is { } next)
        {
            untilMs = next.EndMs;
        }

        return new Refusal(
            ControlOutcome.NotEligible, 15,
            $"it is the day of big promotion {today.Id}; a merchant of this kind publishes nothing until {untilMs} (R15)", 0, untilMs);
    }

    /// <summary>Sets a sale.</summary>
    public void Set(long item, Promotion promotion, long atMs)
    {
        if (!_byItem.TryGetValue(item, out SortedDictionary<long, Promotion>? sales))
        {
            _byItem.Add(item, sales = []);
        }

        foreach (Promotion over in sales.Values.Where(sale => sale.EndMs <= atMs).ToArray())
        {
            sales.Remove(over.Id);
        }

        sales[promotion.Id] = promotion;
    }

    /// <summary>Removes a sale.</summary>
    public void Remove(long item, long promotion)
    {
        SortedDictionary<long, Promotion> sales = _byItem[item];
        sales.Remove(promotion);
        if (sales.Count == 0)
        {
            _byItem.Remove(item);
        }
    }

    /// <summary>Sets a big promotion.</summary>
    public void Set(BigDay day, long atMs)
    {
        foreach (BigDay over in _bigDays.Values.Where(known => known.EndMs <= atMs).ToArray())
        {
            _bigDays.Remove(over.Id);
        }

        _bigDays[day.Id] = day;
    }

    /// <summary>Removes a big promotion.</summary>
    public void RemoveBigDay(long day) => _bigDays.Remove(day);

    /// <summary>Adds this part of the state to a hash.</summary>
    public void AddTo(ref StateHash hash)
    {
        foreach ((long item, SortedDictionary<long, Promotion> sales) in _byItem)
        {
            foreach (Promotion sale in sales.Values)
            {
                hash.Add('F', item, sale.Id, (long)sale.Kind, sale.StartMs, sale.EndMs);
            }
        }

        foreach (BigDay day in _bigDays.Values)
        {
            hash.Add('B', day.Id, (long)day.Grade, day.WarmUpMs, day.StartMs, day.EndMs);
        }
    }

    /// <summary>Checks that every interval is one.</summary>
    public void Validate()
    {
        foreach ((long item, SortedDictionary<long, Promotion> sales) in _byItem)
        {
            Invariant.Holds(sales.Count > 0 && sales.Values.All(sale => sale.StartMs < sale.EndMs),
                $"item {item} has a sale that ends before it starts");
        }

        Invariant.Holds(_bigDays.Values.All(day => day.WarmUpMs <= day.StartMs && day.StartMs < day.EndMs),
            "a big promotion ends before it starts");
    }
}
