using Matching.Core.Campaigns;
using Matching.Structures;

namespace Matching.Core.Tables;

/// <summary>
/// The refund entries of all orders, each order's in a list as they arose, and those still owed in order of time (R37). The only writer of
/// its rows; the others are read to compare. A late expiry adds one in the middle, an acknowledgment takes any one out.
/// </summary>
internal sealed class RefundTable(PaymentTexts payments, Rows<OrderRow> orders, Rows<ItemRow> items)
{
    private readonly Rows<RefundRow> _rows = new();
    private readonly FreeSlots _free = new();
    private int _owed;
    private int _owedCount;

    private OldestFirst Oldest => new(_rows, orders, items);

    /// <summary>Slots ever given out.</summary>
    public int Count => _rows.Count;

    /// <summary>Entries there are.</summary>
    public int InUse => _rows.Count - _free.Count;

    public ref readonly RefundRow this[int slot] => ref _rows[slot];

    /// <summary>The entries of an order, by its first one.</summary>
    public Entries Of(int first) => new(_rows, first);

    /// <summary>The slots of those owed, oldest first.</summary>
    public IEnumerable<int> Owed()
    {
        for (int slot = Treap.First(Oldest, _owed); slot != 0; slot = Treap.Next(Oldest, _owed, slot))
        {
            yield return slot;
        }
    }

    /// <summary>An order's first entry of a cause; 0 for none.</summary>
    public int Find(int first, RefundCause cause)
    {
        while (first != 0 && _rows[first].Cause != cause)
        {
            first = _rows[first].Next;
        }

        return first;
    }

    /// <summary>An order's first entry of a cause and a payment; 0 for none.</summary>
    public int Find(int first, RefundCause cause, in PaymentId payment)
    {
        PaymentKey key = first == 0 ? default : PaymentKey.Of(payment);
        first = Find(first, cause);
        while (first != 0 && !payments.Is(_rows[first].Payment, key))
        {
            first = Find(_rows[first].Next, cause);
        }

        return first;
    }

    /// <summary>Adds an entry at the end of its order's list.</summary>
    /// <param name="first">The order's first entry.</param>
    /// <param name="entry">Its payment is kept already; the table drops it.</param>
    public void Add(ref int first, in RefundRow entry)
    {
        int slot = Book.AddRow(_rows, _free);
        ref int link = ref first;
        while (link != 0)
        {
            link = ref _rows[link].Next;
        }

        link = slot;
        Set(slot, entry);
    }

    /// <summary>Gives out slots for entries that are loaded.</summary>
    /// <returns>The first of them.</returns>
    public int Add(int count) => _rows.Add(count);

    /// <summary>Fills a slot; an entry that is not done is owed.</summary>
    public void Set(int slot, in RefundRow entry)
    {
        _rows[slot] = entry;
        if (!entry.Done)
        {
            Treap.Add(Oldest, ref _owed, slot);
            _owedCount++;
        }
    }

    /// <summary>An order's entry of a cause and a payment is owed no more.</summary>
    public void SetDone(int first, RefundCause cause, in PaymentId payment)
    {
        int slot = Find(first, cause, payment);
        while (slot != 0 && _rows[slot].Done)
        {
            slot = Find(_rows[slot].Next, cause, payment);
        }

        Invariant.Holds(slot != 0, "R37: a refund is done that is not owed");
        _rows[slot].Done = true;
        payments.KeepHash(_rows[slot].Payment);
        Treap.Remove(Oldest, ref _owed, slot);
        _owedCount--;
    }

    /// <summary>The entries of an order that leaves, all of them done.</summary>
    public void Remove(int first)
    {
        while (first != 0)
        {
            int gone = first;
            first = _rows[gone].Next;
            payments.Drop(_rows[gone].Payment);
            _rows[gone] = default;
            _free.Add(gone);
        }
    }

    /// <summary>Checks everything, for tests.</summary>
    /// <param name="listed">Entries in the lists of all orders.</param>
    public void Validate(int listed)
    {
        Book.ValidateSlots(_rows, _free, "refund entries");
        Invariant.Holds(listed == InUse, "R37: a refund entry is in no order's list");
        Book.ValidateMembers(
            Oldest, _owed, slot => slot > 0 && slot <= Count && _rows[slot] is { Order: not 0, Done: false }, _owedCount,
            "R37: the list of refunds owed");
    }

    /// <summary>Goes through the entries of an order.</summary>
    public struct Entries(Rows<RefundRow> rows, int first)
    {
        private int _slot;
        private int _next = first;

        public readonly ref readonly RefundRow Current => ref rows[_slot];

        public readonly Entries GetEnumerator() => this;

        public bool MoveNext()
        {
            _slot = _next;
            _next = rows[_slot].Next;
            return _slot != 0;
        }
    }

    /// <summary>By the time since they are owed, then by order, those of one order as they arose (R37).</summary>
    private readonly struct OldestFirst(Rows<RefundRow> refunds, Rows<OrderRow> orders, Rows<ItemRow> items) : ITreapRows
    {
        public bool Before(int a, int b)
        {
            long first = refunds[a].SinceMs;
            long second = refunds[b].SinceMs;
            return first != second ? first < second : BeforeAtOneTime(a, b);
        }

        private bool BeforeAtOneTime(int a, int b)
        {
            ref OrderRow first = ref orders[refunds[a].Order];
            ref OrderRow second = ref orders[refunds[b].Order];
            if (refunds[a].Order != refunds[b].Order)
            {
                return first.Item != second.Item ? items[first.Item].Id < items[second.Item].Id : first.Id < second.Id;
            }

            int next = refunds[a].Next;
            while (next != 0 && next != b)
            {
                next = refunds[next].Next;
            }

            return next == b;
        }

        public ref int Left(int slot) => ref refunds[slot].Left;

        public ref int Right(int slot) => ref refunds[slot].Right;
    }
}
