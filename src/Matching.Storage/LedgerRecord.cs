using System.Buffers.Binary;
using System.Numerics;

namespace Matching.Storage;

/// <summary>
/// How a record lies in the store: <c>0 CRC32C (4 bytes) of the key and all behind it · 4 version (8 bytes) · 12 the record</c>. The
/// key is in the checksum, so a sound record in the wrong place is found out too. Checked at every read.
/// </summary>
internal static class LedgerRecord
{
    public const int HeaderBytes = 12;
    public const int MaxBytes = 1 << 20;

    /// <summary>Frames a record.</summary>
    /// <returns>Bytes written.</returns>
    public static int Seal(LedgerKey key, ReadOnlySpan<byte> record, long version, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to[4..], version);
        record.CopyTo(to[HeaderBytes..]);
        int length = HeaderBytes + record.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(to, Checksum(key, to[4..length]));
        return length;
    }

    /// <summary>True when a framed record is as it was written.</summary>
    public static bool IsSound(LedgerKey key, ReadOnlySpan<byte> framed) =>
        framed.Length > HeaderBytes && BinaryPrimitives.ReadUInt32LittleEndian(framed) == Checksum(key, framed[4..]);

    /// <summary>The version of a sound record.</summary>
    public static long VersionOf(ReadOnlySpan<byte> framed) => BinaryPrimitives.ReadInt64LittleEndian(framed[4..]);

    /// <summary>CRC32C of any bytes, begun with a key.</summary>
    public static uint Checksum(LedgerKey key, ReadOnlySpan<byte> bytes)
    {
        uint begun = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (ulong)key.First), (ulong)key.Second);
        return ~Crc.Of(bytes, ~begun);
    }
}
