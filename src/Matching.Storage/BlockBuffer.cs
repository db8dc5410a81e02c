namespace Matching.Storage;

/// <summary>
/// The block being built, laid out in pages as it will lie on disk, so that a commit is one pass of checksums and one write.
/// Assumed: 64 … 64 K events a block, tens of thousands of blocks a second at most. Chosen: one pinned array, re-used, grown by
/// doubling up to the largest block; the stamps are put in once. Rejected: gathering spans and writing them as a vector (the checksum needs
/// the bytes in page order anyway, and the caller's buffers would have to live until the commit).
/// </summary>
internal sealed class BlockBuffer(int maxEventBytes)
{
    private const int StartPages = 8;
    private byte[] _pages = NewPages(Math.Min(StartPages, Page.PagesFor(maxEventBytes)));
    private int _at = Page.HeaderBytes;
    private int _eventBytes;

    /// <summary>Events in the block.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of events in the block.</summary>
    public int EventBytes => _eventBytes;

    /// <summary>Bytes the block takes on disk, a multiple of 4,096.</summary>
    public int SealedBytes => Page.PagesFor(_eventBytes) * Page.Bytes;

    /// <summary>True when so many bytes more can go into this block.</summary>
    public bool Fits(int eventBytes) => eventBytes <= maxEventBytes - _eventBytes;

    /// <summary>Copies events in. They fit.</summary>
    public void Append(ReadOnlySpan<byte> events, int count)
    {
        int pages = Page.PagesFor(_eventBytes + events.Length);
        if (pages * Page.Bytes > _pages.Length)
        {
            Grow(pages);
        }

        Page.CopyIn(_pages, ref _at, events);
        _eventBytes += events.Length;
        Count += count;
    }

    /// <summary>Describes and checksums every page.</summary>
    /// <param name="generation">The writer's generation.</param>
    /// <param name="firstSequence">Sequence of the first event.</param>
    /// <param name="previous">Checksum of the page before the block; becomes that of its last page.</param>
    /// <returns>The bytes to write, valid until the next <see cref="Append"/>.</returns>
    public ReadOnlySpan<byte> Seal(int generation, long firstSequence, ref uint previous)
    {
        Span<byte> pages = _pages.AsSpan(0, SealedBytes);
        Page.ClearRest(pages, _at);
        for (int index = 0; index * Page.Bytes < pages.Length; index++)
        {
            PageHeader header = new(previous, generation, PageKind.Events, index, firstSequence, Count, _eventBytes);
            previous = Page.Seal(pages.Slice(index * Page.Bytes, Page.Bytes), header);
        }

        return pages;
    }

    /// <summary>Starts the next block.</summary>
    public void Clear()
    {
        _at = Page.HeaderBytes;
        _eventBytes = 0;
        Count = 0;
    }

    private void Grow(int pages)
    {
        byte[] grown = NewPages(Math.Max(pages, Math.Min(_pages.Length / Page.Bytes * 2, Page.PagesFor(maxEventBytes))));
        _pages.CopyTo(grown, 0);
        _pages = grown;
    }

    private static byte[] NewPages(int pages)
    {
        byte[] bytes = GC.AllocateArray<byte>(pages * Page.Bytes, pinned: true);
        Page.PutStamps(bytes);
        return bytes;
    }
}
