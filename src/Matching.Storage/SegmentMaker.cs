namespace Matching.Storage;

/// <summary>
/// Makes segment files: full length, all zero, durable with their name, before anything is written into them; so a write into one changes
/// no metadata and costs one disk write. The next one is made beside the writer (64 MiB of zeros take some 90 ms), so that it
/// finds it ready at turnover. A start begins with a short one and each is twice as long as the one before, up to the length that was
/// asked for: a start that journals next to nothing costs next to nothing of the disk. Rejected: a file that grows in place; its header
/// could not say how long it must be, and one that was cut would look like one that had not grown yet. Chosen: a quarter of a MiB at a
/// time. With a whole one it is made in 50 ms, but its fresh pages and its sync held a processor of a virtual machine for 3 ms each time,
/// threads ahead of all others included; with an eighth it takes 150 ms.
/// </summary>
internal sealed class SegmentMaker(IDisk disk, string directory, TaskScheduler scheduler)
{
    // One for all: an array so large for each segment called for a collection of all generations every dozen of them.
    private static readonly byte[] s_zeros = new byte[1 << 18];

    private Task? _ahead;
    private long _aheadNumber;
    private long _aheadBytes;

    /// <summary>Starts to make a segment of a length on the scheduler, once.</summary>
    public void Begin(long number, long bytes)
    {
        if (_aheadNumber != number)
        {
            Start(number, bytes);
        }
    }

    /// <summary>
    /// Waits for the segment, or makes it now: when it was not begun, could not be made then (a disk that was full may have room again),
    /// or a block has come that needs a longer one.
    /// </summary>
    /// <returns>The file, open for durable writes.</returns>
    public IDiskFile Take(long number, long bytes)
    {
        if (!TryFinish(number) || _aheadBytes != bytes)
        {
            Make(number, bytes);
        }

        return disk.OpenWriteThrough(Path.Combine(directory, Segment.Name.Of(number)));
    }

    /// <summary>Waits until nothing is being made.</summary>
    public void Finish() => TryFinish(_aheadNumber);

    // A method of its own: the closure would be allocated at the start of Begin, which every commit calls.
    private void Start(long number, long bytes)
    {
        _aheadNumber = number;
        _aheadBytes = bytes;
        _ahead = Task.Factory.StartNew(() => Make(number, bytes), CancellationToken.None, TaskCreationOptions.LongRunning, scheduler);
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

    private void Make(long number, long bytes)
    {
        using (IDiskFile file = disk.Create(Path.Combine(directory, Segment.Name.Of(number))))
        {
            for (long position = 0; position < bytes; position += s_zeros.Length)
            {
                // Synced piece by piece: one sync of the whole would hold up the writer's blocks behind 64 MiB of zeros.
                file.Write(position, s_zeros.AsSpan(0, (int)Math.Min(s_zeros.Length, bytes - position)));
                file.Sync();
            }
        }

        disk.SyncDirectory(directory);
    }
}
