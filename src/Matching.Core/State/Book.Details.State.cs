namespace Matching.Core;

/// <content>
/// Saving and loading what a partition's orders have beyond the fixed rows, in layouts 3 and 4: how many details there are, and for each
/// the place of its hold's or its order's side row and its fields; how many merchants, and for each the place of his item and his id.
/// </content>
public sealed partial class Book
{
    private bool HasDetails(int order)
    {
        ref OrderRow row = ref _orders[order];
        return row.Tier != 0 || row.Merchant != 0 || (row.Side != 0 && _holds[row.Side].Details != default);
    }

    /// <summary>Whether there is anything to save of these. An item's merchants stay, for their places, when the orders are evicted.</summary>
    private bool HaveDetails(ReadOnlySpan<int> items, ReadOnlySpan<int> orders)
    {
        foreach (int item in items)
        {
            if (_items[item].FirstMerchant != 0)
            {
                return true;
            }
        }

        foreach (int order in orders)
        {
            if (HasDetails(order))
            {
                return true;
            }
        }

        return false;
    }

    private void SaveDetails(ReadOnlySpan<int> items, ReadOnlySpan<int> sides, StateWriter to)
    {
        to.Put(CountDetails(sides));
        for (int i = 0; i < sides.Length; i++)
        {
            if (_holds[sides[i]].Details != default)
            {
                to.Put(i + 1);
                var fields = new SavedFields(to);
                OrderDetails.Fields(ref _holds[sides[i]].Details, ref fields);
            }
        }

        to.Put(CountMerchants(items));
        for (int i = 0; i < items.Length; i++)
        {
            foreach (long merchant in MerchantsOf(items[i]))
            {
                to.Put(i + 1, merchant);
            }
        }
    }

    private int CountDetails(ReadOnlySpan<int> sides)
    {
        int count = 0;
        foreach (int side in sides)
        {
            count += _holds[side].Details != default ? 1 : 0;
        }

        return count;
    }

    private int CountMerchants(ReadOnlySpan<int> items)
    {
        int count = 0;
        foreach (int item in items)
        {
            count += MerchantsOf(item).Count();
        }

        return count;
    }

    private void LoadDetails(in LoadedRows loaded, ref StateReader from)
    {
        for (int details = from.TakeInt(); details > 0; details--)
        {
            int side = loaded.Hold(from.TakeInt());
            _holds[side].Details = side != 0 ? LoadDetails(ref from) : throw StateReader.Damaged();
        }

        for (int merchants = from.TakeInt(); merchants > 0; merchants--)
        {
            int item = loaded.Item(from.TakeInt());
            PlaceOfMerchant(item, from.Take());
        }

        for (int i = 0; i < loaded.Orders.Length; i++)
        {
            ref OrderRow row = ref _orders[loaded.FirstOrder + i];
            if (row.Merchant > MerchantsOf(row.Item).Count())
            {
                throw StateReader.Damaged();
            }
        }
    }

    private static OrderDetails LoadDetails(ref StateReader from)
    {
        OrderDetails details = default;
        var fields = new LoadedFields(from);
        OrderDetails.Fields(ref details, ref fields);
        from = fields.From;
        return details;
    }

    private readonly struct SavedFields(StateWriter to) : IFields
    {
        public void Field(ref long value) => to.Put(value);
    }

    private ref struct LoadedFields(StateReader from) : IFields
    {
        public StateReader From = from;

        public void Field(ref long value) => value = From.Take();
    }
}
