using System.Runtime.InteropServices;

namespace Matching.Core;

/// <content>
/// Saving and loading what a partition's orders have beyond the fixed rows, in layouts 3 and 4: how many details there are, and for each
/// the place of its hold's or its order's side row and its fields; how many merchants, and for each the place of his item and his id; how
/// many payments that are texts, in the order of the holds and then the refunds that name them, and for each the 16 bytes it is compared
/// by, the length of its text in bytes, 0 where nobody will ask for it any more, and those bytes, filled up to eight.
/// </content>
public sealed partial class Book
{
    private bool HasDetails(int order)
    {
        ref OrderRow row = ref _orders[order];
        if (row.Tier != 0 || row.Merchant != 0
            || (row.Side != 0 && (_holds[row.Side].Details != default || PaymentTexts.IsText(_holds[row.Side].Payment))))
        {
            return true;
        }

        foreach (ref readonly RefundRow refund in _refunds.Of(row.FirstRefund))
        {
            if (PaymentTexts.IsText(refund.Payment))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether there is anything to save of these. An item's merchants stay, for their places, when the orders are evicted.
    /// </summary>
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

    /// <summary>A payment as a record has it: a text by its place, behind those that came before it.</summary>
    private static long PlaceOfPayment(long kept, List<long> payments)
    {
        if (!PaymentTexts.IsText(kept))
        {
            return kept;
        }

        payments.Add(kept);
        return ~(long)payments.Count;
    }

    private void SavePayments(List<long> payments, StateWriter to)
    {
        to.Put(payments.Count);
        Span<long> bytes = stackalloc long[PaymentId.MaxBytes / sizeof(long)];
        foreach (long kept in payments)
        {
            UInt128 hash = _payments.KeyOf(kept).Hash;
            bytes.Clear();
            int length = _payments.IsWhole(kept) ? _payments.Whole(kept).WriteText(MemoryMarshal.AsBytes(bytes)) : 0;
            to.Put((long)(ulong)hash, (long)(ulong)(hash >> 64), length);
            to.Put(bytes[..WordsOf(length)]);
        }
    }

    private static SavedPayment[] ReadPayments(ref StateReader from)
    {
        List<SavedPayment> payments = [];
        Span<long> bytes = stackalloc long[PaymentId.MaxBytes / sizeof(long)];
        for (int count = from.TakeInt(); count > 0; count--)
        {
            (ulong low, ulong high) = ((ulong)from.Take(), (ulong)from.Take());
            int length = from.TakeInt() is var read and <= PaymentId.MaxBytes ? read : throw StateReader.Damaged();
            for (int i = 0; i < WordsOf(length); i++)
            {
                bytes[i] = from.Take();
            }

            PaymentId whole = length == 0 ? default : PaymentId.ReadText(MemoryMarshal.AsBytes(bytes)[..length]);
            var key = new PaymentKey(0, new UInt128(high, low));
            payments.Add(key.IsText && (length == 0 || PaymentKey.Of(whole) == key) ? new(key, whole) : throw StateReader.Damaged());
        }

        return [.. payments];
    }

    private static int WordsOf(int bytes) => (bytes + sizeof(long) - 1) / sizeof(long);

    private static int PlaceOfPayment(long record, int payments) => ~record is >= 1 and var place
        && place <= payments ? (int)place - 1 : throw StateReader.Damaged();

    private long LoadPayment(long record, in LoadedRows loaded)
    {
        if (!PaymentTexts.IsText(record))
        {
            return record;
        }

        SavedPayment payment = loaded.Payments[PlaceOfPayment(record, loaded.Payments.Length)];
        return payment.Whole.IsNone ? _payments.Keep(payment.Key) : _payments.KeepWhole(payment.Whole);
    }

    /// <summary>A payment that is a text: what it is compared by, and the text where it is still asked for.</summary>
    private readonly record struct SavedPayment(PaymentKey Key, PaymentId Whole);

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
