namespace Matching.Storage;

/// <summary>
/// What readers see of a log: its segments and how far it is durable. The writer adds, any thread reads.
/// Assumed: up to some thousand segments, one added every 64 MiB. Chosen: a sorted array, replaced as a whole, so that readers take
/// no lock. Rejected: a lock around a list (readers would meet the writer in it).
/// </summary>
internal sealed class SegmentLog(IDisk disk, IEnumerable<Segment> started, long durableSequence)
{
    private Segment[] _segments = [.. started];
    private long _durableSequence = durableSequence;

    public IDisk Disk { get; } = disk;

    public IReadOnlyList<Segment> Segments => Volatile.Read(ref _segments);

    public long DurableSequence => Volatile.Read(ref _durableSequence);

    /// <summary>Adds the segment that is written from now on; before anything in it is published.</summary>
    public void Add(Segment segment) => Change(segments => [.. segments, segment]);

    /// <summary>The oldest event that can be read.</summary>
    public long FirstSequence => Segments[0].FirstSequence;

    /// <summary>Puts the archived form of a segment in its place; before the segment's file goes. One thread beside the writer.</summary>
    public void Replace(Segment archived) =>
        Change(segments => Array.ConvertAll(segments, segment => segment.Number == archived.Number ? archived : segment));

    /// <summary>Forgets a segment and those before it; before their files go. The last one stays. One thread beside the writer.</summary>
    public void Forget(Segment deleted) =>
        Change(segments => [.. segments.Where(segment => segment.Number > deleted.Number || segment.Number == segments[^1].Number)]);

    /// <summary>Publishes what became durable.</summary>
    public void Publish(long durableSequence) => Volatile.Write(ref _durableSequence, durableSequence);

    // The writer adds while the archiver replaces: both rare, so each tries again where the other came first.
    private void Change(Func<Segment[], Segment[]> change)
    {
        Segment[] before;
        do
        {
            before = Volatile.Read(ref _segments);
        }
        while (Interlocked.CompareExchange(ref _segments, change(before), before) != before);
    }

    /// <summary>
    /// The segment with a durable event. A segment without events has the first sequence of the next one, so it is the last of those
    /// that do not start behind the event.
    /// </summary>
    public Segment Find(long sequence)
    {
        Segment[] segments = Volatile.Read(ref _segments);
        int low = 0;
        for (int high = segments.Length - 1; low < high;)
        {
            int middle = (low + high + 1) / 2;
            if (segments[middle].FirstSequence <= sequence)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return segments[low];
    }
}
