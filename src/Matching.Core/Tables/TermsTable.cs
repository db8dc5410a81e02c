namespace Matching.Core.Tables;

/// <summary>All different terms ever frozen; grows with the number of different ones, a few for each campaign and price named.</summary>
internal sealed class TermsTable
{
    private readonly Dictionary<FrozenTerms, int> _slots = [];
    private FrozenTerms[] _terms = new FrozenTerms[16];
    private int _last;

    public ref readonly FrozenTerms this[int slot] => ref _terms[slot];

    /// <summary>The slot of terms that may have been offered before.</summary>
    public int SlotOf(OfferedTerms offered) => offered.Slot >= 0 ? offered.Slot : offered.Slot = SlotOf(offered.Terms);

    /// <summary>The slot of terms; equal terms have the same.</summary>
    public int SlotOf(in FrozenTerms terms) => SlotOf(terms, ref _last);

    /// <summary>The same, for a caller who remembers the slot of the last terms: nearly always it is that one again.</summary>
    public int SlotOf(in FrozenTerms terms, ref int last)
    {
        if (last < _slots.Count && IsSame(_terms[last], terms))
        {
            return last;
        }

        if (!_slots.TryGetValue(terms, out last))
        {
            last = _slots.Count;
            if (last == _terms.Length)
            {
                Array.Resize(ref _terms, last * 2);
            }

            _terms[last] = terms;
            _slots.Add(terms, last);
        }

        return last;
    }

    // The record's own comparison copies both first.
    private static bool IsSame(in FrozenTerms one, in FrozenTerms other) =>
        one.Version == other.Version && one.Price == other.Price && one.LifeMs == other.LifeMs && one.Campaign == other.Campaign
        && one.Size == other.Size && one.Rescue == other.Rescue;
}

/// <summary>Terms that a team may open under, and their slot from the first that did.</summary>
internal sealed class OfferedTerms(FrozenTerms terms)
{
    private FrozenTerms _terms = terms;

    public ref readonly FrozenTerms Terms => ref _terms;

    /// <summary>-1 until a team opened under them.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The same object for other terms: what one command names is kept for no other.</summary>
    public OfferedTerms Of(in FrozenTerms terms)
    {
        _terms = terms;
        Slot = -1;
        return this;
    }
}
