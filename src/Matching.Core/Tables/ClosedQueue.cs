namespace Matching.Core.Tables;

/// <summary>A family that closed: named by ids, since its rows may be gone or another's by the time it is looked at.</summary>
/// <param name="Id">An order of it; or its team's id as its complement.</param>
/// <param name="Item">Slot of the item.</param>
internal readonly record struct ClosedFamily(long Id, int Item);

/// <summary>Families that closed, the oldest first: a queue in chunks, so that growth copies nothing.</summary>
internal sealed class ClosedQueue
{
    private const int ChunkEntries = 4_096;

    private readonly Queue<ClosedFamily[]> _chunks = new();
    private ClosedFamily[] _last = [];
    private int _start;
    private int _end;

    /// <summary>Families in it.</summary>
    public long Count { get; private set; }

    public void Add(in ClosedFamily family)
    {
        if (_end == _last.Length)
        {
            _last = new ClosedFamily[ChunkEntries];
            _chunks.Enqueue(_last);
            _end = 0;
        }

        _last[_end++] = family;
        Count++;
    }

    /// <summary>The oldest; there must be one.</summary>
    public ClosedFamily Peek() => _chunks.Peek()[_start];

    /// <summary>Takes the oldest out.</summary>
    public void Drop()
    {
        Count--;
        if (++_start == ChunkEntries)
        {
            _chunks.Dequeue();
            _start = 0;
            if (_chunks.Count == 0)
            {
                (_last, _end) = ([], 0);
            }
        }
    }
}
