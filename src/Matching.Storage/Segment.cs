using System.Buffers.Binary;
using System.Globalization;

namespace Matching.Storage;

/// <summary>One file of the log, as its header describes it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">1, 2, 3 … without a gap; in the file's name.</param>
/// <param name="Bytes">Length it was made with.</param>
/// <param name="Generation">Which start of the program wrote it, 1 …</param>
/// <param name="FirstSequence">Sequence of its first event, of the first event behind it when it holds none.</param>
/// <param name="PredecessorEnd">Where the segment before it ends being valid; whatever lies behind was never answered. 0 for the
/// first.</param>
/// <param name="PredecessorChecksum">Checksum of the last page before that. 0 for the first.</param>
/// <param name="Checksum">Checksum of its own header page, which its first block names.</param>
internal sealed record Segment(
    string Path, long Number, long Bytes, int Generation, long FirstSequence, long PredecessorEnd, uint PredecessorChecksum, uint Checksum)
{
    /// <summary>Length of its file: <see cref="Bytes"/>, or, once its successor was begun, as far as it is valid.</summary>
    public long FileBytes { get; init; } = Bytes;

    /// <summary>It is read in its archived form (<see cref="Archive"/>).</summary>
    public bool Archived { get; init; }

    /// <summary>Of an archived segment: the engine's time when that happened, in ms since 1970; nothing in it is younger.</summary>
    public long ArchivedAtMs { get; init; }

    /// <summary>The id of the directory it was made in; empty in the first version.</summary>
    public Guid Directory { get; init; }

    /// <summary>Of an archived segment: the checksum of its last page; 0 in the first version, where it is not known.</summary>
    public uint EndChecksum { get; init; }

    /// <summary>The most bytes of events in one block, whatever the segment's length.</summary>
    public const int MaxBlockEventBytes = 8 << 20;

    /// <summary>The shortest segment: a header, two pages of events and room for the closing block.</summary>
    public const long MinBytes = 4 * Page.Bytes;

    /// <summary>File names: journal-000001.seg.</summary>
    public static readonly NumberedName Name = new("journal-", 6, ".seg");

    private static ReadOnlySpan<byte> Magic => "MATCHSEG"u8;

    /// <summary>Opens it at its first block.</summary>
    public BlockCursor Open(IDisk disk) => Archived ? new ArchiveCursor(disk, this) : new PageCursor(disk, this);

    /// <summary>The length of the segment behind this one: twice this one's, and enough for a block, up to the longest.</summary>
    /// <param name="blockBytes">Bytes of the block's pages, which fit the longest.</param>
    /// <param name="longest">Bytes of the longest segment.</param>
    public long NextBytes(long blockBytes, long longest)
    {
        long bytes = Math.Min(2 * Bytes, longest);
        while (bytes < blockBytes + (2 * Page.Bytes))
        {
            bytes = Math.Min(2 * bytes, longest);
        }

        return bytes;
    }

    /// <summary>
    /// The bytes of events a block may hold in segments of a length: a block lies in one segment, before the closing block's page.
    /// </summary>
    public static int MaxEventBytes(long segmentBytes) =>
        (int)Math.Min(MaxBlockEventBytes, ((segmentBytes / Page.Bytes) - 2) * Page.PayloadBytes);

    /// <summary>
    /// Writes the header page. Behind the page's description (<see cref="Page"/>): 32 magic "MATCHSEG", 40 version (4 bytes),
    /// 48 number, 56 length it was made with, 64 number of the predecessor, 72 its valid end (8 bytes each), 80 the directory's id (16).
    /// The predecessor's checksum and sequence are the page's own "page before it" and "sequence".
    /// </summary>
    /// <returns>The segment with the checksum of that page.</returns>
    public Segment WriteHeader(Span<byte> page)
    {
        page.Clear();
        Page.PutStamps(page);
        Magic.CopyTo(page[32..]);
        BinaryPrimitives.WriteInt32LittleEndian(page[40..], FileVersions.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(page[48..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(page[56..], Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(page[64..], Number - 1);
        BinaryPrimitives.WriteInt64LittleEndian(page[72..], PredecessorEnd);
        Directory.TryWriteBytes(page[80..]);
        PageHeader header = new(PredecessorChecksum, Generation, PageKind.SegmentHeader, 0, FirstSequence, 0, 0);
        return this with { Checksum = Page.Seal(page, header) };
    }

    /// <summary>Reads a sound header page.</summary>
    /// <exception cref="JournalException">It is no header, or one of a newer version.</exception>
    public static Segment ReadHeader(string path, ReadOnlySpan<byte> page)
    {
        PageHeader header = PageHeader.Read(page);
        if (!page.Slice(32, Magic.Length).SequenceEqual(Magic) || header.Kind != PageKind.SegmentHeader)
        {
            throw Damage.At(path, 0, "this is not the header of a journal segment");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(page[40..]);
        FileVersions.RefuseNewer(path, version, FileVersions.Segment);
        return new Segment(
            path,
            BinaryPrimitives.ReadInt64LittleEndian(page[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(page[56..]),
            header.Generation,
            header.FirstSequence,
            BinaryPrimitives.ReadInt64LittleEndian(page[72..]),
            header.Previous,
            BinaryPrimitives.ReadUInt32LittleEndian(page))
        {
            Directory = version == 1 ? Guid.Empty : new Guid(page.Slice(80, 16)),
        };
    }
}

/// <summary>The words of refusals.</summary>
internal static class Damage
{
    /// <summary>Says what is wrong where; nothing was changed.</summary>
    public static JournalException At(string path, long position, string what) => new(
        $"{path} is damaged at byte {position.ToString(CultureInfo.InvariantCulture)}: {what}. Nothing was changed. "
        + "This is no crash's torn write, and going on would lose answered entries: restore the directory from a copy.");
}
