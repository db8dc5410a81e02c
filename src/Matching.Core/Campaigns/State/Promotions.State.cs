namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
internal sealed partial class Promotions
{
    public void Save(StateWriter to)
    {
        to.Put(_byItem.Count);
        foreach ((long item, SortedDictionary<long, Promotion> sales) in _byItem)
        {
            to.Put(item, sales.Count);
            foreach (Promotion sale in sales.Values)
            {
                to.Put(sale.Id, (long)sale.Kind, sale.StartMs, sale.EndMs);
            }
        }

        to.Put(_bigDays.Count);
        foreach (BigDay day in _bigDays.Values)
        {
            to.Put(day.Id, (long)day.Grade, day.WarmUpMs, day.StartMs, day.EndMs);
        }
    }

    public void Load(ref StateReader from)
    {
        for (int items = from.TakeInt(); items > 0; items--)
        {
            SortedDictionary<long, Promotion> sales = _byItem[from.Take()] = [];
            for (int count = from.TakeInt(); count > 0; count--)
            {
                var sale = new Promotion(from.Take(), (PromotionKind)from.Take(), from.Take(), from.Take());
                sales.Add(sale.Id, sale);
            }
        }

        for (int days = from.TakeInt(); days > 0; days--)
        {
            var day = new BigDay(from.Take(), (Grade)from.Take(), from.Take(), from.Take(), from.Take());
            _bigDays.Add(day.Id, day);
        }
    }
}
