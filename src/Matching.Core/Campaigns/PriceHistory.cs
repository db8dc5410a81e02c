namespace Matching.Core.Campaigns;

/// <summary>
/// At which prices each item was on offer under campaigns, and when: what R16 reckons with. A campaign's running version has a
/// period up to its window's end, which a change or the end cuts short. Kept for 90 days, three times the longest window that R16 names.
/// <para>
/// A period is the campaign's, whether or not a sale or big promotion ruled for a part of it: the price was published.
/// </para>
/// </summary>
internal sealed partial class PriceHistory
{
    /// <summary>How long a price is kept after it ended. A constant: what was journaled must rebuild the same state everywhere.</summary>
    public const long KeptMs = 90L * 86_400_000;

    private readonly SortedDictionary<long, List<PricePeriod>> _byItem = [];

    /// <summary>The item's prices; empty for one never offered.</summary>
    public IReadOnlyList<PricePeriod> Of(long item) => _byItem.TryGetValue(item, out List<PricePeriod>? periods) ? periods : [];

    /// <summary>A version of a campaign's terms takes the place of the one before, if any.</summary>
    public void Offer(CampaignTerms terms, long atMs, bool leaderCounts)
    {
        Cut(terms.Item, terms.Campaign, atMs);
        if (!_byItem.TryGetValue(terms.Item, out List<PricePeriod>? periods))
        {
            _byItem.Add(terms.Item, periods = []);
        }

        periods.RemoveAll(period => period.ToMs <= atMs - KeptMs);
        long fromMs = Math.Max(atMs, terms.StartMs);
        periods.Add(new PricePeriod(terms.Campaign, PriceKind.Solo, fromMs, terms.EndMs, terms.SoloPriceFen));
        periods.Add(new PricePeriod(terms.Campaign, PriceKind.Group, fromMs, terms.EndMs, terms.GroupPriceFen));
        if (leaderCounts)
        {
            periods.Add(new PricePeriod(terms.Campaign, PriceKind.Leader, fromMs, terms.EndMs, terms.LeaderPaysFen));
        }
    }

    /// <summary>The campaign offers nothing from <paramref name="atMs"/> on.</summary>
    public void Cut(long item, long campaign, long atMs)
    {
        if (!_byItem.TryGetValue(item, out List<PricePeriod>? periods))
        {
            return;
        }

        periods.RemoveAll(period => period.Campaign == campaign && period.FromMs >= atMs);
        for (int i = 0; i < periods.Count; i++)
        {
            if (periods[i].Campaign == campaign && periods[i].ToMs > atMs)
            {
                periods[i] = periods[i] with { ToMs = atMs };
            }
        }
    }

    /// <summary>Adds this part of the state to a hash.</summary>
    public void AddTo(ref StateHash hash)
    {
        foreach ((long item, List<PricePeriod> periods) in _byItem)
        {
            foreach (PricePeriod period in periods)
            {
                hash.Add('P', item, period.Campaign, (long)period.Kind, period.FromMs, period.ToMs, period.PriceFen);
            }
        }
    }
}
