namespace Matching.Core.Structures;

/// <summary>All different terms ever frozen; grows with the number of different ones, a few for each campaign and price named.</summary>
internal sealed class TermsTable
{
    private readonly Dictionary<Terms, int> _slots = [];
    private Terms[] _terms = new Terms[16];
    private int _last;

    public ref readonly Terms this[int slot] => ref _terms[slot];

    /// <summary>The slot of terms; equal terms have the same.</summary>
    public int SlotOf(in Terms terms)
    {
        if (_slots.Count > 0 && _terms[_last] == terms)
        {
            return _last;
        }

        if (!_slots.TryGetValue(terms, out _last))
        {
            _last = _slots.Count;
            if (_last == _terms.Length)
            {
                Array.Resize(ref _terms, _last * 2);
            }

            _terms[_last] = terms;
            _slots.Add(terms, _last);
        }

        return _last;
    }
}
