namespace Matching.Storage;

/// <summary>
/// Decides whether what lies behind the last valid block is the remains of one write that a crash cut short (it was never
/// answered: cut it) or damage to blocks that were answered (refuse). One write is in flight at a time, so remains look like this:
/// some pages of one block, the one that would come next, each of them whole, torn or still blank; and nothing but zeros behind.
/// A page whose every sector was written but whose checksum fails, and a page of any other block, prove damage.
/// </summary>
internal static class Tail
{
    private const int ChunkBytes = 64 * Page.Bytes;

    /// <summary>Looks at everything behind the cursor, which stands where no further block is valid.</summary>
    /// <returns>True when there is a torn block.</returns>
    /// <exception cref="JournalException">It is damage.</exception>
    public static bool Check(IDisk disk, BlockCursor cursor)
    {
        Segment segment = cursor.Segment;
        long start = cursor.Position;
        long blockEnd = Math.Min(segment.Bytes, start + ((long)Page.PagesFor(Segment.MaxBlockEventBytes) * Page.Bytes));
        bool torn = false;
        bool blankOrTorn = false;
        ForEachPage(disk, segment.Path, start, (position, page) =>
        {
            PageState state = Page.StateOf(page);
            if (state == PageState.Sound)
            {
                PageHeader header = PageHeader.Read(page);
                if (cursor.Closed || !BelongsTo(header, cursor, position))
                {
                    throw Damage.At(
                        segment.Path, start,
                            $"no valid block starts here, but a page of a block with event {header.FirstSequence} lies behind, at byte "
                            + $"{position}");
                }

                // The block says how long it is: what lies behind that must be blank.
                blockEnd = Math.Min(blockEnd, start + ((long)Page.PagesFor(header.EventBytes) * Page.Bytes));
            }
            else if (state == PageState.Damaged || (state == PageState.Torn && (cursor.Closed || position >= blockEnd)))
            {
                throw Damage.At(segment.Path, position, "a page was written and its checksum does not fit");
            }

            torn |= state != PageState.Blank;
            blankOrTorn |= state != PageState.Sound;
        });

        if (torn && !blankOrTorn)
        {
            throw Damage.At(segment.Path, start, "all pages of a block are whole and the block does not continue the log");
        }

        return torn;
    }

    /// <summary>
    /// A file without a whole header holds nothing else: it may be anything of a file that was being filled with zeros, or a filled one
    /// with a header that a crash cut short.
    /// </summary>
    /// <exception cref="JournalException">It holds more.</exception>
    public static void CheckUnstarted(IDisk disk, string path)
    {
        bool torn = false;
        ForEachPage(disk, path, 0, (position, page) =>
        {
            PageState state = Page.StateOf(page);
            torn |= state == PageState.Torn;
            if (state != PageState.Blank && !(state == PageState.Torn && position == 0))
            {
                throw Damage.At(path, position, "the segment has no header, but was written");
            }
        });

        using IDiskFile file = disk.OpenRead(path);
        if (torn && (file.Length < Segment.MinBytes || file.Length % Page.Bytes != 0))
        {
            throw Damage.At(path, file.Length, "the file ends here; a segment has its full length before its header is written");
        }
    }

    private static bool BelongsTo(in PageHeader header, BlockCursor cursor, long position) =>
        header.Generation == cursor.Segment.Generation
        && header.FirstSequence == cursor.Sequence
        && header.Kind == PageKind.Events
        && header.Index == (position - cursor.Position) / Page.Bytes
        && header.Index < Page.PagesFor(header.EventBytes)
        && (header.Index > 0 || header.Previous == cursor.Checksum);

    private delegate void PageLook(long position, ReadOnlySpan<byte> page);

    // A file that ends inside a page is taken as ending in zeros; its length is checked against its header elsewhere.
    private static void ForEachPage(IDisk disk, string path, long start, PageLook look)
    {
        using IDiskFile file = disk.OpenRead(path);
        byte[] chunk = new byte[Math.Min(ChunkBytes, (Math.Max(0, file.Length - start) + Page.Bytes - 1) / Page.Bytes * Page.Bytes)];
        for (long position = start; position < file.Length; position += ChunkBytes)
        {
            int read = file.Read(position, chunk);
            chunk.AsSpan(read).Clear();
            for (int at = 0; at < read; at += Page.Bytes)
            {
                look(position + at, chunk.AsSpan(at, Page.Bytes));
            }
        }
    }
}
