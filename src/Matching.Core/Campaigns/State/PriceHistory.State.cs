namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
internal sealed partial class PriceHistory
{
    public void Save(StateWriter to)
    {
        to.Put(_byItem.Count);
        foreach ((long item, List<PricePeriod> periods) in _byItem)
        {
            to.Put(item, periods.Count);
            foreach (PricePeriod period in periods)
            {
                to.Put(period.Campaign, (long)period.Kind, period.FromMs, period.ToMs, period.PriceFen);
            }
        }
    }

    public void Load(ref StateReader from)
    {
        for (int items = from.TakeInt(); items > 0; items--)
        {
            List<PricePeriod> periods = _byItem[from.Take()] = [];
            for (int count = from.TakeInt(); count > 0; count--)
            {
                periods.Add(new PricePeriod(from.Take(), (PriceKind)from.Take(), from.Take(), from.Take(), from.Take()));
            }
        }
    }
}
