namespace Matching.Core;

/// <summary>The merchants that orders were made with (R45): an order's row has room for a place among those of its item.</summary>
public sealed partial class Book
{
    /// <summary>The most merchants that orders of one item can have been made with.</summary>
    public const int MaxMerchantsOfItem = byte.MaxValue;

    /// <summary>The merchant an order of the item is made with now; 0 for none.</summary>
    private long PresentMerchant(in ItemRow item) => item.Offer == 0 ? 0 : _offers[item.Offer].Merchant;

    /// <summary>The merchant an order was made with; 0 for none.</summary>
    private long MerchantOf(int order) => MerchantOf(_orders[order]);

    private long MerchantOf(in OrderRow row)
    {
        if (row.Merchant == 0)
        {
            return 0;
        }

        int merchant = _items[row.Item].FirstMerchant;
        for (int place = row.Merchant; place > 1; place--)
        {
            merchant = _merchantsOfItems[merchant].Next;
        }

        return _merchantsOfItems[merchant].Id;
    }

    /// <summary>A merchant's place among those of an item, from 1; he is added where he is not among them.</summary>
    private byte PlaceOfMerchant(int item, long id)
    {
        int place = 1;
        ref int link = ref _items[item].FirstMerchant;
        for (; link != 0; link = ref _merchantsOfItems[link].Next, place++)
        {
            if (_merchantsOfItems[link].Id == id)
            {
                return (byte)place;
            }
        }

        Invariant(place <= MaxMerchantsOfItem, "R45: orders of an item were made with more merchants than there is room for");
        link = _merchantsOfItems.Add();
        _merchantsOfItems[link].Id = id;
        return (byte)place;
    }

    /// <summary>The merchants of an item, by their places.</summary>
    private IEnumerable<long> MerchantsOf(int item)
    {
        for (int merchant = _items[item].FirstMerchant; merchant != 0; merchant = _merchantsOfItems[merchant].Next)
        {
            yield return _merchantsOfItems[merchant].Id;
        }
    }
}
