using System.Buffers.Binary;

namespace Matching.Storage;

/// <summary>
/// A segment nobody needs to start from, without its padding: the blocks one behind the other, so that years of small blocks take what
/// their events take. It lies in the folder <c>archive</c> and is read like a segment. Little-endian.
/// <code>
/// header, 128 bytes: 0 CRC32C of bytes 4 … 127 · 8 magic "MATCHARC" · 16 version · 20 generation · 24 predecessor's checksum · 28 checksum of
///   the segment's header page (4 bytes each) · 32 number · 40 bytes of the segment · 48 first sequence · 56 predecessor's valid end
///   64 length of this file · 72 sequence behind its last event · 80 archived at (ms since 1970; 8 bytes each) · 88 the directory's id (16)
///   104 checksum of the segment's last page (4)
/// block: 0 CRC32C of the rest of it · 4 kind (as in a page) · 8 first sequence (8 bytes) · 16 events · 20 bytes of events · 24 checksum of
///   its last page (4 bytes each) · 32 events, padded with zeros to 8 bytes
/// </code>
/// Written under another name, synced, read back, renamed, the folder synced; only then the segment goes.
/// </summary>
internal static class Archive
{
    public const string Folder = "archive";
    public const int HeaderBytes = 128;
    private const string Unfinished = ".new";
    private static ReadOnlySpan<byte> Magic => "MATCHARC"u8;

    /// <summary>File names: journal-000001.arc.</summary>
    public static readonly NumberedName Name = new("journal-", 6, ".arc");

    /// <summary>Archives a segment whose successor is known. The segment itself stays.</summary>
    /// <returns>The same segment in its archived form.</returns>
    /// <exception cref="JournalException">The segment cannot be read up to where its successor continues, or was not read back as
    /// written.</exception>
    public static Segment Write(IDisk disk, string directory, Segment segment, Segment next, long nowMs)
    {
        string folder = Path.Combine(directory, Folder);
        if (!disk.DirectoryExists(folder))
        {
            disk.CreateDirectory(folder);
            disk.SyncDirectory(directory);
        }

        string path = Path.Combine(folder, Name.Of(segment.Number));
        Segment archived = segment with
        {
            Path = path,
            Archived = true,
            ArchivedAtMs = nowMs,
            Directory = next.Directory,
            EndChecksum = next.PredecessorChecksum,
        };
        using (IDiskFile file = disk.Create(path + Unfinished))
        {
            long length = WriteBlocks(disk, file, segment, next);
            file.Write(0, Header(archived, length, next.FirstSequence));
            file.Sync();
            file.DropCache();
        }

        Walk(disk, archived with { Path = path + Unfinished }, next);
        disk.Rename(path + Unfinished, path);
        disk.SyncDirectory(folder);
        return archived;
    }

    /// <summary>Reads the header of an archived segment.</summary>
    /// <exception cref="JournalException">It is none, is of a newer version, or is not as long as it says.</exception>
    public static Segment ReadHeader(IDisk disk, string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        using IDiskFile file = disk.OpenRead(path);
        if (file.Read(0, header) != HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != Page.Checksum(header)
            || !header.Slice(8, Magic.Length).SequenceEqual(Magic))
        {
            throw Damage.At(path, 0, "this is not the header of an archived segment");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        FileVersions.RefuseNewer(path, version, FileVersions.Archive);
        long length = BinaryPrimitives.ReadInt64LittleEndian(header[64..]);
        if (file.Length != length)
        {
            throw Damage.At(path, Math.Min(file.Length, length), $"the file has {file.Length} bytes and its header says {length}");
        }

        return new Segment(
            path,
            BinaryPrimitives.ReadInt64LittleEndian(header[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[40..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[56..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[28..]))
        {
            Archived = true,
            ArchivedAtMs = BinaryPrimitives.ReadInt64LittleEndian(header[80..]),
            Directory = version == 1 ? Guid.Empty : new Guid(header.Slice(88, 16)),
            EndChecksum = version == 1 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(header[104..]),
        };
    }

    private static byte[] Header(Segment segment, long length, long nextSequence)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), FileVersions.Archive);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), segment.Generation);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), segment.PredecessorChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), segment.Checksum);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), segment.Number);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), segment.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), segment.FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(56), segment.PredecessorEnd);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(64), length);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(72), nextSequence);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(80), segment.ArchivedAtMs);
        segment.Directory.TryWriteBytes(header.AsSpan(88));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(104), segment.EndChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Page.Checksum(header));
        return header;
    }

    private static long WriteBlocks(IDisk disk, IDiskFile file, Segment segment, Segment next)
    {
        var writer = new PiecewiseWriter(file, HeaderBytes);
        byte[] bytes = new byte[ArchivedBlock.HeadBytes];
        using PageCursor from = new(disk, segment);
        while (from.Position < next.PredecessorEnd && from.TryRead())
        {
            ArchivedBlock block = new(from.Closed ? PageKind.Closing : PageKind.Events, from.FirstSequence, from.Count,
                from.Closed ? 0 : from.Events.Length, from.Checksum);
            int length = ArchivedBlock.HeadBytes + Crc.Padded(block.EventBytes);
            if (bytes.Length < length)
            {
                bytes = new byte[length];
            }

            block.Write(bytes.AsSpan(0, length), from.Events.Span[..block.EventBytes]);
            writer.Write(bytes.AsSpan(0, length));
        }

        Check(from, next);
        writer.Flush();
        return writer.Position;
    }

    private static void Walk(IDisk disk, Segment archived, Segment next)
    {
        using ArchiveCursor cursor = new(disk, archived);
        while (cursor.Position < next.PredecessorEnd && cursor.TryRead())
        {
        }

        Check(cursor, next);
    }

    private static void Check(BlockCursor cursor, Segment next)
    {
        if (cursor.Position != next.PredecessorEnd || cursor.Sequence != next.FirstSequence || cursor.Checksum != next.PredecessorChecksum)
        {
            throw Damage.At(cursor.Segment.Path, cursor.Position,
                $"there is no valid block, but {Path.GetFileName(next.Path)} continues from byte {next.PredecessorEnd}");
        }
    }
}

/// <summary>The head of a block in an archived segment.</summary>
internal readonly record struct ArchivedBlock(PageKind Kind, long FirstSequence, int Count, int EventBytes, uint Checksum)
{
    public const int HeadBytes = 32;

    public static ArchivedBlock Read(ReadOnlySpan<byte> head) => new(
        (PageKind)BinaryPrimitives.ReadUInt16LittleEndian(head[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(head[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(head[20..]),
        BinaryPrimitives.ReadUInt32LittleEndian(head[24..]));

    public static bool IsWhole(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadUInt32LittleEndian(block) == Page.Checksum(block);

    public void Write(Span<byte> to, ReadOnlySpan<byte> events)
    {
        to.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)Kind);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], FirstSequence);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(to[20..], EventBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], Checksum);
        events.CopyTo(to[HeadBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(to, Page.Checksum(to));
    }
}
