using System.Buffers.Binary;
using System.Numerics;

namespace Matching.Storage;

/// <summary>CRC32C: one instruction for 8 bytes, and for each of those left over.</summary>
internal static class Crc
{
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>Of any number of bytes, as if padded with zeros to a multiple of 8.</summary>
    public static uint OfPadded(ReadOnlySpan<byte> bytes)
    {
        int whole = bytes.Length & ~7;
        uint checksum = Of(bytes[..whole]);
        if (whole == bytes.Length)
        {
            return checksum;
        }

        Span<byte> last = stackalloc byte[8];
        last.Clear();
        bytes[whole..].CopyTo(last);
        return Of(last, checksum);
    }

    /// <summary>A number of bytes, rounded up to what a checksum takes.</summary>
    public static int Padded(int bytes) => (bytes + 7) & ~7;
}
