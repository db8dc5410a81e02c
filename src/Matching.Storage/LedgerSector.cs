using System.Buffers.Binary;
using System.Text;

namespace Matching.Storage;

/// <summary>
/// How the store's files lie on the disk: each sector of 512 bytes behind a CRC32C of its own. The checksum begins with the ledger's id,
/// the file's name and the sector's number, so that a sound sector of another file, another place or another ledger is no sound one here.
/// </summary>
internal static class LedgerSector
{
    public const int Bytes = 512;
    public const int FrameBytes = sizeof(uint) + Bytes;

    /// <summary>Where a sector lies in its file.</summary>
    public static long At(long sector) => sector * FrameBytes;

    /// <summary>What checksums of a file begin with.</summary>
    public static uint SeedOf(Guid ledger, string file) =>
        Crc.OfPadded([.. ledger.ToByteArray(), .. Encoding.UTF8.GetBytes(file.Replace('\\', '/'))]);

    /// <summary>Frames a sector.</summary>
    public static void Seal(ReadOnlySpan<byte> bytes, uint seed, long sector, Span<byte> frame)
    {
        bytes.CopyTo(frame[sizeof(uint)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Checksum(frame, seed, sector));
    }

    /// <summary>Whether a frame is as it was written, there.</summary>
    public static bool IsSound(ReadOnlySpan<byte> frame, uint seed, long sector) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame) == Checksum(frame, seed, sector);

    private static uint Checksum(ReadOnlySpan<byte> frame, uint seed, long sector) => Crc.Of(frame[sizeof(uint)..], seed ^ (uint)sector);
}
