using System.Buffers.Binary;

namespace Matching.Storage;

/// <summary>What a snapshot stands for.</summary>
/// <param name="Sequence">The events before this one are in it.</param>
/// <param name="Boundary">Checksum of the journal's page that ends before that event: the snapshot belongs to no other journal.</param>
/// <param name="NowMs">The engine's time then, ms since 1970.</param>
public readonly record struct SnapshotHeader(long Sequence, uint Boundary, long NowMs);

/// <summary>One section: where it lies, how long it is, and its checksum, which covers the zeros that pad it to 8 bytes too.</summary>
internal readonly record struct SnapshotSection(int Id, long Offset, int Length, uint Checksum);

/// <summary>
/// The bytes of a snapshot: sections that mean nothing here, and around them what tells that all of them are there and as they were
/// written. Every byte is covered by a checksum. Little-endian.
/// <code>
/// header, 64 bytes: 0 CRC32C of bytes 4 … 63 · 8 magic "MATCHSNP" · 16 version · 20 boundary checksum (4 bytes each) · 24 sequence · 32 time (8 bytes each)
///   40 the directory's id (16)
/// sections, each padded with zeros to 8 bytes
/// table, 32 bytes a section: 0 id · 8 offset · 16 length (8 bytes each) · 24 CRC32C of the section (4)
/// trailer, 64 bytes: 0 CRC32C of bytes 4 … 63 · 8 magic "MATCHEND" · 16 version · 20 CRC32C of the table · 24 header's checksum (4 bytes each)
///   32 offset of the table · 40 sections · 48 length of the file (8 bytes each)
/// </code>
/// The table stands behind the sections, so that a writer needs to know nothing ahead; the trailer last, so that a file that was cut has
/// none.
/// </summary>
internal static class SnapshotFormat
{
    public const int HeaderBytes = 64;
    public const int EntryBytes = 32;
    public const int TrailerBytes = 64;
    private static ReadOnlySpan<byte> HeaderMagic => "MATCHSNP"u8;

    private static ReadOnlySpan<byte> TrailerMagic => "MATCHEND"u8;

    /// <returns>The header's checksum.</returns>
    public static uint WriteHeader(Span<byte> to, in SnapshotHeader header, Guid directory)
    {
        to.Clear();
        HeaderMagic.CopyTo(to[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], FileVersions.Snapshot);
        BinaryPrimitives.WriteUInt32LittleEndian(to[20..], header.Boundary);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], header.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], header.NowMs);
        directory.TryWriteBytes(to[40..]);
        return Seal(to);
    }

    /// <exception cref="SnapshotDamagedException">It is not as it was written, or of another directory than this.</exception>
    public static SnapshotHeader ReadHeader(string path, ReadOnlySpan<byte> from, Guid directory)
    {
        Check(path, 0, from, HeaderMagic, "the header");
        Guid id = BinaryPrimitives.ReadInt32LittleEndian(from[16..]) == 1 ? Guid.Empty : new Guid(from.Slice(40, 16));
        if (FileVersions.IsForeign(id, directory))
        {
            throw new SnapshotDamagedException($"{path} belongs to another data directory: it has the id {id:N}, and this directory "
                + $"has {directory:N}");
        }

        return new SnapshotHeader(
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]));
    }

    public static byte[] Table(IReadOnlyList<SnapshotSection> sections)
    {
        byte[] table = new byte[sections.Count * EntryBytes];
        for (int i = 0; i < sections.Count; i++)
        {
            Span<byte> entry = table.AsSpan(i * EntryBytes, EntryBytes);
            BinaryPrimitives.WriteInt64LittleEndian(entry, sections[i].Id);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], sections[i].Offset);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], sections[i].Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], sections[i].Checksum);
        }

        return table;
    }

    public static SnapshotSection ReadEntry(ReadOnlySpan<byte> entry) => new(
        (int)BinaryPrimitives.ReadInt64LittleEndian(entry),
        BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
        (int)BinaryPrimitives.ReadInt64LittleEndian(entry[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]));

    public static byte[] Trailer(uint headerChecksum, long tableOffset, ReadOnlySpan<byte> table)
    {
        byte[] trailer = new byte[TrailerBytes];
        TrailerMagic.CopyTo(trailer.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(16), FileVersions.Snapshot);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(20), Crc.Of(table));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(24), headerChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(trailer.AsSpan(32), tableOffset);
        BinaryPrimitives.WriteInt64LittleEndian(trailer.AsSpan(40), table.Length / EntryBytes);
        BinaryPrimitives.WriteInt64LittleEndian(trailer.AsSpan(48), tableOffset + table.Length + TrailerBytes);
        Seal(trailer);
        return trailer;
    }

    public static (uint TableChecksum, uint HeaderChecksum, long TableOffset, long Sections, long Length) ReadTrailer(
        string path, long position, ReadOnlySpan<byte> from)
    {
        Check(path, position, from, TrailerMagic, "the trailer");
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(from[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[48..]));
    }

    public static SnapshotDamagedException Damaged(string path, long position, string what) =>
        new($"{path} is damaged at byte {position}: {what}");

    private static uint Seal(Span<byte> block)
    {
        uint checksum = Page.Checksum(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block, checksum);
        return checksum;
    }

    private static void Check(string path, long position, ReadOnlySpan<byte> block, ReadOnlySpan<byte> magic, string what)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(block) != Page.Checksum(block) || !block.Slice(8, magic.Length).SequenceEqual(magic))
        {
            throw Damaged(path, position, $"{what} is not as it was written");
        }

        FileVersions.RefuseNewer(path, BinaryPrimitives.ReadInt32LittleEndian(block[16..]), FileVersions.Snapshot);
    }
}
