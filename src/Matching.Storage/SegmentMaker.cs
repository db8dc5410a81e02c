namespace Matching.Storage;

/// <summary>
/// Makes segment files: full length, all zero, durable with their name, before anything is written into them; so a write into one changes
/// no metadata and costs one disk write. The next one is made beside the writer (64 MiB of zeros take some 90 ms), so that it
/// finds it ready at turnover. Chosen: a quarter of a MiB at a time. With a whole one it is made in 50 ms, but its fresh pages and its sync held a
/// processor of a virtual machine for 3 ms each time, threads ahead of all others included; with an eighth it takes 150 ms.
/// </summary>
internal sealed class SegmentMaker(IDisk disk, string directory, long segmentBytes, TaskScheduler scheduler)
{
    // One for all: an array so large for each segment called for a collection of all generations every dozen of them.
    private static readonly byte[] s_zeros = new byte[1 << 18];

    private Task? _ahead;
    private long _aheadNumber;

    /// <summary>Starts to make a segment on the scheduler, once.</summary>
    public void Begin(long number)
    {
        if (_aheadNumber != number)
        {
            Start(number);
        }
    }

    /// <summary>Waits for the segment, or makes it now when it was not begun or could not be made then (a disk that was full may have room again).</summary>
    /// <returns>The file, open for durable writes.</returns>
    public IDiskFile Take(long number)
    {
        if (!TryFinish(number))
        {
            Make(number);
        }

        return disk.OpenWriteThrough(Path.Combine(directory, Segment.Name.Of(number)));
    }

    /// <summary>Waits until nothing is being made.</summary>
    public void Finish() => TryFinish(_aheadNumber);

    // A method of its own: the closure would be allocated at the start of Begin, which every commit calls.
    private void Start(long number)
    {
        _aheadNumber = number;
        _ahead = Task.Factory.StartNew(() => Make(number), CancellationToken.None, TaskCreationOptions.LongRunning, scheduler);
    }

    private bool TryFinish(long number)
    {
        if (_ahead is null || _aheadNumber != number)
        {
            return false;
        }

        // A failure here is only a file to be made again.
        _ahead.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        return _ahead.IsCompletedSuccessfully;
    }

    private void Make(long number)
    {
        using (IDiskFile file = disk.Create(Path.Combine(directory, Segment.Name.Of(number))))
        {
            for (long position = 0; position < segmentBytes; position += s_zeros.Length)
            {
                // Synced piece by piece: one sync of the whole would hold up the writer's blocks behind 64 MiB of zeros.
                file.Write(position, s_zeros.AsSpan(0, (int)Math.Min(s_zeros.Length, segmentBytes - position)));
                file.Sync();
            }
        }

        disk.SyncDirectory(directory);
    }
}
