namespace Matching.Host.Traffic;

/// <summary>
/// Arrivals in memory, 32 bytes each, put into the order in which they are sent: by time, then by row number.
/// <para>
/// Assumes up to some tens of millions of rows, most files sorted already. Chunks were chosen over one growing array, which would
/// copy everything at each doubling and hold it twice. Only when a row goes back in time is everything copied once and sorted.
/// Reading the file twice instead of holding it was rejected: it must be known to the end before the first request may be sent.
/// </para>
/// One thread at a time.
/// </summary>
internal sealed class ArrivalList
{
    private const int ChunkRows = 1 << 16;

    private readonly List<ReadOnlyMemory<Arrival>> _full = [];
    private Arrival[] _last = new Arrival[ChunkRows];
    private int _used;
    private Arrival _previous;
    private bool _sorted = true;

    /// <summary>Rows held.</summary>
    public long Count { get; private set; }

    /// <summary>The highest order id held; 0 at first.</summary>
    public long HighestOrder { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(in Arrival arrival)
    {
        if (_used == ChunkRows)
        {
            _full.Add(_last);
            _last = new Arrival[ChunkRows];
            _used = 0;
        }

        _sorted &= Compare(_previous, arrival) <= 0;
        _previous = arrival;
        _last[_used++] = arrival;
        Count++;
        HighestOrder = Math.Max(HighestOrder, arrival.Order);
    }

    /// <summary>The rows in sending order, in pieces. Nothing may be added afterwards.</summary>
    public IReadOnlyList<ReadOnlyMemory<Arrival>> InOrder()
    {
        if (_used > 0)
        {
            _full.Add(_last.AsMemory(0, _used));
            _used = 0;
        }

        if (_sorted)
        {
            return _full;
        }

        var all = new Arrival[_full.Sum(piece => (long)piece.Length)];
        int at = 0;
        for (int i = 0; i < _full.Count; i++)
        {
            _full[i].Span.CopyTo(all.AsSpan(at));
            at += _full[i].Length;
            _full[i] = default;
        }

        all.AsSpan().Sort(static (a, b) => Compare(a, b));
        _full.Clear();
        _full.Add(all);
        _sorted = true;
        return _full;
    }

    private static int Compare(in Arrival a, in Arrival b) =>
        a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs) : a.Order.CompareTo(b.Order);
}
