using System.Runtime.InteropServices;

namespace Matching.Core;

/// <content>
/// What orders ever were (R19): shipped, bought alone, made with a merchant outside of campaigns. It follows from the rows, and of evicted
/// ones from how many are shipped; only what does not is written, in layout 6: of items and campaigns how many evicted orders were shipped
/// before their money went back, of items how many were bought alone, of merchants the counts of evicted orders outside of campaigns.
/// </content>
public sealed partial class Book
{
    private void LoadEver(in LoadedRows loaded, ref StateReader from)
    {
        DeriveEver(loaded);
        if (!StateLayout.HasEver(loaded.Head.Version))
        {
            return;
        }

        ref Counts sums = ref _evictedSums[loaded.Head.Partition].Counts;
        for (int items = from.TakeInt(); items > 0; items--)
        {
            ref ItemRow item = ref _items[loaded.Item(from.TakeInt())];
            (int shipped, int bought) = (from.TakeInt(), from.TakeInt());
            item.OrdersShipped += shipped;
            item.OrdersBought += bought;
            Count(ref _counts, shipped, bought);
            Count(ref sums, shipped, bought);
        }

        for (int campaigns = from.TakeInt(); campaigns > 0; campaigns--)
        {
            CampaignState campaign = _campaigns[loaded.Campaign(from.TakeInt())] ?? throw StateReader.Damaged();
            long shipped = from.Take();
            campaign.Counts.OrdersShipped += shipped;
            campaign.EvictedCounts.OrdersShipped += shipped;
        }

        for (int merchants = from.TakeInt(); merchants > 0; merchants--)
        {
            long merchant = from.Take();
            Counts alone = CountsState.Load(ref from);
            (alone.OrdersShipped, alone.OrdersBought) = (from.Take(), from.Take());
            CollectionsMarshal.GetValueRefOrAddDefault(_alone, (loaded.Head.Partition, merchant), out _).Add(alone);
        }

        static void Count(ref Counts counts, int shipped, int bought)
        {
            counts.OrdersShipped += shipped;
            counts.OrdersBought += bought;
        }
    }

    private void DeriveEver(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Items.Length; i++)
        {
            ref ItemRow item = ref _items[loaded.FirstItem + i];
            item.OrdersShipped = item.Paid[OrderState.Shipped - OrderState.Waiting];
            _counts.OrdersShipped += item.OrdersShipped;
        }

        for (int i = 0; i < loaded.Head.Campaigns; i++)
        {
            CampaignState campaign = _campaigns[loaded.FirstCampaign + i];
            campaign.Counts.OrdersShipped = campaign.Counts.Shipped;
            campaign.EvictedCounts.OrdersShipped = campaign.EvictedCounts.Shipped;
        }

        if (_evicted is not null)
        {
            _evictedSums[loaded.Head.Partition].Counts.OrdersShipped = _evictedSums[loaded.Head.Partition].Counts.Shipped;
        }

        for (int i = 0; i < loaded.Orders.Length; i++)
        {
            int order = loaded.FirstOrder + i;
            ref OrderRow row = ref _orders[order];
            Counts ever = EverOf(row);
            int shipped = row.State == OrderState.Shipped ? 0 : (int)ever.OrdersShipped;
            _items[row.Item].OrdersShipped += shipped;
            _items[row.Item].OrdersBought += (int)ever.OrdersBought;
            _counts.OrdersShipped += shipped;
            _counts.OrdersBought += ever.OrdersBought;
            if (row.Campaign != 0)
            {
                _campaigns[row.Campaign].Counts.OrdersShipped += shipped;
            }
            else if (row.Merchant != 0)
            {
                CountsWith(order).Add(ever);
            }
        }
    }

    /// <summary>What one order counts, outside of a campaign.</summary>
    private static Counts EverOf(in OrderRow row)
    {
        Counts one = default;
        one.MoveOrder(OrderState.None, row.State);
        one.OrdersShipped = (row.Flags & OrderFlags.Shipped) != OrderFlags.None ? 1 : 0;
        one.OrdersBought = WasBought(row) ? 1 : 0;
        one.AfterSale = row.Request == RequestState.Approved && (row.Flags & OrderFlags.OutOfTeam) == OrderFlags.None ? 1 : 0;
        return one;
    }

    /// <summary>What of a partition does not follow from what is saved beside it; empty where all does.</summary>
    private EverOfEvicted EverNotSaved(int partition, ReadOnlySpan<int> items, ReadOnlySpan<int> orders, ReadOnlySpan<int> campaigns)
    {
        var ever = new EverOfEvicted();
        if (!Evicts)
        {
            return ever;
        }

        foreach (int item in items)
        {
            ref ItemRow row = ref _items[item];
            ever.Items[item] = (row.OrdersShipped - row.Paid[OrderState.Shipped - OrderState.Waiting], row.OrdersBought);
        }

        foreach (int campaign in campaigns)
        {
            ever.Campaigns[campaign] = _campaigns[campaign].Counts.OrdersShipped - _campaigns[campaign].Counts.Shipped;
        }

        foreach (((int of, long merchant), Counts counts) in _alone)
        {
            if (of == partition)
            {
                ever.Merchants[merchant] = counts;
            }
        }

        foreach (int order in orders)
        {
            ref OrderRow row = ref _orders[order];
            Counts one = EverOf(row);
            int shipped = row.State == OrderState.Shipped ? 0 : (int)one.OrdersShipped;
            (int itemShipped, int itemBought) = ever.Items[row.Item];
            ever.Items[row.Item] = (itemShipped - shipped, itemBought - (int)one.OrdersBought);
            if (row.Campaign != 0)
            {
                ever.Campaigns[row.Campaign] -= shipped;
            }
            else if (row.Merchant != 0)
            {
                ever.Merchants[MerchantOf(order)] = ever.Merchants[MerchantOf(order)].LessOrders(one);
            }
        }

        return ever;
    }

    private static void SaveEver(EverOfEvicted ever, ReadOnlySpan<int> items, ReadOnlySpan<int> campaigns, StateWriter to)
    {
        to.Put(ever.Items.Values.Count(item => item != default));
        for (int i = 0; i < items.Length; i++)
        {
            if (ever.Items[items[i]] is var (shipped, bought) && (shipped | bought) != 0)
            {
                to.Put(i + 1, shipped, bought);
            }
        }

        to.Put(ever.Campaigns.Values.Count(shipped => shipped != 0));
        for (int i = 0; i < campaigns.Length; i++)
        {
            if (ever.Campaigns[campaigns[i]] is var shipped and not 0)
            {
                to.Put(i + 1, shipped);
            }
        }

        to.Put(ever.Merchants.Values.Count(counts => counts != default));
        foreach ((long merchant, Counts counts) in ever.Merchants.Where(entry => entry.Value != default))
        {
            to.Put(merchant);
            CountsState.Save(counts, to);
            to.Put(counts.OrdersShipped, counts.OrdersBought);
        }
    }

    /// <summary>By item, campaign and merchant.</summary>
    private sealed class EverOfEvicted
    {
        public Dictionary<int, (int Shipped, int Bought)> Items { get; } = [];

        public Dictionary<int, long> Campaigns { get; } = [];

        public SortedDictionary<long, Counts> Merchants { get; } = [];

        public bool IsEmpty => Items.Values.All(item => item == default) && Campaigns.Values.All(shipped => shipped == 0)
            && Merchants.Values.All(counts => counts == default);
    }
}
