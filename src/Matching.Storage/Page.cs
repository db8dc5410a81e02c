using System.Buffers.Binary;
using System.Numerics;

namespace Matching.Storage;

/// <summary>What a page is. The numbers are on disk.</summary>
internal enum PageKind : ushort
{
    None = 0,
    SegmentHeader = 1,
    Events = 2,
    Closing = 3,
}

/// <summary>How a page looks, before anybody asks whether it belongs where it is.</summary>
internal enum PageState
{
    /// <summary>All zero: never written.</summary>
    Blank,

    /// <summary>Its checksum fits.</summary>
    Sound,

    /// <summary>Its checksum does not fit because at least one of its sectors was never written: a write that a crash cut short.</summary>
    Torn,

    /// <summary>Every sector was written, and the bytes are wrong.</summary>
    Damaged,
}

/// <summary>
/// The page: the unit that is written, checked and named in messages. A segment is a run of pages of 4,096 bytes. Page 0 is the
/// segment header; then blocks, each of one or more pages; then zeros.
/// <code>
/// every page          bytes  what
/// 0                       4  CRC32C of bytes 4 … 4,095
/// 4                       4  checksum of the page before it in the log: the chain that makes a missing page visible
/// 8                       4  generation: which start of the program wrote it, 1 …
/// 12                      2  kind: 1 segment header, 2 events, 3 closing block
/// 14                      2  index of the page in its block, 0 …
/// 16                      8  sequence of the block's first event (of the next event, in a header and a closing block)
/// 24                      4  events in the block
/// 28                      4  bytes of events in the block
/// 32                   4032  payload, in pieces between the stamps; zeros behind the last event
/// 508, 1020, … 4092   8 × 4  stamp 0xC3A55A3C: the last 4 bytes of each 512-byte sector
/// </code>
/// All numbers are little-endian. The stamp is why a torn page can be told from a damaged one: a sector that was written is never
/// all zero, whatever the events are, and a disk writes a sector wholly or not at all. Without it, one flipped bit in the padded last page
/// of an answered block would look like a torn write and be cut away. A block's pages all carry its description, so that the remains of a
/// torn block can be recognised by any page of it. Rejected: checksums of all pages in one table (a torn table loses the block's sound
/// pages as evidence); events without a hole every 508 bytes (faster by a few percent to copy, but then zeros in events would look like
/// unwritten sectors).
/// </summary>
internal static class Page
{
    public const int Bytes = 4096;
    public const int SectorBytes = 512;
    public const int HeaderBytes = 32;
    public const int PayloadBytes = Bytes - HeaderBytes - (Bytes / SectorBytes * StampBytes);
    private const int StampBytes = 4;
    private const int SectorContentBytes = SectorBytes - StampBytes;
    private const uint Stamp = 0xC3A55A3C;

    /// <summary>Pages that hold so many bytes of events.</summary>
    public static int PagesFor(int eventBytes) => (eventBytes + PayloadBytes - 1) / PayloadBytes;

    /// <summary>Puts the stamps into pages that are otherwise still to be written.</summary>
    public static void PutStamps(Span<byte> pages)
    {
        for (int at = SectorContentBytes; at < pages.Length; at += SectorBytes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(pages[at..], Stamp);
        }
    }

    /// <summary>Copies events into pages, around headers and stamps.</summary>
    /// <param name="pages">Whole pages of one block.</param>
    /// <param name="at">Where the next byte goes; moved on. Never inside a header or a stamp.</param>
    /// <param name="events">What to copy.</param>
    public static void CopyIn(Span<byte> pages, ref int at, ReadOnlySpan<byte> events)
    {
        while (!events.IsEmpty)
        {
            int piece = Math.Min(events.Length, SectorContentBytes - (at % SectorBytes));
            events[..piece].CopyTo(pages[at..]);
            events = events[piece..];
            at = Next(at + piece);
        }
    }

    /// <summary>Zeros behind the last event, up to the end of its page.</summary>
    public static void ClearRest(Span<byte> pages, int at)
    {
        while (at % Bytes > HeaderBytes)
        {
            int piece = SectorContentBytes - (at % SectorBytes);
            pages.Slice(at, piece).Clear();
            at = Next(at + piece);
        }
    }

    /// <summary>Moves the events of a block together at the start of the same memory.</summary>
    /// <returns>The events.</returns>
    public static Memory<byte> Gather(Memory<byte> pages, int eventBytes)
    {
        Span<byte> bytes = pages.Span;
        int at = HeaderBytes;
        for (int done = 0; done < eventBytes;)
        {
            int piece = Math.Min(eventBytes - done, SectorContentBytes - (at % SectorBytes));
            bytes.Slice(at, piece).CopyTo(bytes[done..]);
            done += piece;
            at = Next(at + piece);
        }

        return pages[..eventBytes];
    }

    /// <summary>Writes the description and, last, the checksum over both.</summary>
    /// <returns>The checksum.</returns>
    public static uint Seal(Span<byte> page, in PageHeader header)
    {
        header.Write(page);
        uint checksum = Checksum(page);
        BinaryPrimitives.WriteUInt32LittleEndian(page, checksum);
        return checksum;
    }

    /// <summary>CRC32C of everything behind the first 4 bytes; the length is a multiple of 8.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        for (int at = 8; at <= bytes.Length - 8; at += 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        }

        return ~crc;
    }

    /// <summary>Looks at one page.</summary>
    public static PageState StateOf(ReadOnlySpan<byte> page)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(page) == Checksum(page))
        {
            return PageState.Sound;
        }

        int blanks = 0;
        bool stamped = true;
        for (int at = 0; at < Bytes; at += SectorBytes)
        {
            ReadOnlySpan<byte> sector = page.Slice(at, SectorBytes);
            bool blank = !sector.ContainsAnyExcept((byte)0);
            blanks += blank ? 1 : 0;
            stamped &= blank || BinaryPrimitives.ReadUInt32LittleEndian(sector[SectorContentBytes..]) == Stamp;
        }

        return blanks == Bytes / SectorBytes ? PageState.Blank
            : blanks > 0 && stamped ? PageState.Torn
            : PageState.Damaged;
    }

    private static int Next(int at)
    {
        at += at % SectorBytes == SectorContentBytes ? StampBytes : 0;
        return at % Bytes == 0 ? at + HeaderBytes : at;
    }
}

/// <summary>The description at the start of every page; see <see cref="Page"/>.</summary>
internal readonly record struct PageHeader(
    uint Previous, int Generation, PageKind Kind, int Index, long FirstSequence, int Count, int EventBytes)
{
    public static PageHeader Read(ReadOnlySpan<byte> page) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(page[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(page[8..]),
        (PageKind)BinaryPrimitives.ReadUInt16LittleEndian(page[12..]),
        BinaryPrimitives.ReadUInt16LittleEndian(page[14..]),
        BinaryPrimitives.ReadInt64LittleEndian(page[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(page[24..]),
        BinaryPrimitives.ReadInt32LittleEndian(page[28..]));

    public void Write(Span<byte> page)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(page[4..], Previous);
        BinaryPrimitives.WriteInt32LittleEndian(page[8..], Generation);
        BinaryPrimitives.WriteUInt16LittleEndian(page[12..], (ushort)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(page[14..], (ushort)Index);
        BinaryPrimitives.WriteInt64LittleEndian(page[16..], FirstSequence);
        BinaryPrimitives.WriteInt32LittleEndian(page[24..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(page[28..], EventBytes);
    }
}
