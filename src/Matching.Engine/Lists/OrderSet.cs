using Matching.Structures;

namespace Matching.Engine.Lists;

/// <summary>
/// Some orders of one item, read by ascending order id. Load: a hot item gains and loses a hundred thousand a second and is
/// read now and then. Chosen: a sorted run with an unsorted tail, brought together when read; orders that left stay until
/// they are half of all. Both cost O(1) an order. Rejected: a balanced tree (48 bytes and 300 ns an order).
/// </summary>
internal sealed class OrderSet(Rows<ListedOrder> rows, ListFlags flag, Func<ListedOrder, bool> belongs)
{
    private int[] _slots = new int[4];
    private int _count;
    private int _sorted;
    private int _gone;

    /// <summary>Brings the set up to date with a row that changed.</summary>
    public void Note(int slot, bool belonged)
    {
        ref ListedOrder row = ref rows[slot];
        bool now = belongs(row);
        if (belonged && !now)
        {
            _gone++;
        }
        else if (now && !belonged)
        {
            if ((row.Flags & flag) != ListFlags.None)
            {
                _gone--;
                return;
            }

            row.Flags |= flag;
            Append(slot);
        }
    }

    /// <summary>Slots of the orders behind an order id, ascending: of all, or of one merchant and those that name none.</summary>
    public void Read(long after, int take, MerchantFilter of, List<int> to)
    {
        Settle();
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = rows[_slots[middle]].Order <= after ? (middle + 1, high) : (low, middle);
        }

        for (; low < _count && to.Count < take; low++)
        {
            if (belongs(rows[_slots[low]]) && of.Takes(rows[_slots[low]].Merchant))
            {
                to.Add(_slots[low]);
            }
        }
    }

    private void Append(int slot)
    {
        if (_count == _slots.Length)
        {
            if (_gone > _count / 2)
            {
                DropGone();
            }
            else
            {
                Array.Resize(ref _slots, _count * 2);
            }
        }

        _slots[_count++] = slot;
    }

    private void DropGone()
    {
        int kept = 0;
        int sorted = 0;
        for (int i = 0; i < _count; i++)
        {
            int slot = _slots[i];
            if (belongs(rows[slot]))
            {
                _slots[kept++] = slot;
                sorted = i < _sorted ? kept : sorted;
            }
            else
            {
                rows[slot].Flags &= ~flag;
            }
        }

        _count = kept;
        _sorted = sorted;
        _gone = 0;
    }

    private void Settle()
    {
        if (_gone > _count / 2)
        {
            DropGone();
        }

        if (_sorted == _count)
        {
            return;
        }

        int[] tail = _slots[_sorted.._count];
        Array.Sort(tail, (a, b) => rows[a].Order.CompareTo(rows[b].Order));

        // From behind, so that the run moves up in place.
        int run = _sorted - 1;
        int last = tail.Length - 1;
        for (int to = _count - 1; last >= 0; to--)
        {
            _slots[to] = run >= 0 && rows[_slots[run]].Order > rows[tail[last]].Order ? _slots[run--] : tail[last--];
        }

        _sorted = _count;
    }
}

/// <summary>Whose orders a list is of.</summary>
/// <param name="All">Everybody's.</param>
/// <param name="Merchant">Else the place of the merchant they were made with; 0 for one that no order names.</param>
/// <param name="Nameless">Those too that name no merchant (R45).</param>
internal readonly record struct MerchantFilter(bool All, int Merchant, bool Nameless)
{
    public bool Takes(int merchant) => All || (merchant == 0 ? Nameless : merchant == Merchant);
}
