using System.Buffers.Binary;
using System.Numerics;

namespace Matching.Storage;

/// <summary>CRC32C of bytes whose number is a multiple of 8: one instruction a word.</summary>
internal static class Crc
{
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        return ~crc;
    }

    /// <summary>A number of bytes, rounded up to what a checksum takes.</summary>
    public static int Padded(int bytes) => (bytes + 7) & ~7;
}
